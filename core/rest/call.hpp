#pragma once
// One call, ready to be sent.

#include "core/base/result.hpp"
#include "core/rest/connector.hpp"
#include "core/rest/url.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::rest {

using HeaderTexts = std::vector<std::pair<std::string, std::string>>;

/// May hold secrets anywhere but in `url.path` and `url.host`: nothing else of it is ever shown or logged.
struct Call {
    Method method = Method::get;
    Url url;
    HeaderTexts headers;
    std::string body;
    bool operator==(const Call&) const = default;
};

/// The first header of that name, without regard to case; "" when there is none.
std::string_view header_of(const HeaderTexts& headers, std::string_view name);
/// All headers of that name as one, ", " between them: what a list in several fields means (RFC 9110, 5.3).
std::string whole_header(const HeaderTexts& headers, std::string_view name);

/// `blocked`/"bad_base_url", "bad_path", "bad_body", "query_too_long"; the details hold no secret.
/// `more` are query parameters of paging, put behind the others; they replace one of the same name.
Result<Call> make_call(const Connector& connector, const RequestRule& request, const Values& values, const Words& words,
                       const NamedTexts& more = {});

/// The same request at the address of a link. `blocked`/"link_elsewhere" when the link leads to another scheme, host or
/// port than the base URL and those that the declaration allows; "bad_link".
Result<Call> follow(const Connector& connector, const Values& values, const Call& last, std::string_view link,
                    paging::NextLink::Take take);

/// Whether the credentials of this connector may be sent there.
Result<void> check_origin(const Connector& connector, const Values& values, const Url& url);

/// The header that says who asks, of the kinds that need no token: none, basic, bearer, header.
/// `blocked`/"secret_missing".
Result<HeaderTexts> fixed_credentials(const Auth& auth, const Values& values);

/// A classic token as it is pasted: with what stands around it, without, or as base64 of it → the whole.
std::string unwrapped_paste(const auth::Header& rule, std::string_view pasted);

}  // namespace usersync::rest

#pragma once
// An HTTP client without a network: it answers from a script and keeps what was sent.

#include "connectors/http/client.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::test {

using ScriptedAnswer = std::variant<http::Response, Failure>;

http::Response answer(int status, std::string body = {}, std::vector<http::Header> headers = {});
/// The connection was lost after the request had left.
Failure answer_lost();

/// What a scripted client answers. A rule is "METHOD /path name=value …": method and path must be equal, and every
/// parameter must stand in the query, decoded. The newest rule that fits wins; it gives its answers in order, and
/// the last one for ever. A request that no rule fits is a std::logic_error.
class HttpScript {
public:
    void on(std::string rule, std::vector<ScriptedAnswer> answers);
    void on(std::string rule, ScriptedAnswer answer);

    const std::vector<http::Request>& sent() const { return sent_; }
    /// How many requests fitted this rule, whoever answered them.
    std::size_t count(std::string_view rule) const;
    /// The last request that fitted; std::logic_error when there is none.
    const http::Request& last(std::string_view rule) const;

    /// A client on this script, which must outlive it.
    std::unique_ptr<http::Client> client();
    ScriptedAnswer take(const http::Request& request);

private:
    struct Rule {
        std::string text;
        std::vector<ScriptedAnswer> answers;
        std::size_t given = 0;
    };
    std::vector<Rule> rules_;
    std::vector<http::Request> sent_;
};

/// The value of a header of a request; empty when there is none.
std::string header_of(const http::Request& request, std::string_view name);

}  // namespace usersync::test

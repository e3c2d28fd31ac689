#pragma once
// SCIM bodies: users, lists, errors.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// `scim_type` is SCIM's own word for the error ("uniqueness"), or empty.
http::Response scim_error(int status, std::string_view scim_type, std::string_view detail);

/// The 409 for what is taken.
/// assumption: its shape is not public: SCIM's own, REST's {code, message} with the code for a member, plain text, or
/// nothing at all.
http::Response scim_conflict(ConflictShape shape, std::string_view detail);

/// What a POST or PUT says about a person; nullopt: nothing.
struct ScimUser {
    std::optional<std::string> user_name;
    std::optional<std::string> external_id;
    std::optional<bool> active;
    struct Name {
        std::string given;
        std::string middle;
        std::string family;
    };
    std::optional<Name> name;
    std::optional<std::string> title;
    std::optional<std::vector<std::string>> emails;  ///< the primary one first
    std::optional<std::vector<std::string>> phones;  ///< likewise
    std::optional<std::string> login;                ///< from urn:speakap:params:scim:bag
};
boost::system::result<ScimUser, http::Response> read_scim_user(const http::Request& request);

/// The person as SCIM shows them. A 201 carries Location.
http::Response scim_user_answer(const User& user, int status);

struct ScimPage {
    std::size_t total = 0;
    std::size_t start_index = 1;
};
http::Response scim_list_answer(const std::vector<const User*>& users, ScimPage page);

}  // namespace usersync::sandbox

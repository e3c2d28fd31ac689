#pragma once
// A small shop's network in the sandbox, and short words to call it with.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace usersync::test {

/// Network f00d: business units Store 12 (s12) and Store 14, departments Sales (hidden) and Food, local department
/// "Sales 12" of Store 12 and Sales, secret group Board, custom role "Store manager".
/// Anna (100, active) and Bas (101, invited) are there.
struct SandboxWorld {
    SandboxWorld();

    Time now = Time(std::chrono::hours(24 * 365 * 56));
    sandbox::SandboxState state;

    http::Response call(http::Request request);
    http::Response get(std::string_view path);
    /// A path relative to /networks/f00d/.
    http::Response rest(std::string_view path) { return get("/networks/f00d/" + std::string(path)); }
    http::Response post_form(std::string_view path, const std::vector<http::Parameter>& form);
    http::Response post_json(std::string_view path, const nlohmann::json& body);
    http::Response remove(std::string_view path);
    http::Response scim(std::string method, std::string_view path, const nlohmann::json& body = nullptr);

    const sandbox::Group& group(std::string_view name) const;
    const sandbox::User& person(std::string_view xid) const;
    /// Names of the person's groups, in the order they joined.
    std::vector<std::string> groups_of(std::string_view xid) const;
};

nlohmann::json body_of(const http::Response& response);
/// The values of one key in every object of a list.
std::vector<std::string> each(const nlohmann::json& list, const std::string& key);
/// A SCIM user as a client sends it.
nlohmann::json scim_person(const std::string& key, const std::string& email);

}  // namespace usersync::test

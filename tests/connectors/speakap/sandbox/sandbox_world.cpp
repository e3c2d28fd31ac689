#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

constexpr std::string_view shop = R"({
    "network": "f00d", "name": "Shop", "seed": 7, "token": "rest-token", "scim_token": "scim-token",
    "groups": [
        {"kind": "business_unit", "name": "Store 12", "xid": "s12"},
        {"kind": "business_unit", "name": "Store 14"},
        {"kind": "department", "name": "Sales"},
        {"kind": "department", "name": "Food", "hidden": false},
        {"kind": "local_department", "name": "Sales 12", "business_unit": "s12", "department": "Sales"},
        {"kind": "secret", "name": "Board"}
    ],
    "roles": [{"name": "Store manager"}],
    "users": [
        {"xid": "100", "first": "Anna", "infix": "van der", "family": "Berg", "email": "anna@shop.example",
         "phone": "+31201234567", "job_title": "Cashier", "groups": ["Sales 12"]},
        {"xid": "101", "first": "Bas", "family": "Smit", "email": "bas@shop.example", "status": "inactive"}
    ]})";

}  // namespace

SandboxWorld::SandboxWorld() : state(sandbox::build_network(shop, 1, now).value()) {}

http::Response SandboxWorld::call(http::Request request) { return sandbox::answer(state, request, now); }

http::Response SandboxWorld::get(std::string_view path) {
    return call({.method = "GET",
                 .target = std::string(path),
                 .headers = {{"Authorization", "Bearer rest-token"}},
                 .body = ""});
}

http::Response SandboxWorld::post_form(std::string_view path, const std::vector<http::Parameter>& form) {
    const std::string target = (path.front() == '/' ? "" : "/networks/f00d/") + std::string(path);
    return call(
        {.method = "POST",
         .target = target,
         .headers = {{"Authorization", "Bearer rest-token"}, {"Content-Type", "application/x-www-form-urlencoded"}},
         .body = http::encode_form(form)});
}

http::Response SandboxWorld::post_json(std::string_view path, const nlohmann::json& body) {
    return call(
        {.method = "POST",
         .target = "/networks/f00d/" + std::string(path),
         .headers = {{"Authorization", "Bearer rest-token"}, {"content-type", "application/json; charset=utf-8"}},
         .body = body.dump()});
}

http::Response SandboxWorld::remove(std::string_view path) {
    return call({.method = "DELETE",
                 .target = "/networks/f00d/" + std::string(path),
                 .headers = {{"Authorization", "Bearer rest-token"}},
                 .body = ""});
}

http::Response SandboxWorld::scim(std::string method, std::string_view path, const nlohmann::json& body) {
    return call({.method = std::move(method),
                 .target = "/scim/" + std::string(path),
                 .headers = {{"Authorization", "Bearer scim-token"}, {"Content-Type", "application/scim+json"}},
                 .body = body.is_null() ? "" : body.dump()});
}

const sandbox::Group& SandboxWorld::group(std::string_view name) const {
    for (const auto& one : state.groups) {
        if (one.name == name) return one;
    }
    throw std::logic_error("no such group in this world");
}

const sandbox::User& SandboxWorld::person(std::string_view xid) const {
    for (const auto& one : state.users) {
        if (one.xid == xid) return one;
    }
    throw std::logic_error("no such person in this world");
}

std::vector<std::string> SandboxWorld::groups_of(std::string_view xid) const {
    std::vector<std::string> names;
    for (const auto& membership : person(xid).groups) {
        names.push_back(sandbox::find_group(state, membership.group)->name);
    }
    return names;
}

nlohmann::json body_of(const http::Response& response) { return nlohmann::json::parse(response.body); }

std::vector<std::string> each(const nlohmann::json& list, const std::string& key) {
    std::vector<std::string> values;
    for (const auto& one : list) values.push_back(one.at(key).get<std::string>());
    return values;
}

nlohmann::json scim_person(const std::string& key, const std::string& email) {
    return {{"schemas", nlohmann::json::array({"urn:ietf:params:scim:schemas:core:2.0:User"})},
            {"userName", key},
            {"externalId", key},
            {"active", true},
            {"name", {{"givenName", "Cor"}, {"middleName", "de"}, {"familyName", "Wit"}}},
            {"emails", nlohmann::json::array({{{"value", email}, {"primary", true}, {"type", "Work"}}})},
            {"title", "Baker"}};
}

}  // namespace usersync::test

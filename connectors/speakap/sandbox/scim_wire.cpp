#include "connectors/speakap/sandbox/scim_wire.hpp"

#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

constexpr const char* user_schema = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr const char* list_schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
constexpr const char* error_schema = "urn:ietf:params:scim:api:messages:2.0:Error";
constexpr const char* bag_schema = "urn:speakap:params:scim:bag";

http::Response answer_with(int status, const json& body) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = "application/scim+json"}},
            .body = body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

std::string location_of(const User& user) { return "/scim/Users/" + user.scim_id; }

json values_of(const std::vector<std::string>& values, const char* type) {
    json list = json::array();
    for (const auto& value : values) list.push_back({{"value", value}, {"type", type}, {"primary", list.empty()}});
    return list;
}

// assumption: SCIM has no infix; it travels as middleName.
json name_of(const User& user) {
    json name = {{"givenName", user.first_name}, {"familyName", user.family_name}, {"formatted", full_name(user)}};
    if (!user.infix.empty()) name["middleName"] = user.infix;
    return name;
}

json render(const User& user) {
    json body = {{"schemas", json::array({user_schema})},
                 {"id", user.scim_id},
                 {"userName", user.user_name},
                 {"active", !user.suspended_at.has_value()},
                 {"name", name_of(user)},
                 {"meta",
                  {{"resourceType", "User"},
                   {"created", to_iso(user.created)},
                   {"lastModified", to_iso(user.modified)},
                   {"location", location_of(user)}}}};
    if (!user.external_id.empty()) body["externalId"] = user.external_id;
    if (!user.job_title.empty()) body["title"] = user.job_title;
    if (!user.emails.empty()) body["emails"] = values_of(user.emails, "Work");
    if (!user.phones.empty()) body["phoneNumbers"] = values_of(user.phones, "work");
    if (!user.login.empty()) body[bag_schema] = json{{"login", user.login}};
    return body;
}

std::optional<std::string> text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    if (found->is_null()) return std::string();
    return found->get<std::string>();
}

/// The values of a multi-valued attribute, the primary one first.
std::optional<std::vector<std::string>> values_from(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    std::vector<std::string> values;
    if (found->is_null()) return values;
    for (const auto& one : *found) {
        auto value = one.at("value").get<std::string>();
        if (value.empty()) continue;
        const auto place = one.value("primary", false) ? values.begin() : values.end();
        values.insert(place, std::move(value));
    }
    return values;
}

std::optional<ScimUser::Name> name_from(const json& object) {
    const auto found = object.find("name");
    if (found == object.end()) return std::nullopt;
    return ScimUser::Name{.given = text_of(*found, "givenName").value_or(""),
                          .middle = text_of(*found, "middleName").value_or(""),
                          .family = text_of(*found, "familyName").value_or("")};
}

ScimUser user_from(const json& object) {
    ScimUser user{.user_name = text_of(object, "userName"),
                  .external_id = text_of(object, "externalId"),
                  .active = std::nullopt,
                  .name = name_from(object),
                  .title = text_of(object, "title"),
                  .emails = values_from(object, "emails"),
                  .phones = values_from(object, "phoneNumbers"),
                  .login = std::nullopt};
    if (const auto active = object.find("active"); active != object.end()) user.active = active->get<bool>();
    if (const auto bag = object.find(bag_schema); bag != object.end()) user.login = text_of(*bag, "login");
    return user;
}

bool is_scim_json(const http::Request& request) {
    const auto type = http::find_header(request.headers, "Content-Type").value_or("");
    const auto media = type.substr(0, type.find(';'));
    return media == "application/scim+json" || media == "application/json";
}

}  // namespace

http::Response scim_error(int status, std::string_view scim_type, std::string_view detail) {
    json body = {{"schemas", json::array({error_schema})}, {"status", std::to_string(status)}, {"detail", detail}};
    if (!scim_type.empty()) body["scimType"] = scim_type;
    return answer_with(status, body);
}

http::Response scim_conflict(ConflictShape shape, std::string_view detail) {
    switch (shape) {
        case ConflictShape::scim: return scim_error(409, "uniqueness", detail);
        case ConflictShape::rest: return answer_with(409, {{"code", -9}, {"message", detail}});
        case ConflictShape::text:
            return {.status = 409,
                    .headers = {{.name = "Content-Type", .value = "text/plain; charset=utf-8"}},
                    .body = std::string(detail)};
        case ConflictShape::empty: break;
    }
    return {.status = 409, .headers = {}, .body = ""};
}

boost::system::result<ScimUser, http::Response> read_scim_user(const http::Request& request) {
    if (!is_scim_json(request)) return scim_error(400, "invalidSyntax", "expected application/scim+json");
    try {
        const json object = json::parse(request.body);
        if (!object.is_object()) return scim_error(400, "invalidSyntax", "expected a JSON object");
        return user_from(object);
    } catch (const json::parse_error&) {
        return scim_error(400, "invalidSyntax", "the body is not JSON");
    } catch (const std::exception&) {
        return scim_error(400, "invalidValue", "an attribute is of the wrong type");
    }
}

http::Response scim_user_answer(const User& user, int status) {
    auto response = answer_with(status, render(user));
    if (status == 201) response.headers.push_back({.name = "Location", .value = location_of(user)});
    return response;
}

http::Response scim_list_answer(const std::vector<const User*>& users, ScimPage page) {
    json resources = json::array();
    for (const auto* user : users) resources.push_back(render(*user));
    return answer_with(200, {{"schemas", json::array({list_schema})},
                             {"totalResults", page.total},
                             {"startIndex", page.start_index},
                             {"itemsPerPage", users.size()},
                             {"Resources", std::move(resources)}});
}

}  // namespace usersync::sandbox

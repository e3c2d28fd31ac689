#include "connectors/speakap/speakap_wire.hpp"

#include "connectors/http/message.hpp"
#include "core/base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace usersync::speakap {
namespace {

using Json = nlohmann::json;

constexpr const char* core_schema = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr const char* bag = "urn:speakap:params:scim:bag";

// ---- reading JSON without exceptions ----

Json parsed(std::string_view body) { return Json::parse(body.begin(), body.end(), nullptr, false); }

const Json& member(const Json& object, const char* name) {
    static const Json nothing;
    if (!object.is_object()) return nothing;
    const auto at = object.find(name);
    return at == object.end() ? nothing : *at;
}

std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    return {};
}

std::string text(const Json& object, const char* name) { return text_of(member(object, name)); }

bool truth(const Json& value, bool otherwise) {
    if (value.is_boolean()) return value.get<bool>();
    const auto word = lower_case(text_of(value));
    if (word == "true") return true;
    return word == "false" ? false : otherwise;
}

// The entry that is marked primary, else the first; SCIM's multi-valued attributes have this shape.
std::string primary_value(const Json& entries) {
    if (!entries.is_array() || entries.empty()) return {};
    for (const auto& entry : entries) {
        if (truth(member(entry, "primary"), false)) return text(entry, "value");
    }
    return text(entries.front(), "value");
}

std::size_t count(const Json& one_or_many) {
    if (one_or_many.is_array()) return one_or_many.size();
    return one_or_many.is_object() ? 1 : 0;
}

// "/networks/ab/users/cd/" → "cd".
std::string last_segment(std::string_view href) {
    href = href.substr(0, href.find('?'));
    while (!href.empty() && href.back() == '/') href.remove_suffix(1);
    const auto slash = href.rfind('/');
    return std::string(slash == std::string_view::npos ? href : href.substr(slash + 1));
}

// ---- SCIM ----

Json multi_valued(const std::string& value) {
    if (value.empty()) return Json::array();
    return Json::array({Json{{"value", value}, {"primary", true}, {"type", "Work"}}});
}

std::optional<ScimUser> scim_user(const Json& resource, const SpeakapOptions& options) {
    ScimUser user;
    user.id = ScimId(text(resource, "id"));
    if (user.id.value().empty()) return std::nullopt;
    user.user_name = text(resource, "userName");
    user.external_id = text(resource, "externalId");
    if (options.login_in_bag) user.login = text(member(resource, bag), "login");
    user.active = truth(member(resource, "active"), true);
    const auto& name = member(resource, "name");
    // We never send a middle name; a server that shows an infix there must not lose it by our next PUT.
    user.profile.name = joined(PersonName{
        .first = text(name, "givenName"), .infix = text(name, "middleName"), .last = text(name, "familyName")});
    user.profile.email = normalised_email(primary_value(member(resource, "emails")));
    user.profile.job_title = text(resource, "title");
    if (options.phone_by_scim) user.profile.phone = primary_value(member(resource, "phoneNumbers"));
    return user;
}

// ---- REST ----

// The members of a collection: HAL, a plain object with the collection's name, or a bare array.
const Json& members_of(const Json& body, const char* name) {
    if (body.is_array()) return body;
    const auto& embedded = member(member(body, "_embedded"), name);
    return embedded.is_null() ? member(body, name) : embedded;
}

template <class Row, class Decode>
std::optional<RestPage<Row>> page_from(std::string_view text_body, const char* name, Decode decode) {
    const Json body = parsed(text_body);
    const bool is_page =
        body.is_array() ||
        (body.is_object() && (body.contains("_embedded") || body.contains("_links") || body.contains(name)));
    if (!is_page) return std::nullopt;
    RestPage<Row> page;
    page.links = count(member(member(body, "_links"), name));
    const Json& members = members_of(body, name);
    const auto take = [&](const Json& row) {
        auto decoded = decode(row);
        if (decoded) page.rows.push_back(std::move(*decoded));
        return decoded.has_value();
    };
    // HAL allows a single member to stand there without an array.
    if (members.is_object()) return take(members) ? std::optional(std::move(page)) : std::nullopt;
    if (!members.is_null() && !members.is_array()) return std::nullopt;
    if (!std::all_of(members.begin(), members.end(), take)) return std::nullopt;
    return page;
}

std::optional<EmployeeKey> xid_of(const Json& resource) {
    auto xid = text(resource, "XID");
    if (xid.empty()) return std::nullopt;
    return EmployeeKey(std::move(xid));
}

// Entries of `emailAddresses`: their shape is not public, so texts, and objects that hold the address in any of these.
std::vector<std::string> addresses_of(const Json& entries) {
    std::vector<std::string> addresses;
    if (!entries.is_array()) return addresses;
    for (const auto& entry : entries) {
        auto address = entry.is_string() ? entry.get<std::string>() : std::string();
        for (const char* name : {"value", "address", "email", "emailAddress"}) {
            if (address.empty()) address = text(entry, name);
        }
        if (address.find('@') != std::string::npos) addresses.push_back(normalised_email(address));
    }
    return addresses;
}

std::vector<std::string> sorted_without(std::vector<std::string> addresses, const std::string& primary) {
    std::erase(addresses, primary);
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

std::optional<RestUser> rest_user(const Json& resource) {
    RestUser user;
    user.eid = UserEid(text(resource, "EID"));
    if (user.eid.value().empty()) return std::nullopt;
    user.xid = xid_of(resource);
    user.deleted = truth(member(resource, "deleted"), false);
    const auto& name = member(resource, "name");
    user.profile.name = joined(
        PersonName{.first = text(name, "firstName"), .infix = text(name, "infix"), .last = text(name, "familyName")});
    user.profile.email = normalised_email(text(resource, "primaryEmail"));
    user.profile.job_title = text(resource, "jobTitle");
    user.external = truth(member(resource, "external"), false);
    user.other_emails = sorted_without(addresses_of(member(resource, "emailAddresses")), *user.profile.email);
    auto birthday = text(resource, "birthday");
    if (!birthday.empty()) user.birthday = std::move(birthday);
    user.last_modified = text(resource, "lastModified");
    return user;
}

// Whoever locks a membership is named by an EID, by an object that has one, or by a link to it.
std::string application_of(const Json& locked_by) {
    if (!locked_by.is_object()) return text_of(locked_by);
    const auto eid = text(locked_by, "EID");
    return eid.empty() ? last_segment(text(locked_by, "href")) : eid;
}

// A membership names its role by key or EID, in a property or as an object.
std::string role_of(const Json& resource) {
    const auto& role = member(resource, "role");
    if (!role.is_object()) return text_of(role);
    const auto key = text(role, "key");
    return key.empty() ? text(role, "EID") : key;
}

std::optional<RestMembership> rest_membership(const Json& resource) {
    RestMembership membership;
    membership.eid = MembershipEid(text(resource, "EID"));
    const auto& embedded = members_of(resource, "user");
    auto user = text(embedded, "EID");
    if (user.empty()) user = last_segment(text(member(member(resource, "_links"), "user"), "href"));
    if (membership.eid.value().empty() || user.empty()) return std::nullopt;
    membership.user = UserEid(std::move(user));
    membership.user_xid = xid_of(embedded);
    membership.rev = text(resource, "rev");
    membership.role = RoleId(role_of(resource));
    membership.locked_by = application_of(member(resource, "lockedBy"));
    membership.invited_at = time_from(text(resource, "invitedAt"));
    return membership;
}

GroupKind kind_of_group(std::string_view type) {
    if (type == "business_unit") return GroupKind::business_unit;
    if (type == "department") return GroupKind::department;
    // The exact id of a local department is not public; the reference prints "local_dept.".
    if (type.starts_with("local_dep")) return GroupKind::local_department;
    return GroupKind::topic;
}

// The EID of a related resource: embedded, as a property, or only linked to.
std::string related_eid(const Json& resource, const char* relation) {
    const auto& shown = members_of(resource, relation);
    auto eid = shown.is_object() ? text(shown, "EID") : text_of(shown);
    if (eid.empty()) eid = last_segment(text(shown, "href"));
    if (eid.empty()) eid = last_segment(text(member(member(resource, "_links"), relation), "href"));
    return eid;
}

std::optional<RestGroup> rest_group(const Json& resource) {
    RestGroup group;
    group.group.eid = GroupEid(text(resource, "EID"));
    if (group.group.eid.value().empty()) return std::nullopt;
    group.type = text(resource, "groupType");
    group.group.kind = kind_of_group(group.type);
    group.group.name = text(resource, "name");
    if (group.group.kind == GroupKind::local_department) {
        auto parent = related_eid(resource, "parent");
        if (!parent.empty()) group.group.parent = GroupEid(std::move(parent));
    }
    auto xid = text(resource, "XID");
    if (!xid.empty()) group.group.xid = std::move(xid);
    const auto& members = member(resource, "numMembers");
    if (members.is_number_unsigned()) group.members = members.get<std::size_t>();
    group.last_modified = text(resource, "lastModified");
    return group;
}

// ---- errors ----

std::optional<int> integer(const std::string& digits) {
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

// Errors that are published by name alone.
std::string name_without_code(const std::string& message) {
    const auto words = lower_case(message);
    if (words.find("stray user prevented") != std::string::npos) return "stray_user_prevented";
    if (words.find("no stray user") != std::string::npos) return "no_stray_user";
    return {};
}

// RFC 7644, table 9.
std::string scim_type_of(const std::string& type) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> types = {
        {{"invalidFilter", "invalid_filter"},
         {"tooMany", "too_many_results"},
         {"uniqueness", "uniqueness"},
         {"mutability", "mutability"},
         {"invalidSyntax", "invalid_syntax"},
         {"invalidPath", "invalid_path"},
         {"noTarget", "no_target"},
         {"invalidValue", "invalid_value"},
         {"sensitive", "sensitive"}}};
    for (const auto& [word, name] : types) {
        if (lower_case(type) == lower_case(word)) return std::string(name);
    }
    return {};
}

bool is_scim_error(const Json& body) {
    const auto& schemas = member(body, "schemas");
    if (!schemas.is_array()) return false;
    return std::any_of(schemas.begin(), schemas.end(), [](const Json& schema) {
        return text_of(schema) == "urn:ietf:params:scim:api:messages:2.0:Error";
    });
}

}  // namespace

std::string normalised_email(std::string_view email) {
    const auto first = email.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return lower_case(email.substr(first, email.find_last_not_of(" \t") - first + 1));
}

EmployeeKey key_of(const ScimUser& user) {
    return EmployeeKey(user.external_id.empty() ? user.user_name : user.external_id);
}

std::string scim_user_json(const EmployeeKey& key, const Profile& profile, Account account,
                           const SpeakapOptions& options, const std::string& login) {
    ScimUser user;
    user.user_name = key.value();
    user.external_id = key.value();
    user.login = login.empty() ? key.value() : login;
    user.active = account == Account::active;
    user.profile = profile;
    return scim_user_json(user, options);
}

std::string scim_user_json(const ScimUser& sent, const SpeakapOptions& options) {
    const auto& profile = sent.profile;
    Json user = {{"schemas", Json::array({core_schema})}, {"userName", sent.user_name}, {"active", sent.active}};
    if (!sent.external_id.empty()) user["externalId"] = sent.external_id;
    if (profile.name) {
        const auto name = joined(*profile.name);
        user["name"] = {{"givenName", name.first}, {"familyName", name.last}};
    }
    if (profile.email) user["emails"] = multi_valued(*profile.email);
    if (profile.job_title) user["title"] = *profile.job_title;
    if (profile.phone && options.phone_by_scim) user["phoneNumbers"] = multi_valued(*profile.phone);
    if (options.login_in_bag && !sent.login.empty()) user[bag] = {{"login", sent.login}};
    return user.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ScimUser> scim_user_from(std::string_view body, const SpeakapOptions& options) {
    return scim_user(parsed(body), options);
}

std::optional<ScimPage> scim_page_from(std::string_view body, const SpeakapOptions& options) {
    const Json list = parsed(body);
    if (!list.is_object()) return std::nullopt;
    ScimPage page;
    const auto& total = member(list, "totalResults");
    if (total.is_number_unsigned()) page.total = total.get<std::size_t>();
    const auto& resources = member(list, "Resources");
    if (!resources.is_array()) return page.total ? std::optional(page) : std::nullopt;
    for (const auto& resource : resources) {
        auto user = scim_user(resource, options);
        if (!user) return std::nullopt;
        page.users.push_back(std::move(*user));
    }
    return page;
}

std::string scim_filter(const std::string& user_name) {
    std::string filter = "userName eq \"";
    for (const char c : user_name) {
        if (c == '"' || c == '\\') filter += '\\';
        filter += c;
    }
    return filter + '"';
}

std::optional<NetworkEid> network_eid_from(std::string_view body) {
    auto eid = text(parsed(body), "EID");
    if (eid.empty()) return std::nullopt;
    return NetworkEid(std::move(eid));
}

std::optional<RestPage<RestUser>> users_from(std::string_view body) {
    return page_from<RestUser>(body, "users", rest_user);
}

std::optional<RestPage<RestMembership>> memberships_from(std::string_view body) {
    return page_from<RestMembership>(body, "memberships", rest_membership);
}

std::optional<RestPage<RestGroup>> groups_from(std::string_view body) {
    return page_from<RestGroup>(body, "groups", rest_group);
}

std::optional<RestMembership> membership_from(std::string_view body) { return rest_membership(parsed(body)); }

std::string status_from(std::string_view body) { return text(parsed(body), "status"); }

std::optional<int> error_code_from(std::string_view body) { return integer(text(parsed(body), "code")); }

ErrorWords error_words_from(std::string_view body_text) {
    const Json body = parsed(body_text);
    ErrorWords words;
    words.code = integer(text(body, "code"));
    words.message = member(body, "message").is_string();
    words.name = name_without_code(text(body, "message"));
    words.scim_type = scim_type_of(text(body, "scimType"));
    if (is_scim_error(body)) words.scim_status = integer(text(body, "status"));
    return words;
}

bool begins_as_json(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos || body[first] == '{' || body[first] == '[';
}

bool lists_failed_roles(std::string_view body) {
    const Json answer = parsed(body);
    const auto& failed = member(member(answer, "data"), "failed");
    return !failed.is_null() && !failed.empty();
}

std::string groups_form(const std::vector<GroupChange>& groups) {
    std::vector<http::Parameter> form;
    for (const auto& group : groups) form.push_back(http::Parameter{.name = "groups[]", .value = group.eid.value()});
    return http::encode_form(form);
}

std::string role_form(const MembershipEid& membership, const RoleId& role) {
    return http::encode_form(
        {http::Parameter{.name = "memberships[" + membership.value() + ']', .value = role.value()}});
}

std::string invite_form(const std::vector<Invitee>& invitees, bool resend) {
    std::vector<http::Parameter> form;
    if (resend) form.push_back(http::Parameter{.name = "resend", .value = "true"});
    for (std::size_t n = 0; n < invitees.size(); ++n) {
        const auto place = "invitees[" + std::to_string(n) + ']';
        form.push_back(http::Parameter{.name = place + "[email]", .value = invitees[n].email});
        if (invitees[n].name.empty()) continue;
        form.push_back(http::Parameter{.name = place + "[name]", .value = invitees[n].name});
    }
    return http::encode_form(form);
}

std::optional<std::map<std::string, InviteAnswer>> invite_answers_from(std::string_view body) {
    const Json answer = parsed(body);
    const auto& by_address = member(answer, "data");
    if (!by_address.is_object()) return std::nullopt;
    std::map<std::string, InviteAnswer> answers;
    for (const auto& [address, result] : by_address.items()) {
        InviteAnswer one;
        one.status = result.is_object() ? text(result, "status") : text_of(result);
        auto eid = text(result, "EID");
        if (!eid.empty()) one.eid = UserEid(std::move(eid));
        answers.insert_or_assign(normalised_email(address), std::move(one));
    }
    return answers;
}

std::string_view collection_of(GroupKind kind) {
    switch (kind) {
        case GroupKind::business_unit: return "business-units/";
        case GroupKind::department: return "departments/";
        case GroupKind::local_department: return "local-departments/";
        case GroupKind::topic: return "groups/";
    }
    return "groups/";
}

std::string group_json(const MakeGroup& group, const SpeakapOptions& options) {
    const auto reference = [](const GroupEid& eid) { return Json{{"EID", eid.value()}, {"type", "group"}}; };
    Json body = {{"name", group.name}};
    if (group.kind == GroupKind::topic) {
        body["groupType"] = options.basic_group_type;
        body["description"] = "";
    }
    if (group.business_unit) body["businessUnit"] = reference(*group.business_unit);
    if (group.department) body["department"] = reference(*group.department);
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string timestamp(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d+00:00", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

std::optional<Time> time_from(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int read = 0;
    const std::string whole(text);
    if (std::sscanf(whole.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &read) !=
        6) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read));
    int milliseconds = 0;
    if (text.starts_with('.')) {
        const auto digits = std::min(text.find_first_not_of("0123456789", 1), text.size());
        auto fraction = std::string(text.substr(1, std::min<std::size_t>(digits - 1, 3)));
        fraction.resize(3, '0');
        milliseconds = integer(fraction).value_or(0);
        text.remove_prefix(digits);
    }
    const Time local = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                       std::chrono::seconds(second) + Duration(milliseconds);
    if (text == "Z") return local;
    char sign = 0;
    int hours = 0;
    int minutes = 0;
    const std::string zone(text);
    const bool is_zone = std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) == 3 ||
                         std::sscanf(zone.c_str(), "%c%2d%2d", &sign, &hours, &minutes) == 3;
    if (!is_zone || (sign != '+' && sign != '-')) return std::nullopt;
    const Duration ahead = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return sign == '+' ? local - ahead : local + ahead;
}

Profile merged(const Profile& had, const Profile& wanted) {
    Profile profile = had;
    if (wanted.email) profile.email = wanted.email;
    if (wanted.name) profile.name = joined(*wanted.name);
    if (wanted.job_title) profile.job_title = wanted.job_title;
    if (wanted.phone) profile.phone = wanted.phone;
    return profile;
}

bool shows(const Profile& shown, const Profile& wanted) {
    auto expected = merged(shown, wanted);
    if (!shown.phone) expected.phone.reset();
    return expected == shown;
}

}  // namespace usersync::speakap

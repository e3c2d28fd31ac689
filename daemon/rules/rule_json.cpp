#include "daemon/rules/rule_json.hpp"

namespace usersync::rules_view {
namespace {

std::string_view word_of(GroupRef::By by) {
    switch (by) {
        case GroupRef::By::name: return "name";
        case GroupRef::By::eid: return "eid";
        case GroupRef::By::xid: return "xid";
    }
    return "name";
}

std::string_view word_of(DesiredMembership::Mode mode) {
    switch (mode) {
        case DesiredMembership::Mode::member: return "member";
        case DesiredMembership::Mode::keep: return "keep";
    }
    return "member";
}

}  // namespace

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

void add_origin(Json& json, const Origin& origin) {
    json["file"] = origin.file.empty() ? Json() : Json(origin.file);
    json["line"] = origin.line == 0 ? Json() : Json(origin.line);
    json["column"] = origin.column == 0 ? Json() : Json(origin.column);
}

Json json_of(const Reason& reason) {
    Json json{{"rule", reason.rule}};
    add_origin(json, reason.origin);
    json["field"] = reason.column;
    json["value"] = reason.value;
    return json;
}

Json json_of(const std::optional<Reason>& reason) { return reason ? json_of(*reason) : Json(); }

Json json_of(const std::vector<Reason>& reasons) {
    Json list = Json::array();
    for (const auto& reason : reasons) list.push_back(json_of(reason));
    return list;
}

Json json_of(const GroupRef& group) {
    return {
        {"kind", group.kind ? Json(to_string(*group.kind)) : Json()}, {"by", word_of(group.by)}, {"text", group.text}};
}

Json json_of(const std::vector<GroupRef>& groups) {
    Json list = Json::array();
    for (const auto& group : groups) list.push_back(json_of(group));
    return list;
}

Json json_of(const rules::Tested& test) {
    Json json = Json::object();
    add_origin(json, test.origin);
    json["field"] = test.field.empty() ? Json() : Json(test.field);
    json["values"] = test.values;
    json["wanted"] = test.wanted;
    json["negated"] = test.is_negated;
    json["holds"] = test.holds;
    return json;
}

Json json_of(const std::vector<rules::Tested>& tests) {
    Json list = Json::array();
    for (const auto& test : tests) list.push_back(json_of(test));
    return list;
}

Json json_of(const std::vector<EmployeeKey>& employees) {
    Json list = Json::array();
    for (const auto& employee : employees) list.push_back(employee.value());
    return list;
}

Json json_of(const Placement& placement) {
    Json json = Json::object();
    json["groups"] = Json::array();
    for (const auto& membership : placement.groups) {
        auto group = json_of(membership.group);
        group["mode"] = word_of(membership.mode);
        group["reasons"] = json_of(membership.reasons);
        json["groups"].push_back(std::move(group));
    }
    json["not_in_groups"] = json_of(placement.not_in_groups);
    json["role"] = nullptr;
    if (placement.role) {
        json["role"] = {{"role", placement.role->role.value()}, {"reason", json_of(placement.role->reason)}};
    }
    json["doubted_roles"] = Json::array();
    for (const auto& doubted : placement.doubted_roles) {
        json["doubted_roles"].push_back({{"role", doubted.role.value()}, {"fields", doubted.fields}});
    }
    json["group_roles"] = Json::array();
    for (const auto& held : placement.group_roles) {
        json["group_roles"].push_back(
            {{"group", json_of(held.group)}, {"role", held.role.role.value()}, {"reason", json_of(held.role.reason)}});
    }
    const auto& invitation = placement.invitation;
    json["invitation"] = {{"channel", invitation.channel ? Json(to_string(*invitation.channel)) : Json()},
                          {"language", invitation.language.empty() ? Json() : Json(invitation.language)},
                          {"reason", json_of(invitation.reason)}};
    json["unmapped_fields"] = placement.unmapped_fields;
    json["empty_fields"] = placement.empty_fields;
    json["not_invited"] = json_of(placement.not_invited);
    json["never_removed"] = json_of(placement.never_removed);
    return json;
}

std::string text_of(const Reason& reason) {
    std::string text = reason.rule;
    const auto at = describe(reason.origin);
    if (!at.empty()) text += " at " + at;
    if (!reason.column.empty()) text += ": " + reason.column;
    if (!reason.value.empty()) text += " = \"" + reason.value + '"';
    return text;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string padded(std::string text, std::size_t width) {
    std::size_t letters = 0;
    for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1;
    if (letters < width) text.append(width - letters, ' ');
    return text;
}

}  // namespace usersync::rules_view

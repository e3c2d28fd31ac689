#include "core/rules/rule_field.hpp"

#include "core/base/nearest.hpp"
#include "core/record/text.hpp"

#include <algorithm>
#include <array>

namespace usersync::rules {
namespace {

using record::fold_name;

// The places of the built-in fields. `built_in_fields` has them in this order.
enum class BuiltIn : std::uint8_t {
    employee_id,
    email,
    first_name,
    infix,
    last_name,
    job_title,
    phone,
    location,
    department,
    upn,
    language,
    start_date,
    end_date,
    status,
    manager,
};
constexpr std::size_t built_in_count = 15;

// Names under which published rules know the employee id.
constexpr std::array<std::string_view, 2> published_names_of_employee_id = {"externalid", "xid"};

FieldValue one(const std::string& text) {
    if (text.empty()) return {};
    return {.texts = {&text, 1}};
}

FieldValue one(const std::optional<std::string>& text) { return text ? one(*text) : FieldValue{.says_nothing = true}; }

FieldValue part_of(const std::optional<PersonName>& name, std::string PersonName::*part) {
    return name ? one((*name).*part) : FieldValue{.says_nothing = true};
}

FieldValue several(const std::vector<std::string>& texts, bool emptied) {
    return {.texts = texts, .says_nothing = texts.empty() && !emptied};
}

FieldValue own_field(const Employee& employee, const std::string& name) {
    const auto at = employee.extra.find(name);
    return at == employee.extra.end() ? FieldValue{.says_nothing = true} : one(at->second);
}

FieldValue built_in_value(const Employee& employee, BuiltIn field) {
    switch (field) {
        case BuiltIn::employee_id: return one(employee.key.value());
        case BuiltIn::email: return one(employee.profile.email);
        case BuiltIn::first_name: return part_of(employee.profile.name, &PersonName::first);
        case BuiltIn::infix: return part_of(employee.profile.name, &PersonName::infix);
        case BuiltIn::last_name: return part_of(employee.profile.name, &PersonName::last);
        case BuiltIn::job_title: return one(employee.profile.job_title);
        case BuiltIn::phone: return one(employee.profile.phone);
        case BuiltIn::location: return several(employee.locations, employee.locations_emptied);
        case BuiltIn::department: return several(employee.departments, employee.departments_emptied);
        case BuiltIn::upn: return one(employee.employment.upn);
        case BuiltIn::language: return one(employee.employment.language);
        case BuiltIn::start_date: return one(employee.employment.start_date);
        case BuiltIn::end_date: return one(employee.employment.end_date);
        case BuiltIn::status: return one(employee.employment.status);
        case BuiltIn::manager: return one(employee.employment.manager);
    }
    return {};
}

bool has_heading(const RuleField& field, const std::string& folded) {
    return std::any_of(field.headings.begin(), field.headings.end(),
                       [&](const std::string& heading) { return fold_name(heading) == folded; });
}

/// The field for which `is_it` holds; `ambiguous` when it holds for several.
template <class Predicate>
FieldNames::Looked only_one(const std::vector<RuleField>& fields, Predicate is_it) {
    FieldNames::Looked looked;
    for (std::size_t index = 0; index < fields.size(); ++index) {
        if (!is_it(fields[index])) continue;
        if (looked.index) return {.ambiguous = true};
        looked.index = index;
    }
    return looked;
}

std::vector<std::string> written_names(const std::vector<RuleField>& fields) {
    std::vector<std::string> names;
    for (const auto& field : fields) {
        names.push_back(field.name);
        names.insert(names.end(), field.headings.begin(), field.headings.end());
    }
    return names;
}

/// The known name that is nearest, as it is written; case and white space count only where they decide between two.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& known) {
    const auto wanted = fold_name(name);
    std::vector<std::string> candidates;
    for (const auto& each : known) {
        // Nothing further off in length can be a slip of the pen, and an expression may hold thousands of names.
        constexpr std::size_t slips_max = 2;
        const auto size = each.size();
        if (size <= wanted.size() + slips_max && wanted.size() <= size + slips_max) candidates.push_back(each);
    }
    if (auto as_written = nearest(name, candidates)) return as_written;
    std::vector<std::string> folded;
    for (const auto& each : candidates) folded.push_back(fold_name(each));
    const auto close = nearest(wanted, folded);
    if (!close) return std::nullopt;
    return candidates[static_cast<std::size_t>(std::find(folded.begin(), folded.end(), *close) - folded.begin())];
}

std::optional<std::string> likely_meant(std::string_view name, const std::vector<RuleField>& fields) {
    const auto known = written_names(fields);
    auto meant = nearest_name(name, known);
    // "internal.status": what stands behind the dot may be the whole name here.
    const auto dot = name.rfind('.');
    if (!meant && dot != std::string_view::npos) meant = nearest_name(name.substr(dot + 1), known);
    return meant;
}

}  // namespace

const std::vector<RuleField>& built_in_fields() {
    const auto field = [](const char* name, FieldType type = FieldType::text) { return RuleField{name, type, {}}; };
    static const std::vector<RuleField> fields = {
        field("employee_id"),
        field("email"),
        field("first_name"),
        field("infix"),
        field("last_name"),
        field("job_title"),
        field("phone"),
        field("location", FieldType::list),
        field("department", FieldType::list),
        field("upn"),
        field("language"),
        field("start_date", FieldType::date),
        field("end_date", FieldType::date),
        field("status"),
        field("manager"),
    };
    return fields;
}

bool may_be_quoted(std::string_view field) {
    constexpr std::array<std::string_view, 6> personal = {"email", "first_name", "infix", "last_name", "phone", "upn"};
    return std::find(personal.begin(), personal.end(), field) == personal.end();
}

FieldNames::FieldNames(const std::vector<RuleField>& fields) : fields_(built_in_fields()) {
    for (const auto& field : fields) {
        const auto known = std::find_if(fields_.begin(), fields_.end(),
                                        [&](const RuleField& other) { return other.name == field.name; });
        if (known == fields_.end()) {
            fields_.push_back(field);
        } else {
            if (field.type == FieldType::text && known->type == FieldType::list) known->type = FieldType::text;
            known->headings.insert(known->headings.end(), field.headings.begin(), field.headings.end());
        }
    }
}

FieldNames::Looked FieldNames::find(std::string_view name) const {
    const auto exact = only_one(fields_, [&](const RuleField& field) { return field.name == name; });
    if (exact.index) return exact;
    const auto folded = fold_name(name);
    const auto by_name = only_one(fields_, [&](const RuleField& field) { return fold_name(field.name) == folded; });
    if (by_name.index || by_name.ambiguous) return by_name;
    const auto by_heading = only_one(fields_, [&](const RuleField& field) { return has_heading(field, folded); });
    if (by_heading.index || by_heading.ambiguous) return by_heading;
    const auto& published = published_names_of_employee_id;
    if (std::find(published.begin(), published.end(), folded) != published.end()) {
        return {.index = static_cast<std::size_t>(BuiltIn::employee_id)};
    }
    return {.nearest = likely_meant(name, fields_)};
}

FieldValue value_of(const Employee& employee, const FieldNames& names, std::size_t index) {
    if (index < built_in_count) return built_in_value(employee, static_cast<BuiltIn>(index));
    return own_field(employee, names.field(index).name);
}

}  // namespace usersync::rules

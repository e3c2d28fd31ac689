#pragma once
// The fields of a person that rules look at, and how rules name them.

#include "core/model/employee.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

enum class FieldType : std::uint8_t {
    text,
    list,  ///< several values, the first of which is the main one: location, department
    date,  ///< "2026-03-01"
};

/// A field by name, with the headings of the columns that fill it: a rule may use either. Both are compared as the
/// header of a record is, without regard to case and spaces; the field's own name wins.
struct RuleField {
    std::string name;  ///< "job_title", or a field of the tenant's own
    FieldType type = FieldType::text;
    std::vector<std::string> headings;  ///< "Jobtitle": a name that pasted rules use
    bool operator==(const RuleField&) const = default;
};

/// Every field that employees have, whether the tenant maps it or not, without headings: employee_id, email,
/// first_name, infix, last_name, job_title, phone, location, department, upn, language, start_date, end_date, status,
/// manager.
const std::vector<RuleField>& built_in_fields();

/// False for what tells who somebody is (address, names, phone, upn): such a value is never quoted in a reason.
bool may_be_quoted(std::string_view field);

/// What the record says in one field. The texts live as long as the employee.
struct FieldValue {
    std::span<const std::string> texts;  ///< empty: there is none
    bool says_nothing = false;           ///< the column is absent, or an empty cell is to be kept: neither yes nor no
    std::string_view main() const { return texts.empty() ? std::string_view() : std::string_view(texts.front()); }
};

/// The names that a tenant's rules may use. An index means the field at that place of `all`.
class FieldNames {
public:
    /// Built-in fields keep their places; `fields` add headings to them, and fields of the tenant's own behind them. A
    /// list that is given as a text has one value at most in this tenant's record: nobody is told to write any().
    explicit FieldNames(const std::vector<RuleField>& fields = {});

    const std::vector<RuleField>& all() const { return fields_; }
    const RuleField& field(std::size_t index) const { return fields_[index]; }

    struct Looked {
        std::optional<std::size_t> index;
        bool ambiguous = false;              ///< two columns' headings look the same
        std::optional<std::string> nearest;  ///< when there is none: what may have been meant
    };
    /// Published rules call the employee id "externalId" and "XID": so it is found, unless the tenant has a field or a
    /// heading of that name.
    Looked find(std::string_view name) const;

    bool operator==(const FieldNames&) const = default;

private:
    std::vector<RuleField> fields_;
};

/// What the record says of this person in the field at this place of `FieldNames::all()`. A few nanoseconds.
FieldValue value_of(const Employee& employee, const FieldNames& names, std::size_t index);

}  // namespace usersync::rules

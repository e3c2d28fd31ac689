#pragma once
// A tenant's rules as they are written, each with the place where it stands. Not checked yet: `check_rules` does that.
// TOML tables and mapping sheets both come down to this, so that they cannot mean different things.

#include "core/model/network.hpp"
#include "core/model/reason.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace usersync::rules {

/// A text of the configuration and where it stands. The origin's column is that of the text's first character where the
/// file shows it as it is (TOML strings with escapes: of the opening quote). In a sheet it is the number of the cell:
/// what stands within the text stands in the same cell.
struct Written {
    std::string text;
    Origin origin;
    bool in_cell = false;
    auto operator<=>(const Written&) const = default;
};

/// "location is one of …". Values are compared exactly; a lone "*" means any value.
struct WrittenCell {
    std::string field;
    std::vector<std::string> values;
    std::size_t column = 0;  ///< of a sheet, counted from 1; 0: not in one
    auto operator<=>(const WrittenCell&) const = default;
};

/// When a rule applies: all cells hold, and the expression. Neither: always.
struct WrittenCondition {
    std::vector<WrittenCell> cells;
    std::optional<Written> expression;
    auto operator<=>(const WrittenCondition&) const = default;
};

/// A group by kind and name, EID or XID. The text may hold {field}: filled with the person's values, one group each.
struct WrittenGroup {
    std::string kind;  ///< "business_unit", "department", "local_department", "topic"; may be empty by EID and XID
    std::string by;    ///< "name", "eid", "xid"; empty: name
    std::string text;
    /// Of a sheet, where each of them stands; 0: nowhere, or not in a sheet.
    /// @{
    std::size_t kind_column = 0;
    std::size_t by_column = 0;
    std::size_t text_column = 0;
    /// @}
    auto operator<=>(const WrittenGroup&) const = default;
};

struct WrittenGroupRule {
    std::string id;  ///< "group_mapping[2]", "groups.csv row 12"
    Origin origin;
    WrittenCondition when;
    WrittenGroup group;                         ///< an empty text: what the cells name is known, and leads to no group
    std::optional<WrittenGroup> business_unit;  ///< of a local department: its members are members of these too
    std::optional<WrittenGroup> department;
    auto operator<=>(const WrittenGroupRule&) const = default;
};

/// Rules that are looked at together.
struct WrittenGroupTable {
    std::string id;  ///< "group_mapping[2]", "groups.csv"
    Origin origin;
    bool first_match = false;     ///< only the first rule that matches a person applies; otherwise all
    bool create_missing = false;  ///< a group that the network does not have is made; otherwise reported
    std::vector<WrittenGroupRule> rules;
    auto operator<=>(const WrittenGroupTable&) const = default;
};

struct WrittenRoleRule {
    std::string id;
    Origin origin;
    WrittenCondition when;
    std::optional<WrittenGroup> target;  ///< nullopt: the network
    std::string role;                    ///< "admin", "member", or a custom role's EID or name
    std::size_t role_column = 0;         ///< of a sheet; 0: not in one
    auto operator<=>(const WrittenRoleRule&) const = default;
};

struct WrittenLifeCycle {
    std::optional<Written> active;     ///< an expression; nullopt: everybody in the record
    std::optional<Written> leave;      ///< an expression: on leave
    bool leave_suspends = false;       ///< what being on leave means; otherwise they stay as they are
    std::int64_t start_lead_days = 0;  ///< in the network this many days before the start date
    std::int64_t end_delay_days = 0;   ///< and out of it this many days after the last day
    bool uses_start_date = true;
    bool uses_end_date = true;
    auto operator<=>(const WrittenLifeCycle&) const = default;
};

struct WrittenInvite {
    std::string id;
    Origin origin;
    std::optional<Written> when;  ///< an expression; nullopt: everybody
    std::string channel;          ///< "email", "sms", "printable", "single_sign_on", "none"; may be empty
    std::string language;         ///< "nl-NL", or a {field}; may be empty
    auto operator<=>(const WrittenInvite&) const = default;
};

/// One person, or all whom an expression matches.
struct WrittenException {
    std::string id;  ///< "exception[3]"
    Origin origin;
    std::string person;  ///< an employee id; empty: by expression
    std::optional<Written> when;
    std::vector<WrittenGroup> add_groups;
    std::vector<WrittenGroup> keep_in_groups;
    std::vector<WrittenGroup> not_in_groups;
    std::optional<std::string> role;      ///< in the network
    std::optional<WrittenGroup> role_in;  ///< then `role` is the one in this group
    bool do_not_invite = false;
    bool never_remove = false;
    bool exclude = false;  ///< wholly: neither created nor changed nor removed
    std::string reason;
    std::string owner;
    std::optional<Written> until;  ///< "2026-12-31": the last day on which it holds
    auto operator<=>(const WrittenException&) const = default;
};

/// What becomes of people whom the network can hardly take.
enum class Admit : std::uint8_t {
    yes,     ///< like everybody else
    report,  ///< not created, not removed, and shown as open
};

struct WrittenRules {
    std::vector<WrittenGroupTable> groups;
    std::vector<WrittenRoleRule> roles;   ///< in the order of the file
    std::vector<std::string> role_order;  ///< highest first, see `check_rules` for what it leaves out
    WrittenLifeCycle life_cycle;
    std::vector<WrittenInvite> invites;         ///< per channel and language the first that matches and says one
    std::optional<Written> user_name;           ///< a template: "{employee_id}"
    std::optional<Written> temporary_password;  ///< a template: "{last_name}{employee_id}"
    Admit without_email = Admit::report;
    Admit without_business_unit = Admit::yes;
    Admit without_group = Admit::yes;
    std::vector<WrittenException> exceptions;
    bool operator==(const WrittenRules&) const = default;
};

}  // namespace usersync::rules

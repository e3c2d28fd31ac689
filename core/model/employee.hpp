#pragma once
// A person as the customer's employee record has them.

#include "core/model/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync {

struct PersonName {
    std::string first;
    std::string infix;  ///< "van der"; may be empty
    std::string last;
    auto operator<=>(const PersonName&) const = default;
};

/// The same name with the infix in front of the last name: {"Jan", "van der", "Berg"} → {"Jan", "", "van der Berg"}.
/// SCIM has no infix, so two names are the same when their joined forms are.
PersonName joined(const PersonName& name);

/// What the sync fills in on a person's profile. Personal data: there is no formatter for it on purpose.
/// nullopt means "we have nothing to say about this field" (the column is absent): it is left as it is.
/// An empty text means "the cell is empty".
struct Profile {
    std::optional<std::string> email;  ///< normalised: trimmed, lower case
    std::optional<PersonName> name;
    std::optional<std::string> job_title;
    std::optional<std::string> phone;
    auto operator<=>(const Profile&) const = default;
};

/// What else a record says about a person. Rules look at it; it is not shown on the profile.
/// nullopt and the empty text mean the same as in `Profile`.
struct Employment {
    std::optional<std::string> upn;         ///< the name to sign in with, where it is not the address
    std::optional<std::string> language;    ///< as the record or its lookup says: "nl", "nl-NL"
    std::optional<std::string> start_date;  ///< "2026-03-01"
    std::optional<std::string> end_date;    ///< "2026-03-01": the last day
    std::optional<std::string> status;
    std::optional<std::string> manager;  ///< the manager's employee id
    auto operator<=>(const Employment&) const = default;
};

/// One employee of one snapshot. Order and line numbers of the delivery are not part of it: the same
/// people in another order are the same snapshot.
struct Employee {
    EmployeeKey key;
    Profile profile;
    std::vector<std::string> locations;        ///< in the order of the record; the first is the main one
    std::vector<std::string> departments;      ///< likewise
    std::map<std::string, std::string> extra;  ///< any further column that the tenant maps, by its field name
    Employment employment;
    bool locations_emptied = false;    ///< an empty cell, which this tenant reads as "there is none"
    bool departments_emptied = false;  ///< likewise. Without it an empty list means that the record says nothing
    auto operator<=>(const Employee&) const = default;
};

}  // namespace usersync

#pragma once
// A snapshot: one complete employee record, as read, judged and kept. Immutable once saved.

#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"
#include "core/model/people_bytes.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// How much a snapshot may be believed about who is *absent*. Absence is a conclusion that needs evidence.
enum class Completeness {
    complete,  ///< everything was read and it looks like the whole company
    doubtful,  ///< read whole, but it does not look like the whole company: every plan from it waits for a person
    partial,   ///< something could not be read: absence proves nothing, nobody is removed by it
};

/// How the bytes of a delivery ended. A last row without the line break that its source always writes may be cut.
enum class RecordEnding {
    whole,          ///< its wrapper or its format proves that nothing is missing at the end
    line_break,     ///< lines of text, a line break behind the last one
    no_line_break,  ///< lines of text, the last one without
};

/// What a finding leads to. A finding about the file as a whole that bounces it is a `Bounce`, never a `RecordIssue`.
enum class IssueSeverity {
    warning,  ///< worth a look; the person, if one is meant, is read all the same
    frozen,   ///< the person is left as they are
    unknown,  ///< a row whose person cannot be told: nobody counts as absent
};

/// Something that was noticed in a record. Never holds a cell's value.
struct RecordIssue {
    IssueSeverity severity = IssueSeverity::frozen;
    std::string sheet;               ///< empty for a format without sheets
    std::size_t line = 0;            ///< 1-based line, row or record at which it begins; 0: the record as a whole
    std::optional<EmployeeKey> key;  ///< the person concerned, when the row's key could be read
    std::string column;              ///< as the customer named it; empty when the whole row is meant
    std::string code;                ///< the rule, snake_case: "bad_email", "duplicate_key"
    std::string message;             ///< one sentence that HR understands
    bool operator==(const RecordIssue&) const = default;
};

/// A person about whom this snapshot says nothing reliable: kept exactly as they are, neither changed nor removed.
struct Frozen {
    EmployeeKey key;
    std::string reason;  ///< one sentence, e.g. "row 87: the e-mail address is not valid"
    auto operator<=>(const Frozen&) const = default;
};

struct SnapshotMeta {
    SnapshotId id;
    Fingerprint content;   ///< of the employees: equal content is an equal record, whatever the bytes
    Fingerprint delivery;  ///< of the original bytes
    std::string delivery_name;
    Time taken_at{};
    Completeness completeness = Completeness::complete;
    std::vector<std::string> completeness_reasons;  ///< why it is not complete; empty when it is
    std::vector<std::string> columns;               ///< header of the delivery, in its order
    std::vector<std::size_t> filled;                ///< one per column: rows in which it was not empty, if mapped
    std::size_t rows = 0;                           ///< of the delivery, below the header
    RecordEnding ending = RecordEnding::whole;
    std::size_t employee_count = 0;  ///< without those who are frozen
    std::size_t frozen_count = 0;
    bool operator==(const SnapshotMeta&) const = default;
};

struct Snapshot {
    SnapshotMeta meta;
    PeopleBytes employees;            ///< sorted by key, keys unique
    std::vector<RecordIssue> issues;  ///< in the order of the delivery
    std::vector<Frozen> frozen;       ///< sorted by key; disjoint from `employees`
    bool operator==(const Snapshot&) const = default;
};

std::string_view to_string(IssueSeverity severity);
std::optional<IssueSeverity> issue_severity_from(std::string_view text);
std::string_view to_string(RecordEnding ending);
std::optional<RecordEnding> ending_from(std::string_view text);
std::string_view to_string(Completeness completeness);
std::optional<Completeness> completeness_from(std::string_view text);

/// Fingerprint over employees that are sorted by key.
Fingerprint content_fingerprint(const PeopleBytes& employees);

}  // namespace usersync

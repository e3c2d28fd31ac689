#pragma once
// A record's people as structs, with nobody known before.

#include "core/ingest/ingest.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::test {

struct Read {
    std::vector<Employee> employees;
    std::vector<Frozen> frozen;
    std::vector<RecordIssue> issues;    ///< without those about columns that are not there
    std::vector<RecordIssue> warnings;  ///< those
    std::vector<std::string> columns;
    ingest::ReadEvidence evidence;
    bool operator==(const Read&) const = default;
};

inline std::variant<ingest::Ingested, ingest::Bounce> ingested(std::string_view bytes, const ingest::ColumnMap& map,
                                                               const record::RecordFormat& format = {}) {
    KnownPeople nobody;
    return ingest::ingest_bytes(bytes, map, format, {}, nobody, {});
}

inline Read read_record(std::string_view bytes, const ingest::ColumnMap& map, const record::RecordFormat& format = {}) {
    auto outcome = ingested(bytes, map, format);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) FAIL(bounce->code << ": " << bounce->sentence);
    auto& taken = std::get<ingest::Ingested>(outcome);
    Read read{.frozen = std::move(taken.frozen), .columns = taken.facts.columns, .evidence = taken.facts.evidence};
    for (std::size_t at = 0; at < taken.changed.size(); ++at) read.employees.push_back(taken.changed.employee(at));
    for (auto& issue : taken.issues) {
        auto& list = issue.severity == IssueSeverity::warning ? read.warnings : read.issues;
        list.push_back(std::move(issue));
    }
    CHECK(taken.content == content_fingerprint(read.employees));
    return read;
}

/// "read" when it is not bounced.
inline std::string bounce_code(std::string_view bytes, const ingest::ColumnMap& map,
                               const record::RecordFormat& format = {}) {
    const auto outcome = ingested(bytes, map, format);
    const auto* bounce = std::get_if<ingest::Bounce>(&outcome);
    return bounce == nullptr ? "read" : bounce->code;
}

}  // namespace usersync::test

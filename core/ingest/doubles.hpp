#pragma once
// People who cannot both be right: one key on several rows, one e-mail address for two people.

#include "core/model/known_people.hpp"
#include "core/model/people_bytes.hpp"
#include "core/model/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace usersync::ingest {

/// A person's row among those that are looked at.
struct Sighting {
    std::string_view key;
    std::uint32_t line = 0;
};

/// "line 7", "rows 3, 9 and 12 more": up to three by number, so that a key that stands on a thousand rows does not make
/// a thousand long sentences. `lines` are sorted and hold `own` once.
std::string other_lines(const std::vector<std::uint32_t>& lines, std::uint32_t own, const char* unit);

/// One issue for each of the rows that share a key; `same_person`: by name and address. REQUIRES: at least two.
std::vector<RecordIssue> same_key_issues(std::string_view key, std::vector<std::uint32_t> lines,
                                         const std::string& column, const char* unit, bool same_person);

/// One issue for each of the people who share an address. REQUIRES: at least two, sorted by line.
std::vector<RecordIssue> same_email_issues(const std::vector<Sighting>& people, const std::string& column,
                                           const char* unit);

}  // namespace usersync::ingest

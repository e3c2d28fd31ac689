#pragma once
// Which file of a folder is the employee record: a decision over two listings, without touching a file.

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

struct PickupRules {
    std::string pattern = "*";  ///< glob over the file name: * ? [abc]; case matters, as it does on the server
    Duration stable_for = std::chrono::seconds(10);  ///< size and time must not change for this long
    std::vector<std::string> temporary_suffixes = {".filepart", ".part", ".tmp", ".incomplete",
                                                   ".partial",  ".swp",  "~"};
    std::uint64_t bytes_max = 256u << 20;  ///< a larger file is refused, not read
    bool operator==(const PickupRules&) const = default;
};

/// One regular file of a listing. Folders, links and devices never get here.
struct FileEntry {
    std::string name;
    std::uint64_t size = 0;
    Time modified{};
    auto operator<=>(const FileEntry&) const = default;
};

struct Pickup {
    std::optional<FileEntry> take;         ///< the newest complete file (by time, then name)
    std::optional<FileEntry> too_large;    ///< … when it is over `bytes_max`; then there is nothing to take
    std::vector<std::string> superseded;   ///< older complete files that match, oldest first
    std::vector<std::string> not_ready;    ///< "NAME: why", for files that match but must wait
    std::vector<std::string> passed_over;  ///< "NAME: why", for files that match but can never be a record
    bool operator==(const Pickup&) const = default;
};

/// True when the name matches the glob. A name that holds '/', a control character or begins with '.' never does.
bool matches(std::string_view name, std::string_view pattern);

/// The names that deserve a second look: they match, are neither temporary nor passed over. Empty: no need to wait for
/// a second listing.
std::vector<FileEntry> candidates(const std::vector<FileEntry>& listing, const PickupRules& rules);

/// "~$staff.xlsx: …": what Excel leaves beside a workbook that somebody has open. It is newer than the workbook.
std::vector<std::string> passed_over(const std::vector<FileEntry>& listing, const PickupRules& rules);

/// Compares two listings taken `rules.stable_for` apart. A file counts as complete when it is in both with the same
/// size and time. When the newest match is not ready, nothing is taken: an older record must not win over a newer
/// one that is still arriving, or over one that must be refused because it is larger than `bytes_max`.
Pickup choose_file(const std::vector<FileEntry>& earlier, const std::vector<FileEntry>& now, const PickupRules& rules);

/// The name a file gets in the archive: "20260102T030405Z-employees.csv"; "…Z-1-employees.csv" for attempt 1, when
/// that name is taken already. Names sort by the time of archiving.
std::string archive_name(std::string_view name, Time when, int attempt);

}  // namespace usersync::ingest

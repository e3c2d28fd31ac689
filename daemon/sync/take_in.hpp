#pragma once
// The first half of a run: from the source to a snapshot that is safe with us.

#include "daemon/sync/tenant_parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::sync {

/// What looking at the source led to.
struct TakenIn {
    std::optional<Snapshot> snapshot;    ///< the newest one, from this delivery or an earlier; absent before the first
    bool was_delivered = false;          ///< a complete record was there, new or known
    bool is_new = false;                 ///< a snapshot was made in this run
    std::vector<std::string> not_ready;  ///< files that are left for the next look
    bool is_nobody = false;              ///< of a look at one person: the source has no such row
};

/// Whether one person can be looked at alone: the source can be asked, and looks in the column that is mapped to the
/// employee's id as it is. Otherwise a look at the whole sees to them.
bool reads_one_person(const Source& source, const TenantSettings& settings);

/// Fetch, read, judge, save, acknowledge: in this order, so that a crash anywhere loses nothing. A record that is
/// byte for byte the newest one makes no new snapshot; one that equals an older delivery is doubtful. A bounced
/// record, and one that is too large to be read, is a Failure and stays where it is; nothing is concluded from it.
///
/// `person`: the source is asked for this one alone, or for everybody where it finds that it cannot be. The rows of
/// everybody else are those of the record before, so the snapshot is partial: it says nothing anew about who is absent.
boost::asio::awaitable<Result<TakenIn>> take_in(TenantParts parts, std::optional<EmployeeKey> person = {});

}  // namespace usersync::sync

#include "core/apply/person_retry.hpp"

#include "core/base/fingerprint.hpp"
#include "core/base/time_text.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace usersync::apply {
namespace {

Duration longest_wait(int failures_too_many, const PersonRetryLimits& limits) {
    Duration wait = std::min(limits.first, limits.longest);
    for (int i = 1; i < failures_too_many && wait < limits.longest; ++i) wait = std::min(wait * 2, limits.longest);
    return wait;
}

bool is_one_of(const What& what, const std::vector<What>& some) {
    return std::find(some.begin(), some.end(), what) != some.end();
}

bool ends_access(const What& what) {
    return std::holds_alternative<SuspendUser>(what) || std::holds_alternative<EndMembership>(what);
}

/// Something of somebody who stays, which nothing that is to be given to them has to come before.
bool takes_away(const What& what) {
    if (const auto* role = std::get_if<ChangeRole>(&what)) return !role->granted;
    if (const auto* role = std::get_if<ChangeGroupRole>(&what)) return !role->granted;
    return std::holds_alternative<RemoveFromGroups>(what);
}

}  // namespace

FailedBefore failed_before(const std::vector<Tried>& newest_first, std::optional<Time> forgiven) {
    FailedBefore failed;
    std::vector<What> taken_since;  // what does not wait says nothing about what does
    for (std::size_t at = 0; at < newest_first.size();) {
        const auto run = newest_first[at].run;
        std::vector<What> refused;
        std::optional<Time> when;
        bool any_well = false;
        for (; at < newest_first.size() && newest_first[at].run == run; ++at) {
            const auto& row = newest_first[at];
            const bool went_well = row.ending == Tried::Ending::took_effect;
            if (went_well && takes_away(row.what)) taken_since.push_back(row.what);
            any_well = any_well || (went_well && !takes_away(row.what));
            if (row.ending != Tried::Ending::refused || (forgiven && row.at <= *forgiven)) continue;
            if (is_one_of(row.what, taken_since)) continue;
            refused.push_back(row.what);
            when = std::max(when.value_or(row.at), row.at);
        }
        if (refused.empty() && any_well) break;
        if (refused.empty()) continue;  // nothing that counts was answered in this run
        if (failed.runs++ == 0) {
            failed.last = *when;
            failed.what = std::move(refused);
        }
    }
    return failed;
}

std::optional<Time> next_attempt(const TenantId& tenant, const EmployeeKey& employee, const FailedBefore& failed,
                                 const PersonRetryLimits& limits) {
    const auto too_many = failed.runs - limits.free_failures;
    if (too_many <= 0) return std::nullopt;
    const auto wait = longest_wait(too_many, limits);
    if (wait <= Duration(0)) return std::nullopt;
    const auto seed = static_cast<std::uint64_t>(failed.runs);
    const auto random = digest_of(tenant.value() + '\n' + employee.value(), seed).low;
    const auto span = static_cast<std::uint64_t>(wait.count());
    return failed.last + Duration(1 + static_cast<Duration::rep>(random % span));
}

void leave_out_waiting(ChangeSet& changes, const std::map<EmployeeKey, Waits>& waits, Time now) {
    std::set<EmployeeKey> left_out;
    std::set<EmployeeKey> leavers;
    for (const auto& change : changes.changes) {
        const auto at = waits.find(change.employee);
        if (at == waits.end() || at->second.until <= now) continue;
        if (is_one_of(change.what, at->second.what)) left_out.insert(change.employee);
        if (ends_access(change.what)) leavers.insert(change.employee);
    }
    std::erase_if(changes.changes, [&](const Change& change) {
        const auto& person = change.employee;
        if (!left_out.contains(person)) return false;
        const bool goes_on = takes_away(change.what) && !leavers.contains(person);
        return !goes_on || is_one_of(change.what, waits.at(person).what);
    });
    for (const auto& person : left_out) {
        const auto& wait = waits.at(person);
        changes.notes.push_back({.kind = Note::Kind::retry_later,
                                 .employee = person,
                                 .text = "refused in " + std::to_string(wait.runs) +
                                         " runs in a row: not tried again before " + utc_text(wait.until)});
    }
}

}  // namespace usersync::apply

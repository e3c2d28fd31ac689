#include "core/plan/removal_queue.hpp"

#include "core/base/time_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

template <class Sorted>
auto find_by_key(const std::vector<Sorted>& sorted, const EmployeeKey& key) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), key,
                                     [](const Sorted& one, const EmployeeKey& sought) { return one.key < sought; });
    return at == sorted.end() || at->key != key ? nullptr : &*at;
}

std::string day_text(Time time) { return utc_text(time).substr(0, std::string("2026-11-22").size()); }

bool is_explicit(Evidence evidence) { return evidence == Evidence::end_date || evidence == Evidence::leaver_status; }

std::string sentence_of(Evidence evidence) {
    switch (evidence) {
        case Evidence::absent: return "not in the record";
        case Evidence::end_date: return "their last day has passed";
        case Evidence::leaver_status: return "not active by the record";
        case Evidence::on_leave: return "on leave by the record";
    }
    return "not in the record";
}

/// From when the membership of the network may end; nullopt while that is not known.
std::optional<Time> end_of(const QueuedRemoval& entry, const QueueLimits& limits, bool can_suspend) {
    // Where no call suspends, it counts from when groups may be taken.
    if (!can_suspend) return entry.first_seen + limits.suspend_after + limits.remove_after;
    return entry.suspended_at ? std::optional(*entry.suspended_at + limits.remove_after) : std::nullopt;
}

/// The same person under another key: the former key is gone from the record, and nobody leaves.
bool goes_on_elsewhere(const Change& change) {
    const auto* suspend = std::get_if<SuspendUser>(&change.what);
    return suspend != nullptr && suspend->becomes;
}

/// One look at the whole queue.
class Walk {
public:
    Walk(ChangeSet& changes, const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
         const Removals& before, const QueueSight& sight, const QueueLimits& limits)
        : changes_(changes),
          desired_(desired),
          actual_(actual),
          ownership_(ownership),
          before_(before),
          sight_(sight),
          limits_(limits) {}

    std::vector<QueuedRemoval> done() && {
        find_whom_it_concerns();
        if (leaving_.empty() && before_.queued.empty()) return {};
        find_suspended();
        for (const auto& queued : before_.queued) leaving_.try_emplace(queued.key);
        for (const auto& [person, has_something] : leaving_) look_at(person, has_something);
        take_out();
        return std::move(after_);
    }

private:
    /// Those of whom the comparison takes something, and who are leavers by the record.
    void find_whom_it_concerns() {
        for (const auto& change : changes_.changes) {
            if (!needs_call(change.what) || change.employee.value().empty()) continue;
            if (goes_on_elsewhere(change) || !evidence_of(desired_, change.employee)) continue;
            leaving_[change.employee] = true;
            if (std::holds_alternative<EndMembership>(change.what)) ending_.insert(change.employee);
        }
        for (const auto& note : changes_.notes) {
            const bool is_to_suspend = note.kind == Note::Kind::awaits_hand && evidence_of(desired_, note.employee);
            if (is_to_suspend) leaving_[note.employee] = true;
        }
    }

    void find_suspended() {
        for (const auto& user : actual_.users) {
            if (user.xid && user.state == UserState::suspended) suspended_.insert(*user.xid);
        }
    }

    void look_at(const EmployeeKey& person, bool has_something) {
        const auto evidence = evidence_of(desired_, person);
        if (!evidence) return;
        const auto* known = before_.find(person);
        if (!has_something) {
            const bool says_nothing = desired_.completeness == Completeness::partial;
            if (!says_nothing || known == nullptr) return;
            after_.push_back(*known);
            after_.back().counted = std::max(known->counted, sight_.snapshot);
            return;
        }
        auto entry = entry_of(person, *evidence, known);
        const auto counted = count_snapshot(entry);
        note_suspension(entry);
        decide(entry, counted);
        after_.push_back(std::move(entry));
    }

    QueuedRemoval entry_of(const EmployeeKey& person, Evidence evidence, const QueuedRemoval* known) const {
        // Who only was on leave has not been leaving so far, and the other way round.
        const bool begins = known == nullptr || was_there_since(*known, evidence) ||
                            (known->evidence == Evidence::on_leave) != (evidence == Evidence::on_leave);
        if (!begins) {
            auto entry = *known;
            if (is_explicit(evidence) || !is_explicit(entry.evidence)) entry.evidence = evidence;
            return entry;
        }
        QueuedRemoval entry{.key = person,
                            .evidence = evidence,
                            .first_snapshot = sight_.snapshot,
                            .first_seen = sight_.now,
                            .snapshots = 0,
                            .counted = {}};
        return entry;
    }

    /// In a record that no run has looked at, because it failed.
    bool was_there_since(const QueuedRemoval& known, Evidence evidence) const {
        const auto* absence = find_by_key(sight_.missing, known.key);
        if (evidence != Evidence::absent || absence == nullptr) return false;
        return absence->last_row > (known.counted == SnapshotId() ? known.first_snapshot : known.counted);
    }

    /// Gives how many count for this plan.
    std::size_t count_snapshot(QueuedRemoval& entry) const {
        const bool is_complete = desired_.completeness == Completeness::complete;
        const bool is_doubtful = desired_.completeness == Completeness::doubtful;
        const bool is_new = sight_.snapshot > std::exchange(entry.counted, std::max(entry.counted, sight_.snapshot));
        const auto* absence = find_by_key(sight_.missing, entry.key);
        const bool is_told = absence != nullptr && entry.evidence == Evidence::absent;
        // A doubtful one is none of those that count in the store.
        if (is_doubtful) return (is_told ? absence->snapshots : entry.snapshots) + 1;
        if (!is_complete) return entry.snapshots;
        if (entry.snapshots == 0) {
            // What a doubtful record seemed to say is no beginning.
            entry.first_snapshot = is_told ? absence->since : sight_.snapshot;
            entry.first_seen = sight_.now;
        }
        if (is_told) {
            entry.snapshots = absence->snapshots;
        } else if (is_new || entry.snapshots == 0) {
            ++entry.snapshots;
        }
        return entry.snapshots;
    }

    void note_suspension(QueuedRemoval& entry) const {
        if (!suspended_.contains(entry.key)) {
            entry.suspended_at.reset();
        } else if (!entry.suspended_at) {
            const auto* owned = ownership_.find(entry.key);
            const bool is_ours = owned != nullptr && owned->suspended && owned->changed_at;
            // A suspension from before they were leaving is no part of the countdown.
            entry.suspended_at = is_ours ? std::max(*owned->changed_at, entry.first_seen) : sight_.now;
        }
    }

    void decide(const QueuedRemoval& entry, std::size_t counted) {
        const auto* hold = before_.hold_of(entry.key);
        if (hold != nullptr) return wait_with_all(entry, counted, hold);
        const bool is_proven = entry.evidence != Evidence::absent || counted >= limits_.snapshots;
        const bool is_due =
            entry.evidence == Evidence::on_leave || sight_.now >= entry.first_seen + limits_.suspend_after;
        if (!is_proven || !is_due) return wait_with_all(entry, counted, nullptr);
        if (!ending_.contains(entry.key) || may_end(entry)) return;
        ends_wait_.insert(entry.key);
        note(entry, counted, nullptr);
    }

    /// The membership of the network, once everything else may be taken.
    bool may_end(const QueuedRemoval& entry) const {
        if (limits_.remove_after <= Duration(0)) return true;
        const auto end = end_of(entry, limits_, sight_.can_suspend);
        return end && sight_.now >= *end;
    }

    void wait_with_all(const QueuedRemoval& entry, std::size_t counted, const RemovalHold* hold) {
        wait_.insert(entry.key);
        note(entry, counted, hold);
    }

    void note(const QueuedRemoval& entry, std::size_t counted, const RemovalHold* hold) {
        std::string text = entry.suspended_at ? "is suspended, and to be removed: " : "is to leave: ";
        text += sentence_of(entry.evidence) + " since " + day_text(entry.first_seen) + " (snapshot " +
                std::to_string(entry.first_snapshot.value()) + ')';
        if (entry.evidence == Evidence::absent && counted < limits_.snapshots) {
            text +=
                ", in " + std::to_string(counted) + " of " + std::to_string(limits_.snapshots) + " complete records";
        }
        if (hold != nullptr) {
            text += "; held by " + hold->by + " since " + day_text(hold->since);
        } else if (wait_.contains(entry.key) && entry.evidence != Evidence::on_leave && !entry.suspended_at) {
            if (limits_.suspend_after > Duration(0)) {
                text += "; access ends from " + day_text(entry.first_seen + limits_.suspend_after);
            }
        } else if (const auto end = end_of(entry, limits_, sight_.can_suspend);
                   end && (entry.suspended_at || ends_wait_.contains(entry.key)) &&
                   limits_.remove_after > Duration(0)) {
            text += "; the membership ends from " + day_text(*end);
        }
        notes_.push_back({Note::Kind::queued, entry.key, std::move(text)});
    }

    void take_out() {
        std::erase_if(changes_.changes, [&](const Change& change) {
            if (!needs_call(change.what)) return false;
            if (wait_.contains(change.employee)) return true;
            return ends_wait_.contains(change.employee) && std::holds_alternative<EndMembership>(change.what);
        });
        // Nobody is to do by hand what is not due.
        std::erase_if(changes_.notes, [&](const Note& note) {
            return note.kind == Note::Kind::awaits_hand && wait_.contains(note.employee);
        });
        changes_.notes.insert(changes_.notes.end(), notes_.begin(), notes_.end());
        std::sort(changes_.notes.begin(), changes_.notes.end());
    }

    ChangeSet& changes_;
    const DesiredNetwork& desired_;
    const ActualNetwork& actual_;
    const Ownership& ownership_;
    const Removals& before_;
    const QueueSight& sight_;
    const QueueLimits& limits_;
    std::map<EmployeeKey, bool> leaving_;  ///< and whether the comparison takes something from them
    std::set<EmployeeKey> ending_;         ///< of them, those whose membership of the network is to end
    std::set<EmployeeKey> suspended_;
    std::set<EmployeeKey> wait_;       ///< with everything
    std::set<EmployeeKey> ends_wait_;  ///< with the end of the membership
    std::vector<Note> notes_;
    std::vector<QueuedRemoval> after_;
};

}  // namespace

std::string_view to_string(Evidence evidence) {
    switch (evidence) {
        case Evidence::absent: return "absent";
        case Evidence::end_date: return "end_date";
        case Evidence::leaver_status: return "leaver_status";
        case Evidence::on_leave: return "on_leave";
    }
    return "absent";
}

std::optional<Evidence> evidence_from(std::string_view text) {
    for (const auto evidence :
         std::array{Evidence::absent, Evidence::end_date, Evidence::leaver_status, Evidence::on_leave}) {
        if (to_string(evidence) == text) return evidence;
    }
    return std::nullopt;
}

const RemovalHold* Removals::hold_of(const EmployeeKey& key) const { return find_by_key(holds, key); }
const QueuedRemoval* Removals::find(const EmployeeKey& key) const { return find_by_key(queued, key); }

std::optional<Evidence> evidence_of(const DesiredNetwork& desired, const EmployeeKey& person) {
    if (find_by_key(desired.users, person) != nullptr || find_by_key(desired.frozen, person) != nullptr) {
        return std::nullopt;
    }
    const auto* unwanted = find_by_key(desired.not_wanted, person);
    if (unwanted == nullptr) return Evidence::absent;
    switch (unwanted->absence) {
        case Absence::ended: return Evidence::end_date;
        case Absence::inactive: return Evidence::leaver_status;
        case Absence::on_leave: return Evidence::on_leave;
        case Absence::not_started:
        case Absence::unclear:
        case Absence::excluded:
        case Absence::no_email:
        case Absence::no_business_unit:
        case Absence::no_group: return std::nullopt;
    }
    return std::nullopt;
}

std::vector<QueuedRemoval> walk_queue(ChangeSet& changes, const DesiredNetwork& desired, const ActualNetwork& actual,
                                      const Ownership& ownership, const Removals& before, const QueueSight& sight,
                                      const QueueLimits& limits) {
    return Walk(changes, desired, actual, ownership, before, sight, limits).done();
}

Countdown countdown_of(const QueuedRemoval& queued, const QueueLimits& limits, bool ends_memberships,
                       bool can_suspend) {
    Countdown countdown;
    const bool counts = queued.evidence == Evidence::absent && queued.snapshots < limits.snapshots;
    if (counts) countdown.snapshots_missing = limits.snapshots - queued.snapshots;
    if (!queued.suspended_at && queued.evidence != Evidence::on_leave) {
        countdown.suspended_from = queued.first_seen + limits.suspend_after;
    }
    const bool ends = ends_memberships && queued.evidence != Evidence::on_leave;
    if (ends) countdown.ends_from = end_of(queued, limits, can_suspend);
    return countdown;
}

}  // namespace usersync::plan

#include "core/plan/repeated.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace usersync::plan {
namespace {

bool is_within(const std::vector<GroupChange>& some, const std::vector<GroupChange>& all) {
    return std::all_of(some.begin(), some.end(), [&](const GroupChange& one) {
        return std::any_of(all.begin(), all.end(), [&](const GroupChange& other) { return other.eid == one.eid; });
    });
}

bool brings_account(const What& what) {
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<ReactivateUser>(what);
}

/// Whether `before` brought about all that this one is to bring about. What is never counted is never the same.
struct SameAim {
    const What& before;

    template <class Alternative>
    const Alternative* as() const {
        return std::get_if<Alternative>(&before);
    }
    bool operator()(const Adopt&) const { return false; }
    bool operator()(const Release&) const { return false; }
    bool operator()(const InviteAgain&) const { return false; }
    bool operator()(const CreateUser&) const { return brings_account(before); }
    bool operator()(const ReactivateUser&) const { return brings_account(before); }
    bool operator()(const UpdateProfile& what) const {
        return as<UpdateProfile>() != nullptr && as<UpdateProfile>()->after == what.after;
    }
    bool operator()(const AddToGroups& what) const {
        return as<AddToGroups>() != nullptr && is_within(what.groups, as<AddToGroups>()->groups);
    }
    bool operator()(const RemoveFromGroups& what) const {
        return as<RemoveFromGroups>() != nullptr && is_within(what.groups, as<RemoveFromGroups>()->groups);
    }
    bool operator()(const ChangeRole& what) const {
        return as<ChangeRole>() != nullptr && as<ChangeRole>()->after == what.after;
    }
    bool operator()(const ChangeGroupRole& what) const {
        const auto* other = as<ChangeGroupRole>();
        return other != nullptr && other->group.eid == what.group.eid && other->after == what.after;
    }
    bool operator()(const SuspendUser&) const { return as<SuspendUser>() != nullptr; }
    bool operator()(const EndMembership&) const { return as<EndMembership>() != nullptr; }
    bool operator()(const MakeGroup& what) const { return as<MakeGroup>() != nullptr && *as<MakeGroup>() == what; }
};

bool same_aim(const What& what, const What& before) { return std::visit(SameAim{before}, what); }

bool is_fresh(const Done& done, Time now, const RepeatLimits& limits) { return now - done.at < limits.settle_max; }

/// Groups have nobody in common: each counts its own runs.
bool counts_for(const Done& done, const Change& change) {
    return !change.employee.value().empty() || same_aim(change.what, done.what);
}

bool was_wanted(const Change& change, const Past& past) {
    return past.is_noted || std::any_of(past.wanted.begin(), past.wanted.end(),
                                        [&](const What& wanted) { return same_aim(change.what, wanted); });
}

/// In each of the last runs that did something for the person.
bool was_done_in_vain(const Change& change, const Past& past, Time now, const RepeatLimits& limits) {
    if (!was_wanted(change, past)) return false;
    std::vector<std::pair<RunId, bool>> runs;  // and whether this was done in it
    for (const auto& one : past.done) {
        if (now - one.at > limits.remembered) break;
        if (!counts_for(one, change)) continue;
        if (runs.empty() || runs.back().first != one.run) runs.emplace_back(one.run, false);
        if (same_aim(change.what, one.what)) runs.back().second = true;
    }
    if (runs.size() < limits.runs_max) return false;
    const auto end = runs.begin() + static_cast<std::ptrdiff_t>(limits.runs_max);
    return std::all_of(runs.begin(), end, [](const auto& run) { return run.second; });
}

Note note_about(const Change& change, Repeated why, const RepeatLimits& limits) {
    const std::string kind(kind_of(change.what));
    if (why == Repeated::settling) {
        return {.kind = Note::Kind::not_shown_yet,
                .employee = change.employee,
                .text = "the network may not show yet what was done a moment ago: " + kind + " waits"};
    }
    return {.kind = Note::Kind::no_effect,
            .employee = change.employee,
            .text = kind + " was answered as done in " + std::to_string(limits.runs_max) +
                    " runs, and the network does not show it: not sent again"};
}

}  // namespace

Repeated repeated(const Change& change, const Past& past, Time now, const RepeatLimits& limits) {
    const bool gives_up = std::holds_alternative<Release>(change.what);
    for (const auto& one : past.done) {
        if (is_fresh(one, now, limits) && (gives_up || same_aim(change.what, one.what))) return Repeated::settling;
    }
    if (!needs_call(change.what) || std::holds_alternative<InviteAgain>(change.what)) return Repeated::no;
    return limits.runs_max > 0 && was_done_in_vain(change, past, now, limits) ? Repeated::no_effect : Repeated::no;
}

bool is_settling(const Past& past, Time now, const RepeatLimits& limits) {
    return std::any_of(past.done.begin(), past.done.end(), [&](const Done& one) { return is_fresh(one, now, limits); });
}

void leave_out_repeated(ChangeSet& changes, const DoneBefore& done, Time now, const RepeatLimits& limits) {
    std::set<Note> notes;
    std::set<EmployeeKey> without_account;
    const auto is_repeated = [&](const Change& change) {
        const auto at = done.find(change.employee);
        const auto why = at == done.end() ? Repeated::no : repeated(change, at->second, now, limits);
        if (why == Repeated::no) return false;
        notes.insert(note_about(change, why, limits));
        if (brings_account(change.what)) without_account.insert(change.employee);
        return true;
    };
    std::erase_if(changes.changes, is_repeated);
    std::erase_if(changes.changes, [&](const Change& change) { return without_account.contains(change.employee); });
    std::erase_if(changes.drift, [&](const Drift& drift) {
        const auto at = done.find(drift.employee);
        if (at == done.end() || !is_settling(at->second, now, limits)) return false;
        notes.insert({.kind = Note::Kind::not_shown_yet,
                      .employee = drift.employee,
                      .text = "the network may not show yet what was done a moment ago: " +
                              std::string(to_string(drift.kind)) + " is judged later"});
        return true;
    });
    changes.notes.insert(changes.notes.end(), notes.begin(), notes.end());
}

}  // namespace usersync::plan

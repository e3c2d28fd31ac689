#include "core/plan/make_plan.hpp"

#include "core/plan/addresses.hpp"
#include "core/plan/plan_json.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

template <class T>
bool is(const Change& change) {
    return std::holds_alternative<T>(change.what);
}

/// Also those whom nothing that we can call suspends: somebody does it by hand, and what we can take, they lose.
std::set<EmployeeKey> leavers_of(const ChangeSet& changes) {
    std::set<EmployeeKey> leavers;
    for (const auto& change : changes.changes) {
        if (is<SuspendUser>(change) || is<EndMembership>(change)) leavers.insert(change.employee);
    }
    // Whoever is to be reactivated by hand has such a note, too, and nothing changes for them until then.
    for (const auto& note : changes.notes) {
        if (note.kind == Note::Kind::awaits_hand) leavers.insert(note.employee);
    }
    return leavers;
}

Stage stage_of(const Change& change, bool leaves) {
    struct Visitor {
        bool leaves;
        Stage operator()(const Adopt&) const { return Stage::adopt; }
        Stage operator()(const CreateUser&) const { return Stage::create; }
        Stage operator()(const ReactivateUser&) const { return Stage::create; }
        Stage operator()(const UpdateProfile&) const { return Stage::profile; }
        Stage operator()(const AddToGroups&) const { return Stage::group_add; }
        Stage operator()(const RemoveFromGroups&) const { return leaves ? Stage::leave_groups : Stage::group_remove; }
        Stage operator()(const ChangeRole&) const { return leaves ? Stage::leave_role : Stage::role; }
        Stage operator()(const SuspendUser&) const { return Stage::suspend; }
        Stage operator()(const EndMembership&) const { return Stage::remove; }
        Stage operator()(const MakeGroup&) const { return Stage::make_group; }
        Stage operator()(const Release&) const { return Stage::adopt; }
        Stage operator()(const InviteAgain&) const { return Stage::invite_again; }
        Stage operator()(const ChangeGroupRole&) const { return leaves ? Stage::leave_role : Stage::role; }
    };
    return std::visit(Visitor{leaves}, change.what);
}

OperationKey key_of(const Operation& operation, const PlanBasis& basis) {
    FingerprintBuilder builder;
    builder.add(basis.tenant.value()).add(basis.snapshot_content.hex()).add(basis.rules.hex()).add(encode(operation));
    return OperationKey(builder.finish().hex().substr(0, 16));
}

const Profile* profile_set_by(const Change& change) {
    if (const auto* create = std::get_if<CreateUser>(&change.what)) return &create->profile;
    if (const auto* reactivate = std::get_if<ReactivateUser>(&change.what)) return &reactivate->profile;
    if (const auto* update = std::get_if<UpdateProfile>(&change.what)) return &update->after;
    return nullptr;
}

/// The operations that others must wait for: per person the one that makes or ends the account, and per address the
/// one that gives it up.
struct Prerequisites {
    std::map<EmployeeKey, OperationKey> account;
    std::map<EmployeeKey, OperationKey> suspension;
    std::map<std::string, std::pair<EmployeeKey, OperationKey>> address;  ///< as it is compared
    std::map<EmployeeKey, OperationKey> profile;                          ///< the last one
    std::map<EmployeeKey, OperationKey> parking;
    std::map<std::pair<EmployeeKey, GroupEid>, OperationKey> membership;
};

Prerequisites prerequisites_of(const std::vector<Operation>& operations) {
    Prerequisites found;
    for (const auto& [key, stage, change, after] : operations) {
        if (stage == Stage::create) found.account.emplace(change.employee, key);
        if (stage == Stage::suspend) found.suspension.emplace(change.employee, key);
        if (stage == Stage::profile) found.profile.insert_or_assign(change.employee, key);
        if (const auto* add = std::get_if<AddToGroups>(&change.what)) {
            for (const auto& group : add->groups) found.membership.emplace(std::pair(change.employee, group.eid), key);
        }
        const auto* update = std::get_if<UpdateProfile>(&change.what);
        if (update != nullptr && update->parks) found.parking.emplace(change.employee, key);
        if (update != nullptr && update->before.email && update->before.email != update->after.email) {
            found.address.emplace(folded_address(*update->before.email), std::pair(change.employee, key));
        }
    }
    return found;
}

std::vector<OperationKey> needs_of(const Operation& operation, const Prerequisites& known) {
    std::set<OperationKey> needs;
    const auto& person = operation.change.employee;
    // What counts as ours, or does not any more, is settled before: nothing is sent for it.
    if (const auto at = known.account.find(person); at != known.account.end() && operation.stage >= Stage::create) {
        needs.insert(at->second);
    }
    if (operation.stage == Stage::remove) {
        if (const auto at = known.suspension.find(person); at != known.suspension.end()) needs.insert(at->second);
    }
    if (const auto* profile = profile_set_by(operation.change); profile != nullptr && profile->email) {
        // What they give up themselves is theirs: a person's own operations follow each other anyway.
        const auto at = known.address.find(folded_address(*profile->email));
        if (at != known.address.end() && at->second.first != person) needs.insert(at->second.second);
    }
    // Whoever was parked and cannot have the address that they wait for stays parked: nothing is lost by that, while
    // an update that counts on the parking cannot go without it.
    if (operation.stage == Stage::profile) {
        const auto at = known.parking.find(person);
        if (at != known.parking.end()) needs.insert(at->second);
    }
    if (operation.stage == Stage::invite_again) {
        if (const auto at = known.profile.find(person); at != known.profile.end()) needs.insert(at->second);
    }
    if (const auto* role = std::get_if<ChangeGroupRole>(&operation.change.what)) {
        const auto at = known.membership.find(std::pair(person, role->group.eid));
        if (at != known.membership.end()) needs.insert(at->second);
    }
    needs.erase(operation.key);
    return {needs.begin(), needs.end()};
}

PlanId id_of(const Plan& plan) {
    FingerprintBuilder builder;
    builder.add(plan.basis.tenant.value()).add(plan.basis.snapshot_content.hex()).add(plan.basis.rules.hex());
    builder.add(to_string(plan.basis.completeness));
    for (const auto& operation : plan.operations) builder.add(encode(operation));
    for (const auto& note : plan.notes) builder.add(to_string(note.kind)).add(note.employee.value()).add(note.text);
    for (const auto& drift : plan.drift) {
        builder.add(to_string(drift.kind)).add(drift.employee.value()).add(drift.object).add(to_string(drift.answer));
    }
    return PlanId(builder.finish().hex());
}

std::set<OperationKey> keys_of(const Plan& plan) {
    std::set<OperationKey> keys;
    for (const auto& operation : plan.operations) keys.insert(operation.key);
    return keys;
}

/// The person, or the group that is made.
std::string subject_of(const Change& change) {
    const auto* make = std::get_if<MakeGroup>(&change.what);
    return make != nullptr ? '"' + make->name + '"' : change.employee.value();
}

/// What differs is told up to here.
constexpr std::size_t differences_max = 50;

/// The change alone: the keys stand for what the plan was made from as well.
std::string change_of(const Operation& operation) {
    return encode(Operation{.key = {}, .stage = operation.stage, .change = operation.change, .after = {}});
}

std::string line_of(const Operation& operation) {
    return std::string(kind_of(operation.change.what)) + ' ' + subject_of(operation.change);
}

std::string line_of(const Note& note) {
    return "note " + std::string(to_string(note.kind)) + ' ' + note.employee.value() + ": " + note.text;
}

std::string line_of(const Drift& drift) {
    return "drift " + std::string(to_string(drift.kind)) + ' ' + drift.employee.value() + ": " + drift.object + ", " +
           std::string(to_string(drift.answer));
}

/// A line for each of `these` that is none of `those`.
template <class T, class Same>
void only_in(const std::vector<T>& these, const std::vector<T>& those, char sign, Same same,
             std::vector<std::string>& lines) {
    std::set<std::string> known;
    for (const auto& one : those) known.insert(same(one));
    for (const auto& one : these) {
        if (!known.contains(same(one))) lines.push_back(std::string(1, sign) + ' ' + line_of(one));
    }
}

template <class T, class Same>
void tell_both(const std::vector<T>& before, const std::vector<T>& after, Same same, std::vector<std::string>& lines) {
    only_in(before, after, '-', same, lines);
    only_in(after, before, '+', same, lines);
}

void tell_basis(const PlanBasis& before, const PlanBasis& after, std::vector<std::string>& lines) {
    if (before.snapshot_content != after.snapshot_content) lines.emplace_back("the record has other content");
    if (before.rules != after.rules) lines.emplace_back("the rules are others");
    if (before.completeness != after.completeness) {
        lines.push_back("the record was " + std::string(to_string(before.completeness)) + " and is " +
                        std::string(to_string(after.completeness)));
    }
}

}  // namespace

Plan make_plan(ChangeSet changes, PlanBasis basis, std::vector<Unmapped> unmapped) {
    const auto leavers = leavers_of(changes);
    Plan plan{.id = {},
              .basis = std::move(basis),
              .operations = {},
              .notes = std::move(changes.notes),
              .unmapped = std::move(unmapped),
              .drift = std::move(changes.drift)};
    for (auto& change : changes.changes) {
        Operation operation{.key = {},
                            .stage = stage_of(change, leavers.contains(change.employee)),
                            .change = std::move(change),
                            .after = {}};
        operation.key = key_of(operation, plan.basis);
        plan.operations.push_back(std::move(operation));
    }
    std::stable_sort(plan.operations.begin(), plan.operations.end(), [](const Operation& a, const Operation& b) {
        return a.stage != b.stage ? a.stage < b.stage : a.change.employee < b.change.employee;
    });
    const auto known = prerequisites_of(plan.operations);
    for (auto& operation : plan.operations) operation.after = needs_of(operation, known);
    plan.id = id_of(plan);
    return plan;
}

bool is_part_of(const Plan& rest, const Plan& whole) {
    const auto known = keys_of(whole);
    return std::all_of(rest.operations.begin(), rest.operations.end(),
                       [&](const Operation& operation) { return known.contains(operation.key); });
}

std::vector<std::string> differences(const Plan& before, const Plan& after) {
    std::vector<std::string> lines;
    tell_basis(before.basis, after.basis, lines);
    tell_both(before.operations, after.operations, change_of, lines);
    const auto as_told = [](const auto& one) { return line_of(one); };
    tell_both(before.notes, after.notes, as_told, lines);
    tell_both(before.drift, after.drift, as_told, lines);
    if (lines.size() <= differences_max) return lines;
    const auto more = lines.size() - differences_max;
    lines.resize(differences_max);
    lines.push_back("… and " + std::to_string(more) + " more");
    return lines;
}

std::size_t calls_of(const Plan& plan) {
    const auto sends = [](const Operation& operation) { return needs_call(operation.change.what); };
    return static_cast<std::size_t>(std::count_if(plan.operations.begin(), plan.operations.end(), sends));
}

}  // namespace usersync::plan

#include "core/plan/undo.hpp"

#include "core/plan/addresses.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

constexpr std::string_view rule_prefix = "undo of run ";
constexpr const char* undo_code = "undo";
constexpr const char* role_by_hand =
    "the role that goes with the membership does not come back with it: somebody gives it in the network";

bool has(const std::vector<GroupEid>& groups, const GroupEid& group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

bool has(const std::vector<GroupChange>& groups, const GroupEid& group) {
    return std::any_of(groups.begin(), groups.end(), [&](const GroupChange& one) { return one.eid == group; });
}

std::string quoted(const GroupChange& group) { return '"' + group.name + '"'; }

// ---- what nobody can take back ------------------------------------------------------------------------------

/// Sentences about one operation, before anything is known of the network.
struct Irrevocable {
    std::vector<std::string> operator()(const Adopt&) const { return {}; }
    std::vector<std::string> operator()(const Release&) const {
        return {"what somebody had changed in the network stays theirs"};
    }
    std::vector<std::string> operator()(const CreateUser& create) const {
        if (create.invitation.channel == InviteChannel::none) return {"the account stays, suspended"};
        return {"the invitation cannot be called back; the account stays, suspended"};
    }
    std::vector<std::string> operator()(const ReactivateUser& back) const {
        std::vector<std::string> why{"the profile that it brought stays"};
        if (back.formerly) why.push_back("the account stays under the key that it has now");
        return why;
    }
    std::vector<std::string> operator()(const UpdateProfile& update) const {
        if (!update.asks_in_again) return {};
        return {"the invitation to the new address cannot be called back"};
    }
    std::vector<std::string> operator()(const InviteAgain&) const { return {"the invitation cannot be called back"}; }
    std::vector<std::string> operator()(const AddToGroups&) const { return {}; }
    std::vector<std::string> operator()(const ChangeRole&) const { return {}; }
    std::vector<std::string> operator()(const RemoveFromGroups& remove) const {
        if (!remove.roles_by_hand) return {};
        return {role_by_hand};
    }
    std::vector<std::string> operator()(const ChangeGroupRole&) const { return {}; }
    std::vector<std::string> operator()(const SuspendUser&) const { return {}; }
    std::vector<std::string> operator()(const EndMembership&) const {
        return {"somebody who was removed from the network can only be asked in anew"};
    }
    std::vector<std::string> operator()(const MakeGroup& make) const {
        return {"a group that was made stays: " + std::string(to_string(make.kind)) + " \"" + make.name + '"'};
    }
};

std::vector<NotUndone> irrevocable_of(const Operation& operation) {
    std::vector<NotUndone> found;
    for (auto& why : std::visit(Irrevocable{}, operation.change.what)) {
        found.push_back({operation.change.employee, std::string(kind_of(operation.change.what)), std::move(why)});
    }
    return found;
}

// ---- one person, going backwards ----------------------------------------------------------------------------

/// Their account as it is, and as it was before what was looked at so far. Operations come newest first.
class Rewind {
public:
    Rewind(const ActualUser& account, const OwnedUser& owned, const ActualNetwork& network, const UndoPolicy& policy,
           std::vector<NotUndone>& left)
        : now_(account), then_(account), owned_(owned), network_(network), policy_(policy), left_(left) {}

    void back(const Operation& operation) {
        kind_ = kind_of(operation.change.what);
        std::visit([this](const auto& what) { this->take_back(what); }, operation.change.what);
    }

    const ActualUser& account() const { return now_; }

    /// The address that they would get, as it is compared; empty when they keep the one that they have.
    std::string address_sought() const {
        const auto before = folded_address(then_.profile.email.value_or(""));
        return before == folded_address(now_.profile.email.value_or("")) ? std::string() : before;
    }
    /// Whether somebody else can have the address that they have now. What a reactivation leaves is free only then.
    bool gives_address_up() const { return !was_hidden() && !address_sought().empty(); }

    void keep_address(std::string why) {
        then_.profile.email = now_.profile.email;
        left_.push_back({owned_.key, "update_profile", std::move(why)});
    }

    /// The changes from how it is to how it was.
    void changes(const Reason& why, std::vector<Change>& changes) const {
        const auto& person = owned_.key;
        const auto add = [&](What what) { changes.push_back({person, std::move(what), why}); };
        if (!forgotten_.empty()) add(Release{.groups = {}, .role = {}, .forgotten = forgotten_});
        const bool was_suspended = now_.state == UserState::suspended;
        const bool becomes_suspended = then_.state == UserState::suspended;
        if (was_suspended && !becomes_suspended) add(ReactivateUser{.profile = then_.profile});
        if (!was_suspended && then_.profile != now_.profile) {
            add(UpdateProfile{.before = now_.profile, .after = then_.profile});
        }
        if (auto groups = only_in(then_.groups, now_.groups, why); !groups.empty()) add(AddToGroups{std::move(groups)});
        if (auto groups = only_in(now_.groups, then_.groups, why); !groups.empty())
            add(removal_from(std::move(groups)));
        if (role_) add(*role_);
        for (auto role : group_roles_) {
            role.second.group.reason = why;
            add(role.second);
        }
        if (!was_suspended && becomes_suspended) add(SuspendUser{.profile = then_.profile});
    }

private:
    void leave(std::string why) { left_.push_back({owned_.key, kind_, std::move(why)}); }

    /// Nothing can be done to an account that somebody suspended, and that stays so.
    bool is_reachable() {
        if (then_.state != UserState::suspended) return true;
        leave("the account is suspended since then: left as it is");
        return false;
    }
    bool was_hidden() const { return now_.state == UserState::suspended; }

    std::string name_of(const GroupEid& eid) const {
        for (const auto& group : network_.groups) {
            if (group.eid == eid) return group.name;
        }
        return eid.value();
    }
    bool exists(const GroupEid& eid) const {
        return std::any_of(network_.groups.begin(), network_.groups.end(),
                           [&](const ActualGroup& group) { return group.eid == eid; });
    }
    bool is_protected() const {
        const auto& roles = policy_.protected_roles;
        return std::find(roles.begin(), roles.end(), now_.role) != roles.end() && owned_.role != now_.role;
    }
    std::vector<GroupChange> only_in(const std::vector<GroupEid>& these, const std::vector<GroupEid>& those,
                                     const Reason& why) const {
        std::vector<GroupChange> groups;
        for (const auto& eid : these) {
            if (!has(those, eid)) groups.push_back({eid, name_of(eid), why});
        }
        return groups;
    }

    RemoveFromGroups removal_from(std::vector<GroupChange> groups) const {
        RemoveFromGroups remove{.groups = std::move(groups), .roles = {}, .roles_by_hand = false};
        for (const auto& [group, role, membership] : now_.group_roles) {
            const bool goes = role != RoleId("member") && has(remove.groups, group);
            if (!goes) continue;
            const OwnedGroupRole given{.group = group, .role = role};
            const auto& ours = owned_.group_roles;
            const bool is_ours = std::find(ours.begin(), ours.end(), given) != ours.end();
            remove.roles.push_back({.group = group, .role = role, .is_ours = is_ours});
        }
        remove.roles_by_hand = !remove.roles.empty() && !policy_.group_roles_by_call;
        return remove;
    }

    // Somebody's account, made or brought back: suspended again.
    void suspend() {
        if (!owned_.user) return leave("the account is not ours any more");
        if (!is_reachable()) return;
        if (!policy_.can_suspend) return leave("no interface suspends: somebody does it in the network");
        if (now_.locked) return leave("another application protects the account");
        if (is_protected()) return leave("is an administrator by hand since then");
        then_.state = UserState::suspended;
    }

    void take_back(const CreateUser&) { suspend(); }
    /// Whoever goes on under another key may never have lost access.
    void take_back(const ReactivateUser& back) {
        if (!back.formerly) suspend();
    }
    void take_back(const SuspendUser&) {
        if (!owned_.user) return leave("the account is not ours any more");
        if (then_.state != UserState::suspended) return leave("the account is active again already");
        if (!policy_.can_suspend) return leave("no interface reactivates: somebody does it in the network");
        then_.state = UserState::active;
    }
    void take_back(const EndMembership&) { leave("the account is there again, by somebody else's doing"); }
    void take_back(const MakeGroup&) {}
    void take_back(const InviteAgain&) {}
    void take_back(const Release&) {}

    void take_back(const AddToGroups& add) {
        if (!is_reachable()) return;
        for (const auto& group : add.groups) {
            if (!has(then_.groups, group.eid)) {
                leave("is not in " + quoted(group) + " any more");
            } else if (!has(owned_.groups, group.eid)) {
                leave("the membership of " + quoted(group) + " is not ours any more");
            } else if (has(now_.locked_groups, group.eid)) {
                leave("another application protects the membership of " + quoted(group));
            } else {
                std::erase(then_.groups, group.eid);
                std::erase_if(then_.group_roles, [&](const ActualGroupRole& role) { return role.group == group.eid; });
                group_roles_.erase(group.eid);
            }
        }
    }
    void take_back(const RemoveFromGroups& remove) {
        if (!is_reachable()) return;
        for (const auto& group : remove.groups) {
            if (has(then_.groups, group.eid)) {
                leave("is in " + quoted(group) + " again already");
            } else if (!exists(group.eid)) {
                leave("the group " + quoted(group) + " is not there any more");
            } else {
                then_.groups.insert(std::upper_bound(then_.groups.begin(), then_.groups.end(), group.eid), group.eid);
                role_back(group, remove);
            }
        }
    }
    void role_back(const GroupChange& group, const RemoveFromGroups& remove) {
        const auto lost = std::find_if(remove.roles.begin(), remove.roles.end(),
                                       [&](const GroupRoleLost& one) { return one.group == group.eid; });
        if (lost == remove.roles.end() || remove.roles_by_hand) return;  // that is said of the operation already
        if (!policy_.group_roles_by_call) return leave(role_by_hand);
        std::erase_if(then_.group_roles, [&](const ActualGroupRole& role) { return role.group == group.eid; });
        then_.group_roles.push_back({.group = group.eid, .role = lost->role, .membership = {}});
        group_roles_[group.eid] =
            ChangeGroupRole{.group = group, .before = RoleId("member"), .after = lost->role, .granted = lost->is_ours};
    }

    void take_back(const ChangeRole& change) {
        if (!is_reachable()) return;
        // A network does not show the role of somebody who is suspended.
        if (!was_hidden() && then_.role != change.after) return leave("has another role by now");
        if (change.granted && owned_.role != change.after) return leave("the role is not ours any more");
        then_.role = change.before;
        role_ = ChangeRole{
            .before = was_hidden() ? change.after : now_.role, .after = change.before, .granted = !change.granted};
        if (role_->before == role_->after) role_.reset();
    }

    RoleId role_in(const GroupEid& group) const {
        for (const auto& role : then_.group_roles) {
            if (role.group == group) return role.role;
        }
        return RoleId("member");
    }
    void take_back(const ChangeGroupRole& change) {
        if (!is_reachable()) return;
        const auto& group = change.group;
        if (!was_hidden() && !has(now_.groups, group.eid)) {
            // The membership comes back without it; the role follows.
            if (!has(then_.groups, group.eid)) return leave("is not in " + quoted(group) + " any more");
        } else if (!was_hidden() && role_in(group.eid) != change.after) {
            return leave("has another role in " + quoted(group) + " by now");
        }
        std::erase_if(then_.group_roles, [&](const ActualGroupRole& role) { return role.group == group.eid; });
        if (change.before != RoleId("member")) {
            then_.group_roles.push_back({.group = group.eid, .role = change.before, .membership = {}});
        }
        const auto known = group_roles_.find(group.eid);
        const auto before = known == group_roles_.end() ? change.after : known->second.before;
        group_roles_[group.eid] =
            ChangeGroupRole{.group = group, .before = before, .after = change.before, .granted = !change.granted};
        if (before == change.before) group_roles_.erase(group.eid);
    }

    template <class Field>
    void field_back(std::optional<Field>& then, const std::optional<Field>& before, const std::optional<Field>& after,
                    const char* name) {
        if (before == after) return;
        if (!before) return leave(std::string("the network did not show the ") + name + " of before");
        if (then != after) return leave(std::string("the ") + name + " was changed since then");
        then = before;
    }
    void take_back(const UpdateProfile& update) {
        if (!is_reachable()) return;
        const auto& before = update.before;
        const auto& after = update.after;
        const auto name = [](const std::optional<PersonName>& full) {
            return full ? std::optional(joined(*full)) : std::nullopt;
        };
        auto seen = name(then_.profile.name);
        field_back(seen, name(before.name), name(after.name), "name");
        if (seen != name(then_.profile.name)) then_.profile.name = std::move(seen);
        field_back(then_.profile.job_title, before.job_title, after.job_title, "job title");
        field_back(then_.profile.phone, before.phone, after.phone, "phone number");
        field_back(then_.profile.email, before.email, after.email, "address");
    }

    void forget(OwnershipChange::What what, std::string object = {}) {
        forgotten_.push_back({.what = what, .object = std::move(object)});
    }
    void take_back(const Adopt& adopt) {
        using Owned = OwnershipChange::What;
        if (adopt.user) {
            if (!owned_.user) return leave("the account is not ours any more");
            return forget(Owned::user);  // and with it everything else
        }
        for (const auto& group : adopt.groups) {
            if (has(owned_.groups, group.eid)) forget(Owned::group, group.eid.value());
        }
        if (adopt.role && owned_.role == adopt.role) forget(Owned::role, adopt.role->value());
        for (const auto& role : adopt.group_roles) forget(Owned::group_role, role.group.eid.value());
        if (adopt.link && owned_.link == adopt.link) forget(Owned::link, adopt.link->value());
        if (adopt.link_scim && owned_.link_scim == adopt.link_scim) {
            forget(Owned::link_scim, adopt.link_scim->value());
        }
    }

    const ActualUser& now_;
    ActualUser then_;
    const OwnedUser& owned_;
    const ActualNetwork& network_;
    const UndoPolicy& policy_;
    std::vector<NotUndone>& left_;
    std::string kind_;
    std::optional<ChangeRole> role_;
    std::map<GroupEid, ChangeGroupRole> group_roles_;
    std::vector<Forgotten> forgotten_;
};

/// Whose address is given back while somebody else keeps it does not get it; nor does, in turn, who waits for theirs.
class AddressesBack {
public:
    AddressesBack(const ActualNetwork& network, std::vector<Rewind>& people, const UndoPolicy& policy)
        : people_(people), policy_(policy) {
        for (auto& person : people_) {
            if (!person.address_sought().empty()) moves_.emplace(&person.account(), &person);
        }
        if (moves_.empty()) return;
        for (const auto& user : network.users) {
            if (user.profile.email) holders_.emplace(folded_address(*user.profile.email), Holder{&user, true});
            // No call takes an alternative away.
            for (const auto& other : user.other_emails) holders_.emplace(folded_address(other), Holder{&user, false});
        }
    }

    void settle() {
        for (const auto& [account, person] : moves_) {
            if (policy_.swap_parking.empty() || !account->xid) continue;
            const auto parked = folded_address(parking_address(policy_.swap_parking, *account->xid));
            if (person->address_sought() == parked) {
                person->keep_address("the address of before was nobody's, for as long as people swapped theirs");
            }
        }
        for (bool is_settled = false; !is_settled;) {
            is_settled = true;
            for (auto& person : people_) {
                if (person.address_sought().empty() || !is_kept(person)) continue;
                person.keep_address("the address of before is somebody else's by now");
                is_settled = false;
            }
        }
    }

private:
    struct Holder {
        const ActualUser* user = nullptr;
        bool is_primary = true;
    };

    bool is_kept(const Rewind& person) const {
        const auto [first, last] = holders_.equal_range(person.address_sought());
        return std::any_of(first, last, [&](const auto& one) {
            const auto& [user, is_primary] = one.second;
            if (user == &person.account()) return false;
            const auto moves = moves_.find(user);
            return !is_primary || moves == moves_.end() || !moves->second->gives_address_up();
        });
    }

    std::vector<Rewind>& people_;
    const UndoPolicy& policy_;
    std::map<const ActualUser*, Rewind*> moves_;
    std::multimap<std::string, Holder> holders_;
};

const ActualUser* account_of(const ActualNetwork& network, const EmployeeKey& key) {
    for (const auto& user : network.users) {
        if (user.xid == key) return &user;
    }
    return nullptr;
}

bool is_account_ended(const std::vector<const Operation*>& operations) {
    return std::any_of(operations.begin(), operations.end(), [](const Operation* operation) {
        return std::holds_alternative<EndMembership>(operation->change.what);
    });
}

// ---- the same again -----------------------------------------------------------------------------------------

bool share_group(const std::vector<GroupChange>& some, const std::vector<GroupChange>& others) {
    return std::any_of(some.begin(), some.end(), [&](const GroupChange& one) {
        return std::any_of(others.begin(), others.end(),
                           [&](const GroupChange& other) { return other.eid == one.eid; });
    });
}

template <class Field>
bool set_again(const std::optional<Field>& next, const std::optional<Field>& taken, const std::optional<Field>& put) {
    return taken != put && next == taken;
}

/// Whether `next` does what `undo`, which is visited, took back.
struct Again {
    const What& next;

    template <class T>
    const T* as() const {
        return std::get_if<T>(&next);
    }
    bool operator()(const Release&) const { return as<Adopt>() != nullptr; }
    bool operator()(const SuspendUser&) const { return as<ReactivateUser>() != nullptr || as<CreateUser>() != nullptr; }
    bool operator()(const ReactivateUser&) const {
        return as<SuspendUser>() != nullptr || as<EndMembership>() != nullptr;
    }
    bool operator()(const AddToGroups& undo) const {
        return as<RemoveFromGroups>() != nullptr && share_group(as<RemoveFromGroups>()->groups, undo.groups);
    }
    bool operator()(const RemoveFromGroups& undo) const {
        return as<AddToGroups>() != nullptr && share_group(as<AddToGroups>()->groups, undo.groups);
    }
    bool operator()(const ChangeRole& undo) const {
        return as<ChangeRole>() != nullptr && as<ChangeRole>()->after == undo.before;
    }
    bool operator()(const ChangeGroupRole& undo) const {
        const auto* role = as<ChangeGroupRole>();
        return role != nullptr && role->group.eid == undo.group.eid && role->after == undo.before;
    }
    bool operator()(const UpdateProfile& undo) const {
        const auto* update = as<UpdateProfile>();
        if (update == nullptr) return false;
        const auto& [email, name, job_title, phone] = update->after;
        return set_again(email, undo.before.email, undo.after.email) ||
               set_again(name, undo.before.name, undo.after.name) ||
               set_again(job_title, undo.before.job_title, undo.after.job_title) ||
               set_again(phone, undo.before.phone, undo.after.phone);
    }
    // An undo has none of these.
    bool operator()(const Adopt&) const { return false; }
    bool operator()(const CreateUser&) const { return false; }
    bool operator()(const EndMembership&) const { return false; }
    bool operator()(const MakeGroup&) const { return false; }
    bool operator()(const InviteAgain&) const { return false; }
};

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

}  // namespace

std::vector<NotUndone> cannot_be_undone(const Plan& plan) {
    std::vector<NotUndone> found;
    for (const auto& operation : plan.operations) {
        for (auto& one : irrevocable_of(operation)) found.push_back(std::move(one));
    }
    return found;
}

ChangeSet undo_of(RunId run, const std::vector<Operation>& took_effect, const ActualNetwork& actual,
                  const Ownership& ownership, const UndoPolicy& policy) {
    const Reason why{
        .rule = std::string(rule_prefix) + std::to_string(run.value()), .origin = {}, .column = {}, .value = {}};
    ChangeSet undo;
    std::vector<NotUndone> left;
    std::map<EmployeeKey, std::vector<const Operation*>> by_person;
    for (const auto& operation : took_effect) {
        for (auto& one : irrevocable_of(operation)) left.push_back(std::move(one));
        const auto& person = operation.change.employee;
        if (!person.value().empty()) by_person[person].push_back(&operation);
    }
    std::vector<Rewind> people;
    for (const auto& [person, operations] : by_person) {
        const auto* account = account_of(actual, person);
        const auto* owned = ownership.find(person);
        if (account == nullptr || owned == nullptr) {
            if (is_account_ended(operations) && account == nullptr) continue;  // said above
            left.push_back({person, std::string(kind_of(operations.back()->change.what)),
                            account == nullptr ? "the network shows no account of theirs any more"
                                               : "nothing of theirs is ours any more"});
            continue;
        }
        auto& rewind = people.emplace_back(*account, *owned, actual, policy, left);
        for (auto one = operations.rbegin(); one != operations.rend(); ++one) rewind.back(**one);
    }
    AddressesBack(actual, people, policy).settle();
    for (const auto& person : people) person.changes(why, undo.changes);
    std::set<Note> notes;
    for (const auto& one : left) {
        notes.insert({.kind = Note::Kind::not_undone, .employee = one.employee, .text = one.kind + ": " + one.why});
    }
    undo.notes.assign(notes.begin(), notes.end());
    return undo;
}

std::optional<RunId> undone_run(const Plan& plan) {
    if (plan.operations.empty()) return std::nullopt;
    const std::string_view rule = plan.operations.front().change.reason.rule;
    if (!rule.starts_with(rule_prefix)) return std::nullopt;
    std::int64_t run = 0;
    const auto read = std::from_chars(rule.data() + rule_prefix.size(), rule.data() + rule.size(), run);
    if (read.ec != std::errc() || read.ptr != rule.data() + rule.size()) return std::nullopt;
    return RunId(run);
}

Verdict undo_verdict(const Plan& undo, Verdict brakes) {
    const auto run = undone_run(undo);
    if (!run) return brakes;
    auto sentence = "takes back what run " + std::to_string(run->value()) +
                    " did: " + counted(undo.operations.size(), "operation", "operations");
    if (!undo.notes.empty()) {
        sentence += ", " + counted(undo.notes.size(), "thing", "things") + " cannot be taken back";
    }
    brakes.hold.insert(brakes.hold.begin(), {undo_code, std::move(sentence)});
    return brakes;
}

bool is_undo(const Verdict& verdict) {
    return std::any_of(verdict.hold.begin(), verdict.hold.end(),
                       [](const HoldReason& reason) { return reason.code == undo_code; });
}

std::size_t done_again(const Plan& next, const Plan& undo) {
    std::multimap<EmployeeKey, const What*> taken_back;
    for (const auto& operation : undo.operations) {
        taken_back.emplace(operation.change.employee, &operation.change.what);
    }
    const auto is_again = [&](const Operation& operation) {
        const auto [first, last] = taken_back.equal_range(operation.change.employee);
        return std::any_of(first, last,
                           [&](const auto& one) { return std::visit(Again{operation.change.what}, *one.second); });
    };
    return static_cast<std::size_t>(std::count_if(next.operations.begin(), next.operations.end(), is_again));
}

std::optional<HoldReason> undone_hold(const Plan& next, const Plan& undo) {
    const auto run = undone_run(undo);
    const auto count = run ? done_again(next, undo) : 0;
    if (count == 0) return std::nullopt;
    return HoldReason{undone_code, counted(count, "operation", "operations") +
                                       " would do again what was taken back of run " + std::to_string(run->value())};
}

}  // namespace usersync::plan

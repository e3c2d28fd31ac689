// Taking back what a run did, on a model of a network.

#include "core/plan/undo.hpp"

#include "core/apply/meaning.hpp"
#include "core/diff/address_book.hpp"
#include "core/plan/make_plan.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

using namespace usersync;
using namespace usersync::test;

namespace {

const RunId run_12{12};

struct State {
    ActualNetwork network = network_of({});
    Ownership ownership;
};

GroupChange group(const std::string& eid) { return {GroupEid(eid), eid == "g12" ? "Store 12" : "Store 14", {}}; }

ActualUser* find(ActualNetwork& network, const EmployeeKey& key) {
    for (auto& user : network.users) {
        if (user.xid == key) return &user;
    }
    return nullptr;
}

/// What an operation does to a network that shows everything; of an account that is suspended, too.
struct Effect {
    ActualNetwork& network;
    const EmployeeKey& key;

    ActualUser& user() const { return *find(network, key); }
    void operator()(const CreateUser& create) const {
        auto made = account(key.value());
        made.profile = create.profile;
        network.users.push_back(std::move(made));
        sort_network(network);
    }
    void operator()(const ReactivateUser& back) const {
        user().state = UserState::active;
        user().profile = back.profile;
        user().eid = UserEid("u" + key.value());
    }
    void operator()(const SuspendUser&) const { user() = suspended(user()); }
    void operator()(const EndMembership&) const {
        std::erase_if(network.users, [&](const ActualUser& one) { return one.xid == key; });
    }
    void operator()(const UpdateProfile& update) const { user().profile = update.after; }
    void operator()(const ChangeRole& change) const { user().role = change.after; }
    void operator()(const AddToGroups& add) const {
        for (const auto& one : add.groups) user().groups.push_back(one.eid);
        sort_network(network);
    }
    void operator()(const RemoveFromGroups& remove) const {
        for (const auto& one : remove.groups) {
            std::erase(user().groups, one.eid);
            std::erase_if(user().group_roles, [&](const ActualGroupRole& role) { return role.group == one.eid; });
        }
    }
    void operator()(const ChangeGroupRole& change) const {
        auto& roles = user().group_roles;
        std::erase_if(roles, [&](const ActualGroupRole& role) { return role.group == change.group.eid; });
        if (change.after != RoleId("member")) roles.push_back({change.group.eid, change.after, {}});
        std::sort(roles.begin(), roles.end());
    }
    void operator()(const MakeGroup&) const {}
    void operator()(const InviteAgain&) const {}
    void operator()(const Adopt&) const {}
    void operator()(const Release&) const {}
};

bool has_two_with_one_address(const ActualNetwork& network) {
    std::set<std::string> seen;
    return std::any_of(network.users.begin(), network.users.end(), [&](const ActualUser& user) {
        return user.profile.email && !seen.insert(*user.profile.email).second;
    });
}

/// Each operation as soon as those before it are done.
void carry_out(State& state, const Plan& plan) {
    std::set<OperationKey> done;
    const auto may_go = [&](const Operation& one) {
        return !done.contains(one.key) &&
               std::all_of(one.after.begin(), one.after.end(),
                           [&](const OperationKey& before) { return done.contains(before); });
    };
    while (done.size() < plan.operations.size()) {
        const auto at = std::find_if(plan.operations.begin(), plan.operations.end(), may_go);
        REQUIRE(at != plan.operations.end());
        done.insert(at->key);
        std::visit(Effect{state.network, at->change.employee}, at->change.what);
        state.ownership = apply_changes(state.ownership, apply::ownership_after(at->change, Time()));
        REQUIRE_FALSE(has_two_with_one_address(state.network));
    }
}

Plan plan_of(std::vector<Change> changes) {
    return plan::make_plan({.changes = std::move(changes), .notes = {}}, {}, {});
}

Change change(const std::string& key, What what) { return {EmployeeKey(key), std::move(what), reason("rule")}; }

const std::string parking = "parked+{key}@example.invalid";

plan::UndoPolicy policy() {
    return {.can_suspend = true, .protected_roles = {RoleId("admin")}, .swap_parking = parking};
}

diff::Policy with_parking() {
    diff::Policy policy;
    policy.swap_parking = parking;
    return policy;
}

ChangeSet undo(const State& state, const Plan& plan, RunId run = run_12) {
    auto changes = plan::undo_of(run, plan.operations, state.network, state.ownership, policy());
    diff::order_addresses_of_undo(changes, state.network, with_parking());
    return changes;
}

std::vector<std::string> lines(const ChangeSet& set) {
    std::vector<std::string> text;
    for (const auto& one : set.changes) text.push_back(line_of(one));
    return text;
}

std::vector<std::string> named(const ChangeSet& set) {
    std::vector<std::string> text;
    for (const auto& note : set.notes) text.push_back(note.employee.value() + ' ' + note.text);
    return text;
}

/// 1 is in both stores and an administrator by us, 2 is in store 12 and by hand in 14, 3 is suspended by us.
State shop() {
    State state;
    auto one = account("1", {"g12", "g14"});
    one.role = RoleId("admin");
    state.network = network_of({one, account("2", {"g12", "g14"}), suspended(account("3"))});
    auto first = ours("1", {"g12", "g14"});
    first.role = RoleId("admin");
    auto third = ours("3");
    third.suspended = true;
    state.ownership.users = {first, ours("2", {"g12"}), third};
    return state;
}

bool same_network(ActualNetwork a, ActualNetwork b) {
    for (auto* network : {&a, &b}) {
        for (auto& user : network->users) {
            for (auto& role : user.group_roles) role.membership = {};
        }
        sort_network(*network);
    }
    return a == b;
}

/// But for whom something stays as it is: of a reactivation, the profile that it brought.
ActualNetwork without_named(ActualNetwork network, const ChangeSet& set) {
    for (const auto& note : set.notes) {
        std::erase_if(network.users, [&](const ActualUser& user) { return user.xid == note.employee; });
    }
    return network;
}

/// With somebody parked in each circle, as the comparison orders it.
std::vector<Change> parked(std::vector<Change> changes, const State& state) {
    ChangeSet ordered{.changes = std::move(changes), .notes = {}};
    diff::order_swaps(ordered, diff::AddressBook({}, state.network, with_parking()), with_parking());
    return std::move(ordered.changes);
}

/// Some hand their addresses round.
std::map<EmployeeKey, std::string> handed_round(const State& state, std::mt19937& random) {
    std::vector<const ActualUser*> people;
    for (const auto& user : state.network.users) {
        const auto* owned = state.ownership.find(*user.xid);
        const bool may = user.state != UserState::suspended && owned != nullptr && owned->user;
        if (may) people.push_back(&user);
    }
    std::map<EmployeeKey, std::string> becomes;
    if (people.size() < 2 || random() % 3 != 0) return becomes;
    for (std::size_t i = 0; i < people.size(); ++i) {
        becomes[*people[i]->xid] = people[(i + 1) % people.size()]->profile.email.value_or("");
    }
    // Not in a circle, but from one to the next.
    if (random() % 2 == 0) becomes.begin()->second = "new" + std::to_string(random()) + "@shop.example";
    return becomes;
}

/// A run of one or a few changes that make sense for the network as it is.
std::vector<Change> some_changes(const State& state, std::mt19937& random) {
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    const auto addresses = handed_round(state, random);
    std::vector<Change> changes;
    for (const auto& user : state.network.users) {
        const auto key = user.xid->value();
        const auto* owned = state.ownership.find(*user.xid);
        if (owned == nullptr || !owned->user) continue;
        const auto address = addresses.find(*user.xid);
        if (address == addresses.end() && one_in(3)) continue;
        if (user.state == UserState::suspended) {
            if (one_in(2)) changes.push_back(change(key, ReactivateUser{.profile = user.profile}));
            continue;
        }
        AddToGroups add;
        RemoveFromGroups remove;
        for (const auto* eid : {"g12", "g14"}) {
            const bool in = std::count(user.groups.begin(), user.groups.end(), GroupEid(eid)) > 0;
            const bool is_ours = std::count(owned->groups.begin(), owned->groups.end(), GroupEid(eid)) > 0;
            if (one_in(2)) continue;
            if (!in) add.groups.push_back(group(eid));
            if (in && is_ours) remove.groups.push_back(group(eid));
        }
        if (!add.groups.empty()) changes.push_back(change(key, add));
        for (const auto& [eid, role, membership] : user.group_roles) {
            const bool goes = std::any_of(remove.groups.begin(), remove.groups.end(),
                                          [&, lost = eid](const GroupChange& one) { return one.eid == lost; });
            const auto& given = owned->group_roles;
            const bool is_ours = std::count(given.begin(), given.end(), OwnedGroupRole{eid, role}) > 0;
            if (goes) remove.roles.push_back({eid, role, is_ours});
            if (!goes && is_ours && one_in(3)) {
                changes.push_back(change(key, ChangeGroupRole{group(eid.value()), role, RoleId("member"), false}));
            }
        }
        for (const auto& eid : user.groups) {
            const bool may = user.group_roles.empty() && remove.groups.empty() && one_in(3);
            if (!may) continue;
            changes.push_back(change(key, ChangeGroupRole{group(eid.value()), RoleId("member"), RoleId("editor")}));
        }
        if (!remove.groups.empty()) changes.push_back(change(key, remove));
        if (address != addresses.end() || one_in(2)) {
            auto after = user.profile;
            if (address != addresses.end()) after.email = address->second;
            after.job_title = "Title " + std::to_string(random() % 3);
            if (after != user.profile) changes.push_back(change(key, UpdateProfile{user.profile, after}));
        }
        if (user.role == RoleId("member") && one_in(3)) {
            changes.push_back(change(key, ChangeRole{user.role, RoleId("editor")}));
        } else if (owned->role == user.role && one_in(2)) {
            changes.push_back(change(key, ChangeRole{user.role, RoleId("member"), false}));
        }
        if (address == addresses.end() && one_in(4)) changes.push_back(change(key, SuspendUser{user.profile}));
    }
    return parked(std::move(changes), state);
}

}  // namespace

TEST_CASE("what a run did to people who stay is taken back to the letter", "[core][plan][undo]") {
    State state = shop();
    const State before = state;
    auto other = profile_of("2");
    other.phone = "+31600000000";
    const auto did = plan_of({change("1", RemoveFromGroups{{group("g14")}}),
                              change("1", ChangeRole{RoleId("admin"), RoleId("member"), false}),
                              change("2", UpdateProfile{profile_of("2"), other}),
                              change("2", ChangeGroupRole{group("g12"), RoleId("member"), RoleId("admin")})});
    carry_out(state, did);

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back) == std::vector<std::string>{"add_to_groups 1 g14", "change_role 1 member>admin",
                                                        "update_profile 2 ", "change_group_role 2 g12 admin>member"});
    CHECK(named(taken_back).empty());
    carry_out(state, plan_of(taken_back.changes));
    CHECK(same_network(state.network, before.network));
    CHECK(state.ownership.find(EmployeeKey("1"))->role == RoleId("admin"));
    CHECK(state.ownership.find(EmployeeKey("1"))->groups == before.ownership.find(EmployeeKey("1"))->groups);
}

TEST_CASE("a leaver comes back with everything, and a joiner's account is suspended", "[core][plan][undo]") {
    State state = shop();
    const State before = state;
    const auto did =
        plan_of({change("1", ChangeRole{RoleId("admin"), RoleId("member"), false}),
                 change("1", RemoveFromGroups{{group("g12"), group("g14")}}), change("1", SuspendUser{profile_of("1")}),
                 change("4", CreateUser{.profile = profile_of("4")}), change("4", AddToGroups{{group("g12")}})});
    carry_out(state, did);

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back) == std::vector<std::string>{"reactivate_user 1", "add_to_groups 1 g12,g14",
                                                        "change_role 1 member>admin", "remove_from_groups 4 g12",
                                                        "suspend_user 4"});
    CHECK(
        named(taken_back) ==
        std::vector<std::string>{"4 create_user: the invitation cannot be called back; the account stays, suspended"});
    carry_out(state, plan_of(taken_back.changes));
    CHECK(find(state.network, EmployeeKey("4"))->state == UserState::suspended);
    std::erase_if(state.network.users, [](const ActualUser& user) { return user.xid == EmployeeKey("4"); });
    CHECK(same_network(state.network, before.network));
}

TEST_CASE("whoever lost a role with a membership has it again with the membership", "[core][plan][undo]") {
    State state = shop();
    find(state.network, EmployeeKey("1"))->group_roles = {{GroupEid("g12"), RoleId("editor"), {}},
                                                          {GroupEid("g14"), RoleId("moderator"), {}}};
    state.ownership.users[0].group_roles = {{GroupEid("g12"), RoleId("editor")}};
    const State before = state;
    const RemoveFromGroups remove{
        .groups = {group("g12"), group("g14")},
        .roles = {{GroupEid("g12"), RoleId("editor"), true}, {GroupEid("g14"), RoleId("moderator"), false}}};
    const auto did = plan_of({change("1", remove), change("1", SuspendUser{profile_of("1")})});
    CHECK(plan::cannot_be_undone(did).empty());
    carry_out(state, did);

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back) == std::vector<std::string>{"reactivate_user 1", "add_to_groups 1 g12,g14",
                                                        "change_group_role 1 g12 member>editor",
                                                        "change_group_role 1 g14 member>moderator"});
    CHECK(named(taken_back).empty());
    carry_out(state, plan_of(taken_back.changes));
    CHECK(same_network(state.network, before.network));
    CHECK(state.ownership.find(EmployeeKey("1"))->group_roles == before.ownership.find(EmployeeKey("1"))->group_roles);
}

TEST_CASE("a role that no call gives is named before the membership is taken, and again when that is taken back",
          "[core][plan][undo]") {
    State state = shop();
    RemoveFromGroups remove{.groups = {group("g12")}, .roles = {{GroupEid("g12"), RoleId("editor"), true}}};
    auto did = plan_of({change("1", remove)});
    auto without_call = policy();
    without_call.group_roles_by_call = false;
    carry_out(state, did);
    const auto since = plan::undo_of(run_12, did.operations, state.network, state.ownership, without_call);
    remove.roles_by_hand = true;
    did = plan_of({change("1", remove)});
    const auto always = plan::undo_of(run_12, did.operations, state.network, state.ownership, without_call);

    const auto known = plan::cannot_be_undone(did);
    REQUIRE(known.size() == 1);
    CHECK(known[0].kind == "remove_from_groups");
    for (const auto* set : {&since, &always}) {
        CHECK(lines(*set) == std::vector<std::string>{"add_to_groups 1 g12"});
        CHECK(named(*set) == std::vector<std::string>{"1 remove_from_groups: " + known[0].why});
    }
}

TEST_CASE("what is not any more as the run left it is left alone and named", "[core][plan][undo]") {
    State state = shop();
    auto other = profile_of("1");
    other.email = "new@shop.example";
    other.phone = "+31600000000";
    const auto did = plan_of({change("1", UpdateProfile{profile_of("1"), other}),
                              change("1", RemoveFromGroups{{group("g12"), group("g14")}}),
                              change("2", ChangeRole{RoleId("member"), RoleId("editor")}),
                              change("3", ReactivateUser{.profile = profile_of("3")})});
    carry_out(state, did);
    auto& one = *find(state.network, EmployeeKey("1"));
    one.profile.email = "somebody@changed.example";
    one.groups = {GroupEid("g12")};
    find(state.network, EmployeeKey("2"))->role = RoleId("admin");
    *find(state.network, EmployeeKey("3")) = suspended(account("3"));

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back) == std::vector<std::string>{"update_profile 1 ", "add_to_groups 1 g14"});
    CHECK(std::get<UpdateProfile>(taken_back.changes[0].what).after.email == "somebody@changed.example");
    CHECK(std::get<UpdateProfile>(taken_back.changes[0].what).after.phone == profile_of("1").phone);
    CHECK(named(taken_back) ==
          std::vector<std::string>{"1 remove_from_groups: is in \"Store 12\" again already",
                                   "1 update_profile: the address was changed since then",
                                   "2 change_role: has another role by now",
                                   "3 reactivate_user: the account is suspended since then: left as it is",
                                   "3 reactivate_user: the profile that it brought stays"});
}

TEST_CASE("whoever goes on under another key is not suspended when the run is taken back", "[core][plan][undo]") {
    State state = shop();
    state.network.users.push_back(account("4"));
    state.ownership.users.push_back(ours("4"));
    const auto did = plan_of({change("4", ReactivateUser{.profile = profile_of("4"), .formerly = EmployeeKey("3")})});

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back).empty());
    CHECK(named(taken_back) ==
          std::vector<std::string>{"4 reactivate_user: the account stays under the key that it has now",
                                   "4 reactivate_user: the profile that it brought stays"});
}

TEST_CASE("an address that is somebody else's by now is not taken from them", "[core][plan][undo]") {
    State state = shop();
    auto other = profile_of("1");
    other.email = "new@shop.example";
    const auto did = plan_of({change("1", UpdateProfile{profile_of("1"), other})});
    carry_out(state, did);
    find(state.network, EmployeeKey("2"))->profile.email = profile_of("1").email;

    const auto taken_back = undo(state, did);

    CHECK(taken_back.changes.empty());
    CHECK(named(taken_back) ==
          std::vector<std::string>{"1 update_profile: the address of before is somebody else's by now"});
}

namespace {

/// Everybody of the first list has the address of the one beside them in the second.
std::vector<Change> addresses_go(const std::vector<std::string>& people, const std::vector<std::string>& whose) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < people.size(); ++i) {
        auto after = profile_of(people[i]);
        after.email = profile_of(whose[i]).email;
        changes.push_back(change(people[i], UpdateProfile{profile_of(people[i]), after}));
    }
    return changes;
}

}  // namespace

TEST_CASE("addresses that went from one to the next go back in the order in which they get free",
          "[core][plan][undo]") {
    State state = shop();
    const State before = state;
    const auto did = plan_of(addresses_go({"1", "2"}, {"2", "9"}));
    carry_out(state, did);

    const auto back = plan::make_plan(undo(state, did), {}, {});

    REQUIRE(lines_of(back) == std::vector<std::string>{"update_profile 1 ", "update_profile 2 "});
    CHECK(back.operations[1].after == std::vector{back.operations[0].key});
    carry_out(state, back);
    CHECK(same_network(state.network, before.network));
}

TEST_CASE("where the next one keeps an address, nobody before them gets theirs back", "[core][plan][undo]") {
    State state = shop();
    auto did = plan_of(addresses_go({"1", "2"}, {"2", "9"}));
    carry_out(state, did);
    find(state.network, EmployeeKey("2"))->profile.email = profile_of("1").email;

    const auto taken_back = undo(state, did);

    CHECK(taken_back.changes.empty());
    CHECK(named(taken_back) ==
          std::vector<std::string>{"1 update_profile: the address of before is somebody else's by now",
                                   "2 update_profile: the address was changed since then"});
}

TEST_CASE("nobody goes back to an address at which they were parked, also when the run before had parked them",
          "[core][plan][undo]") {
    State state = shop();
    auto parked = profile_of("1");
    parked.email = "parked+1@example.invalid";
    auto after = profile_of("1");
    after.email = "new@shop.example";
    const auto did = plan_of({change("1", UpdateProfile{parked, after})});
    carry_out(state, did);

    const auto taken_back = undo(state, did);

    CHECK(taken_back.changes.empty());
    CHECK(named(taken_back) ==
          std::vector<std::string>{"1 update_profile: the address of before was nobody's, for as long as people "
                                   "swapped theirs"});
}

TEST_CASE("a swap that cannot be taken back without a place to park an address is named", "[core][plan][undo]") {
    State state = shop();
    const auto did = plan_of(parked(addresses_go({"1", "2"}, {"2", "1"}), state));
    carry_out(state, did);
    auto taken_back = plan::undo_of(run_12, did.operations, state.network, state.ownership, policy());

    diff::order_addresses_of_undo(taken_back, state.network, {});

    CHECK(taken_back.changes.empty());
    CHECK(named(taken_back) == std::vector<std::string>{"1 update_profile: waits for an e-mail address in a circle "
                                                        "with 2: one of them needs another address first",
                                                        "2 update_profile: waits for an e-mail address in a circle "
                                                        "with 1: one of them needs another address first"});
    for (const auto& note : taken_back.notes) CHECK(note.kind == Note::Kind::not_undone);
}

TEST_CASE("nobody's account is suspended who became an administrator by hand, or is not ours", "[core][plan][undo]") {
    State state = shop();
    const auto did = plan_of({change("4", CreateUser{.profile = profile_of("4")}),
                              change("5", CreateUser{.profile = profile_of("5")}),
                              change("6", CreateUser{.profile = profile_of("6")})});
    carry_out(state, did);
    find(state.network, EmployeeKey("4"))->role = RoleId("admin");
    state.ownership = apply_changes(state.ownership,
                                    {{EmployeeKey("5"), OwnershipChange::What::user, OwnershipChange::Way::lose, {}}});
    find(state.network, EmployeeKey("6"))->locked = true;

    const auto taken_back = undo(state, did);

    CHECK(taken_back.changes.empty());
    CHECK(taken_back.notes.size() == 6);
}

TEST_CASE("what counts as ours since the run does not any more", "[core][plan][undo]") {
    State state;
    state.network = network_of({account("1", {"g12"})});
    const auto did = plan_of({change("1", Adopt{.user = true, .groups = {group("g12")}, .role = {}})});
    carry_out(state, did);

    const auto taken_back = undo(state, did);

    CHECK(lines(taken_back) == std::vector<std::string>{"release 1 -account"});
    carry_out(state, plan_of(taken_back.changes));
    CHECK(state.ownership == Ownership{});
}

TEST_CASE("what cannot be undone is known before a plan is approved", "[core][plan][undo]") {
    const auto planned = plan_of({change("", MakeGroup{.kind = GroupKind::department, .name = "Cafe"}),
                                  change("1", EndMembership{}), change("1", SuspendUser{}), change("2", CreateUser{}),
                                  change("3", AddToGroups{{group("g12")}}), change("3", InviteAgain{}),
                                  change("4", UpdateProfile{.before = {}, .after = {}, .asks_in_again = true})});

    std::vector<std::string> known;
    for (const auto& one : plan::cannot_be_undone(planned)) known.push_back(one.kind + ' ' + one.employee.value());

    CHECK(known == std::vector<std::string>{"make_group ", "create_user 2", "update_profile 4", "invite_again 3",
                                            "end_membership 1"});
}

TEST_CASE("a plan that takes something back says of which run, and always waits", "[core][plan][undo]") {
    State state = shop();
    const auto did = plan_of({change("1", RemoveFromGroups{{group("g14")}})});
    carry_out(state, did);
    const auto taken_back = plan::make_plan(undo(state, did), {}, {});

    CHECK(plan::undone_run(taken_back) == run_12);
    CHECK_FALSE(plan::undone_run(did));
    CHECK_FALSE(plan::undone_run(Plan{}));
    const auto verdict = plan::undo_verdict(taken_back, {});
    REQUIRE(verdict.hold.size() == 1);
    CHECK(verdict.hold[0].code == "undo");
    CHECK(plan::undo_verdict(Plan{}, {}).allowed());
}

TEST_CASE("a plan that would do again what was taken back is known, and others are not", "[core][plan][undo]") {
    State state = shop();
    auto other = profile_of("2");
    other.phone = "+31600000000";
    const auto did = plan_of(
        {change("1", RemoveFromGroups{{group("g14")}}), change("2", UpdateProfile{profile_of("2"), other}),
         change("3", ReactivateUser{.profile = profile_of("3")}), change("4", CreateUser{.profile = profile_of("4")})});
    carry_out(state, did);
    const auto taken_back = plan::make_plan(undo(state, did), {}, {});

    CHECK(plan::done_again(plan_of({change("1", RemoveFromGroups{{group("g14"), group("g12")}})}), taken_back) == 1);
    CHECK(plan::done_again(plan_of({change("2", UpdateProfile{profile_of("2"), other})}), taken_back) == 1);
    CHECK(plan::done_again(plan_of({change("3", ReactivateUser{})}), taken_back) == 1);
    CHECK(plan::done_again(plan_of({change("4", ReactivateUser{})}), taken_back) == 1);
    CHECK(plan::done_again(plan_of({change("1", RemoveFromGroups{{group("g12")}})}), taken_back) == 0);
    CHECK(plan::done_again(plan_of({change("1", AddToGroups{{group("g14")}})}), taken_back) == 0);
    CHECK(plan::done_again(plan_of({change("2", RemoveFromGroups{{group("g14")}})}), taken_back) == 0);
    const auto hold = plan::undone_hold(did, taken_back);
    REQUIRE(hold);
    CHECK(hold->code == "undone");
    CHECK_FALSE(plan::undone_hold(taken_back, taken_back));
    CHECK_FALSE(plan::undone_hold(taken_back, did));
}

TEST_CASE("any run on any network is taken back to what was there before, and taking that back does it again",
          "[core][plan][undo][property]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        State state = shop();
        for (int run = 0; run < 3; ++run) {
            const auto did = plan_of(some_changes(state, random));
            const State before = state;
            carry_out(state, did);
            const State after = state;

            const auto back = plan::make_plan(undo(state, did), {}, {});
            CAPTURE(round, run);
            carry_out(state, back);
            REQUIRE(same_network(state.network, before.network));

            const auto set = undo(state, back, RunId(13));
            carry_out(state, plan::make_plan(set, {}, {}));
            REQUIRE(same_network(without_named(state.network, set), without_named(after.network, set)));
        }
    }
}

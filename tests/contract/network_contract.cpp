#include "tests/contract/network_contract.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace usersync::test {
namespace {

Profile profile_of(const std::string& first, const std::string& email) {
    Profile profile;
    profile.email = email;
    profile.name = PersonName{.first = first, .infix = "van der", .last = "Berg"};
    profile.job_title = "Cashier";
    return profile;
}

Operation operation(const std::string& key, What what) {
    Operation made;
    made.key = OperationKey(std::string(kind_of(what)) + '-' + key);
    made.change = Change{.employee = EmployeeKey(key), .what = std::move(what), .reason = Reason{}};
    return made;
}

// A world and the steps that tests take in it.
class Steps {
public:
    explicit Steps(std::unique_ptr<NetworkWorld> world) : world_(std::move(world)) {}

    NetworkWorld& world() { return *world_; }

    ActualNetwork read(const std::vector<Link>& links = {}) {
        auto network = run(world_->context(), world_->network().read_all(links, world_->deadline()));
        if (!network) FAIL("read_all: " << describe(network.error()));
        return *network;
    }
    ActualNetwork read_again(const std::vector<Link>& links = {}) {
        auto network = run(world_->context(), world_->network().read_again(links, world_->deadline()));
        if (!network) FAIL("read_again: " << describe(network.error()));
        return *network;
    }
    Result<Receipt> apply(const Operation& wanted) {
        return run(world_->context(), world_->network().apply(wanted, world_->deadline()));
    }
    Receipt done(const Operation& wanted) {
        auto receipt = apply(wanted);
        if (!receipt) FAIL(kind_of(wanted.change.what) << ": " << describe(receipt.error()));
        return *receipt;
    }
    bool found(const Operation& wanted) {
        auto found = run(world_->context(), world_->network().find(wanted, world_->deadline()));
        if (!found) FAIL("find " << kind_of(wanted.change.what) << ": " << describe(found.error()));
        return *found == Found::in_effect;
    }

private:
    std::unique_ptr<NetworkWorld> world_;
};

std::vector<ActualUser> users_with(const ActualNetwork& network, const std::string& key) {
    std::vector<ActualUser> users;
    for (const auto& user : network.users) {
        if (user.xid == EmployeeKey(key)) users.push_back(user);
    }
    return users;
}

ActualUser user_with(const ActualNetwork& network, const std::string& key) {
    const auto users = users_with(network, key);
    REQUIRE(users.size() == 1);
    return users.front();
}

GroupChange group_named(const ActualNetwork& network, const std::string& name) {
    for (const auto& group : network.groups) {
        if (group.name == name) return GroupChange{.eid = group.eid, .name = group.name, .reason = Reason{}};
    }
    FAIL("there is no group " << name);
    return {};
}

std::vector<std::string> group_names(const ActualNetwork& network, const std::string& key) {
    std::vector<std::string> names;
    const auto user = user_with(network, key);
    for (const auto& group : network.groups) {
        if (std::binary_search(user.groups.begin(), user.groups.end(), group.eid)) names.push_back(group.name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<GroupChange> sorted(std::vector<GroupChange> groups) {
    std::sort(groups.begin(), groups.end());
    return groups;
}

using Names = std::vector<std::string>;

void reading(const NetworkWorldFactory& make_world) {
    SECTION("reading shows groups, people and who is linked to the record") {
        Steps steps(make_world());
        const auto network = steps.read();

        CHECK(network.groups.size() == 3);
        const auto anna = user_with(network, "1001");
        CHECK(anna.state == UserState::active);
        CHECK(anna.eid);
        CHECK(anna.scim_id);
        CHECK(anna.membership);
        CHECK(anna.role == RoleId("member"));
        CHECK(anna.profile.email == "anna@shop.example");
        CHECK(anna.profile.name == PersonName{.first = "Anna", .infix = "", .last = "de Boer"});
        CHECK(anna.profile.job_title == "Cashier");
        CHECK(group_names(network, "1001") == Names{"Store 12"});
        CHECK(std::any_of(network.users.begin(), network.users.end(),
                          [](const ActualUser& user) { return !user.xid && user.eid; }));
    }
    SECTION("reading twice shows the same network in the same order") {
        Steps steps(make_world());
        const auto first = steps.read();
        CHECK(steps.read() == first);
    }
    SECTION("groups have the kind that they have in the network") {
        Steps steps(make_world());
        const auto network = steps.read();
        for (const auto& group : network.groups) {
            if (group.name == "Store 12") CHECK(group.kind == GroupKind::business_unit);
            if (group.name == "Checkout") CHECK(group.kind == GroupKind::department);
            if (group.name == "Football") CHECK(group.kind == GroupKind::topic);
        }
    }
}

void joining(const NetworkWorldFactory& make_world) {
    const auto create = operation("2001", CreateUser{.profile = profile_of("Bo", "bo@shop.example")});
    SECTION("a created person is invited, once") {
        Steps steps(make_world());
        steps.read();
        CHECK_FALSE(steps.found(create));

        CHECK_FALSE(steps.done(create).already_so);

        CHECK(steps.found(create));
        CHECK(steps.world().invitations("2001") == 1);
        const auto bo = user_with(steps.read(), "2001");
        CHECK(bo.state == UserState::invited);
        CHECK(bo.scim_id);
        CHECK(bo.profile.email == "bo@shop.example");
        CHECK(bo.profile.name == PersonName{.first = "Bo", .infix = "", .last = "van der Berg"});
        CHECK(bo.profile.job_title == "Cashier");
    }
    SECTION("creating somebody who is there already invites nobody") {
        Steps steps(make_world());
        steps.read();
        steps.done(create);

        CHECK(steps.done(create).already_so);
        CHECK(steps.world().invitations("2001") == 1);
    }
    SECTION("a creation whose answer is lost says that it may have happened, and can be found") {
        Steps steps(make_world());
        steps.read();
        steps.world().lose_next_answer();

        const auto lost = steps.apply(create);

        REQUIRE(lost.has_error());
        CHECK(lost.error().effect == Effect::unknown);
        CHECK(lost.error().kind == FailureKind::transient);
        CHECK(steps.found(create));
        CHECK(steps.world().invitations("2001") == 1);
    }
    SECTION("a person who was just created can be placed and given a role at once") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto add = operation("2001", AddToGroups{.groups = {group_named(network, "Store 12")}});
        steps.done(create);

        steps.done(add);

        CHECK(steps.found(add));
        CHECK(group_names(steps.read(), "2001") == Names{"Store 12"});
    }
    SECTION("somebody who accepts the invitation is active") {
        Steps steps(make_world());
        steps.read();
        steps.done(create);
        steps.world().accept("2001");
        CHECK(user_with(steps.read(), "2001").state == UserState::active);
    }
    SECTION("several people can join at once") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto store = group_named(network, "Store 12");
        int finished = 0;
        std::vector<std::string> problems;
        for (int n = 0; n < 5; ++n) {
            const auto key = std::to_string(3000 + n);
            auto join = [&steps, &problems, store, key]() -> boost::asio::awaitable<void> {
                auto& port = steps.world().network();
                const auto deadline = steps.world().deadline();
                auto creating = operation(key, CreateUser{.profile = profile_of("P" + key, key + "@shop.example")});
                Result<Receipt> created = co_await port.apply(std::move(creating), deadline);
                if (!created) problems.push_back(describe(created.error()));
                std::vector<GroupChange> groups(1, store);
                auto placing = operation(key, AddToGroups{.groups = std::move(groups)});
                Result<Receipt> placed = co_await port.apply(std::move(placing), deadline);
                if (!placed) problems.push_back(describe(placed.error()));
            };
            // The lambda is copied into the spawned coroutine's caller and lives until that has ended.
            auto kept = std::make_shared<decltype(join)>(std::move(join));
            boost::asio::co_spawn(steps.world().context(), (*kept)(), [&finished, kept](std::exception_ptr error) {
                if (!error) ++finished;
            });
        }
        steps.world().context().restart();
        while (finished < 5) REQUIRE(steps.world().context().run_one() == 1);

        CHECK(problems == Names{});
        const auto after = steps.read();
        for (int n = 0; n < 5; ++n) {
            const auto key = std::to_string(3000 + n);
            CHECK(group_names(after, key) == Names{"Store 12"});
            CHECK(steps.world().invitations(key) == 1);
        }
    }
}

void moving(const NetworkWorldFactory& make_world) {
    SECTION("a changed profile is what the network then shows, and nothing else is lost") {
        Steps steps(make_world());
        const auto before = user_with(steps.read(), "1001").profile;
        Profile wanted;
        wanted.job_title = "Shift leader";
        const auto update = operation("1001", UpdateProfile{.before = before, .after = wanted});
        CHECK_FALSE(steps.found(update));

        steps.done(update);

        CHECK(steps.found(update));
        auto expected = before;
        expected.job_title = "Shift leader";
        const auto after = user_with(steps.read(), "1001").profile;
        CHECK(after.email == expected.email);
        CHECK(after.name == expected.name);
        CHECK(after.job_title == expected.job_title);
        CHECK(after.phone == expected.phone);
    }
    SECTION("groups come and go") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto add = operation(
            "1001",
            AddToGroups{.groups = sorted({group_named(network, "Checkout"), group_named(network, "Football")})});
        const auto remove = operation("1001", RemoveFromGroups{.groups = {group_named(network, "Store 12")}});
        CHECK_FALSE(steps.found(add));
        CHECK_FALSE(steps.found(remove));

        steps.done(add);
        CHECK(steps.found(add));
        CHECK(group_names(steps.read(), "1001") == Names{"Checkout", "Football", "Store 12"});

        steps.done(remove);
        CHECK(steps.found(remove));
        CHECK(group_names(steps.read(), "1001") == Names{"Checkout", "Football"});
    }
    SECTION("a group change whose answer is lost can be found") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto add = operation("1001", AddToGroups{.groups = {group_named(network, "Checkout")}});
        steps.world().lose_next_answer();

        const auto lost = steps.apply(add);

        REQUIRE(lost.has_error());
        CHECK(lost.error().effect == Effect::unknown);
        CHECK(steps.found(add));
    }
    SECTION("a role changes") {
        Steps steps(make_world());
        steps.read();
        const auto promote = operation("1001", ChangeRole{.before = RoleId("member"), .after = RoleId("admin")});
        CHECK_FALSE(steps.found(promote));

        steps.done(promote);

        CHECK(steps.found(promote));
        CHECK(user_with(steps.read(), "1001").role == RoleId("admin"));
    }
    SECTION("nobody is changed whom the network does not know") {
        Steps steps(make_world());
        steps.read();
        const auto update =
            operation("9999", UpdateProfile{.before = {}, .after = profile_of("Nobody", "nobody@shop.example")});
        const auto refused = steps.apply(update);
        REQUIRE(refused.has_error());
        CHECK(refused.error().kind == FailureKind::rejected);
        CHECK_FALSE(steps.found(update));
    }
}

void leaving(const NetworkWorldFactory& make_world) {
    SECTION("a suspended person is kept, and comes back without a new invitation") {
        Steps steps(make_world());
        const auto profile = user_with(steps.read(), "1001").profile;
        const auto suspend = operation("1001", SuspendUser{.profile = profile});
        const auto reactivate = operation("1001", ReactivateUser{.profile = profile});
        CHECK_FALSE(steps.found(suspend));

        steps.done(suspend);
        CHECK(steps.found(suspend));
        CHECK_FALSE(steps.found(reactivate));
        const auto gone = user_with(steps.read(), "1001");
        CHECK(gone.state == UserState::suspended);
        CHECK_FALSE(gone.eid);

        steps.done(reactivate);
        CHECK(steps.found(reactivate));
        const auto back = user_with(steps.read(), "1001");
        CHECK(back.state == UserState::active);
        CHECK(back.eid);
        CHECK((back.profile == profile));
        CHECK(steps.world().invitations("1001") == 0);
    }
    SECTION("a suspended person's membership can be ended, once") {
        Steps steps(make_world());
        const auto profile = user_with(steps.read(), "1001").profile;
        const auto end = operation("1001", EndMembership{});
        CHECK_FALSE(steps.found(end));
        steps.done(operation("1001", SuspendUser{.profile = profile}));

        CHECK_FALSE(steps.done(end).already_so);

        CHECK(steps.found(end));
        CHECK(steps.done(end).already_so);
        for (const auto& user : users_with(steps.read(), "1001")) {
            CHECK(user.state == UserState::suspended);
            CHECK_FALSE(user.eid);
        }
    }
}

ActualGroup made(const ActualNetwork& network, const std::string& name) {
    for (const auto& group : network.groups) {
        if (group.name == name) return group;
    }
    FAIL("there is no group " << name);
    return {};
}

void making_groups(const NetworkWorldFactory& make_world) {
    const auto unit = [](GroupKind kind, const std::string& name) {
        return operation("", MakeGroup{.kind = kind, .name = name, .business_unit = {}, .department = {}});
    };
    SECTION("a group of every kind can be made, and people can be placed in it") {
        Steps steps(make_world());
        const auto before = steps.read();
        std::vector<Operation> makings = {unit(GroupKind::business_unit, "Store 99"),
                                          unit(GroupKind::department, "Bakery"), unit(GroupKind::topic, "Chess")};
        makings.push_back(operation("", MakeGroup{.kind = GroupKind::local_department,
                                                  .name = "Checkout 12",
                                                  .business_unit = group_named(before, "Store 12").eid,
                                                  .department = group_named(before, "Checkout").eid}));
        for (const auto& making : makings) {
            CHECK_FALSE(steps.found(making));
            CHECK_FALSE(steps.done(making).already_so);
            CHECK(steps.found(making));
        }
        const auto network = steps.read();
        CHECK(network.groups.size() == 7);
        CHECK(made(network, "Store 99").kind == GroupKind::business_unit);
        CHECK(made(network, "Bakery").kind == GroupKind::department);
        CHECK(made(network, "Chess").kind == GroupKind::topic);
        CHECK(made(network, "Checkout 12").kind == GroupKind::local_department);
        CHECK(made(network, "Checkout 12").parent == group_named(before, "Store 12").eid);

        steps.done(operation("1001", AddToGroups{.groups = {group_named(network, "Store 99")}}));
        CHECK(group_names(steps.read(), "1001") == Names{"Store 12", "Store 99"});
    }
    SECTION("a group that is there already is not made again") {
        Steps steps(make_world());
        steps.read();

        CHECK(steps.done(unit(GroupKind::business_unit, "Store 12")).already_so);
        CHECK(steps.read().groups.size() == 3);
    }
    SECTION("a group whose making was not answered can be found") {
        Steps steps(make_world());
        steps.read();
        const auto making = unit(GroupKind::department, "Bakery");
        steps.world().lose_next_answer();

        const auto lost = steps.apply(making);

        REQUIRE(lost.has_error());
        CHECK(lost.error().effect == Effect::unknown);
        CHECK(steps.found(making));
    }
    SECTION("a local department whose business unit is not there is refused") {
        Steps steps(make_world());
        steps.read();
        const auto refused = steps.apply(operation("", MakeGroup{.kind = GroupKind::local_department,
                                                                 .name = "Nowhere",
                                                                 .business_unit = GroupEid("ffffffffffffff01"),
                                                                 .department = GroupEid("ffffffffffffff02")}));
        REQUIRE(refused.has_error());
        CHECK(refused.error().kind == FailureKind::rejected);
    }
}

void reading_again(const NetworkWorldFactory& make_world) {
    SECTION("reading again before any reading is reading the whole") {
        Steps steps(make_world());
        const auto again = steps.read_again();
        CHECK(again == steps.read());
    }
    SECTION("reading again shows what reading the whole shows, whatever we did since") {
        Steps steps(make_world());
        const auto before = steps.read();
        CHECK(steps.read_again() == before);

        const auto store = group_named(before, "Store 12");
        steps.done(operation("2001", CreateUser{.profile = profile_of("Bo", "bo@shop.example")}));
        steps.done(operation("2001", AddToGroups{.groups = {store}}));
        steps.done(operation("1001", RemoveFromGroups{.groups = {store}}));
        steps.done(operation("1001", ChangeRole{.before = RoleId("member"), .after = RoleId("admin")}));
        const auto again = steps.read_again();
        CHECK(group_names(again, "2001") == Names{"Store 12"});
        CHECK(user_with(again, "1001").role == RoleId("admin"));
        CHECK(again == steps.read());

        steps.world().accept("2001");
        // Administrators are not suspended in this story: a network may keep its last ones.
        steps.done(operation("1001", ChangeRole{.before = RoleId("admin"), .after = RoleId("member")}));
        steps.done(operation("1001", SuspendUser{.profile = user_with(again, "1001").profile}));
        const auto later = steps.read_again();
        CHECK(user_with(later, "2001").state == UserState::active);
        CHECK(user_with(later, "1001").state == UserState::suspended);
        CHECK(later == steps.read());

        steps.done(operation("1001", EndMembership{}));
        const auto last = steps.read_again();
        CHECK(users_with(last, "1001").size() == users_with(steps.read(), "1001").size());
    }
}

void linking(const NetworkWorldFactory& make_world) {
    SECTION("an account without XID is the employee's to whom it is linked, in every operation") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto stranger =
            std::find_if(network.users.begin(), network.users.end(), [](const ActualUser& user) { return !user.xid; });
        REQUIRE(stranger != network.users.end());
        const std::vector<Link> links = {
            {.key = EmployeeKey("7001"), .eid = *stranger->eid, .scim_id = stranger->scim_id}};

        CHECK(users_with(network, "7001").empty());
        const auto linked = user_with(steps.read(links), "7001");
        CHECK(linked.linked);
        CHECK(linked.eid == stranger->eid);
        CHECK_FALSE(user_with(network, "1001").linked);

        // Nobody is the last administrator.
        steps.done(operation("1001", ChangeRole{.before = RoleId("member"), .after = RoleId("admin")}));
        const auto add = operation("7001", AddToGroups{.groups = {group_named(network, "Checkout")}});
        const auto role = operation("7001", ChangeRole{.before = linked.role, .after = RoleId("member")});
        steps.done(add);
        steps.done(role);
        CHECK(steps.found(add));
        CHECK(steps.found(role));
        CHECK(group_names(steps.read_again(links), "7001") == Names{"Checkout"});

        const auto suspend = operation("7001", SuspendUser{.profile = linked.profile});
        const auto reactivate = operation("7001", ReactivateUser{.profile = linked.profile});
        const auto only_theirs = [&](const ActualNetwork& now) {
            CHECK(now.users.size() == network.users.size());
            for (const auto& user : now.users) CHECK(user.xid);
            return user_with(now, "7001");
        };
        steps.done(suspend);
        CHECK(steps.found(suspend));
        CHECK(only_theirs(steps.read_again(links)).state == UserState::suspended);
        const auto gone = only_theirs(steps.read(links));
        CHECK(gone.state == UserState::suspended);
        CHECK(gone.linked);
        CHECK_FALSE(gone.eid);

        steps.done(reactivate);
        CHECK(steps.found(reactivate));
        CHECK(only_theirs(steps.read_again(links)).state == UserState::active);
        const auto back = only_theirs(steps.read(links));
        CHECK(back.state == UserState::active);
        CHECK(back.eid == stranger->eid);
        CHECK(group_names(steps.read(links), "7001") == Names{"Checkout"});

        steps.done(suspend);
        steps.read(links);
        const auto end = operation("7001", EndMembership{});
        steps.done(end);
        CHECK(steps.found(end));
        for (const auto& user : users_with(steps.read(links), "7001")) CHECK(user.state == UserState::suspended);
    }
    SECTION("a link to a key that somebody has in the network is not followed") {
        Steps steps(make_world());
        const auto network = steps.read();
        const auto stranger =
            std::find_if(network.users.begin(), network.users.end(), [](const ActualUser& user) { return !user.xid; });
        REQUIRE(stranger != network.users.end());
        const auto shown = steps.read({{.key = EmployeeKey("1001"), .eid = *stranger->eid}});
        CHECK_FALSE(user_with(shown, "1001").linked);
    }
}

void inviting_again(const NetworkWorldFactory& make_world) {
    const auto create = operation("2001", CreateUser{.profile = profile_of("Bo", "bo@shop.example")});
    const auto again = operation("2001", InviteAgain{.email = "bo@shop.example"});
    SECTION("somebody who has not accepted is asked once more, and nothing else changes") {
        Steps steps(make_world());
        steps.read();
        steps.done(create);
        steps.read();

        CHECK_FALSE(steps.done(again).already_so);

        CHECK(steps.found(again));
        CHECK(steps.world().invitations("2001") == 2);
        CHECK(user_with(steps.read(), "2001").state == UserState::invited);
    }
    SECTION("somebody who has accepted meanwhile is not asked") {
        Steps steps(make_world());
        steps.read();
        steps.done(create);
        steps.world().accept("2001");
        steps.read();

        CHECK(steps.done(again).already_so);
        CHECK(steps.world().invitations("2001") == 1);
    }
    SECTION("a second invitation whose answer is lost does not become a third") {
        Steps steps(make_world());
        steps.read();
        steps.done(create);
        steps.read();
        steps.world().lose_next_answer();

        const auto lost = steps.apply(again);

        REQUIRE(lost.has_error());
        CHECK(lost.error().effect == Effect::unknown);
        CHECK(steps.found(again));
        CHECK(steps.world().invitations("2001") == 2);
    }
}

void roles_in_groups(const NetworkWorldFactory& make_world) {
    SECTION("a role in a group comes and goes, and the membership stays") {
        Steps steps(make_world());
        const auto store = group_named(steps.read(), "Store 12");
        const auto give =
            operation("1001", ChangeGroupRole{.group = store, .before = RoleId("member"), .after = RoleId("admin")});
        const auto take = operation(
            "1001",
            ChangeGroupRole{.group = store, .before = RoleId("admin"), .after = RoleId("member"), .granted = false});
        CHECK_FALSE(steps.found(give));

        steps.done(give);

        CHECK(steps.found(give));
        const auto leader = user_with(steps.read(), "1001");
        REQUIRE(leader.group_roles.size() == 1);
        CHECK(leader.group_roles[0].group == store.eid);
        CHECK(leader.group_roles[0].role == RoleId("admin"));
        CHECK(leader.role == RoleId("member"));

        steps.done(take);
        CHECK(steps.found(take));
        const auto after = steps.read_again();
        CHECK(user_with(after, "1001").group_roles.empty());
        CHECK(group_names(after, "1001") == Names{"Store 12"});
    }
}

void what_is_not_ours(const NetworkWorldFactory& make_world) {
    SECTION("somebody from outside keeps their last group") {
        Steps steps(make_world());
        steps.world().make_external("1001");
        const auto network = steps.read();
        CHECK(user_with(network, "1001").external);

        const auto refused =
            steps.apply(operation("1001", RemoveFromGroups{.groups = {group_named(network, "Store 12")}}));

        REQUIRE(refused.has_error());
        CHECK(refused.error().kind == FailureKind::rejected);
        CHECK(group_names(steps.read(), "1001") == Names{"Store 12"});
    }
    SECTION("what another application protects is shown, and its refusal is about this person alone") {
        Steps steps(make_world());
        steps.world().lock("1001");
        const auto network = steps.read();
        const auto anna = user_with(network, "1001");
        CHECK(anna.locked);
        CHECK(anna.locked_groups == anna.groups);

        const auto leave = steps.apply(operation("1001", EndMembership{}));
        const auto move =
            steps.apply(operation("1001", RemoveFromGroups{.groups = {group_named(network, "Store 12")}}));

        REQUIRE(leave.has_error());
        CHECK(leave.error().kind == FailureKind::rejected);
        REQUIRE(move.has_error());
        CHECK(move.error().kind == FailureKind::rejected);
        CHECK(group_names(steps.read(), "1001") == Names{"Store 12"});
    }
}

void coming_back(const NetworkWorldFactory& make_world) {
    SECTION("somebody who comes back under a new key has the account, the groups and no new invitation") {
        Steps steps(make_world());
        const auto before = user_with(steps.read(), "1001");
        const auto back = operation("5005", ReactivateUser{.profile = before.profile, .formerly = EmployeeKey("1001")});
        steps.done(operation("1001", SuspendUser{.profile = before.profile}));
        steps.read();
        CHECK_FALSE(steps.found(back));

        CHECK_FALSE(steps.done(back).already_so);

        CHECK(steps.found(back));
        const auto network = steps.read_again();
        CHECK(users_with(network, "1001").empty());
        const auto anna = user_with(network, "5005");
        CHECK(anna.state == UserState::active);
        CHECK(anna.eid == before.eid);
        CHECK(anna.groups == before.groups);
        CHECK(steps.world().invitations("5005") == 0);
        CHECK(network == steps.read());
    }
}

}  // namespace

void network_contract(const NetworkWorldFactory& make_world) {
    reading(make_world);
    joining(make_world);
    moving(make_world);
    making_groups(make_world);
    leaving(make_world);
    coming_back(make_world);
    reading_again(make_world);
    linking(make_world);
    inviting_again(make_world);
    roles_in_groups(make_world);
    what_is_not_ours(make_world);
}

}  // namespace usersync::test

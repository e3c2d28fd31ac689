// Nothing is taken away and made anew in one go: neither somebody's account, nor a group.

#include "core/diff/diff.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/waiting.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

ChangeSet compare(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                  const diff::Policy& policy = {}, const diff::Birthdays& birthdays = {}) {
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), {std::move(owned)}, policy,
                      birthdays);
}

/// The person of `key` under another one: name and address as they were.
DesiredUser rekeyed(const std::string& key, const std::string& now) {
    auto user = wanted(key, {"Store 12"});
    user.key = EmployeeKey(now);
    return user;
}

GroupToMake to_make(const std::string& store) {
    return {.group = business_unit(store), .reason = reason("group_mapping[1]")};
}

ChangeSet compare_stores(std::vector<DesiredUser> users, std::vector<ActualUser> accounts,
                         std::vector<OwnedUser> owned) {
    auto desired = should_be(std::move(users));
    desired.groups_to_make = {to_make("Store 12 North")};
    desired.managed_groups = {business_unit("Store 12 North"), business_unit("Store 14")};
    return diff::diff(desired, network_of(std::move(accounts)), {std::move(owned)}, {});
}

}  // namespace

TEST_CASE("whoever has another employee ID and the same address neither leaves nor joins", "[core][diff][rekey]") {
    const auto found = compare({rekeyed("1001", "2001")}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"rekey 1001", "rekey 2001"});
    CHECK(found.notes[0].text.find("XID 2001") != std::string::npos);
    for (const auto& note : found.notes) CHECK(note.text.find('@') == std::string::npos);
}

TEST_CASE("whoever has another employee ID and another address is known by name and birthday", "[core][diff][rekey]") {
    auto person = rekeyed("1001", "2001");
    person.profile.email = "new@shop.example";
    auto there = account("1001", {"g12"});
    there.birthday = "1980-02-29";
    const std::vector<OwnedUser> owned{ours("1001", {"g12"})};

    CHECK(lines_of(compare({person}, {there}, owned, {}, {{person.key, "1980-02-29"}})).empty());
    CHECK(lines_of(compare({person}, {there}, owned, {}, {{person.key, "1990-01-01"}})).size() == 4);
    CHECK(lines_of(compare({person}, {there}, owned)).size() == 4);
}

TEST_CASE("whoever seems to be somebody whom a record that could not be read whole lacks gets no second account",
          "[core][diff][rekey]") {
    auto person = rekeyed("1001", "2001");
    person.profile.email = "new@shop.example";
    auto there = account("1001", {"g12"});
    there.birthday = "1980-02-29";
    diff::Policy policy;
    policy.xid_change_on_reactivation = true;
    const auto compare_partly = [&](const ActualUser& account, const OwnedUser& owned, const DesiredUser& joins) {
        auto desired = should_be({joins});
        desired.completeness = Completeness::partial;
        return diff::diff(desired, network_of({account}), {{owned}}, policy, {{person.key, "1980-02-29"}});
    };

    const auto found = compare_partly(there, ours("1001", {"g12"}), person);
    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"no_removal 1001", "rekey 1001", "rekey 2001"});
    for (const auto& note : found.notes) CHECK(note.text.find("would leave") == std::string::npos);

    // Nobody's account is suspended for that, whatever the tenant lets happen.
    CHECK(lines_of(compare_partly(there, ours("1001", {"g12"}), rekeyed("1001", "2001"))).empty());
    // Nor does it matter that the account is protected for another reason.
    auto admin = there;
    admin.role = RoleId("admin");
    CHECK(lines_of(compare_partly(admin, ours("1001", {"g12"}), person)).empty());

    const Lines joins{"create_user 2001", "add_to_groups 2001 g12"};
    CHECK(lines_of(compare_partly(suspended(there), ours("1001", {"g12"}), person)) == joins);
    CHECK(lines_of(compare_partly(there, OwnedUser{.key = EmployeeKey("1001")}, person)) == joins);
    auto other = there;
    other.birthday = "1990-01-01";
    CHECK(lines_of(compare_partly(other, ours("1001", {"g12"}), person)) == joins);
}

TEST_CASE("an address that goes from one person to another does not make them one", "[core][diff][rekey]") {
    auto successor = rekeyed("1001", "2001");
    successor.profile.name = PersonName{.first = "Eva", .infix = {}, .last = "Bos"};
    const auto found = compare({successor}, {account("1001")}, {ours("1001")});

    CHECK(lines_of(found) == Lines{"suspend_user 1001"});
    CHECK(notes_of(found.notes) == Lines{"conflict 2001"});  // until the address is free
}

TEST_CASE("where the tenant lets accounts change their employee ID, a person approves that they do",
          "[core][diff][rekey]") {
    diff::Policy policy;
    policy.xid_change_on_reactivation = true;
    const auto person = rekeyed("1001", "2001");
    const auto found = compare({person}, {account("1001", {"g12"})}, {ours("1001", {"g12"})}, policy);

    REQUIRE(lines_of(found) == Lines{"suspend_user 1001"});  // with its groups
    CHECK(std::get<SuspendUser>(found.changes[0].what).becomes == person.key);
    CHECK(notes_of(found.notes) == Lines{"rekey 2001"});
    const auto hold = plan::hold_for_new_keys(plan::make_plan(found, {}, {}));
    REQUIRE(hold);
    CHECK(hold->sentence == "1 account would go on under another employee ID");

    auto gone = suspended(account("1001"));
    auto owned = ours("1001", {"g12"});
    owned.suspended = true;
    const auto next = compare({person}, {gone}, {owned}, policy);
    CHECK(lines_of(next) == Lines{"reactivate_user 2001 formerly 1001", "add_to_groups 2001 g12"});
}

TEST_CASE("two who join with what one who leaves has are no certain match: nothing is done", "[core][diff][rekey]") {
    diff::Policy policy;
    policy.xid_change_on_reactivation = true;
    auto other = rekeyed("1001", "2002");
    other.profile.email = "new@shop.example";
    auto there = account("1001");
    there.birthday = "1980-02-29";
    const diff::Birthdays birthdays{{EmployeeKey("2001"), "1980-02-29"}, {EmployeeKey("2002"), "1980-02-29"}};
    const auto found = compare({rekeyed("1001", "2001"), other}, {there}, {ours("1001")}, policy, birthdays);

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"rekey 1001", "rekey 1001", "rekey 2001", "rekey 2002"});
}

TEST_CASE("a group is not made while everybody of another one would go to it", "[core][diff][rekey]") {
    const auto found = compare_stores({wanted("1001", {"Store 12 North"}), wanted("1002", {"Store 12 North"})},
                                      {account("1001", {"g12"}), account("1002", {"g12"})},
                                      {ours("1001", {"g12"}), ours("1002", {"g12"})});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"unknown_group 1001", "unknown_group 1002", "rename"});
    CHECK(found.notes.back().text.find("\"Store 12\"") != std::string::npos);
}

TEST_CASE("a new group is made when somebody stays in the old one, or most of its people come from elsewhere",
          "[core][diff][rekey]") {
    const std::vector<ActualUser> accounts{account("1001", {"g12"}), account("1002", {"g12"})};
    const std::vector<OwnedUser> owned{ours("1001", {"g12"}), ours("1002", {"g12"})};
    const auto one_stays =
        compare_stores({wanted("1001", {"Store 12 North"}), wanted("1002", {"Store 12"})}, accounts, owned);
    const auto by_hand = compare_stores({wanted("1001", {"Store 12 North"}), wanted("1002", {"Store 12 North"})},
                                        accounts, {ours("1001", {"g12"}), ours("1002")});
    const auto most_are_new = compare_stores({wanted("1001", {"Store 12 North"}), wanted("1002", {"Store 12 North"}),
                                              wanted("1003", {"Store 12 North"}), wanted("1004", {"Store 12 North"})},
                                             accounts, owned);

    for (const auto* found : {&one_stays, &by_hand, &most_are_new}) {
        REQUIRE_FALSE(found->changes.empty());
        CHECK(line_of(found->changes.front()) == "make_group business_unit Store 12 North");
    }
}

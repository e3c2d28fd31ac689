// People who hand their e-mail addresses round.

#include "core/diff/address_book.hpp"
#include "core/diff/diff.hpp"
#include "core/plan/make_plan.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

/// Everybody wants the address of the next one, and the last that of the first.
std::vector<DesiredUser> ring(const std::vector<std::string>& keys) {
    std::vector<DesiredUser> users;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        users.push_back(wanted(keys[i]));
        users.back().profile.email = profile_of(keys[(i + 1) % keys.size()]).email;
    }
    return users;
}

ChangeSet compare(std::vector<DesiredUser> users, const diff::Policy& policy) {
    std::vector<ActualUser> accounts;
    std::vector<OwnedUser> owned;
    for (const auto& user : users) {
        accounts.push_back(account(user.key.value()));
        owned.push_back(ours(user.key.value()));
    }
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), {std::move(owned)}, policy);
}

diff::Policy parking() {
    diff::Policy policy;
    policy.swap_parking = "parked+{key}@example.invalid";
    return policy;
}

std::string email_after(const Operation& operation) {
    return std::get<UpdateProfile>(operation.change.what).after.email.value_or("");
}

}  // namespace

TEST_CASE("without a place to park an address a circle is a conflict that names who is in it", "[core][diff][swap]") {
    const auto found = compare(ring({"1001", "1002", "1003"}), {});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"conflict 1001", "conflict 1002", "conflict 1003"});
    CHECK(found.notes[0].text ==
          "waits for an e-mail address in a circle with 1002, 1003: one of them needs another address first");
}

TEST_CASE("in a circle one is parked, then each gets their address when it is free", "[core][diff][swap]") {
    const auto plan = plan::make_plan(compare(ring({"1001", "1002", "1003"}), parking()), {}, {});

    REQUIRE(lines_of(plan) == Lines{"update_profile 1001 email", "update_profile 1001 email",
                                    "update_profile 1002 email", "update_profile 1003 email"});
    const auto& operations = plan.operations;
    CHECK(email_after(operations[0]) == "parked+1001@example.invalid");
    CHECK(std::get<UpdateProfile>(operations[1].change.what).before.email == "parked+1001@example.invalid");
    CHECK(operations[0].after.empty());
    CHECK(operations[3].after == std::vector{operations[0].key});  // 1003 gets the address of 1001
    CHECK(operations[2].after == std::vector{operations[3].key});
    auto last = std::vector{operations[0].key, operations[2].key};
    std::sort(last.begin(), last.end());
    CHECK(operations[1].after == last);
    CHECK(plan.notes.empty());
}

TEST_CASE("nobody is parked at an address that is somebody's", "[core][diff][swap]") {
    auto users = ring({"1001", "1002"});
    auto other = account("1009");
    other.other_emails = {"Parked+1001@example.invalid"};
    const auto found = diff::diff(should_be(users), network_of({account("1001"), account("1002"), other}),
                                  {{ours("1001"), ours("1002")}}, parking());

    CHECK(lines_of(found).empty());
}

TEST_CASE("what is no letter or digit of a key becomes a hyphen in the parked address", "[core][diff][swap]") {
    const auto plan = plan::make_plan(compare(ring({"10 01/a", "1002"}), parking()), {}, {});

    REQUIRE(plan.operations.size() == 3);
    CHECK(email_after(plan.operations[0]) == "parked+10-01-a@example.invalid");
}

TEST_CASE("nobody is parked when somebody else of the circle has to wait", "[core][diff][swap]") {
    auto changes = compare(ring({"1001", "1002", "1003"}), parking());
    const auto before = diff::swaps_of(changes);
    REQUIRE(before == diff::Swaps{{EmployeeKey("1001"), EmployeeKey("1002"), EmployeeKey("1003")}});

    auto whole = changes;
    diff::keep_swaps_whole(whole, before);
    CHECK(whole == changes);

    std::erase_if(changes.changes, [](const Change& change) { return change.employee == EmployeeKey("1003"); });
    diff::keep_swaps_whole(changes, before);
    CHECK(changes.changes.empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1001", "conflict 1002", "conflict 1003"});
}

TEST_CASE("an address in other letters is the same address when it is handed over", "[core][diff][swap]") {
    auto holder = wanted("1009");
    holder.profile.email = "new@shop.example";
    auto newcomer = wanted("1002");
    newcomer.profile.email = "P1009@Shop.example";
    const auto plan = plan::make_plan(
        diff::diff(should_be({newcomer, holder}), network_of({account("1009")}), {{ours("1009")}}, {}), {}, {});

    REQUIRE(lines_of(plan) == Lines{"create_user 1002", "update_profile 1009 email"});
    CHECK(plan.operations[0].after == std::vector{plan.operations[1].key});
}

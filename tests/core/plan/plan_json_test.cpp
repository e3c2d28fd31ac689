#include "core/plan/plan_json.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace usersync::plan {
namespace {

Reason reason() {
    return Reason{.rule = "group_mapping[2]",
                  .origin = {.file = "tenant.toml", .line = 41, .column = 3},
                  .column = "location",
                  .value = "Store \"12\""};
}

Profile full_profile() {
    return Profile{.email = "anna@shop.example",
                   .name = PersonName{.first = "Anna", .infix = "van der", .last = "Bakkér"},
                   .job_title = "Cashier",
                   .phone = "+31 6 1234"};
}

std::vector<GroupChange> groups() {
    return {GroupChange{.eid = GroupEid("00000000000000a1"), .name = "Store 12", .reason = reason()},
            GroupChange{.eid = GroupEid("00000000000000a2"), .name = "", .reason = {}}};
}

std::vector<What> every_kind() {
    return {Adopt{.user = true, .groups = groups(), .role = RoleId("member")},
            Adopt{.user = false, .groups = {}, .role = {}},
            Adopt{.user = true,
                  .groups = {},
                  .role = {},
                  .link = UserEid("u1"),
                  .group_roles = {{groups().front(), RoleId("admin")}}},
            Release{.groups = groups(), .role = RoleId("editor")},
            Release{.groups = {},
                    .role = {},
                    .group_roles = {{groups().front(), RoleId("admin")}},
                    .user = true,
                    .forgotten = {{OwnershipChange::What::declined, "g1"}, {OwnershipChange::What::invited_again, ""}}},
            InviteAgain{.email = "jan@shop.example"},
            InviteAgain{.email = "jan@shop.example", .reminder = true},
            UpdateProfile{.before = {}, .after = full_profile(), .asks_in_again = true},
            ReactivateUser{.profile = {}, .formerly = EmployeeKey("7")},
            ChangeGroupRole{
                .group = groups().front(), .before = RoleId("member"), .after = RoleId("admin"), .granted = true},
            CreateUser{.profile = full_profile(), .invitation = {}, .user_name = {}, .temporary_password = false},
            CreateUser{.profile = full_profile(),
                       .invitation = {.channel = InviteChannel::sms, .language = "nl-NL", .reason = reason()},
                       .user_name = "bakker10234",
                       .temporary_password = true},
            CreateUser{.profile = {},
                       .invitation = {.channel = {}, .language = "nl", .reason = {}},
                       .user_name = "",
                       .temporary_password = false},
            MakeGroup{.kind = GroupKind::local_department,
                      .name = "Bakery 12",
                      .business_unit = GroupEid("00000000000000a1"),
                      .department = GroupEid("00000000000000a2")},
            MakeGroup{.kind = GroupKind::topic, .name = "Football", .business_unit = {}, .department = {}},
            ReactivateUser{.profile = Profile{}},
            UpdateProfile{.before = full_profile(),
                          .after = Profile{.email = "", .name = {}, .job_title = {}, .phone = ""}},
            AddToGroups{.groups = groups()},
            ChangeRole{.before = RoleId("member"), .after = RoleId("admin"), .granted = true},
            ChangeRole{.before = RoleId("admin"), .after = RoleId("member"), .granted = false},
            RemoveFromGroups{.groups = groups()},
            RemoveFromGroups{.groups = groups(),
                             .roles = {{.group = groups().front().eid, .role = RoleId("moderator"), .is_ours = true},
                                       {.group = groups().back().eid, .role = RoleId("editor")}},
                             .roles_by_hand = true},
            UpdateProfile{.before = full_profile(), .after = Profile{}, .asks_in_again = false, .parks = true},
            SuspendUser{.profile = full_profile()},
            SuspendUser{.profile = full_profile(), .becomes = EmployeeKey("20234")},
            EndMembership{}};
}

Operation operation_of(What what) {
    return Operation{.key = OperationKey("op-1"),
                     .stage = Stage::leave_groups,
                     .change = {.employee = EmployeeKey("10234"), .what = std::move(what), .reason = reason()},
                     .after = {OperationKey("op-0"), OperationKey("op-00")}};
}

Plan full_plan() {
    Plan plan;
    plan.id = PlanId("0123456789abcdef0123456789abcdef");
    plan.basis = PlanBasis{.tenant = TenantId("shop"),
                           .snapshot = SnapshotId(7),
                           .snapshot_content = fingerprint_of("people"),
                           .rules = fingerprint_of("rules"),
                           .completeness = Completeness::doubtful};
    for (auto& what : every_kind()) plan.operations.push_back(operation_of(std::move(what)));
    plan.notes = {Note{.kind = Note::Kind::protected_, .employee = EmployeeKey("1"), .text = "an administrator"},
                  Note{.kind = Note::Kind::unknown_group, .employee = {}, .text = "no such group"},
                  Note{.kind = Note::Kind::unmapped, .employee = EmployeeKey("2"), .text = "has an unknown place"},
                  Note{.kind = Note::Kind::conflict, .employee = EmployeeKey("3"), .text = "the address is taken"},
                  Note{.kind = Note::Kind::frozen, .employee = EmployeeKey("4"), .text = "line 7"},
                  Note{.kind = Note::Kind::no_removal, .employee = EmployeeKey("5"), .text = "no evidence"},
                  Note{.kind = Note::Kind::not_admitted, .employee = EmployeeKey("6"), .text = "has no address"},
                  Note{.kind = Note::Kind::left_alone, .employee = EmployeeKey("7"), .text = "is excluded"},
                  Note{.kind = Note::Kind::awaits_group, .employee = EmployeeKey("8"), .text = "made first"},
                  Note{.kind = Note::Kind::by_hand, .employee = EmployeeKey("9"), .text = "on paper"},
                  Note{.kind = Note::Kind::unclear, .employee = EmployeeKey("10"), .text = "active or not"},
                  Note{.kind = Note::Kind::kept, .employee = EmployeeKey("11"), .text = "contract says nothing"}};
    plan.unmapped = {Unmapped{.column = "location", .value = "Store 99", .people = 3}};
    return plan;
}

bool is_refused(const std::string& json) {
    const auto decoded = decode_operation(json);
    return decoded.has_error() && decoded.error().kind == FailureKind::broken &&
           decoded.error().code == "bad_stored_operation";
}

}  // namespace

TEST_CASE("every kind of operation comes back from the store as it went in", "[core][plan]") {
    for (const auto& what : every_kind()) {
        const auto operation = operation_of(what);
        INFO(encode(operation));

        const auto decoded = decode_operation(encode(operation));

        REQUIRE(decoded.has_value());
        CHECK(*decoded == operation);
        CHECK(encode(*decoded) == encode(operation));
    }
}

TEST_CASE("every stage of an operation comes back from the store", "[core][plan]") {
    for (int stage = 0; stage <= static_cast<int>(Stage::remove); ++stage) {
        auto operation = operation_of(EndMembership{});
        operation.stage = static_cast<Stage>(stage);

        const auto decoded = decode_operation(encode(operation));

        REQUIRE(decoded.has_value());
        CHECK(decoded->stage == operation.stage);
    }
}

TEST_CASE("a stored operation reads the same in every version of the program", "[core][plan]") {
    const auto json = encode(operation_of(ChangeRole{.before = RoleId("member"), .after = RoleId("admin")}));

    CHECK(json ==
          R"({"key":"op-1","stage":"leave_groups","employee":"10234","kind":"change_role",)"
          R"("what":{"before":"member","after":"admin","granted":true},)"
          R"("reason":{"rule":"group_mapping[2]","at":{"file":"tenant.toml","line":41,"column":3},"column":"location",)"
          R"("value":"Store \"12\""},"after":["op-0","op-00"]})");
}

TEST_CASE("an operation that was stored before reasons knew their place still reads", "[core][plan]") {
    const std::string json =
        R"({"key":"op-1","stage":"create","employee":"10234","kind":"create_user","what":{"profile":{}},)"
        R"("reason":{"rule":"employee record","column":"","value":""},"after":[]})";

    const auto decoded = decode_operation(json);

    REQUIRE(decoded.has_value());
    CHECK(decoded->change.reason.origin == Origin{});
    CHECK(std::get<CreateUser>(decoded->change.what) == CreateUser{});
}

TEST_CASE("a field nobody speaks about is not the same as an empty cell", "[core][plan]") {
    const auto nothing_said = operation_of(CreateUser{});
    const auto empty_cell = operation_of(CreateUser{.profile = {.email = "", .name = {}, .job_title = {}, .phone = {}},
                                                    .invitation = {},
                                                    .user_name = {},
                                                    .temporary_password = false});

    CHECK(encode(nothing_said) != encode(empty_cell));
    CHECK(*decode_operation(encode(nothing_said)) == nothing_said);
    CHECK(*decode_operation(encode(empty_cell)) == empty_cell);
}

TEST_CASE("a text that is not UTF-8 is kept byte for byte", "[core][plan]") {
    auto operation = operation_of(SuspendUser{.profile = full_profile()});
    auto other = operation;
    operation.change.reason.value = "Caf\xe9";
    other.change.reason.value = "Caf\xe8";
    operation.change.employee = EmployeeKey(std::string("1\0002", 3));

    const auto decoded = decode_operation(encode(operation));

    REQUIRE(decoded.has_value());
    CHECK(*decoded == operation);
    CHECK(encode(operation) != encode(other));
}

TEST_CASE("an operation that the program did not write is refused", "[core][plan]") {
    const auto json = encode(operation_of(AddToGroups{.groups = groups()}));
    const auto with = [&](const std::string& what, const std::string& instead) {
        auto changed = json;
        const auto at = changed.find(what);
        REQUIRE(at != std::string::npos);
        return changed.replace(at, what.size(), instead);
    };

    CHECK_FALSE(is_refused(json));
    CHECK(is_refused(""));
    CHECK(is_refused("[]"));
    CHECK(is_refused("null"));
    CHECK(is_refused(json.substr(0, json.size() - 1)));
    CHECK(is_refused(json + " "));
    CHECK(is_refused(with("leave_groups", "leave_grapes")));
    CHECK(is_refused(with("add_to_groups", "add_to_grapes")));
    CHECK(is_refused(with("add_to_groups", "create_user")));
    CHECK(is_refused(with("\"after\"", "\"later\"")));
    CHECK(is_refused(with("\"10234\"", "10234")));
    CHECK(is_refused(with("\"10234\"", R"({"hex":"3130323334"})")));
    CHECK(is_refused(with("\"10234\"", R"({"hex":"x"})")));
    CHECK(is_refused(with("\"key\":\"op-1\"", "\"key\":\"op-1\",\"more\":1")));
}

TEST_CASE("a whole plan comes back from the store as it went in", "[core][plan]") {
    const auto plan = full_plan();

    const auto decoded = decode_plan(encode(plan));

    REQUIRE(decoded.has_value());
    CHECK(*decoded == plan);
    CHECK(encode(*decoded) == encode(plan));
}

TEST_CASE("an empty plan comes back from the store as it went in", "[core][plan]") {
    const auto decoded = decode_plan(encode(Plan{}));

    REQUIRE(decoded.has_value());
    CHECK(*decoded == Plan{});
}

TEST_CASE("every part of a plan is kept", "[core][plan]") {
    const auto plan = encode(full_plan());
    const auto differs = [&](auto change) {
        auto changed = full_plan();
        change(changed);
        return encode(changed) != plan && *decode_plan(encode(changed)) == changed;
    };

    CHECK(differs([](Plan& p) { p.id = PlanId("x"); }));
    CHECK(differs([](Plan& p) { p.basis.tenant = TenantId("other"); }));
    CHECK(differs([](Plan& p) { p.basis.snapshot = SnapshotId(8); }));
    CHECK(differs([](Plan& p) { p.basis.snapshot_content = fingerprint_of("others"); }));
    CHECK(differs([](Plan& p) { p.basis.rules = fingerprint_of("others"); }));
    CHECK(differs([](Plan& p) { p.basis.completeness = Completeness::partial; }));
    CHECK(differs([](Plan& p) { std::swap(p.operations.front(), p.operations.back()); }));
    CHECK(differs([](Plan& p) { p.operations.pop_back(); }));
    CHECK(differs([](Plan& p) { p.notes.front().kind = Note::Kind::conflict; }));
    CHECK(differs([](Plan& p) { p.notes.clear(); }));
    CHECK(differs([](Plan& p) { p.unmapped.front().people = 4; }));
    CHECK(differs([](Plan& p) { p.drift = {{Drift::Kind::account_reactivated, EmployeeKey("1"), "account"}}; }));
    CHECK(differs([](Plan& p) { p.notes.front().kind = Note::Kind::awaits_hand; }));
    CHECK(differs([](Plan& p) { p.notes.front().kind = Note::Kind::not_shown_yet; }));
}

TEST_CASE("a plan without drift is written as before there was a word for it", "[core][plan]") {
    CHECK(encode(Plan{}).ends_with(R"("notes":[],"unmapped":[]})"));
}

TEST_CASE("a plan that the program did not write is refused", "[core][plan]") {
    const auto json = encode(full_plan());
    const auto refused = [](const std::string& text) {
        const auto decoded = decode_plan(text);
        return decoded.has_error() && decoded.error().code == "bad_stored_plan";
    };

    CHECK_FALSE(refused(json));
    CHECK(refused(""));
    CHECK(refused("{}"));
    CHECK(refused(json.substr(0, json.size() / 2)));
    CHECK(refused("{\"operations\":[]," + json.substr(1)));
}

TEST_CASE("what the guard said comes back from the store as it went in", "[core][plan]") {
    const Verdict allowed;
    const Verdict held{.hold = {{.code = "removals", .sentence = "26 people leave, the limit is 25"},
                                {.code = "first_run", .sentence = "nothing was ever applied here"}}};

    CHECK(*decode_verdict(encode(allowed)) == allowed);
    CHECK(*decode_verdict(encode(held)) == held);
    CHECK(decode_verdict("{}").has_error());
    CHECK(decode_verdict("{\"hold\":[{}]}").error().code == "bad_stored_verdict");
}

}  // namespace usersync::plan

// Faults 25 to 29: somebody works by hand, tokens end, the network is away or not the one that is meant.
#include "connectors/http/client.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/scenario/target_stage.hpp"
#include "tests/support/listener.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;
using Names = std::vector<std::string>;

const Lines day_1{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                  "1003;Store 14;Cashier;+31612345603"};
const Lines day_2{day_1[0], day_1[1], day_1[2], "1004;Store 14;Cashier;+31612345604",
                  "1005;Store 12;Cashier;+31612345605"};

std::vector<Drift> drift_of(const sync::CycleResult& result) {
    return result.plan ? result.plan->plan.drift : std::vector<Drift>{};
}

TargetTenant::Options with_drift(Drift::Answer answer) {
    return {.settings = [answer](sync::TenantSettings& settings) {
        settings.policy.drift = {.memberships = answer, .roles = answer, .accounts = answer};
    }};
}

std::string membership_of(const Target& target, const std::string& key) { return target.person(key)->network.eid; }

}  // namespace

TEST_CASE("what somebody did by hand is put back, accepted or left, as the tenant says, and always told",
          "[scenario][fault25]") {
    const auto answer = GENERATE(Drift::Answer::repair, Drift::Answer::adopt, Drift::Answer::ignore);
    INFO(to_string(answer));
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, with_drift(answer));
    shop.sync(day_1);
    stage.pass(24h);
    const bool is_put_back = answer == Drift::Answer::repair;

    SECTION("a person removed from the network") {
        stage.target.call("DELETE", "memberships/" + membership_of(stage.target, "1002") + "/");
        const auto result = shop.run();
        REQUIRE(drift_of(result).size() == 1);
        CHECK(drift_of(result)[0].kind == Drift::Kind::account_gone);
        CHECK(drift_of(result)[0].employee == EmployeeKey("1002"));
        CHECK(drift_of(result)[0].answer == answer);
        CHECK((stage.target.person("1002") != nullptr) == is_put_back);
    }
    SECTION("a person suspended") {
        stage.target.by_hand("what=suspend&user=" + stage.target.person("1002")->eid);
        const auto result = shop.run();
        REQUIRE(drift_of(result).size() == 1);
        CHECK(drift_of(result)[0].kind == Drift::Kind::account_suspended);
        CHECK(stage.target.person("1002")->suspended_at.has_value() != is_put_back);
        CHECK(stage.target.invitations("1002") == 1);
    }
    SECTION("a role taken away") {
        stage.target.call("POST", "changeroles", "memberships[" + membership_of(stage.target, "1001") + "]=member");
        const auto result = shop.run();
        CHECK(drift_of(result).empty() == false);
        CHECK((stage.target.role_of("1001") == "admin") == is_put_back);
    }
    CHECK(shop.log.has("drift=1"));
    CHECK(shop.status().drift == 1);
    CHECK(shop.status_text().find("1 thing of ours changed in the network") != std::string::npos);
    // Afterwards it is settled, or it is told again.
    stage.pass(24h);
    const auto later = shop.run();
    CHECK(stage.target.people() == (stage.target.person("1002") == nullptr ? 2 : 3));
    if (answer == Drift::Answer::ignore) {
        CHECK(drift_of(later).size() == 1);
    } else {
        CHECK(drift_of(later).empty());
    }
}

TEST_CASE("a role that somebody gave by hand stays, and one in place of ours is told", "[scenario][fault25]") {
    auto network = two_stores;
    network.insert(1, R"("roles":[{"name":"Floor lead","eid":"00000000000000aa","permissions":[]}],)");
    TargetStage stage(network);
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    const auto give = [&](const std::string& key, const std::string& role) {
        stage.target.call("POST", "changeroles", "memberships[" + membership_of(stage.target, key) + "]=" + role);
    };
    give("1002", "admin");
    give("1001", "00000000000000aa");
    stage.pass(24h);
    stage.target.forget_calls();

    const auto result = shop.run();

    CHECK(stage.target.writes().empty());
    CHECK(stage.target.role_of("1002") == "admin");
    CHECK(stage.target.role_of("1001") == "00000000000000aa");
    const auto& notes = result.plan->plan.notes;
    const auto is_told = [](const auto& one) { return one.employee.value() == "1001"; };
    CHECK((std::any_of(notes.begin(), notes.end(), is_told) ||
           std::any_of(result.plan->plan.drift.begin(), result.plan->plan.drift.end(), is_told)));
}

TEST_CASE("a group that somebody renamed loses nobody: its people stay in it, and are told", "[scenario][fault25]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    const auto& groups = stage.target.state().groups;
    const auto store =
        std::find_if(groups.begin(), groups.end(), [](const auto& one) { return one.name == "Store 12"; });
    stage.target.by_hand("what=rename_group&group=" + store->eid + "&name=City+store");
    stage.pass(24h);
    stage.target.forget_calls();

    const auto result = shop.run();

    CHECK(stage.target.writes().empty());
    CHECK(stage.target.groups_of("1001") == Names{"City store"});
    CHECK(stage.target.groups_of("1002") == Names{"City store"});
    CHECK(result.run.people_open == 2);
    const auto& notes = result.plan->plan.notes;
    CHECK(std::any_of(notes.begin(), notes.end(),
                      [](const Note& note) { return note.kind == Note::Kind::unknown_group; }));
}

TEST_CASE("an account whose id in SCIM changed during a run is looked for once, and found", "[scenario][fault26]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    auto changed = day_1;
    changed[1] = "1002;Store 12;Shift leader;+31612345602";
    changed[2] = "1003;Store 14;Shift leader;+31612345603";
    shop.deliver(changed);
    // After the reading, and before the call that meets the new id.
    shop.before_call = [&](const http::Request& request) {
        const auto* account = stage.target.person("1003");
        if (request.method == "PUT" && account->scim_id != "merged-1") stage.target.move_scim_id("1003", "merged-1");
    };
    stage.target.forget_calls();
    shop.run();

    CHECK(stage.target.calls("PUT").size() == 3);
    CHECK(shop.status().last_run->end == RunEnd::done);
    CHECK(stage.target.person("1003")->job_title == "Shift leader");
    CHECK(stage.target.person("1003")->scim_id == "merged-1");
}

TEST_CASE("an account that is gone when its update comes is not made again in the same run", "[scenario][fault26]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, with_drift(Drift::Answer::adopt));
    shop.sync(day_1);
    auto changed = day_1;
    changed[1] = "1002;Store 12;Shift leader;+31612345602";
    changed[2] = "1003;Store 14;Shift leader;+31612345603";
    shop.deliver(changed);
    stage.target.play(R"({"rules":[{"method":"PUT","path":"/scim/Users/*","call":2,"what":"status","status":404}]})");
    stage.target.forget_calls();

    const auto result = shop.run();

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(result.run.people_open == 1);
    CHECK(stage.target.calls("PUT").size() == 2);
    CHECK(stage.target.calls("POST").empty());
    CHECK(shop.log.has("outcome=rejected code=not_found"));

    stage.pass(24h);
    CHECK(shop.run().run.end == RunEnd::done);
    CHECK(stage.target.person("1002")->job_title == "Shift leader");
    CHECK(stage.target.person("1003")->job_title == "Shift leader");
}

TEST_CASE("the account of somebody that went up in another's is drift, and the other's stays as it is",
          "[scenario][fault26]") {
    const auto answer = GENERATE(Drift::Answer::repair, Drift::Answer::adopt);
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, with_drift(answer));
    shop.sync(day_1);
    stage.pass(24h);
    stage.target.call("DELETE", "memberships/" + membership_of(stage.target, "1003") + "/");
    const auto before = *stage.target.person("1002");

    const auto result = shop.run();

    REQUIRE(drift_of(result).size() == 1);
    CHECK(drift_of(result)[0].kind == Drift::Kind::account_gone);
    CHECK(drift_of(result)[0].employee == EmployeeKey("1003"));
    CHECK(*stage.target.person("1002") == before);
    CHECK((stage.target.person("1003") != nullptr) == (answer == Drift::Answer::repair));
}

TEST_CASE("a token that ends in the middle of a run stops it, and the run goes on when there is one again",
          "[scenario][fault27]") {
    const auto path = GENERATE(std::string("/scim/Users"), std::string("*/groups/add"));
    INFO(path);
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"method":"POST","path":")" + path +
                      R"(","from":2,"until_ms":10800000,"what":"status","status":401}]})");
    stage.target.forget_calls();
    shop.deliver(day_2);
    const auto result = shop.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK(result.run.failure_code == "invalid_token");
    CHECK(stage.target.calls("POST", path == "/scim/Users" ? path : "groups/add").size() == 2);
    CHECK(shop.status_text().find("failed, invalid_token") != std::string::npos);
    CHECK(sync::health_of(shop.status()) == sync::Health::failed);

    stage.pass(2h + 30min);
    // Looked at about once an hour, not more.
    CHECK(stage.target.writes().size() <= 9);
    stage.pass(2h);
    CHECK(shop.status().last_run->end == RunEnd::done);
    for (const auto* key : {"1004", "1005"}) CHECK(stage.target.invitations(key) == 1);
    CHECK(stage.target.people() == 5);
}

TEST_CASE("a token that is refused from the beginning touches nobody, and is asked for once an hour",
          "[scenario][fault27]") {
    const auto path = GENERATE(std::string("*"), std::string("/scim/*"));
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"path":")" + path +
                      R"(","from":1,"until_ms":21600000,"what":"status","status":401}]})");
    stage.target.forget_calls();
    shop.deliver({day_1[0]});
    shop.run();
    stage.pass(5h + 30min);

    CHECK(stage.target.writes().empty());
    CHECK(stage.target.calls("", path == "*" ? "" : "/scim/").size() <= 7);
    CHECK(shop.status_text().find("invalid_token") != std::string::npos);
}

TEST_CASE("another tenant's network, by its id or by its tokens, is found out before the first write of every run",
          "[scenario][fault27]") {
    std::string users;
    for (int n = 0; n < 6; ++n) {
        const auto key = std::to_string(5000 + n);
        users += (n == 0 ? "" : ",") + std::string(R"({"xid":")") + key +
                 R"(","first":"Q","family":"Person","email":"q)" + key + R"(@other.example"})";
    }
    TargetStage stage;
    Target other(
        stage.clock,
        R"({"name":"Other","seed":2,"groups":[{"kind":"business_unit","name":"Store 12"}],"users":[)" + users + "]}");

    SECTION("the REST token of another tenant") {
        TargetTenant shop(stage.context, stage.clock, stage.target, {.speakap = [&](speakap::SpeakapOptions& options) {
                              options.rest_token = Secret(other.state().token);
                          }});
        shop.deliver(day_1);
        const auto result = shop.run();
        CHECK(result.failure->kind == FailureKind::blocked);
        CHECK(stage.target.writes().empty());
    }
    SECTION("another network behind the address") {
        TargetTenant shop(stage.context, stage.clock, other,
                          {.speakap = [&](speakap::SpeakapOptions& options) { options.network = "00000000000000bb"; }});
        shop.deliver(day_1);
        CHECK(shop.run().failure->kind == FailureKind::blocked);
        CHECK(other.writes().empty());
    }
    SECTION("the SCIM address and token of another tenant, although REST is the right one") {
        TargetTenant shop(stage.context, stage.clock, stage.target, {});
        shop.sync(day_1);
        shop.deliver(day_2);
        shop.scim_target = &other;
        // At the next run, also where only changes are read.
        const auto again = shop.run();
        REQUIRE(again.failure);
        CHECK(again.failure->code == "wrong_network");
        CHECK(again.failure->kind == FailureKind::blocked);
        stage.pass(25h);
        CHECK(shop.run().failure->code == "wrong_network");
        CHECK(other.writes().empty());
        CHECK(shop.status_text().find("wrong_network") != std::string::npos);
    }
}

TEST_CASE("six hours of 502 and 503 cost few calls, and end by themselves without a herd", "[scenario][fault28]") {
    const auto status = GENERATE(502, 503);
    const auto method = GENERATE(std::string("*"), std::string("POST"));
    INFO(status << ' ' << method);
    TargetStage stage;
    std::vector<std::unique_ptr<Target>> targets;
    std::vector<std::unique_ptr<TargetTenant>> tenants;
    for (std::uint64_t n = 0; n < 5; ++n) {
        targets.push_back(std::make_unique<Target>(stage.clock, two_stores));
        const TargetTenant::Options options{
            .name = "shop" + std::to_string(n), .seed = 1000 * (n + 1), .scheduled = true};
        tenants.push_back(std::make_unique<TargetTenant>(stage.context, stage.clock, *targets.back(), options));
        tenants.back()->sync(day_1);
    }
    const auto storm = R"({"rules":[{)" + (method == "*" ? std::string() : R"("method":"POST",)") +
                       R"("path":"*","until_ms":21600000,"what":"status","status":)" + std::to_string(status) + "}]}";
    const auto begun = stage.clock.now();
    for (std::size_t n = 0; n < tenants.size(); ++n) {
        targets[n]->play(storm);
        targets[n]->forget_calls();
        tenants[n]->deliver(day_2);
        tenants[n]->begin_run();
    }
    stage.pass(6h);
    for (std::size_t n = 0; n < tenants.size(); ++n) {
        const auto calls = targets[n]->calls(method == "*" ? "" : "POST").size();
        INFO(calls << " calls of " << targets[n]->calls().size());
        CHECK(calls >= 10);
        CHECK(calls <= 300);
        CHECK(targets[n]->people() == 3);
        CHECK(sync::health_of(tenants[n]->status()) != sync::Health::well);
        if (method == "*") CHECK(tenants[n]->status().last_run->end == RunEnd::failed);
        targets[n]->forget_calls();
    }

    // Back within the hour, without anybody's help, and not all at one moment.
    stage.pass(1h + 10min);
    std::set<std::chrono::sys_seconds> starts;
    for (std::size_t n = 0; n < tenants.size(); ++n) {
        CHECK(tenants[n]->status().last_run->end == RunEnd::done);
        CHECK(targets[n]->people() == 5);
        for (const auto* key : {"1004", "1005"}) CHECK(targets[n]->invitations(key) == 1);
        const auto calls = targets[n]->calls();
        REQUIRE_FALSE(calls.empty());
        starts.insert(std::chrono::floor<std::chrono::seconds>(calls.front().at));
    }
    CHECK(starts.size() >= 4);
    CHECK(*starts.begin() >= begun + 6h - 1s);
}

TEST_CASE("a network that cannot be reached is told in clear words, and nobody is touched", "[scenario][fault29]") {
    struct Trouble {
        FailureKind kind;
        std::string code;
        std::string detail;
    };
    const auto trouble =
        GENERATE(Trouble{FailureKind::blocked, "tls_not_trusted", "certificate has expired"},
                 Trouble{FailureKind::transient, "cannot_resolve", "Host not found (authoritative)"},
                 Trouble{FailureKind::transient, "cannot_connect", "no address of the host answers in time"});
    INFO(trouble.code);
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    stage.target.forget_calls();
    shop.no_way = Failure{.kind = trouble.kind, .code = trouble.code, .where = "http", .detail = trouble.detail};
    // Half of the company has left: what cannot be read decides nothing about them.
    shop.deliver({day_1[0], day_1[1]});
    const auto result = shop.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK_FALSE(result.plan);
    CHECK(shop.status_text().find("failed, " + trouble.code) != std::string::npos);
    CHECK(shop.status_text().find(trouble.detail) != std::string::npos);
    CHECK(shop.status_json().find("\"failure_code\": \"" + trouble.code + "\"") != std::string::npos);
    CHECK(shop.status_json().find("\"health\": \"failed\"") != std::string::npos);
    CHECK(stage.target.people() == 3);

    shop.no_way.reset();
    stage.pass(61min);
    CHECK(shop.status().last_run->end == RunEnd::done);
    CHECK(stage.target.person("1003")->suspended_at.has_value());
}

TEST_CASE("a proxy's page instead of the network is no network without people", "[scenario][fault29]") {
    const auto rule = GENERATE(std::string(R"("path":"*","from":1,"what":"html")"),
                               std::string(R"("path":"*/users/","from":1,"what":"html")"),
                               std::string(R"("path":"/scim/*","from":1,"what":"html")"),
                               std::string(R"("path":"*","from":1,"what":"html","status":407)"),
                               std::string(R"("path":"*","from":1,"what":"html","status":302)"));
    INFO(rule);
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{)" + rule + "}]}");
    stage.target.forget_calls();
    shop.deliver({day_1[0], day_1[1]});
    const auto result = shop.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK_FALSE(result.plan);
    CHECK(stage.target.writes().empty());
    CHECK(shop.status_text().find("failed, ") != std::string::npos);
    INFO(shop.status_text());
    CHECK(sync::health_of(shop.status()) == sync::Health::failed);
}

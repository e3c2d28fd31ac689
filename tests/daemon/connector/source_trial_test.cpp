#include "daemon/connector/source_trial.hpp"

#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

rest_api::Trial try_out(std::vector<connector_view::StepName> steps, std::optional<Failure> failure,
                        bool has_record = true) {
    boost::asio::io_context context;
    ManualClock clock(context);
    auto source = std::make_unique<FakeSource>();
    if (has_record) source->put("employees.csv", "id,mail\n1,a@shop.example\n");
    if (failure) source->fail_next(*failure);
    auto trial = connector_view::try_source(std::move(source), std::move(steps), clock,
                                            clock.steady_now() + std::chrono::minutes(1));
    return run(context, std::move(trial));
}

std::vector<std::string> wrong_of(const rest_api::Trial& trial) {
    std::vector<std::string> names;
    for (const auto& step : trial.steps) {
        if (!step.is_good) names.push_back(step.name);
    }
    return names;
}

Failure failure(std::string code) {
    return {.kind = FailureKind::blocked, .code = std::move(code), .where = "ldap", .detail = "what it said"};
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a directory, a program and a folder are tried out by one read, which is told", "[daemon][connectors]") {
    const auto steps = GENERATE(connector_view::directory_steps(), connector_view::program_steps(),
                                connector_view::folder_steps(), connector_view::local_steps());

    const auto trial = try_out(steps, std::nullopt);

    CHECK(trial.is_good());
    CHECK(trial.steps.size() == steps.size());
    CHECK(trial.lines == "id,mail\n1,a@shop.example\n");
    CHECK(trial.steps.back().says == "employees.csv, 25 bytes");
}

TEST_CASE("the step that a directory fails at is named, and those before it were good", "[daemon][connectors]") {
    const auto steps = connector_view::directory_steps();
    CHECK(wrong_of(try_out(steps, failure("name_not_resolved"))) == Names{"name"});
    CHECK(wrong_of(try_out(steps, failure("connect_failed"))) == Names{"connection"});
    CHECK(wrong_of(try_out(steps, failure("tls_not_trusted"))) == Names{"TLS"});
    CHECK(wrong_of(try_out(steps, failure("login_refused"))) == Names{"login"});
    CHECK(wrong_of(try_out(steps, failure("base_missing"))) == Names{"entries"});

    const auto trial = try_out(steps, failure("login_refused"));
    CHECK(trial.steps.size() == 4);
    CHECK(trial.steps.back().says == "what it said");
    CHECK(trial.steps.back().code == "login_refused");
}

TEST_CASE("where nobody knows at which step it was, none is called good", "[daemon][connectors]") {
    const auto trial = try_out(connector_view::directory_steps(), failure("peer_stalled"));
    CHECK(wrong_of(trial) == Names{"name, connection, TLS, login, entries"});
    CHECK(trial.steps.size() == 1);
}

TEST_CASE("a folder in which nothing complete lies has nothing to try", "[daemon][connectors]") {
    const auto trial = try_out(connector_view::local_steps(), std::nullopt, false);
    CHECK_FALSE(trial.is_good());
    CHECK(trial.steps.back().code == "nothing_there");
}

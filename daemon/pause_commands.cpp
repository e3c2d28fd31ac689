#include "daemon/pause_commands.hpp"

#include "core/base/time_text.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/plan_commands.hpp"
#include "daemon/word_of_people.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

using Json = nlohmann::ordered_json;

/// The sentence, or the same as JSON.
CommandResult done(const CommandRequest& request, const std::string& sentence, Json json) {
    if (option_of(request, "format") != "json") return answered(sentence + '\n');
    return answered(json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n');
}

PeopleWord word_of(PeopleWord::What what, std::string object, const CommandRequest& request, Time at) {
    return {.what = what,
            .object = std::move(object),
            .by = request.caller,
            .reason = option_of(request, "reason").value_or(""),
            .at = at};
}

asio::awaitable<CommandResult> pause_tenant(Tenant& tenant, Clock& clock, CommandRequest request) {
    const auto now = clock.now();
    auto word = word_of(PeopleWord::What::pause, "", request, now);
    Pause pause{.since = now, .by = word.by, .reason = word.reason};
    // Told first, here and below: what nobody can find afterwards is not done.
    auto told = co_await tell_ledger(tenant, std::move(word));
    if (!told) co_return failed(told.error());
    auto paused = co_await tenant.loop->pause(std::move(pause));
    if (!paused) co_return failed(paused.error());
    const auto& name = tenant.loop->settings()->tenant.value();
    co_return done(request,
                   name + " is paused: nothing runs by itself, and nothing is sent, until usersyncd resume " + name,
                   {{"tenant", name}, {"paused", true}, {"since", utc_text(now)}});
}

asio::awaitable<CommandResult> resume_tenant(Tenant& tenant, Clock& clock, CommandRequest request) {
    const bool is_paused = tenant.loop->status().paused.has_value();
    const auto& name = tenant.loop->settings()->tenant.value();
    Json json{{"tenant", name}, {"paused", false}, {"was_paused", is_paused}};
    if (!is_paused) co_return done(request, name + " was not paused", std::move(json));
    auto word = word_of(PeopleWord::What::resume, "", request, clock.now());
    auto told = co_await tell_ledger(tenant, std::move(word));
    if (!told) co_return failed(told.error());
    auto resumed = co_await tenant.loop->resume();
    if (!resumed) co_return failed(resumed.error());
    co_return done(request, name + " goes on", std::move(json));
}

asio::awaitable<CommandResult> reject_plan(Tenant& tenant, Clock& clock, CommandRequest request) {
    auto given = request.arguments[1];
    auto named = co_await named_plan(tenant, std::move(given), request.command);
    if (!named) co_return not_begun(named.error());
    const auto& plan = named->plan.id;
    const auto now = clock.now();
    auto word = word_of(PeopleWord::What::rejection, plan.value(), request, now);
    // What the loop would refuse is not told.
    const bool may_be_rejected = named->state == PlanState::held && !tenant.loop->status().running;
    if (may_be_rejected) {
        auto told = co_await tell_ledger(tenant, word);
        if (!told) co_return failed(told.error());
    }
    Rejection rejection{.at = now, .by = word.by, .reason = word.reason};
    auto rejected = co_await tenant.loop->reject(plan, std::move(rejection));
    if (!rejected) {
        const bool is_refused = rejected.error().kind == FailureKind::rejected;
        co_return ended(is_refused ? ExitCode::held : ExitCode::failed, describe(rejected.error()));
    }
    co_return done(request, "plan " + plan.value() + " is rejected: it is not offered again until something differs",
                   {{"plan", plan.value()}, {"state", "rejected"}, {"at", utc_text(now)}});
}

}  // namespace

bool is_pause_command(const std::string& command) {
    return command == "pause" || command == "resume" || command == "reject";
}

asio::awaitable<CommandResult> carry_out_pause_command(Tenant& tenant, Clock& clock, CommandRequest request) {
    const bool rejects = request.command == "reject";
    if (request.arguments.size() != (rejects ? 2u : 1u)) {
        co_return ended(ExitCode::usage, "usage: " + request.command + (rejects ? " TENANT PLAN" : " TENANT"));
    }
    if (rejects) {
        auto result = co_await reject_plan(tenant, clock, std::move(request));
        co_return result;
    }
    if (request.command == "pause") {
        auto result = co_await pause_tenant(tenant, clock, std::move(request));
        co_return result;
    }
    auto result = co_await resume_tenant(tenant, clock, std::move(request));
    co_return result;
}

}  // namespace usersync

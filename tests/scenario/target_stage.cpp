#include "tests/scenario/target_stage.hpp"

#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "daemon/http/status_text.hpp"
#include "daemon/http/status_view.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace usersync::test {

namespace asio = boost::asio;

namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::logic_error(describe(result.error()));
    return std::move(*result);
}

sandbox::SandboxOptions options_with(const std::string& faults) {
    auto file = must(sandbox::parse_fault_file(faults));
    sandbox::SandboxOptions options;
    options.faults = std::move(file.rules);
    options.rate_plan = std::move(file.rate);
    if (file.settling) options.settling = *file.settling;
    return options;
}

const std::string form_type = "application/x-www-form-urlencoded";

/// Everything that can happen without time passing.
void settle(asio::io_context& context) {
    context.restart();
    context.poll();
}

void drive_until(asio::io_context& context, ManualClock& clock, const std::function<bool()>& is_so) {
    const auto begun = clock.steady_now();
    settle(context);
    while (!is_so()) {
        if (clock.steady_now() - begun > std::chrono::hours(48)) throw std::logic_error("it is not so within two days");
        if (!clock.advance_to_next()) throw std::logic_error("nothing more happens");
        settle(context);
    }
}

status::DaemonStatus daemon_with(sync::TenantStatus tenant, Time now) {
    status::DaemonStatus daemon;
    daemon.version = "1";
    daemon.environment = "test";
    daemon.started_at = now;
    daemon.now = now;
    daemon.ready = true;
    daemon.tenants = {std::move(tenant)};
    return daemon;
}

}  // namespace

const std::string two_stores = R"({"name":"Shop","seed":1,"groups":[{"kind":"business_unit","name":"Store 12"},)"
                               R"({"kind":"business_unit","name":"Store 14"}]})";

// ---- the network --------------------------------------------------------------------------------------------

Target::Target(ManualClock& clock, const std::string& network, const std::string& faults) : clock_(clock) {
    auto state = must(sandbox::build_network(network, 1, clock.now() - std::chrono::hours(24)));
    sandbox_ = std::make_unique<sandbox::Sandbox>(clock, options_with(faults), std::move(state));
}

void Target::play(const std::string& faults) {
    auto state = sandbox_->state();
    sandbox_ = std::make_unique<sandbox::Sandbox>(clock_, options_with(faults), std::move(state));
}

std::size_t Target::invitations(const std::string& key) const {
    const auto& sent = state().invitations;
    return static_cast<std::size_t>(
        std::count_if(sent.begin(), sent.end(), [&](const sandbox::Invitation& one) { return one.xid == key; }));
}

std::size_t Target::people() const {
    const auto& users = state().users;
    return static_cast<std::size_t>(std::count_if(users.begin(), users.end(), [](const sandbox::User& user) {
        return user.status == sandbox::UserStatus::active || user.status == sandbox::UserStatus::inactive;
    }));
}

const sandbox::User* Target::person(const std::string& key) const {
    const auto& users = state().users;
    const auto is_it = [&](const sandbox::User& user) {
        const bool is_there =
            user.status == sandbox::UserStatus::active || user.status == sandbox::UserStatus::inactive;
        return user.xid == key && is_there;
    };
    const auto at = std::find_if(users.begin(), users.end(), is_it);
    return at == users.end() ? nullptr : &*at;
}

std::vector<std::string> Target::groups_of(const std::string& key) const {
    std::vector<std::string> names;
    const auto* user = person(key);
    if (user == nullptr) return names;
    for (const auto& membership : user->groups) {
        for (const auto& group : state().groups) {
            if (group.eid == membership.group) names.push_back(group.name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string Target::role_of(const std::string& key) const {
    const auto* user = person(key);
    return user == nullptr ? "" : user->network.role;
}

std::vector<sandbox::CallRecord> Target::calls(const std::string& method, const std::string& part) const {
    std::vector<sandbox::CallRecord> found;
    for (const auto& call : state().calls) {
        const bool is_it = (method.empty() || call.method == method) && call.target.find(part) != std::string::npos;
        if (call.number > forgotten_ && is_it) found.push_back(call);
    }
    return found;
}

std::vector<sandbox::CallRecord> Target::writes() const {
    auto found = calls();
    std::erase_if(found, [](const sandbox::CallRecord& call) { return call.method == "GET"; });
    return found;
}

void Target::forget_calls() {
    if (!state().calls.empty()) forgotten_ = state().calls.back().number;
}

http::Response Target::ask(http::Request request, const std::string& token, const std::string& type) {
    asio::io_context own;
    request.headers.push_back({"Authorization", "Bearer " + token});
    if (!request.body.empty()) request.headers.push_back({"Content-Type", type});
    auto response = test::run(own, sandbox_->respond(std::move(request)));
    if (response.status >= 300) throw std::logic_error(response.body);
    return response;
}

void Target::by_hand(const std::string& form) {
    ask({.method = "POST", .target = "/sandbox/by-hand", .headers = {}, .body = form}, state().token, form_type);
}

void Target::call(const std::string& method, const std::string& target, const std::string& form) {
    ask({.method = method, .target = "/networks/" + state().network + "/" + target, .headers = {}, .body = form},
        state().token, form_type);
}

void Target::make_account(const std::string& key, const std::string& email) {
    const std::string body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + key +
                             R"(","externalId":")" + key + R"(","active":true,"name":{"givenName":"P","familyName":)" +
                             R"("Person"},"emails":[{"value":")" + email + R"(","type":"Work"}]})";
    ask({.method = "POST", .target = "/scim/Users", .headers = {}, .body = body}, state().scim_token,
        "application/scim+json");
}

void Target::move_scim_id(const std::string& key, const std::string& id) {
    auto state = sandbox_->state();
    for (auto& user : state.users) {
        if (user.xid == key) user.scim_id = id;
    }
    sandbox_ = std::make_unique<sandbox::Sandbox>(clock_, sandbox::SandboxOptions{}, std::move(state));
}

// ---- the tenant ---------------------------------------------------------------------------------------------

class TargetTenant::NoWatch final : public sync::RulesWatch {
public:
    asio::awaitable<std::optional<sync::RulesLook>> look() override { co_return std::nullopt; }
};

/// What the real client makes of an answer, of a closed connection and of one that comes too late.
class TargetTenant::Wire final : public http::Client {
public:
    Wire(TargetTenant& tenant, Target& target, ManualClock& clock, std::string prefix)
        : tenant_(tenant), target_(target), clock_(clock), prefix_(std::move(prefix)) {}

    asio::awaitable<Result<http::Response>> send(http::Request request, Deadline deadline) override {
        auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        if (tenant_.no_way) co_return *tenant_.no_way;
        if (tenant_.before_call) tenant_.before_call(request);
        request.target = prefix_ + request.target;
        auto& target = prefix_.empty() || tenant_.scim_target == nullptr ? target_ : *tenant_.scim_target;
        if (&target != &target_) bear(request, target.state().scim_token);
        http::Response response = co_await target.sandbox().respond(std::move(request));
        if (clock_.steady_now() > deadline) co_return lost("timed_out", "no complete answer came in time");
        if (response.status == 0) co_return lost("answer_lost", "End of file");
        co_return response;
    }

private:
    static void bear(http::Request& request, const std::string& token) {
        for (auto& header : request.headers) {
            if (header.name == "Authorization") header.value = "Bearer " + token;
        }
    }
    static Failure lost(std::string code, std::string detail) {
        return {.kind = FailureKind::transient,
                .code = std::move(code),
                .where = "http",
                .detail = std::move(detail),
                .effect = Effect::unknown};
    }

    TargetTenant& tenant_;
    Target& target_;
    ManualClock& clock_;
    std::string prefix_;
};

TargetTenant::TargetTenant(asio::io_context& context, ManualClock& clock, Target& target, Options options)
    : context_(context), clock_(clock), stop_(context.get_executor()), watch_(std::make_unique<NoWatch>()) {
    auto opened = storage::open_tenant_store(disk_ / (options.name + ".db"), context.get_executor());
    store_ = must(std::move(opened));
    speakap::SpeakapOptions speakap;
    speakap.network = target.state().network;
    speakap.rest_token = Secret(target.state().token);
    speakap.scim_token = Secret(target.state().scim_token);
    speakap.rate = options.rate;
    if (options.speakap) options.speakap(speakap);
    network_ =
        speakap::make_speakap_network(speakap, std::make_unique<Wire>(*this, target, clock, ""),
                                      std::make_unique<Wire>(*this, target, clock, "/scim"), clock, options.seed);
    auto settings = shop_settings();
    settings.tenant = TenantId(options.name);
    settings.apply.concurrency = options.concurrency;
    settings.repeats = {};
    settings.drift_settle = std::chrono::minutes(2);  // this network's lists are late
    if (options.settings) options.settings(settings);
    sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(std::move(settings)),
                            .source = source,
                            .network = *network_,
                            .snapshots = store_->snapshots(),
                            .runs = store_->runs(),
                            .ledger = store_->ledger(),
                            .rule_versions = store_->rule_versions(),
                            .notes = notes,
                            .clock = clock,
                            .log = log,
                            .stop = stop_,
                            .compute_lane = context.get_executor(),
                            .progress = progress_,
                            .pace = &store_->pace()};
    sync::LoopSettings loop;
    loop.schedule.when = pace::Interval{options.every};
    loop.seed = options.seed;
    loop.scheduled = options.scheduled;
    loop_ = std::make_unique<sync::TenantLoop>(std::move(parts), *watch_, loop, context.get_executor());
    asio::co_spawn(context, loop_->run(), [this](const std::exception_ptr&) { ended_ = true; });
    settle(context);
}

TargetTenant::~TargetTenant() {
    stop_.press();
    settle(context_);
    // Whatever waits refers to this tenant.
    while (!ended_ && clock_.advance_to_next()) settle(context_);
}

void TargetTenant::deliver(const std::vector<std::string>& lines) {
    source.put("employees-" + std::to_string(++files_) + ".csv", shop_record(lines));
}

sync::CycleResult TargetTenant::run(sync::CycleOrder order) {
    std::optional<sync::CycleResult> result;
    asio::co_spawn(context_, loop_->run_now(std::move(order)), [&](const std::exception_ptr& error, auto answer) {
        if (error) std::rethrow_exception(error);
        result.emplace(std::move(answer));
    });
    drive_until(context_, clock_, [&] { return result.has_value(); });
    return std::move(*result);
}

sync::CycleResult TargetTenant::approve() {
    const auto held = status().plan_held;
    if (!held) throw std::logic_error("no plan waits");
    return run({.trigger = "approval", .approve = held, .approved_by = "operator"});
}

sync::CycleResult TargetTenant::sync(const std::vector<std::string>& lines) {
    deliver(lines);
    auto result = run();
    if (result.run.end == RunEnd::held) return approve();
    return result;
}

void TargetTenant::begin_run() {
    asio::co_spawn(context_, loop_->run_now({.trigger = "command"}),
                   [](const std::exception_ptr&, const sync::CycleResult&) {});
    settle(context_);
}

std::string TargetTenant::status_text() const { return status::status_text(daemon_with(status(), clock_.now())); }

std::string TargetTenant::status_json() const {
    return status::status_json(daemon_with(status(), clock_.now()), status::Sentences::told);
}

// ---- time ---------------------------------------------------------------------------------------------------

void TargetStage::pass(Duration time) {
    settle(context);
    while (time > Duration(0)) {
        time -= clock.advance_to_next(time);
        settle(context);
    }
}

void TargetStage::pass_until(const std::function<bool()>& is_so) { drive_until(context, clock, is_so); }

}  // namespace usersync::test

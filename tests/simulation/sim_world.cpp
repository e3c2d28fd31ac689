#include "tests/simulation/sim_world.hpp"

#include "connectors/http/client.hpp"
#include "connectors/speakap/gates.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "storage/ledger_memory.hpp"
#include "storage/tenant_store.hpp"
#include "tests/simulation/operators.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace usersync::simulation {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t turns_max = 3'000'000;
constexpr Duration one_way = 15ms;  ///< of a call
constexpr Duration last_hours = 18h;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::logic_error(describe(result.error()));
    return std::move(*result);
}

sandbox::SandboxOptions options_of(const TenantFaults& faults) {
    sandbox::SandboxOptions options;
    options.faults = faults.calls;
    options.rate_plan = faults.rate;
    options.settling.delay = faults.settling;
    return options;
}

/// In memory where the system has such a folder: what is on a disk is not what is simulated here.
std::filesystem::path fresh_folder() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code error;
    const auto parent = std::filesystem::is_directory(memory, error) ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "usersync-simulation-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for the simulation");
    return name;
}

/// Somebody may have written other rules since the last look.
class SimWatch final : public sync::RulesWatch {
public:
    explicit SimWatch(const SimTenant& tenant) : tenant_(tenant), seen_(tenant.rules) {}
    asio::awaitable<std::optional<sync::RulesLook>> look() override {
        if (tenant_.rules == seen_) co_return std::nullopt;
        seen_ = tenant_.rules;
        sync::RulesLook changed;
        changed.settings = std::make_shared<const sync::TenantSettings>(settings_of(tenant_.story, seen_));
        co_return changed;
    }

private:
    const SimTenant& tenant_;
    RulesInForce seen_;
};

/// What the real client makes of an answer, of a closed connection and of one that comes too late. A process may die
/// when the call has left and when the answer is there.
/// An operator whose process dies sees nothing; the world buries it.
constexpr auto ignored = [](const std::exception_ptr&) {};

class SimWire final : public http::Client {
public:
    SimWire(SimTenant& tenant, Clock& clock, PortParts parts, std::string prefix)
        : tenant_(tenant), clock_(clock), parts_(parts), prefix_(std::move(prefix)) {}

    asio::awaitable<Result<http::Response>> send(http::Request request, Deadline deadline) override {
        auto& time = parts_.time;
        parts_.witness.call_sent(time.elapsed());
        const auto arrives = clock_.steady_now() + one_way;
        co_await clock_.sleep_until(arrives);
        request.target = prefix_ + request.target;
        const bool is_write = request.method != "GET";
        const auto what = request.method + ' ' + request.target;
        if (drops(request)) co_return http::Response{.status = 200, .headers = {}, .body = "{}"};
        http::Response response = co_await tenant_.network->respond(std::move(request));
        parts_.witness.trace.add(time.elapsed(), what + " -> " + std::to_string(response.status));
        if (is_write) {
            parts_.witness.call_effective(what);
            parts_.life.effect();
        }
        const auto returns = clock_.steady_now() + one_way;
        co_await clock_.sleep_until(returns);
        if (clock_.steady_now() > deadline) co_return lost("timed_out", "no complete answer came in time");
        if (response.status == 0) co_return lost("answer_lost", "End of file");
        co_return response;
    }

private:
    static Failure lost(std::string code, std::string detail) {
        return {.kind = FailureKind::transient,
                .code = std::move(code),
                .where = "http",
                .detail = std::move(detail),
                .effect = Effect::unknown};
    }
    bool drops(const http::Request& request) const {
        const bool is_group = request.method == "POST" && request.target.ends_with("/groups/add");
        return parts_.planted == Planted::dropped_call && is_group;
    }

    SimTenant& tenant_;
    Clock& clock_;
    PortParts parts_;
    std::string prefix_;
};

const sandbox::User* any_person(const sandbox::SandboxState& state, std::uint64_t chance) {
    std::vector<const sandbox::User*> ours;
    for (const auto& user : state.users) {
        if (!user.xid.empty() && sandbox::is_listed(user)) ours.push_back(&user);
    }
    return ours.empty() ? nullptr : ours[chance % ours.size()];
}

std::string name_of(const sandbox::SandboxState& state, const std::string& group) {
    const auto* found = sandbox::find_group(state, group);
    return found == nullptr ? "?" : found->name;
}

std::string joined(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : "|") + word;
    return text;
}

std::string shown(const sandbox::SandboxState& state, const sandbox::User& user) {
    std::vector<std::string> groups;
    for (const auto& membership : user.groups) {
        groups.push_back(name_of(state, membership.group) + '=' + membership.role);
    }
    return std::string(sandbox::to_string(user.status)) + ' ' + user.network.role + " title=" + user.job_title +
           " name=" + user.first_name + '/' + user.family_name + " mail=" + joined(user.emails) +
           " phone=" + joined(user.phones) + " groups=" + joined(groups);
}

std::string shown(const sandbox::SandboxState& state, const OwnedUser& owned) {
    std::vector<std::string> groups;
    for (const auto& group : owned.groups) groups.push_back(name_of(state, group.value()));
    return std::string(owned.user ? "account" : "nothing") + " role=" + (owned.role ? owned.role->value() : "") +
           " groups=" + joined(groups) + " declined=" + std::to_string(owned.declined.size()) +
           (owned.suspended ? " suspended" : "") + (owned.user_declined ? " user_declined" : "");
}

std::map<std::string, std::string> people_in(const sandbox::SandboxState& state) {
    std::map<std::string, std::string> people;
    for (const auto& user : state.users) {
        if (!user.xid.empty()) people[user.xid] += shown(state, user);
    }
    return people;
}

/// Empty: they have none.
std::string row_of(const GoodDelivery& delivery, const std::string& key) {
    for (const auto& row : delivery.rows) {
        if (row.starts_with(key + ';')) return row;
    }
    return "";
}

}  // namespace

SimTenant::SimTenant(SimClock& clock, const TenantStory& told, const TenantFaults& faults, std::filesystem::path store)
    : story(told), file(std::move(store)), witness(told.name), disk(faults.disk) {
    auto state = must(sandbox::build_network(told.network, told.seed, clock.now() - 24h));
    at_first = state;
    network = std::make_unique<sandbox::Sandbox>(clock, options_of(faults), std::move(state));
    if (told.keeps_files) source.keep_files();
    witness.own = CallBucket(told.calls_per_second, told.burst);
}

namespace {

/// However many people a record lacks, they are taken for leavers, and no brake holds.
void believe_everything(sync::TenantSettings& settings) {
    settings.completeness.drop_share_max = 1;
    settings.guard.removals_share_max = 1;
    settings.guard.memberships_lost_share_max = 1;
}

}  // namespace

/// What dies together: the event loop and everything that waits in it.
struct SimWorld::Process {
    struct Running {
        Running(Process& process, SimWorld& world, SimTenant& of, std::uint64_t seed)
            : stop(process.context.get_executor()),
              log(of.witness.trace, world.time_),
              source(of.source, process.life),
              watch(of) {
            tenant = &of;
            PortParts ports{.time = world.time_,
                            .life = process.life,
                            .witness = of.witness,
                            .disk = of.disk,
                            .planted = world.planted_};
            store = must(storage::open_tenant_store(of.file, process.context.get_executor()));
            snapshots = std::make_unique<SimSnapshotStore>(store->snapshots(), ports);
            runs = std::make_unique<SimRunStore>(store->runs(), ports);
            ledger = std::make_unique<SimLedger>(store->ledger(), store->snapshots(), ports);
            removals = std::make_unique<SimRemovalQueue>(store->removals(), ports);
            pauses = std::make_unique<SimPauseStore>(store->pauses(), ports);
            pace = std::make_unique<SimPaceStore>(store->pace(), ports);
            rule_versions = std::make_unique<test::MortalRuleVersions>(store->rule_versions(), process.life);
            speakap =
                speakap::make_speakap_network(options(world), std::make_unique<SimWire>(of, world.clock_, ports, ""),
                                              std::make_unique<SimWire>(of, world.clock_, ports, "/scim"), world.clock_,
                                              seed, process.gates.of(options(world)));
            network = std::make_unique<SimNetwork>(*speakap, ports);
            of.witness.process_started();
            auto settings = settings_of(of.story, of.rules);
            if (world.planted_ == Planted::believed_record) believe_everything(settings);
            sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(std::move(settings)),
                                    .source = source,
                                    .network = *network,
                                    .snapshots = *snapshots,
                                    .runs = *runs,
                                    .ledger = *ledger,
                                    .rule_versions = *rule_versions,
                                    .notes = of.notes,
                                    .clock = world.clock_,
                                    .log = log,
                                    .stop = stop,
                                    .compute_lane = process.context.get_executor(),
                                    .progress = progress};
            parts.removals = removals.get();
            parts.pauses = pauses.get();
            parts.pace = pace.get();
            sync::LoopSettings loop_settings;
            loop_settings.schedule.when = pace::Interval{of.story.every};
            loop_settings.seed = of.story.seed;
            loop = std::make_unique<sync::TenantLoop>(std::move(parts), watch, loop_settings,
                                                      process.context.get_executor());
            asio::co_spawn(process.context, loop->run(), [this](const std::exception_ptr&) { ended = true; });
        }

        speakap::SpeakapOptions options(const SimWorld& world) const {
            speakap::SpeakapOptions chosen;
            chosen.network = tenant->at_first.network;
            chosen.rest_token = Secret(tenant->at_first.token);
            chosen.scim_token = Secret(tenant->at_first.scim_token);
            chosen.rate = {.calls_per_second = tenant->story.calls_per_second, .burst = tenant->story.burst};
            chosen.learn_rate = tenant->story.learns_rate;
            if (world.story_.share_pace && world.planted_ != Planted::apart_paces) chosen.pace_group = "everybody";
            if (world.planted_ == Planted::too_fast) chosen.rate.calls_per_second *= 10;
            return chosen;
        }

        Desk desk(SimWorld& world) const {
            return {.loop = *loop,
                    .runs = *runs,
                    .ledger = *ledger,
                    .removals = *removals,
                    .clock = world.clock_,
                    .time = world.time_,
                    .witness = tenant->witness};
        }

        SimTenant* tenant = nullptr;
        sync::StopSwitch stop;
        TraceLog log;
        test::MortalSource source;
        SimWatch watch;
        std::unique_ptr<storage::TenantStore> store;
        std::unique_ptr<SimSnapshotStore> snapshots;
        std::unique_ptr<SimRunStore> runs;
        std::unique_ptr<SimLedger> ledger;
        std::unique_ptr<SimRemovalQueue> removals;
        std::unique_ptr<SimPauseStore> pauses;
        std::unique_ptr<SimPaceStore> pace;
        std::unique_ptr<test::MortalRuleVersions> rule_versions;
        std::unique_ptr<Network> speakap;
        std::unique_ptr<SimNetwork> network;
        std::optional<sync::Progress> progress;
        std::unique_ptr<sync::TenantLoop> loop;
        bool ended = false;
    };

    explicit Process(SimWorld& world) : gates(world.clock_) {
        for (const auto& tenant : world.tenants_) {
            running.push_back(std::make_unique<Running>(*this, world, *tenant, tenant->story.seed + world.processes_));
        }
    }

    asio::io_context context;
    test::Life life;
    speakap::SharedGates gates;
    std::vector<std::unique_ptr<Running>> running;
};

SimWorld::SimWorld(const Story& story, const FaultPlan& faults, Planted planted)
    : story_(story), faults_(faults), planted_(planted), folder_(fresh_folder()) {
    if (story.share_pace) shared_pace_.emplace(story.tenants[0].calls_per_second, story.tenants[0].burst);
    for (std::size_t n = 0; n < story.tenants.size(); ++n) {
        const auto& told = story.tenants[n];
        tenants_.push_back(
            std::make_unique<SimTenant>(true_clock_, told, faults.tenants[n], folder_ / (told.name + ".db")));
        if (shared_pace_) tenants_.back()->witness.shared = &*shared_pace_;
    }
    plan_story();
    plan_faults();
    std::stable_sort(due_.begin(), due_.end(), [](const Due& one, const Due& other) { return one.at > other.at; });
}

SimWorld::~SimWorld() {
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

// ---- what is to happen ----------------------------------------------------------------------------------------------

void SimWorld::at(Duration when, std::function<void()> what) { due_.push_back({when, std::move(what)}); }

void SimWorld::plan_story() {
    for (const auto& one : tenants_) {
        auto& tenant = *one;
        for (const auto& delivery : tenant.story.deliveries) {
            at(delivery.at, [this, &tenant] { deliver_good(tenant); });
        }
        for (int day = 0; day <= story_.days + 1; ++day) {
            at(day * 24h + 20h, [this, &tenant] { everybody_accepts(tenant); });
        }
    }
    for (Duration hour = 7h; hour < story_.end; hour += 4h) {
        at(hour, [this] { operator_looks(); });
    }
    at(story_.quiet_from, [this] {
        if (process_) process_->life.die_after(0);
        for (const auto& tenant : tenants_) {
            tenant->disk.mend();
            tenant->rules = RulesInForce::the_usual;
        }
    });
    at(story_.end - last_hours, [this] {
        for (const auto& tenant : tenants_) writes_before_the_end_.push_back(tenant->witness.writes());
    });
}

void SimWorld::plan_faults() {
    for (std::size_t n = 0; n < tenants_.size(); ++n) {
        auto& tenant = *tenants_[n];
        for (const auto& happening : faults_.tenants[n].happenings) {
            at(happening.at, [this, &tenant, &happening] { happens(tenant, happening); });
        }
    }
    for (const auto& happening : faults_.happenings) {
        if (happening.what == Happening::What::stop) {
            at(happening.at, [this] { while_stopped([] {}); });
            continue;
        }
        if (happening.what == Happening::What::backup) {
            auto& tenant = *tenants_[happening.chance % tenants_.size()];
            at(happening.at, [this, &tenant, &happening] { back_up(tenant, happening.by * 6); });
            continue;
        }
        const auto by = happening.chance % 2 == 0 ? happening.by : -happening.by;
        at(happening.at, [this, by] { clock_.jump(by); });
        at(std::min(happening.at + 90min, story_.quiet_from), [this, by] { clock_.jump(-by); });
    }
}

// ---- the process
// ------------------------------------------------------------------------------------------------------

/// While the world goes on already.
void SimWorld::soon(Duration wait, std::function<void()> what) {
    at(time_.elapsed() + wait, std::move(what));
    std::stable_sort(due_.begin(), due_.end(), [](const Due& one, const Due& other) { return one.at > other.at; });
}

void SimWorld::start_process() {
    process_ = std::make_unique<Process>(*this);
    if (processes_ < faults_.deaths.size() && time_.elapsed() < story_.quiet_from) {
        process_->life.die_after(faults_.deaths[processes_]);
    }
    ++processes_;
    back_at_.reset();
}

void SimWorld::bury() {
    process_.reset();
    const auto which = std::min(processes_, faults_.downtimes.size()) - 1;
    back_at_ = std::min(time_.elapsed() + faults_.downtimes[which], story_.quiet_from);
    back_at_ = std::max(*back_at_, time_.elapsed());
}

/// Everything that can happen without time passing.
void SimWorld::settle() {
    bool moved = true;
    while (moved) {
        moved = false;
        hands_.restart();
        if (hands_.poll() > 0) moved = true;
        if (!process_) continue;
        process_->context.restart();
        while (process_->context.poll_one() > 0) {
            moved = true;
            if (++turns_ > turns_max) throw std::runtime_error("the world does not come to rest");
            if (process_->life.dead()) {
                bury();
                break;
            }
        }
    }
}

/// To the next moment at which something happens, or to the limit.
void SimWorld::advance(Duration limit) {
    auto next = limit;
    if (const auto sleeper = time_.next()) next = std::min(next, *sleeper);
    if (!due_.empty()) next = std::min(next, due_.back().at);
    if (back_at_) next = std::min(next, *back_at_);
    time_.advance_to(next);
    settle();
    if (back_at_ && *back_at_ <= time_.elapsed()) {
        start_process();
        settle();
    }
    while (!due_.empty() && due_.back().at <= time_.elapsed()) {
        const auto what = std::move(due_.back().what);
        due_.pop_back();
        what();
        settle();
    }
}

/// As systemd does it. Whoever was asked to stop has five seconds. False when nothing runs, or it died meanwhile.
bool SimWorld::stop() {
    if (!process_) return false;
    for (const auto& running : process_->running) running->stop.press();
    const auto limit = time_.elapsed() + 5s;
    const auto all_ended = [&] {
        return !process_ || std::all_of(process_->running.begin(), process_->running.end(),
                                        [](const auto& running) { return running->ended; });
    };
    settle();
    while (!all_ended() && time_.elapsed() < limit) {
        auto next = limit;
        if (const auto sleeper = time_.next()) next = std::min(next, *sleeper);
        time_.advance_to(next);
        settle();
    }
    if (!all_ended()) broken_.push_back("O-6: five seconds after it was asked to stop, the daemon still runs");
    if (!process_) return false;
    process_.reset();
    return true;
}

void SimWorld::while_stopped(const std::function<void()>& what) {
    const bool was_running = stop();
    what();
    if (was_running) start_process();
}

namespace {

/// By the file beside the store, which no backup brings back.
ChainHead ledger_of(const std::filesystem::path& store) {
    return storage::read_memory(storage::memory_file_of(store)).head;
}

/// Of a store that nobody has open. The file that remembers how far its chain had come is no part of it.
void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const auto* part : {"", "-wal", "-shm"}) {
        std::filesystem::remove(to.string() + part);
        if (!std::filesystem::exists(from.string() + part)) continue;
        std::filesystem::copy_file(from.string() + part, to.string() + part);
    }
}

}  // namespace

void SimWorld::back_up(SimTenant& tenant, Duration put_back_after) {
    if (time_.elapsed() + put_back_after >= story_.quiet_from) return;
    Backup backup{.file = tenant.file.string() + ".backup",
                  .snapshot_of = tenant.witness.snapshot_of(),
                  .delivered = tenant.delivered,
                  .people = people_in(tenant.network->state())};
    while_stopped([&] {
        copy_store(tenant.file, backup.file);
        backup.ledger = ledger_of(tenant.file);
    });
    soon(put_back_after, [this, &tenant, backup] { put_back(tenant, backup); });
}

void SimWorld::put_back(SimTenant& tenant, const Backup& backup) {
    while_stopped([&] {
        copy_store(backup.file, tenant.file);
        // Where nothing was done since, nothing is lost, and what was let pass before goes on.
        const bool is_as_before = ledger_of(tenant.file) == backup.ledger;
        if (is_as_before) tenant.witness.snapshot_saved(backup.snapshot_of);
        if (!is_as_before) tenant.witness.store_put_back(backup.snapshot_of);
    });
    const auto first = std::max<std::size_t>(backup.delivered, 1) - 1;
    for (const auto& [key, now] : people_in(tenant.network->state())) {
        const auto before = backup.people.find(key);
        if (before != backup.people.end() && before->second == now) continue;
        std::set<std::string> rows;
        for (auto n = first; n < tenant.story.deliveries.size(); ++n) {
            rows.insert(row_of(tenant.story.deliveries[n], key));
        }
        if (rows.size() > 1 || tenant.had_other_rules) tenant.forgotten.insert(key);
    }
}

void SimWorld::run() {
    start_process();
    settle();
    while (time_.elapsed() < story_.end) advance(story_.end);
}

// ---- what people do
// ---------------------------------------------------------------------------------------------------

void SimWorld::deliver_good(SimTenant& tenant) {
    const auto& delivery = tenant.story.deliveries[tenant.delivered++];
    const auto* before = tenant.delivered > 1 ? &tenant.story.deliveries[tenant.delivered - 2] : nullptr;
    tenant.witness.employed = delivery.people;
    if (before != nullptr) {
        std::erase_if(tenant.witness.employed, [&](const std::string& key) { return !before->people.contains(key); });
        tenant.yesterday = record_of(before->rows);
    }
    tenant.last_record_is_good = true;
    const auto name = "employees-" + std::to_string(++tenant.files) + ".csv";
    tenant.newest_good = record_of(delivery.rows);
    tenant.source.put(name, tenant.newest_good);
}

void SimWorld::deliver_bad(SimTenant& tenant, Happening::What what, std::uint64_t chance) {
    if (tenant.delivered == 0) return;
    auto rows = tenant.story.deliveries[tenant.delivered - 1].rows;
    auto bytes = record_of(rows);
    const auto some = static_cast<std::size_t>(chance % rows.size());
    if (what == Happening::What::cut_record) {
        bytes.resize(bytes.size() - 10 - chance % (bytes.size() / 3));
        // A cut behind a row cannot be told from a company that has grown smaller.
        if (bytes.ends_with('\n')) bytes.resize(bytes.size() - 5);
    }
    if (what == Happening::What::half_record) {
        // Half of what was ever read, since a company that grew meanwhile may not have been seen since.
        auto fewest = rows.size();
        for (std::size_t n = 0; n < tenant.delivered; ++n) {
            fewest = std::min(fewest, tenant.story.deliveries[n].rows.size());
        }
        rows.resize(fewest / 2);
        bytes = record_of(rows);
    }
    if (what == Happening::What::empty_record) bytes.clear();
    if (what == Happening::What::header_only) bytes = record_of({});
    if (what == Happening::What::garbage) {
        Dice dice(chance);
        for (auto& byte : bytes) byte = static_cast<char>(dice.pick(0, 255));
    }
    if (what == Happening::What::broken_row) {
        rows[some] = rows[some].substr(0, rows[some].find(';')) + ";Store 12;Cashier;+31612345600;no address;P;Person";
        bytes = record_of(rows);
    }
    if (what == Happening::What::without_key) bytes.replace(0, 11, "Number of I");
    if (what == Happening::What::yesterdays_record) bytes = tenant.yesterday.empty() ? bytes : tenant.yesterday;
    tenant.last_record_is_good = false;
    tenant.source.put("employees-" + std::to_string(++tenant.files) + ".csv", std::move(bytes));
}

void SimWorld::happens(SimTenant& tenant, const Happening& happening) {
    using What = Happening::What;
    switch (happening.what) {
        case What::cut_record:
        case What::half_record:
        case What::empty_record:
        case What::header_only:
        case What::garbage:
        case What::broken_row:
        case What::without_key:
        case What::yesterdays_record: deliver_bad(tenant, happening.what, happening.chance); return;
        case What::growing_record: {
            if (tenant.delivered == 0 || !tenant.last_record_is_good) return;
            const auto name = "employees-" + std::to_string(++tenant.files) + ".csv";
            const auto bytes = record_of(tenant.story.deliveries[tenant.delivered - 1].rows);
            tenant.source.put_growing(name, bytes.substr(0, bytes.size() / 2));
            soon(happening.by, [&tenant, name] {
                const auto& newest = tenant.story.deliveries[tenant.delivered - 1];
                tenant.source.put(name, record_of(newest.rows));
                tenant.last_record_is_good = true;
            });
            return;
        }
        case What::source_away: {
            const auto kind = happening.chance % 2 == 0 ? FailureKind::transient : FailureKind::blocked;
            for (std::uint64_t n = 0; n <= happening.chance % 3; ++n) {
                tenant.source.fail_next({.kind = kind, .code = "cannot_connect", .where = "sftp", .detail = "away"});
            }
            return;
        }
        case What::left_by_hand:
        case What::removed_by_hand:
        case What::suspended_by_hand:
        case What::title_by_hand:
        case What::role_by_hand: by_hand(tenant, happening); return;
        case What::rejected_plan:
        case What::held_person:
        case What::paused_runs:
        case What::undone_run:
        case What::tried_rules: operator_does(tenant, happening); return;
        case What::backup:
        case What::clock_jump:
        case What::stop: return;
    }
}

void SimWorld::by_hand(SimTenant& tenant, const Happening& happening) {
    using What = Happening::What;
    const auto& state = tenant.network->state();
    const auto* person = any_person(state, happening.chance);
    if (person == nullptr) return;
    // Between two readings of the whole nothing shows that somebody without a group was suspended.
    if (happening.what == What::suspended_by_hand && person->groups.empty()) return;
    const auto base = "/networks/" + state.network + '/';
    http::Request request;
    request.method = "POST";
    request.target = "/sandbox/by-hand";
    switch (happening.what) {
        case What::left_by_hand:
            if (person->groups.empty()) return;
            request.method = "DELETE";
            request.target = base + "memberships/" + person->groups.front().eid + '/';
            tenant.excused.insert({person->xid, "member_removed"});
            break;
        case What::removed_by_hand:
            request.method = "DELETE";
            request.target = base + "memberships/" + person->network.eid + '/';
            tenant.excused.insert({person->xid, "member_removed"});
            tenant.excused.insert({person->xid, "user_removed"});
            break;
        case What::suspended_by_hand: request.body = "what=suspend&user=" + person->eid; break;
        case What::title_by_hand: request.body = "what=set_title&title=By+hand&user=" + person->eid; break;
        default:
            if (person->network.role != "admin") return;
            request.target = base + "changeroles";
            request.body = "memberships%5B" + person->network.eid + "%5D=member";
    }
    ask_by_hand(tenant, std::move(request));
}

/// Somebody with a browser: not through the daemon, and by the same interface.
void SimWorld::ask_by_hand(SimTenant& tenant, http::Request request) {
    request.headers.push_back({"Authorization", "Bearer " + tenant.network->state().token});
    if (!request.body.empty()) request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    const auto before = tenant.network->state().events_seen;
    asio::co_spawn(hands_, tenant.network->respond(std::move(request)), asio::detached);
    hands_.restart();
    hands_.poll();
    for (auto number = before + 1; number <= tenant.network->state().events_seen; ++number) {
        tenant.hands.insert(number);
    }
}

void SimWorld::everybody_accepts(SimTenant& tenant) {
    http::Request request;
    request.method = "POST";
    request.target = "/sandbox/accept";
    request.body = "all=true";
    ask_by_hand(tenant, std::move(request));
}

/// What cannot be asked for, because no process is there or its disk is full, does not happen.
void SimWorld::operator_does(SimTenant& tenant, const Happening& happening) {
    using What = Happening::What;
    if (happening.what == What::tried_rules) {
        tenant.rules = RulesInForce::others;
        tenant.had_other_rules = true;
        soon(happening.by * 10, [&tenant] { tenant.rules = RulesInForce::the_usual; });
        return;
    }
    if (!process_ || process_->life.dead()) return;
    const auto running = std::find_if(process_->running.begin(), process_->running.end(),
                                      [&](const auto& one) { return one->tenant == &tenant; });
    const auto desk = (*running)->desk(*this);
    auto& context = process_->context;
    switch (happening.what) {
        case What::held_person: asio::co_spawn(context, hold_somebody(desk, happening.chance), ignored); return;
        case What::rejected_plan: asio::co_spawn(context, reject_plan(desk), ignored); return;
        case What::undone_run: asio::co_spawn(context, undo_a_run(desk, happening.chance), ignored); return;
        default: break;
    }
    if (planted_ == Planted::forgotten_pause) tenant.witness.paused_at = time_.elapsed();
    if (planted_ != Planted::forgotten_pause) asio::co_spawn(context, pause_runs(desk), ignored);
    soon(happening.by, [this, &tenant] {
        if (!process_ || process_->life.dead()) return;
        for (const auto& one : process_->running) {
            if (one->tenant == &tenant) asio::co_spawn(process_->context, resume_runs(one->desk(*this)), ignored);
        }
    });
}

/// Whoever approves knows whether the record behind the plan, and the newest one, are the company as it is.
void SimWorld::operator_looks() {
    if (!process_ || process_->life.dead()) return;
    for (const auto& running : process_->running) {
        const auto desk = running->desk(*this);
        const bool is_over = time_.elapsed() >= story_.quiet_from;
        if (is_over) asio::co_spawn(process_->context, release_all(desk), ignored);
        if (is_over) asio::co_spawn(process_->context, resume_runs(desk), ignored);
        const auto status = running->loop->status();
        const auto& tenant = *running->tenant;
        const bool is_good = tenant.last_record_is_good && tenant.witness.snapshot_of() == tenant.newest_good;
        // Whoever is told that a record is complete believes it.
        const bool is_believed = is_good || planted_ == Planted::believed_record;
        auto plan = status.plan_held;
        // In the end even what was not wanted is.
        if (is_over && status.plan_rejected) plan = status.plan_rejected->id;
        if (!plan || status.running || !is_believed) continue;
        asio::co_spawn(process_->context, approve_plan(desk, *plan), ignored);
    }
}

// ---- the end
// ------------------------------------------------------------------------------------------------------------

Ended SimWorld::ended(std::size_t number) {
    auto& tenant = *tenants_[number];
    const auto& state = tenant.network->state();
    Ended ended;
    for (const auto& user : state.users) {
        if (!sandbox::has_account(user) || user.suspended_at) continue;
        if (!user.xid.empty()) ended.people[user.xid] += shown(state, user);
    }
    // The groups that somebody else made change by who is in them; what is said of them is who of the others is.
    for (const auto& user : state.users) {
        const auto was = sandbox::find_user(tenant.at_first, user.eid);
        if (was == nullptr || !was->xid.empty()) continue;
        ended.unmanaged.push_back(user == *was ? user.eid : user.eid + " changed: " + shown(state, user));
    }
    for (const auto& group : tenant.at_first.groups) {
        const auto* is = sandbox::find_group(state, group.eid);
        const bool same = is != nullptr && is->name == group.name && is->type == group.type;
        ended.unmanaged.push_back(group.eid + (same ? "" : " changed"));
        if (group.name != unmanaged_group) continue;
        for (const auto& user : state.users) {
            const bool ours = !user.xid.empty();
            if (ours && sandbox::find_membership(user, group.eid) != nullptr)
                ended.unmanaged.push_back("in it: " + user.xid);
        }
    }
    if (!process_) return ended;
    auto& running = *process_->running[number];
    asio::io_context& context = process_->context;
    const auto status = running.loop->status();
    ended.is_well = sync::health_of(status) == sync::Health::well;
    if (status.last_run) {
        ended.last_run = std::string(to_string(status.last_run->end)) + ' ' + status.last_run->failure_code +
                         " open=" + std::to_string(status.last_run->people_open);
    }
    auto plan = test::run(context, running.store->runs().load_plan(std::nullopt));
    if (plan && *plan) ended.operations_left = (*plan)->plan.operations.size();
    auto open = test::run(context, running.store->ledger().unsettled());
    if (open) ended.open_intents = open->size();
    auto owned = test::run(context, running.store->ledger().ownership());
    if (owned) {
        for (const auto& one : owned->users) {
            if (ended.people.contains(one.key.value())) ended.owned[one.key.value()] = shown(state, one);
        }
    }
    if (number < writes_before_the_end_.size()) {
        ended.late_writes = tenant.witness.writes() - writes_before_the_end_[number];
    }
    return ended;
}

}  // namespace usersync::simulation

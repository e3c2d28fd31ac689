#pragma once
// Many tenants in one process: everything that is one tenant's own, around a source that the test gives.

#include "core/base/fingerprint.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_removal_queue.hpp"
#include "tests/fakes/fake_rule_versions.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

class NoLog final : public log::Log {
public:
    void write(log::Level, std::string_view, const std::vector<log::Field>&) override {}
};

class SameRules final : public sync::RulesWatch {
public:
    boost::asio::awaitable<std::optional<sync::RulesLook>> look() override { co_return std::nullopt; }
};

/// A tenant and its loop. Each call of its network takes `answer_time`.
class Neighbour {
public:
    Neighbour(const std::string& name, boost::asio::io_context& context, ManualClock& clock, Duration answer_time)
        : seed(digest_of(name).low), context_(context), clock_(clock), stop_(context.get_executor()) {
        network.answer_after(clock, answer_time);
        runs.applied_once = true;
        settings.tenant = TenantId(name);
    }

    /// REQUIRES: `source` outlives this.
    void begin(Source& source, pace::Schedule schedule) {
        sync::LoopSettings loop_settings;
        loop_settings.schedule = std::move(schedule);
        loop_settings.seed = seed;
        sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(settings),
                                .source = source,
                                .network = network,
                                .snapshots = snapshots_,
                                .runs = runs,
                                .ledger = ledger_,
                                .rule_versions = rule_versions_,
                                .notes = notes_,
                                .clock = clock_,
                                .log = log_,
                                .stop = stop_,
                                .compute_lane = context_.get_executor(),
                                .progress = progress_};
        parts.removals = &removals_;
        loop_ = std::make_unique<sync::TenantLoop>(parts, watch_, loop_settings, context_.get_executor());
        boost::asio::co_spawn(context_, loop_->run(), [](const std::exception_ptr&) {});
    }

    /// This tenant's own place within a jitter.
    Duration place(Duration jitter) const { return Duration(seed % (static_cast<std::uint64_t>(jitter.count()) + 1)); }

    std::uint64_t seed;
    FakeNetwork network;
    FakeRunStore runs;
    sync::TenantSettings settings;  ///< until `begin`

private:
    boost::asio::io_context& context_;
    ManualClock& clock_;
    FakeSnapshotStore snapshots_;
    FakeLedger ledger_;
    FakeRuleVersions rule_versions_;
    FakeRemovalQueue removals_;
    FakeNoteBox notes_;
    NoLog log_;
    SameRules watch_;
    sync::StopSwitch stop_;
    std::optional<sync::Progress> progress_;
    std::unique_ptr<sync::TenantLoop> loop_;
};

/// The most that begin within so much time.
inline std::size_t most_within(std::vector<Time> begun, Duration span) {
    std::sort(begun.begin(), begun.end());
    std::size_t most = 0;
    for (auto first = begun.begin(), last = begun.begin(); last != begun.end(); ++last) {
        while (*last - *first >= span) ++first;
        most = std::max(most, static_cast<std::size_t>(last - first) + 1);
    }
    return most;
}

}  // namespace usersync::test

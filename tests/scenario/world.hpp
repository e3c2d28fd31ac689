#pragma once
// A whole tenant in one thread: a source and a network in memory, real SQLite on disk, and a clock that jumps.

#include "daemon/sync/sync_cycle.hpp"
#include "storage/tenant_store.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/scenario/mortal_ports.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

/// Keeps the lines, so that a test can look for an event or for something that must never be in a log.
class KeptLog final : public log::Log {
public:
    void write(log::Level level, std::string_view event, const std::vector<log::Field>& fields) override;
    const std::vector<std::string>& lines() const { return lines_; }
    bool has(const std::string& text) const;

private:
    std::vector<std::string> lines_;
};

/// Everybody belongs in the business unit that is named like their location; store managers are administrators.
rules::RuleSet shop_rules(bool create_missing = false);
/// And in the local department "Checkout of …" there. Whatever is missing is made.
rules::RuleSet shop_rules_with_local_departments();

/// Settings of a small shop: columns as in its record, stores 12 and 14, store managers are administrators.
sync::TenantSettings shop_settings();

/// A record of the shop, semicolon separated, with a header; each line "1001;Store 12;Cashier;+31...".
std::string shop_record(const std::vector<std::string>& lines);

/// The world outlives its process: `restart` ends the process, at whatever point it is, and starts another on the
/// same disk, against the same source and network.
class World {
public:
    explicit World(sync::TenantSettings settings = shop_settings(), ingest::PickupRules pickup = {});
    ~World();

    FakeSource source;
    FakeNetwork network;
    FakeNoteBox notes;
    KeptLog log;

    /// Puts a record into the source.
    void deliver(const std::vector<std::string>& lines);
    /// One run to its end; time jumps whenever everybody waits. Throws Died when the process died in it.
    sync::CycleResult run(sync::CycleOrder order = {});
    /// A person approves the plan that waits, and it is carried out.
    sync::CycleResult approve();
    /// A record, a run, and an approval if the plan waits.
    sync::CycleResult sync(const std::vector<std::string>& lines);

    /// The next process dies right after its k-th durable or outward effect (1, 2, …); 0: never.
    void die_after(std::size_t effect);
    std::size_t effects() const;
    void restart();

    /// A copy of the store as it is, without what stands beside it; `put_back` starts a process on it.
    void back_up();
    void put_back();
    ChainReport ledger_report();

    /// Presses the stop switch when so many calls were made; the run then ends by itself.
    void stop_after_calls(std::size_t calls);
    /// So much time in which nobody runs.
    void pass(Duration time);

    /// The three checks that end every scenario: the network is as desired, a second run is empty, nothing in the
    /// ledger is open. Everybody was invited at most once.
    void check_settled();

    storage::TenantStore& store();
    /// On which the store answers.
    boost::asio::io_context& context();
    Clock& clock();
    sync::TenantSettings& settings() { return settings_; }

private:
    struct Process;
    sync::TenantSettings settings_;
    TempDir disk_;
    Time started_ = Time(std::chrono::hours(24 * 365 * 56));
    std::size_t files_ = 0;
    std::unique_ptr<Process> process_;
};

}  // namespace usersync::test

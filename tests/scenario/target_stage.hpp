#pragma once
// Networks that go wrong, and the daemon's tenants in front of them: the tenant's loop, real SQLite, the Speakap
// adapter and the sandbox with its faults, in one thread and by a clock that jumps. Only the wire between the last two
// is left out.

#include "connectors/http/client.hpp"
#include "connectors/speakap/sandbox/sandbox_server.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "storage/tenant_store.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// Stores 12 and 14, and nobody yet.
extern const std::string two_stores;

/// One network in the sandbox.
class Target {
public:
    Target(ManualClock& clock, const std::string& network, const std::string& faults = "{}");

    /// From now on these faults, in the words of a fault file: their numbers and times count from now.
    void play(const std::string& faults);

    const sandbox::SandboxState& state() const { return sandbox_->state(); }
    sandbox::Sandbox& sandbox() { return *sandbox_; }

    /// Mails that went out to the person with this key.
    std::size_t invitations(const std::string& key) const;
    std::size_t people() const;
    /// nullptr when there is nobody with this key.
    const sandbox::User* person(const std::string& key) const;
    std::vector<std::string> groups_of(const std::string& key) const;  ///< their names, sorted
    std::string role_of(const std::string& key) const;

    /// The calls that came since the last `forget_calls`; `method` and `part` of the target narrow them.
    std::vector<sandbox::CallRecord> calls(const std::string& method = "", const std::string& part = "") const;
    std::vector<sandbox::CallRecord> writes() const;  ///< all but GET
    void forget_calls();

    /// What an administrator does on the web pages: "what=rename_group&group=…".
    void by_hand(const std::string& form);
    /// Somebody else changes this by the network's own interface: "DELETE", "memberships/…/".
    void call(const std::string& method, const std::string& target, const std::string& form = "");
    /// Somebody else makes an account by SCIM.
    void make_account(const std::string& key, const std::string& email);
    /// The account stands under another SCIM id from now on, as when accounts were merged.
    void move_scim_id(const std::string& key, const std::string& id);

private:
    http::Response ask(http::Request request, const std::string& token, const std::string& type);

    ManualClock& clock_;
    std::unique_ptr<sandbox::Sandbox> sandbox_;
    std::uint64_t forgotten_ = 0;
};

/// One tenant of the daemon. Everything of it lives on the context and by the clock.
class TargetTenant {
public:
    struct Options {
        std::string name = "shop";
        std::uint64_t seed = 1;
        bool scheduled = false;  ///< else it runs on request alone
        Duration every = std::chrono::hours(24);
        pace::BucketLimits rate = {.calls_per_second = 100, .burst = 100};
        std::size_t concurrency = 1;  ///< so that the n-th call is always the same one
        std::function<void(sync::TenantSettings&)> settings = {};
        std::function<void(speakap::SpeakapOptions&)> speakap = {};
    };

    TargetTenant(boost::asio::io_context& context, ManualClock& clock, Target& target, Options options);
    ~TargetTenant();
    TargetTenant(const TargetTenant&) = delete;
    TargetTenant& operator=(const TargetTenant&) = delete;

    void deliver(const std::vector<std::string>& lines);
    /// Runs now, to its end.
    sync::CycleResult run(sync::CycleOrder order = {});
    /// A record, a run, and a person's approval if the plan waits.
    sync::CycleResult sync(const std::vector<std::string>& lines);
    /// A person approves the plan that waits.
    sync::CycleResult approve();
    /// Begins a run and does not wait for its end.
    void begin_run();

    storage::TenantStore& store() { return *store_; }
    sync::TenantStatus status() const { return loop_->status(); }
    std::string status_text() const;  ///< as `usersyncd status` says it
    std::string status_json() const;  ///< as the listener says it

    /// While it is set, no call reaches the network, and this is what becomes of it.
    std::optional<Failure> no_way;
    /// Told of every call before it leaves.
    std::function<void(const http::Request&)> before_call;
    /// Whose SCIM answers from now on, as with another tenant's token.
    Target* scim_target = nullptr;

    FakeSource source;
    FakeNoteBox notes;
    KeptLog log;

private:
    class NoWatch;
    class Wire;

    boost::asio::io_context& context_;
    ManualClock& clock_;
    TempDir disk_;
    sync::StopSwitch stop_;
    std::unique_ptr<storage::TenantStore> store_;
    std::unique_ptr<Network> network_;
    std::unique_ptr<NoWatch> watch_;
    std::optional<sync::Progress> progress_;
    std::unique_ptr<sync::TenantLoop> loop_;
    std::size_t files_ = 0;
    bool ended_ = false;
};

/// Context, clock, and time that passes.
class TargetStage {
public:
    explicit TargetStage(const std::string& network = two_stores, const std::string& faults = "{}")
        : target(clock, network, faults) {}

    boost::asio::io_context context;
    ManualClock clock{context};
    Target target;

    /// Lets that much time pass, one sleeper after the other.
    void pass(Duration time);
    /// Until it is so. Throws when it is not within two days.
    void pass_until(const std::function<bool()>& is_so);
};

}  // namespace usersync::test

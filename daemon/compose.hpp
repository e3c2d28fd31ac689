#pragma once
// The composition root: the one place that knows which concrete classes stand behind the ports.

#include "connectors/rest/kept_answers.hpp"
#include "connectors/rest/trial.hpp"
#include "connectors/speakap/gates.hpp"
#include "core/ports/probe.hpp"
#include "daemon/config/config.hpp"
#include "daemon/http/daemon_status.hpp"
#include "daemon/http/webhook_door.hpp"
#include "daemon/runtime/lanes.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "storage/note_folder.hpp"
#include "storage/tenant_store.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace usersync {

/// What every tenant of a process shares. Everything outlives the environment.
struct Surroundings {
    boost::asio::io_context& context;
    runtime::Lanes& lanes;
    Clock& clock;
    log::Log& log;
    speakap::SharedGates* gates = nullptr;  ///< where tenants with the same credential wait for one another
};

enum class Scheduling {
    on,   ///< the daemon: runs when they are due, and on request
    off,  ///< a single command: only what is asked for
};

/// One tenant, built whole: ports, watch, loop. Its settings are `loop->settings()`: they may change between runs.
/// Members die in reverse order of their making.
struct Tenant {
    std::filesystem::path folder;                                   ///< of tenant.toml
    boost::asio::any_io_executor compute_lane;                      ///< for long computations
    std::function<Result<std::unique_ptr<Network>>()> make_reader;  ///< another look at the same network, beside runs
    std::function<Result<std::unique_ptr<Probe>>()> make_probe;     ///< likewise, to try out what is assumed of it
    std::function<std::unique_ptr<Source>()> make_source;  ///< another look at the source, which changes nothing
    /// The source tried out step by step, for these mapped columns.
    std::function<boost::asio::awaitable<rest_api::Trial>(std::vector<std::string>, rest_api::HowMuch, Deadline)>
        try_out;
    /// What the source answers, as it comes; empty where a source gives a record and nothing else.
    std::function<boost::asio::awaitable<rest_api::KeptAnswers>(Deadline)> keep_answers;
    std::optional<rest::Connector> connector;  ///< of a source that has one
    std::uint64_t pseudonyms = 0;              ///< what ids are told apart by where nobody is to know them; a secret
    std::unique_ptr<storage::TenantStore> store;
    std::unique_ptr<NoteBox> notes;
    std::unique_ptr<Source> source;
    std::unique_ptr<Network> network;
    std::optional<sync::Progress> progress;
    std::unique_ptr<sync::StopSwitch> stop;  ///< its own: a pause is one tenant's
    std::unique_ptr<sync::RulesWatch> watch;
    std::unique_ptr<sync::TenantLoop> loop;
};

/// The tenants of an environment, ready to run.
class Environment {
public:
    /// `broken` when a store cannot be opened, `blocked` when an address or a certificate is unusable; the sentence
    /// names the tenant. Opens files, connects to nothing.
    static Result<std::unique_ptr<Environment>> compose(const config::EnvironmentConfig& config,
                                                        Surroundings surroundings, Scheduling scheduling);

    /// Runs every tenant's loop until `stop` is pressed and all have ended.
    boost::asio::awaitable<void> run();
    void stop();

    /// nullptr when there is no such tenant.
    Tenant* find(const std::string& name);
    std::vector<std::string> names() const;

    status::DaemonStatus status() const;
    /// What the listener for webhooks answers; the tenants with a `[webhook]` have a door. The environment outlives it.
    http::Handler webhook_handler(const config::EnvironmentConfig& config);

private:
    Environment(const config::EnvironmentConfig& config, Surroundings surroundings);

    std::string name_;
    Surroundings surroundings_;
    speakap::SharedGates gates_;
    Time started_at_;
    bool is_stopping_ = false;
    std::map<std::string, std::unique_ptr<Tenant>> tenants_;
    std::map<std::string, std::shared_ptr<sync::WebhookCounts>> heard_;
};

}  // namespace usersync

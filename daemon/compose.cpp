#include "daemon/compose.hpp"

#include "connectors/exec/exec_source.hpp"
#include "connectors/folder/folder_source.hpp"
#include "connectors/http/client.hpp"
#include "connectors/ldap/ldap_source.hpp"
#include "connectors/rest/rest_source.hpp"
#include "connectors/sftp/sftp_source.hpp"
#include "connectors/speakap/probe.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "core/async/task_group.hpp"
#include "daemon/connector/source_trial.hpp"
#include "daemon/record_key.hpp"
#include "daemon/rules_watch.hpp"
#include "daemon/tenant_settings.hpp"
#include "daemon/version.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace usersync {

namespace asio = boost::asio;

namespace {

/// Spreads tenants over time: the same name always gives the same number.
std::uint64_t seed_of(const TenantId& tenant) { return digest_of(tenant.value()).low; }

/// Whether what a source keeps from one read to the next may change.
enum class Look { run, beside };

struct SourceMaker {
    const Surroundings& with;
    std::filesystem::path state = {};  ///< of this tenant's source
    Look look = Look::run;
    std::shared_ptr<rest_api::Turns> turns = {};  ///< runs and looks share what is remembered of a source
    std::unique_ptr<Source> operator()(const sftp::SftpOptions& options) const {
        return sftp::make_sftp_source(options, with.clock, with.lanes.sftp());
    }
    std::unique_ptr<Source> operator()(const folder::FolderOptions& options) const {
        return folder::make_folder_source(options, with.clock, with.lanes.sftp());
    }
    std::unique_ptr<Source> operator()(const exec::ExecOptions& options) const {
        return exec::make_exec_source(options, with.clock, with.lanes.sftp());
    }
    std::unique_ptr<Source> operator()(const ldap::LdapOptions& options) const {
        return ldap::make_ldap_source(options, with.clock, with.lanes.sftp());
    }
    std::unique_ptr<Source> operator()(const rest_api::RestOptions& options) const {
        return rest_api::make_rest_source(kept(options), with.clock, with.context.get_executor(), with.lanes.compute());
    }
    rest_api::RestOptions kept(rest_api::RestOptions options) const {
        options.state_folder = state.string();
        options.keeps_record = look == Look::run;
        options.turns = turns;
        return options;
    }
};

Result<std::unique_ptr<http::Client>> client_for(const std::string& url, const speakap::SpeakapOptions& target,
                                                 const Surroundings& with) {
    return http::make_client(
        with.context.get_executor(),
        http::ClientOptions{.base_url = url, .ca_file = target.ca_file, .connections_max = target.concurrency});
}

/// Where accounts are made by invitation there may be no SCIM; then nothing is ever sent to it.
const std::string& scim_url_of(const speakap::SpeakapOptions& target) {
    return target.scim_url.empty() ? target.rest_url : target.scim_url;
}

/// Whoever calls a network, a run or a question beside it, waits at the same gates.
speakap::Gates gates_of(const config::TenantConfig& config, const Surroundings& with) {
    return with.gates == nullptr ? speakap::Gates{} : with.gates->of(config.target);
}

Result<std::unique_ptr<Network>> network_of(const config::TenantConfig& config, const Surroundings& with) {
    auto rest = client_for(config.target.rest_url, config.target, with);
    if (!rest) return rest.error();
    auto scim = client_for(scim_url_of(config.target), config.target, with);
    if (!scim) return scim.error();
    return speakap::make_speakap_network(config.target, std::move(*rest), std::move(*scim), with.clock,
                                         seed_of(config.id), gates_of(config, with));
}

Result<std::unique_ptr<Probe>> probe_of(const config::TenantConfig& config, const Surroundings& with) {
    auto rest = client_for(config.target.rest_url, config.target, with);
    if (!rest) return rest.error();
    auto scim = client_for(scim_url_of(config.target), config.target, with);
    if (!scim) return scim.error();
    return speakap::make_speakap_probe(config.target, std::move(*rest), std::move(*scim), with.clock,
                                       gates_of(config, with));
}

Failure of_tenant(const TenantId& tenant, Failure failure) {
    failure.where = tenant.value() + (failure.where.empty() ? "" : "/" + failure.where);
    return failure;
}

struct StepsOf {
    std::vector<connector_view::StepName> operator()(const sftp::SftpOptions&) const {
        return connector_view::folder_steps();
    }
    std::vector<connector_view::StepName> operator()(const folder::FolderOptions&) const {
        return connector_view::local_steps();
    }
    std::vector<connector_view::StepName> operator()(const exec::ExecOptions&) const {
        return connector_view::program_steps();
    }
    std::vector<connector_view::StepName> operator()(const ldap::LdapOptions&) const {
        return connector_view::directory_steps();
    }
    std::vector<connector_view::StepName> operator()(const rest_api::RestOptions&) const { return {}; }
};

void look_beside_runs(Tenant& tenant, const config::TenantConfig& config, const std::filesystem::path& state,
                      const Surroundings& with, std::shared_ptr<rest_api::Turns> turns) {
    tenant.make_source = [source = config.source, state, with, turns] {
        return std::visit(SourceMaker{with, state, Look::beside, turns}, source);
    };
    const auto* rest = std::get_if<rest_api::RestOptions>(&config.source);
    if (rest == nullptr) {
        tenant.try_out = [make = tenant.make_source, steps = std::visit(StepsOf{}, config.source), with](
                             std::vector<std::string>, rest_api::HowMuch, Deadline deadline) {
            return connector_view::try_source(make(), steps, with.clock, deadline);
        };
        return;
    }
    tenant.connector = rest->connector;
    tenant.try_out = [options = *rest, state, with, turns](std::vector<std::string> columns, rest_api::HowMuch how_much,
                                                           Deadline deadline) {
        return rest_api::try_out(SourceMaker{with, state, Look::beside, turns}.kept(options), std::move(columns),
                                 how_much, with.clock, with.context.get_executor(), with.lanes.compute(), deadline);
    };
    tenant.keep_answers = [options = *rest, state, with, turns](Deadline deadline) {
        return rest_api::keep_answers(SourceMaker{with, state, Look::beside, turns}.kept(options), with.clock,
                                      with.context.get_executor(), with.lanes.compute(), deadline);
    };
}

Result<std::unique_ptr<Tenant>> compose_tenant(const config::TenantConfig& config,
                                               const config::EnvironmentConfig& environment, const Surroundings& with,
                                               Scheduling scheduling) {
    auto tenant = std::make_unique<Tenant>();
    tenant->stop = std::make_unique<sync::StopSwitch>(with.context.get_executor());
    auto settings = settings_of(config, environment.shutdown);
    settings.decrypt = decrypt_by(config.pgp, environment.runtime_folder, settings.record_limits);
    auto in_force = std::make_shared<const sync::TenantSettings>(std::move(settings));
    auto store =
        storage::open_tenant_store(environment.state_folder / (config.id.value() + ".db"), with.lanes.store(config.id));
    if (!store) return of_tenant(config.id, store.error());
    tenant->store = std::move(*store);
    tenant->notes = std::make_unique<storage::NoteFolder>(config.notes.folder.string());
    auto network = network_of(config, with);
    if (!network) return of_tenant(config.id, network.error());
    tenant->network = std::move(*network);
    tenant->make_reader = [config, with] { return network_of(config, with); };
    tenant->make_probe = [config, with] { return probe_of(config, with); };
    tenant->compute_lane = with.lanes.compute();
    tenant->folder = config.file.parent_path();
    const auto state = environment.state_folder / "sources" / config.id.value();
    auto turns = std::make_shared<rest_api::Turns>(with.context.get_executor());
    tenant->source = std::visit(SourceMaker{with, state, Look::run, turns}, config.source);
    look_beside_runs(*tenant, config, state, with, std::move(turns));
    tenant->pseudonyms = digest_of(config.target.rest_token.expose(), seed_of(config.id)).high;

    sync::TenantParts parts{.settings = in_force,
                            .source = *tenant->source,
                            .network = *tenant->network,
                            .snapshots = tenant->store->snapshots(),
                            .runs = tenant->store->runs(),
                            .ledger = tenant->store->ledger(),
                            .rule_versions = tenant->store->rule_versions(),
                            .notes = *tenant->notes,
                            .clock = with.clock,
                            .log = with.log,
                            .stop = *tenant->stop,
                            .compute_lane = with.lanes.compute(),
                            .progress = tenant->progress,
                            .pace = &tenant->store->pace()};
    parts.removals = &tenant->store->removals();
    parts.retention = &tenant->store->retention();
    parts.pauses = &tenant->store->pauses();
    sync::LoopSettings loop;
    loop.schedule = config.schedule;
    loop.scheduled = scheduling == Scheduling::on;
    loop.expected_every = config.expected_every;
    loop.seed = seed_of(config.id);
    if (config.webhook) loop.wake_distance = config.webhook->min_distance;
    tenant->watch =
        std::make_unique<ConfigRulesWatch>(config, in_force, environment.shutdown, with.clock, with.lanes.compute());
    tenant->loop = std::make_unique<sync::TenantLoop>(parts, *tenant->watch, loop, with.context.get_executor());
    auto refused = errors_of(config.refused);
    if (!refused.empty()) tenant->loop->begin_refused(std::move(refused));
    return tenant;
}

}  // namespace

Environment::Environment(const config::EnvironmentConfig& config, Surroundings surroundings)
    : name_(config.folder.filename().string()),
      surroundings_(surroundings),
      gates_(surroundings.clock),
      started_at_(surroundings.clock.now()) {
    surroundings_.gates = &gates_;
}

Result<std::unique_ptr<Environment>> Environment::compose(const config::EnvironmentConfig& config,
                                                          Surroundings surroundings, Scheduling scheduling) {
    std::unique_ptr<Environment> environment(new Environment(config, surroundings));
    for (const auto& tenant : config.tenants) {
        auto made = compose_tenant(tenant, config, environment->surroundings_, scheduling);
        if (!made) return made.error();
        environment->tenants_.emplace(tenant.id.value(), std::move(*made));
    }
    return environment;
}

asio::awaitable<void> Environment::run() {
    auto executor = co_await asio::this_coro::executor;
    // A loop that throws is a bug; it must not take the other tenants with it.
    auto on_error = [&log = surroundings_.log](std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            log.error("tenant_loop_died", {{"why", e.what()}});
        }
    };
    TaskGroup loops(executor, on_error);
    for (auto& [name, tenant] : tenants_) loops.spawn(tenant->loop->run());
    co_await loops.join();
}

void Environment::stop() {
    is_stopping_ = true;
    for (auto& [name, tenant] : tenants_) tenant->stop->press();
}

Tenant* Environment::find(const std::string& name) {
    const auto at = tenants_.find(name);
    return at == tenants_.end() ? nullptr : at->second.get();
}

http::Handler Environment::webhook_handler(const config::EnvironmentConfig& config) {
    std::map<std::string, status::WebhookDoor> doors;
    for (const auto& tenant : config.tenants) {
        const auto* own = find(tenant.id.value());
        if (!tenant.webhook || own == nullptr) continue;
        const auto counts = std::make_shared<sync::WebhookCounts>();
        heard_[tenant.id.value()] = counts;
        auto wake = [loop = own->loop.get()](std::optional<EmployeeKey> person) { loop->wake(std::move(person)); };
        doors.emplace(tenant.id.value(), status::WebhookDoor{.rule = tenant.webhook->rule,
                                                             .secrets = tenant.webhook->secrets,
                                                             .path_token = tenant.webhook->path_token,
                                                             .one_person = tenant.webhook->one_person,
                                                             .wake = std::move(wake),
                                                             .counts = counts});
    }
    return status::make_webhook_handler(std::move(doors), surroundings_.clock, surroundings_.log);
}

std::vector<std::string> Environment::names() const {
    std::vector<std::string> names;
    for (const auto& [name, tenant] : tenants_) names.push_back(name);
    return names;
}

status::DaemonStatus Environment::status() const {
    status::DaemonStatus status;
    status.version = version;
    status.environment = name_;
    status.started_at = started_at_;
    status.now = surroundings_.clock.now();
    status.shutting_down = is_stopping_;
    status.ready = true;
    for (const auto& [name, tenant] : tenants_) {
        status.tenants.push_back(tenant->loop->status());
        const auto heard = heard_.find(name);
        if (heard != heard_.end()) status.tenants.back().webhook = *heard->second;
        status.ready = status.ready && tenant->loop->knows_its_past();
    }
    if (!status.ready) status.waiting_for.push_back("stores");
    return status;
}

}  // namespace usersync

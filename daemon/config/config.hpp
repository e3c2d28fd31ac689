#pragma once
// What an operator has written down about an environment and its tenants, read and checked as a whole.
// docs/configuration.md describes every key; defaults stand at the members of the structs below and of the
// structs that they hold, and nowhere else.

#include "connectors/exec/exec_options.hpp"
#include "connectors/folder/folder_options.hpp"
#include "connectors/ldap/ldap_options.hpp"
#include "connectors/pgp/pgp_options.hpp"
#include "connectors/rest/rest_options.hpp"
#include "connectors/sftp/sftp_options.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "core/apply/person_retry.hpp"
#include "core/base/day.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"
#include "core/diff/policy.hpp"
#include "core/ingest/bounce.hpp"
#include "core/ingest/column_map.hpp"
#include "core/ingest/completeness.hpp"
#include "core/model/ids.hpp"
#include "core/model/rule_version.hpp"
#include "core/pace/backoff.hpp"
#include "core/pace/schedule.hpp"
#include "core/plan/guard.hpp"
#include "core/plan/removal_queue.hpp"
#include "core/record/record_format.hpp"
#include "core/rules/rule_set.hpp"
#include "core/webhook/verify.hpp"
#include "daemon/log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace usersync::config {

/// Where /healthz, /readyz and /status are answered. Never beyond the machine unless it was asked for by name.
struct HealthListener {
    std::string address = "127.0.0.1";  ///< an IP address
    std::uint16_t port = 8080;          ///< 0: any free one
    bool operator==(const HealthListener&) const = default;
};

/// Where HR systems may say that something has changed. Nobody listens unless it was asked for.
struct WebhookListener {
    std::string address;  ///< an IP address; empty: nobody listens
    std::uint16_t port = 0;
    std::filesystem::path certificate;  ///< PEM chain; empty: plain HTTP, on this machine alone
    std::filesystem::path key;
    bool operator==(const WebhookListener&) const = default;
};

/// What a tenant's HR system says when something has changed, and what is done then.
struct WebhookOptions {
    webhook::Rule rule;
    webhook::Secrets secrets;
    Secret path_token;
    bool one_person = false;                           ///< the id in an event is the key of the record
    Duration min_distance = std::chrono::seconds(30);  ///< events begin no run sooner after the end of another
};

struct ShutdownLimits {
    Duration drain_max = std::chrono::seconds(3);  ///< on stop: for the calls under way to be answered
    bool operator==(const ShutdownLimits&) const = default;
};

/// The notes to HR about deliveries that were refused.
struct NoteOptions {
    ingest::Language language = ingest::Language::en;
    std::filesystem::path folder;  ///< notes/TENANT in the state folder
    bool operator==(const NoteOptions&) const = default;
};

/// How a plan is carried out, besides what is said of the target.
struct ApplyOptions {
    std::size_t canary = 3;         ///< the first so many people go alone and are read back; 0: nobody does
    std::size_t canary_above = 20;  ///< where no more people than this are changed, there is no need of it
    Duration outage_wait_max = std::chrono::minutes(1);  ///< so long a run waits for a network that is away; 0: it ends
    bool operator==(const ApplyOptions&) const = default;
};

enum class Severity {
    error,    ///< the environment is not usable
    warning,  ///< usable, but probably not what was meant
};

struct ConfigProblem {
    std::string file;        ///< as seen from the environment's folder: "tenants/shop/tenant.toml"
    std::size_t line = 0;    ///< 0: about the file as a whole
    std::size_t column = 0;  ///< 0: about the line as a whole; in a sheet the number of the cell
    std::string path;        ///< the key: "source.port", or the rule: "groups.csv row 12"; empty: about neither
    std::string message;     ///< never holds a secret
    Severity severity = Severity::error;
    std::string excerpt;  ///< of a problem with an expression: the expression, and the place in it underlined below
    /// "unknown_field". Never quotes what somebody wrote, as the message may: it is for places that anybody may read.
    std::string code = "bad_setting";
    auto operator<=>(const ConfigProblem&) const = default;
};

struct TenantConfig {
    TenantId id;
    std::filesystem::path file;  ///< tenant.toml
    std::variant<sftp::SftpOptions, folder::FolderOptions, exec::ExecOptions, ldap::LdapOptions, rest_api::RestOptions>
        source;
    std::optional<WebhookOptions> webhook;
    std::optional<Duration> expected_every;  ///< without a good snapshot for longer than this, the source is overdue
    ingest::ColumnMap columns;
    record::RecordFormat format;
    pgp::PgpOptions pgp;
    ingest::CompletenessLimits completeness;
    NoteOptions notes;
    pace::Schedule schedule;
    speakap::SpeakapOptions target;
    rules::RuleSet rules;
    diff::Policy policy;
    diff::AskAgain ask_again;                            ///< what `policy` needs the day for
    Duration drift_settle = std::chrono::minutes(10);    ///< so long, what we did may not be shown: it is no drift
    Duration read_whole_every = std::chrono::hours(24);  ///< between these, only what changed is read
    Duration typical_latency = std::chrono::milliseconds(200);  ///< of a call, for telling how long a plan takes
    plan::GuardLimits guard;
    std::optional<Duration> keep = {};             ///< of history that decides nothing any more; nullopt: for ever
    std::optional<Duration> clock_ahead_max = {};  ///< nullopt: by the schedule
    plan::QueueLimits queue;
    pace::BackoffLimits retry;
    apply::PersonRetryLimits retry_people;
    ApplyOptions apply;
    Fingerprint fingerprint;  ///< `fingerprint_of(TenantConfig)`
    /// The same fingerprint, who wrote this, and every file that was read for it; when it was first used is not known
    /// here.
    RuleVersion version;
    std::string connection_text;         ///< of the tenant.toml whose source, schedule and target these are
    std::vector<ConfigProblem> refused;  ///< why the files as they are now do not count; then these are kept ones
};

struct EnvironmentConfig {
    std::filesystem::path folder;
    std::filesystem::path state_folder;    ///< /var/lib/usersync/NAME; NAME is the name of `folder`
    std::filesystem::path runtime_folder;  ///< /run/usersync/NAME
    std::filesystem::path control_socket;  ///< control.sock in the runtime folder
    HealthListener health;
    WebhookListener webhooks;
    log::LogOptions log;
    ShutdownLimits shutdown;
    std::vector<TenantConfig> tenants;  ///< sorted by id
};

/// "tenants/shop/tenant.toml:12:3: error: source.prot: unknown key, did you mean port?"
std::string describe(const ConfigProblem& problem);

/// The same for a terminal, each line with its end: below it the excerpt, indented.
std::string describe_at_length(const ConfigProblem& problem);

struct LoadOptions {
    /// Where `{ credential = "NAME" }` looks: systemd's $CREDENTIALS_DIRECTORY. Empty: there are none.
    std::filesystem::path credentials_folder;
    /// For exceptions that have ended. nullopt: by the machine's clock, in UTC.
    std::optional<Day> today;
    /// Tenants whose rules are these kept files, "tenant.toml" among them, and not the ones in their folder. The way to
    /// the source and to the network is that of their folder, where it can be read and leads to the same network.
    std::map<TenantId, std::vector<RuleFile>> instead;
};

struct LoadedConfig {
    std::optional<EnvironmentConfig> config;  ///< present exactly when no problem is an error
    std::vector<ConfigProblem> problems;      ///< all of all files, sorted by file, line, column
    /// Where tenants alone have errors: which, and the environment without them.
    /// @{
    std::vector<TenantId> refused;
    std::optional<EnvironmentConfig> others;
    /// @}
};

/// Reads usersync.toml and tenants/NAME/tenant.toml of this folder, and the secrets that they refer to. One file's
/// syntax error does not hide what is wrong in the others. Relative paths count from the file they stand in.
/// Blocks on the disk; changes nothing; may be called again at any time for a fresh look.
LoadedConfig load_environment(const std::filesystem::path& folder, const LoadOptions& options);

/// usersync.toml of this folder alone, without tenants: all that it takes to find a running daemon.
LoadedConfig load_service(const std::filesystem::path& folder);

/// One tenant's settings by themselves.
struct LoadedMapping {
    std::optional<TenantConfig> config;  ///< present exactly when no problem is an error
    std::vector<ConfigProblem> problems;
    std::vector<std::string> files;  ///< every file that was read for it, by its name in the folder
};

/// How records are read, for looking at a file before there is a tenant: reads `[columns]` and `[record]` of this file
/// and passes over its other tables, so a tenant.toml will do. Columns, format and pgp alone are set.
LoadedMapping load_mapping(const std::filesystem::path& file, const LoadOptions& options);

/// A tenant's settings from files that were kept, "tenant.toml" among them: its rules as they were. Looks at nothing
/// else, so the secrets stay empty.
LoadedMapping load_rules(const std::vector<RuleFile>& files, TenantId tenant, std::optional<Day> today = {});
/// The same from a tenant's folder.
LoadedMapping load_rules(const std::filesystem::path& folder, std::optional<Day> today = {});

/// Over everything that decides what a plan holds: columns and their steps, format, limits, rules, policy, which
/// network, and the time zone, which says what day it is. Not over how to get there or how fast: a new password or
/// another hour leaves an approved plan as it is.
Fingerprint fingerprint_of(const TenantConfig& tenant);

/// Every key that the files may hold, sorted: "source.port", "group_mapping.field".
struct KnownKeys {
    std::vector<std::string> environment;  ///< usersync.toml
    std::vector<std::string> tenant;       ///< tenant.toml
};
KnownKeys known_keys();

}  // namespace usersync::config

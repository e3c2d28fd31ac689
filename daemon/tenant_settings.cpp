#include "daemon/tenant_settings.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <algorithm>
#include <array>
#include <string>

namespace usersync {
namespace {

/// The system's name of whoever owns this file; empty when there is none.
std::string owner_of(const std::filesystem::path& file) {
    struct ::stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    std::array<char, 4096> buffer{};
    struct ::passwd entry {};
    struct ::passwd* found = nullptr;
    const int failed = ::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found);
    return failed != 0 || found == nullptr ? std::string() : std::string(found->pw_name);
}

/// Runs that are skipped or fail are nothing unheard of.
Duration clock_ahead_max_of(const config::TenantConfig& config) {
    constexpr int runs = 3;
    const auto gap = pace::longest_gap(config.schedule, Time());
    const Duration least = plan::clock_ahead_least;
    const Duration longest = plan::clock_ahead_longest;
    return config.clock_ahead_max.value_or(gap > longest / runs ? longest : std::max(least, gap * runs));
}

}  // namespace

sync::TenantSettings settings_of(const config::TenantConfig& config, const config::ShutdownLimits& shutdown) {
    sync::TenantSettings settings;
    settings.tenant = config.id;
    settings.columns = config.columns;
    settings.note_language = config.notes.language;
    settings.format = config.format;
    settings.completeness = config.completeness;
    settings.rules = config.rules;
    settings.time_zone = config.schedule.time_zone;
    settings.rules_fingerprint = config.fingerprint;
    settings.rules_state = config.version.state;
    settings.rules_author = config.version.author.empty() ? owner_of(config.file) : config.version.author;
    settings.rules_comment = config.version.comment;
    settings.rules_files = config.version.files;
    settings.policy = config.policy;
    settings.ask_again = config.ask_again;
    settings.read_whole_every = config.read_whole_every;
    settings.guard = config.guard;
    settings.keep = config.keep;
    settings.clock_ahead_max = clock_ahead_max_of(config);
    settings.queue = config.queue;
    settings.apply.concurrency = config.target.concurrency;
    settings.apply.invitations = config.target.create_by_invite ? config.target.invite_batch : 0;
    settings.pace = {.calls_per_second = config.target.rate.calls_per_second,
                     .write_per_second = config.target.write_rate,
                     .scim_per_second = config.target.scim_rate,
                     .burst = speakap::burst_used(config.target),
                     .latency = config.typical_latency,
                     .concurrency = config.target.concurrency,
                     .invitations = settings.apply.invitations,
                     .page = config.target.page_size,
                     .canary = config.apply.canary,
                     .canary_above = config.apply.canary_above};
    settings.drift_settle = config.drift_settle;
    settings.apply.backoff = config.retry;
    settings.apply.canary = config.apply.canary;
    settings.apply.canary_above = config.apply.canary_above;
    settings.apply.outage_wait_max = config.apply.outage_wait_max;
    settings.retry_people = config.retry_people;
    settings.drain_max = shutdown.drain_max;
    if (const auto* rest = std::get_if<rest_api::RestOptions>(&config.source)) settings.fetch_max = rest->read_max;
    return settings;
}

}  // namespace usersync

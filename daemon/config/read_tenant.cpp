#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::array<Choice<diff::LeaverAction>, 2> leaver_actions{
    {{"suspend", diff::LeaverAction::suspend}, {"remove", diff::LeaverAction::remove}}};
constexpr std::array<Choice<plan::HoldScope>, 2> hold_scopes{
    {{"plan", plan::HoldScope::plan}, {"kind", plan::HoldScope::kind}}};
constexpr std::array<Choice<diff::Fill>, 3> fill_words{
    {{"always", diff::Fill::always}, {"on_invite", diff::Fill::on_invite}, {"if_empty", diff::Fill::if_empty}}};
constexpr std::array<Choice<ingest::Language>, 3> languages{
    {{"en", ingest::Language::en}, {"nl", ingest::Language::nl}, {"de", ingest::Language::de}}};

void read_cron(TableReader& schedule, pace::Schedule& target) {
    // Daily is the default of the product; the words and their hours are the pace room's.
    std::string expression = "daily";
    schedule.text("cron", expression);
    auto cron = pace::parse_cron(expression);
    if (!cron) return schedule.error("cron", cron.error().detail);
    target.when = *cron;
}

void read_quiet(TableReader& schedule, pace::QuietHours& target) {
    std::vector<std::string> spans;
    schedule.texts("quiet", spans);
    for (const auto& text : spans) {
        const auto span = pace::parse_quiet(text);
        if (!span) return schedule.error("quiet", span.error().detail);
        target.spans.push_back(*span);
    }
    if (pace::never_ends(target)) {
        target.spans.clear();
        schedule.error("quiet", "nothing would ever run: a part of the week must be left");
    }
}

void read_schedule(TableReader& root, pace::Schedule& target) {
    auto schedule = root.table("schedule");
    pace::Interval interval;
    schedule.duration("every", interval.every, {.min = seconds(1)});
    read_cron(schedule, target);
    if (schedule.has("every")) target.when = interval;
    if (schedule.has("every") && schedule.has("cron")) schedule.error("cron", "either every or cron, not both");
    schedule.text("time_zone", target.time_zone);
    if (const auto known = pace::check_time_zone(target.time_zone); !known) {
        schedule.error("time_zone", known.error().detail);
    }
    schedule.duration("jitter", target.jitter, {.max = hours(24)});
    read_quiet(schedule, target.quiet);
}

void read_limit(TableReader& table, std::string_view key, std::optional<std::size_t>& limit) {
    std::size_t said = 0;
    table.whole(key, said);
    if (table.has(key)) limit = said;
}

void read_limit(TableReader& table, std::string_view key, std::optional<double>& limit) {
    double said = 0;
    table.share(key, said);
    if (table.has(key)) limit = said;
}

template <class Limit>
void read_further(TableReader& table, plan::Budgeted kind, std::string_view ending,
                  std::map<plan::Budgeted, Limit>& limits) {
    std::optional<Limit> limit;
    read_limit(table, std::string(to_string(kind)) + std::string(ending), limit);
    if (limit) limits[kind] = *limit;
}

void read_budgets(TableReader& brakes, plan::GuardLimits& guard) {
    brakes.whole("removals_max", guard.removals_max);
    brakes.share("removals_share_max", guard.removals_share_max);
    brakes.share("memberships_lost_share_max", guard.memberships_lost_share_max);
    brakes.whole("role_grants_max", guard.role_grants_max);
    brakes.whole("groups_made_max", guard.groups_made_max);
    for (const auto kind : plan::further_counts()) read_further(brakes, kind, "_max", guard.counts);
    for (const auto kind : plan::further_shares()) read_further(brakes, kind, "_share_max", guard.shares);
    brakes.share("group_loss_share_max", guard.group_loss_share_max);
    brakes.whole("group_loss_max", guard.group_loss_max);
    brakes.share("values_cleared_share_max", guard.values_cleared_share_max);
    brakes.whole("values_cleared_max", guard.values_cleared_max);
    brakes.choice("holds", guard.scope, hold_scopes);
}

void read_window(TableReader& brakes, std::string_view name, plan::WindowLimits& limits) {
    auto window = brakes.table(name);
    read_limit(window, "removals_max", limits.removals_max);
    read_limit(window, "removals_share_max", limits.removals_share_max);
    read_limit(window, "memberships_lost_share_max", limits.memberships_lost_share_max);
    read_limit(window, "role_grants_max", limits.role_grants_max);
    for (const auto kind : plan::further_counts_of_window()) read_further(window, kind, "_max", limits.counts);
    read_limit(window, "group_loss_share_max", limits.group_loss_share_max);
}

void read_brakes(TableReader& root, TenantConfig& config) {
    auto completeness = root.table("completeness");
    completeness.share("drop_share_max", config.completeness.drop_share_max);
    completeness.growth("rise_share_max", config.completeness.rise_share_max);
    completeness.share("key_fill_min", config.completeness.key_fill_min);
    completeness.share("fill_drop_max", config.completeness.fill_drop_max);
    completeness.duration("age_max", config.completeness.age_max, {.min = seconds(1)});
    auto brakes = root.table("brakes");
    read_budgets(brakes, config.guard);
    read_window(brakes, "day", config.guard.day);
    read_window(brakes, "week", config.guard.week);
    read_window(brakes, "month", config.guard.month);
    brakes.duration("clock_ahead_max", config.clock_ahead_max, {.min = hours(24), .max = plan::clock_ahead_longest});
}

void read_notes(TableReader& root, NoteOptions& options) {
    auto notes = root.table("notes");
    notes.choice("language", options.language, languages);
    notes.path("folder", options.folder);
}

void read_role(TableReader& roles, std::string_view key, RoleId& role) {
    std::string text;
    roles.text(key, text);
    if (!text.empty()) role = RoleId(std::move(text));
}

void read_protected_roles(TableReader& roles, std::vector<RoleId>& target) {
    std::vector<std::string> said;
    roles.texts("protected", said);
    if (said.empty()) return;
    target.clear();
    for (auto& role : said) target.emplace_back(std::move(role));
}

/// Highest first, each once: two places would contradict each other.
std::vector<std::string> read_role_order(TableReader& roles) {
    std::vector<std::string> said;
    std::vector<std::string> order;
    roles.texts("order", said);
    for (auto& role : said) {
        const bool is_twice = std::find(order.begin(), order.end(), role) != order.end();
        if (is_twice) roles.error("order", "the role \"" + role + "\" stands in it twice");
        if (!is_twice) order.push_back(std::move(role));
    }
    return order;
}

void read_queue(TableReader& leavers, const diff::Policy& policy, plan::QueueLimits& limits) {
    leavers.whole("snapshots", limits.snapshots, {.min = 1, .max = 30});
    leavers.duration("suspend_after", limits.suspend_after);
    leavers.duration("remove_after", limits.remove_after);
    const bool is_removed = policy.leavers == diff::LeaverAction::remove;
    if (limits.remove_after > Duration(0) && !is_removed) {
        leavers.error("remove_after", "nobody is removed: leavers.action says \"suspend\"");
    }
}

/// Gives the order of roles, which belongs to the rules.
std::vector<std::string> read_policy(TableReader& root, TenantConfig& config) {
    auto& policy = config.policy;
    auto leavers = root.table("leavers");
    leavers.choice("action", policy.leavers, leaver_actions);
    read_queue(leavers, policy, config.queue);
    if (!policy.can_suspend && policy.leavers == diff::LeaverAction::suspend) {
        leavers.warn("action",
                     "without SCIM (target.create_by_invite) nobody can be suspended: each leaver stays open until "
                     "somebody has done it in the network; \"remove\" ends their membership");
    }
    auto roles = root.table("roles");
    read_role(roles, "default", policy.default_role);
    read_role(roles, "invitee", policy.invitee_role);
    read_protected_roles(roles, policy.protected_roles);
    roles.flag("before_activation", policy.roles_before_activation);
    return read_role_order(roles);
}

/// An address of its own for everybody: with {key} once before or behind the one "@".
void read_swap_parking(TableReader& profile, std::string& parking) {
    profile.text("swap_parking", parking);
    if (parking.empty()) return;
    const auto at = parking.find('@');
    const auto key = parking.find("{key}");
    const bool is_address = at != std::string::npos && at > 0 && at + 1 < parking.size() &&
                            parking.find('@', at + 1) == std::string::npos &&
                            parking.find_first_of(" \t\r\n<>,;") == std::string::npos;
    if (is_address && key != std::string::npos) return;
    profile.error("swap_parking", "expected an address with {key} in it: 'parked+{key}@example.invalid'");
    parking.clear();
}

void read_profile(TableReader& root, diff::Policy& policy) {
    auto profile = root.table("profile");
    auto& fill = policy.fill;
    read_swap_parking(profile, policy.swap_parking);
    profile.choice("name", fill.name, fill_words);
    profile.choice("email", fill.email, fill_words);
    profile.choice("job_title", fill.job_title, fill_words);
    profile.choice("phone", fill.phone, fill_words);
}

constexpr std::array<Choice<MappingState>, 3> mapping_states{
    {{"concept", MappingState::concept_}, {"feedback", MappingState::feedback}, {"final", MappingState::final_}}};

void read_version(TableReader& root, RuleVersion& version) {
    auto table = root.table("version");
    table.choice("state", version.state, mapping_states);
    table.text("author", version.author);
    table.text("comment", version.comment);
}

constexpr std::array<Choice<Drift::Answer>, 3> answers{
    {{"repair", Drift::Answer::repair}, {"adopt", Drift::Answer::adopt}, {"ignore", Drift::Answer::ignore}}};

void read_drift(TableReader& root, TenantConfig& config) {
    auto& drift = config.policy.drift;
    auto table = root.table("drift");
    table.choice("memberships", drift.memberships, answers);
    table.choice("roles", drift.roles, answers);
    table.choice("accounts", drift.accounts, answers);
    table.duration("settle", config.drift_settle, {.max = hours(24 * 7)});
}

void read_ask_again(TableReader& root, diff::AskAgain& ask) {
    auto table = root.table("invitations");
    Duration after = ask.after;
    table.duration("again_after", after);
    if (after % std::chrono::days(1) != Duration(0)) {
        table.error("again_after", "expected whole days such as \"7d\"");
    } else {
        ask.after = std::chrono::duration_cast<std::chrono::days>(after);
    }
    table.whole("again_times", ask.times, {.min = 1, .max = 20});
    if (table.has("again_times") && !table.has("again_after")) {
        table.error("again_times", "nobody is asked again: invitations.again_after says after how long");
    }
}

void read_retry(TableReader& root, TenantConfig& config) {
    auto& limits = config.retry;
    auto retry = root.table("retry");
    retry.duration("first", limits.first, {.min = Duration(1), .max = hours(1)});
    retry.duration("longest", limits.longest, {.min = Duration(1), .max = hours(24)});
    retry.whole("attempts_max", limits.attempts_max, {.min = 1, .max = 20});
    retry.duration("server_wait_max", limits.server_wait_max, {.max = hours(24)});
    config.target.server_wait_max = limits.server_wait_max;
    if (limits.longest < limits.first) retry.error("longest", "must not be shorter than retry.first");
    auto& people = config.retry_people;
    retry.whole("people_free", people.free_failures, {.min = 1, .max = 100});
    retry.duration("people_first", people.first, {.max = hours(24 * 31)});
    retry.duration("people_longest", people.longest, {.max = hours(24 * 366)});
    if (people.longest < people.first) retry.error("people_longest", "must not be shorter than retry.people_first");
}

/// The brakes look back for a month, and so do the limits that they suggest.
void read_history(TableReader& root, TenantConfig& config) {
    auto history = root.table("history");
    history.duration("keep", config.keep, {.min = hours(24 * 31), .max = hours(24 * 366 * 20)});
}

void read_apply(TableReader& root, ApplyOptions& options) {
    auto apply = root.table("apply");
    apply.whole("canary", options.canary, {.max = 1000});
    apply.whole("canary_above", options.canary_above, {.max = 1000000});
    apply.duration("outage_wait_max", options.outage_wait_max, {.max = hours(1)});
}

}  // namespace

void read_tenant_file(TableReader& root, Day today, TenantConfig& config) {
    root.require({"source", "target"});
    read_source(root, config);
    read_webhook(root, config.webhook);
    read_schedule(root, config.schedule);
    read_target(root, config);
    const auto defaults = read_record(root, config);
    const bool has_preset = !root.has("columns") && read_preset_columns(root, defaults, config.columns);
    if (!has_preset) root.require({"columns"});
    if (!has_preset) read_columns(root, defaults, config.columns);
    check_record(root, defaults, config.columns);
    auto role_order = read_policy(root, config);
    config.target.protected_roles.clear();
    for (const auto& role : config.policy.protected_roles) config.target.protected_roles.push_back(role.value());
    read_rules(root, today, std::move(role_order), config);
    read_brakes(root, config);
    read_notes(root, config.notes);
    read_profile(root, config.policy);
    read_drift(root, config);
    read_ask_again(root, config.ask_again);
    read_version(root, config.version);
    read_retry(root, config);
    read_apply(root, config.apply);
    read_history(root, config);
}

}  // namespace usersync::config

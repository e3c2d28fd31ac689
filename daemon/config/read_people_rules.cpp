#include "daemon/config/rule_readers.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

using rules::Admit;
using rules::WrittenGroup;

constexpr std::array<Choice<bool>, 2> leave_words{{{"stay", false}, {"suspend", true}}};
constexpr std::array<Choice<Admit>, 2> admit_words{{{"allow", Admit::yes}, {"report", Admit::report}}};
constexpr std::array<Choice<diff::ActiveEmail>, 2> active_email_words{
    {{"follows", diff::ActiveEmail::follows}, {"stays", diff::ActiveEmail::stays}}};
constexpr std::array<std::string_view, 5> channels{"email", "sms", "printable", "single_sign_on", "none"};

void read_days(TableReader& table, std::string_view key, std::int64_t& days) {
    constexpr auto day = std::chrono::hours(24);
    Duration duration = day * days;
    table.duration(key, duration);
    if (duration % day != Duration(0)) return table.error(key, "expected whole days such as \"14d\"");
    days = duration / day;
}

void read_channel(TableReader& invite, std::string& channel) {
    std::array<Choice<std::string_view>, channels.size()> choices{};
    for (std::size_t at = 0; at < channels.size(); ++at) choices[at] = {channels[at], channels[at]};
    std::string_view word;
    invite.choice("channel", word, choices);
    channel = std::string(word);
}

void read_groups(TableReader& table, std::string_view key, std::vector<WrittenGroup>& groups) {
    const auto* value = table.raw(key);
    if (value == nullptr) return;
    const auto* array = std::get_if<Array>(&value->content);
    if (array == nullptr) {
        return table.error(
            key, "expected an array of groups, [{ kind = 'topic', group = 'NAME' }], got " + describe(*value));
    }
    for (std::size_t at = 0; at < array->size(); ++at) {
        auto group = read_group(table, (*array)[at], table.path_of(key) + "[" + std::to_string(at + 1) + "]");
        if (group) groups.push_back(std::move(*group));
    }
}

bool has_effect(TableReader& table) {
    constexpr std::array<std::string_view, 7> effects{"add_to",        "keep_in",      "not_in", "role",
                                                      "do_not_invite", "never_remove", "exclude"};
    for (const auto effect : effects) {
        if (table.has(effect)) return true;
    }
    return false;
}

rules::WrittenException read_exception(TableReader& table) {
    rules::WrittenException exception;
    exception.origin = table.origin();
    table.text("person", exception.person);
    table.written("when", exception.when);
    read_groups(table, "add_to", exception.add_groups);
    read_groups(table, "keep_in", exception.keep_in_groups);
    read_groups(table, "not_in", exception.not_in_groups);
    table.text("role", exception.role);
    if (const auto* group = table.raw("role_in")) {
        exception.role_in = read_group(table, *group, table.path_of("role_in"));
    }
    table.flag("do_not_invite", exception.do_not_invite);
    table.flag("never_remove", exception.never_remove);
    table.flag("exclude", exception.exclude);
    table.text("reason", exception.reason);
    table.text("owner", exception.owner);
    table.written("until", exception.until);
    return exception;
}

/// Whether an effect that is written came out: one that is wrong has been noted, and is not to look like none.
bool is_readable(const rules::WrittenException& exception, TableReader& table) {
    const bool says_something = !exception.add_groups.empty() || !exception.keep_in_groups.empty() ||
                                !exception.not_in_groups.empty() || exception.role || exception.do_not_invite ||
                                exception.never_remove || exception.exclude;
    const bool lost_target = table.has("role_in") && !exception.role_in;
    return (says_something || !has_effect(table)) && !lost_target;
}

}  // namespace

void read_life_cycle(TableReader& root, rules::WrittenLifeCycle& written) {
    auto table = root.table("life_cycle");
    table.written("active", written.active);
    table.written("leave", written.leave);
    table.choice("on_leave", written.leave_suspends, leave_words);
    read_days(table, "start_lead", written.start_lead_days);
    read_days(table, "end_delay", written.end_delay_days);
    table.flag("use_start_date", written.uses_start_date);
    table.flag("use_end_date", written.uses_end_date);
    if (written.leave_suspends && !table.has("leave")) {
        table.error("on_leave", "nobody is on leave: life_cycle.leave says who is");
    }
}

void read_invites(TableReader& root, rules::WrittenRules& written) {
    const auto count = root.rows("invite");
    for (std::size_t index = 0; index < count; ++index) {
        auto table = root.row("invite", index);
        rules::WrittenInvite invite;
        invite.id = "invite[" + std::to_string(index + 1) + "]";
        invite.origin = table.origin();
        table.written("when", invite.when);
        read_channel(table, invite.channel);
        table.text("language", invite.language);
        if (!table.has("channel") && !table.has("language")) {
            table.error_at(table.at(), table.path(), "says neither a channel nor a language");
        }
        // What it says was wrong, and has been told.
        if (invite.channel.empty() && invite.language.empty()) continue;
        written.invites.push_back(std::move(invite));
    }
}

void read_accounts(TableReader& root, rules::WrittenRules& written, TenantConfig& config) {
    auto table = root.table("accounts");
    table.written("user_name", written.user_name);
    table.written("temporary_password", written.temporary_password);
    table.choice("without_email", written.without_email, admit_words);
    table.choice("without_business_unit", written.without_business_unit, admit_words);
    table.choice("without_group", written.without_group, admit_words);
    auto& policy = config.policy;
    table.flag("adopt_by_email", policy.adopt_by_email);
    table.flag("xid_change_on_reactivation", policy.xid_change_on_reactivation);
    table.choice("email_of_active", policy.active_email, active_email_words);
    if (!config.target.create_by_invite) return;
    if (table.has("adopt_by_email") && !policy.adopt_by_email) {
        table.error("adopt_by_email",
                    "accounts that are made by invitation (target.create_by_invite) are found by "
                    "their address");
    }
    policy.adopt_by_email = true;
}

void read_exceptions(TableReader& root, rules::WrittenRules& written) {
    const auto count = root.rows("exception");
    for (std::size_t index = 0; index < count; ++index) {
        auto table = root.row("exception", index);
        auto exception = read_exception(table);
        exception.id = "exception[" + std::to_string(index + 1) + "]";
        if (is_readable(exception, table)) written.exceptions.push_back(std::move(exception));
    }
}

}  // namespace usersync::config

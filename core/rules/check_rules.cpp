#include "core/base/nearest.hpp"
#include "core/rules/checking.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace usersync::rules {
namespace {

LifeCycle check_life_cycle(const WrittenLifeCycle& written, Checking& checking) {
    const std::string rule = "life_cycle";
    const Origin nowhere;
    LifeCycle life{.active = checking.expression(written.active, rule),
                   .active_at = written.active ? written.active->origin : nowhere,
                   .leave = checking.expression(written.leave, rule),
                   .leave_at = written.leave ? written.leave->origin : nowhere,
                   .leave_suspends = written.leave_suspends,
                   .start_lead_days = checking.days(written.start_lead_days, {nowhere, rule}, "the lead"),
                   .end_delay_days = checking.days(written.end_delay_days, {nowhere, rule}, "the delay"),
                   .uses_start_date = written.uses_start_date,
                   .uses_end_date = written.uses_end_date};
    return life;
}

std::optional<InviteChannel> check_channel(const WrittenInvite& written, const At& at, Checking& checking) {
    if (written.channel.empty()) return std::nullopt;
    const auto channel = invite_channel_from(written.channel);
    if (channel) return channel;
    const auto close = nearest(written.channel, {"email", "sms", "printable", "single_sign_on", "none"});
    checking.error(at, "unknown_channel",
                   "there is no way to invite \"" + written.channel + '"' +
                       (close ? "; did you mean " + *close + "?"
                              : std::string("; it must be email, sms, printable, single_sign_on or none")));
    return std::nullopt;
}

std::vector<InviteRule> check_invites(const std::vector<WrittenInvite>& written, Checking& checking) {
    std::vector<InviteRule> rules;
    for (const auto& one : written) {
        const At at{one.origin, one.id};
        if (one.channel.empty() && one.language.empty()) {
            checking.error(at, "invite_without_effect", "the rule says neither a channel nor a language");
        }
        InviteRule rule{.id = one.id,
                        .origin = one.origin,
                        .when = checking.expression(one.when, one.id),
                        .channel = check_channel(one, at, checking),
                        .language = std::nullopt};
        if (!one.language.empty()) rule.language = checking.text(one.language, at);
        rules.push_back(std::move(rule));
    }
    return rules;
}

bool has(const std::vector<RoleId>& roles, const RoleId& role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool is_built_in(const RoleId& role) { return role.value() == "admin" || role.value() == "member"; }

/// A role that the network made for itself, and the first rule that gives it.
struct OwnRole {
    RoleId role;
    Origin origin;
    std::string rule;
};

/// What rules and exceptions give and the order leaves out, built-in roles apart.
std::vector<OwnRole> own_roles_beside(const std::vector<RoleId>& order, const RuleSet& rules) {
    std::vector<OwnRole> found;
    const auto add = [&](const RoleId& role, const Origin& origin, const std::string& rule) {
        const bool is_found =
            std::any_of(found.begin(), found.end(), [&](const OwnRole& one) { return one.role == role; });
        const bool counts = !role.value().empty() && !is_built_in(role) && !has(order, role) && !is_found;
        if (counts) found.push_back({role, origin, rule});
    };
    for (const auto& rule : rules.roles) add(rule.role, rule.origin, rule.id);
    for (const auto& exception : rules.exceptions) {
        if (exception.role) add(*exception.role, exception.origin, exception.id);
    }
    return found;
}

std::vector<RoleId> written_order(const std::vector<std::string>& written, Checking& checking) {
    const std::string rule = "role_order";
    const Origin nowhere;
    std::vector<RoleId> order;
    for (const auto& one : written) {
        auto role = checking.role(one, {nowhere, rule});
        if (!role) continue;
        if (has(order, *role)) {
            checking.error({nowhere, rule}, "role_twice",
                           "the role \"" + one + "\" stands twice in the order of roles");
            continue;
        }
        order.push_back(std::move(*role));
    }
    return order;
}

/// "order = ['admin', 'moderator', 'member']", with the roles that it leaves out where they could stand.
std::string order_to_write(std::vector<RoleId> order, const std::vector<OwnRole>& left_out) {
    const RoleId admin("admin");
    const RoleId member("member");
    if (!has(order, admin)) order.insert(order.begin(), admin);
    auto place = std::find(order.begin(), order.end(), member);
    for (const auto& one : left_out) place = std::next(order.insert(place, one.role));
    if (!has(order, member)) order.push_back(member);
    std::string text;
    for (const auto& role : order) text += (text.empty() ? "'" : ", '") + role.value() + "'";
    return "order = [" + text + "]";
}

/// As written. What it leaves out stands where nobody could mean it otherwise, wherever the rules stand: admin first,
/// member last, a single role of the network's own between them.
std::vector<RoleId> check_role_order(const std::vector<std::string>& written, const RuleSet& rules,
                                     Checking& checking) {
    auto order = written_order(written, checking);
    const auto left_out = own_roles_beside(order, rules);
    const std::size_t may_be_left_out = written.empty() ? 1 : 0;
    if (left_out.size() > may_be_left_out) {
        const auto& last = left_out.back();
        checking.error(
            {last.origin, last.rule}, "role_without_rank",
            "nothing says how high the role \"" + last.role.value() +
                "\" stands among the others; write under [roles], highest first: " + order_to_write(order, left_out));
    }
    const RoleId admin("admin");
    const RoleId member("member");
    if (!has(order, admin)) order.insert(order.begin(), admin);
    for (const auto& one : left_out) order.push_back(one.role);
    if (!has(order, member)) order.push_back(member);
    return order;
}

}  // namespace

CheckedRules check_rules(const WrittenRules& written, FieldNames names, Day today) {
    Checking checking(names, today);
    RuleSet rules;
    rules.groups = check_groups(written.groups, checking);
    rules.roles = check_roles(written.roles, checking);
    rules.life_cycle = check_life_cycle(written.life_cycle, checking);
    rules.invites = check_invites(written.invites, checking);
    rules.user_name = checking.text(written.user_name, "user_name");
    rules.temporary_password = checking.text(written.temporary_password, "temporary_password");
    rules.without_email = written.without_email;
    rules.without_business_unit = written.without_business_unit;
    rules.without_group = written.without_group;
    rules.exceptions = check_exceptions(written.exceptions, checking);
    rules.role_order = check_role_order(written.role_order, rules, checking);
    find_rules_in_vain(rules.groups, rules.roles, checking);
    CheckedRules result;
    if (!checking.has_errors()) {
        rules.names = std::move(names);
        result.rules = std::move(rules);
    }
    result.problems = checking.take_sorted();
    return result;
}

}  // namespace usersync::rules

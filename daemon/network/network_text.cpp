#include "core/base/time_text.hpp"
#include "daemon/network/network_view.hpp"

#include <algorithm>
#include <tuple>

namespace usersync::network_view {
namespace {

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

/// For people: "by hand".
std::string word_of(Standing standing) {
    auto word = std::string(to_string(standing));
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
}

std::string bracketed(const std::vector<std::string>& marks) {
    std::string text;
    for (const auto& mark : marks) text += (text.empty() ? " (" : ", ") + mark;
    return text.empty() ? text : text + ')';
}

/// What there is to say about a membership that is not simply ours.
std::vector<std::string> marks_of(const ActualUser& account, const OwnedUser* owned, const GroupEid& group) {
    std::vector<std::string> marks;
    if (const auto* role = role_in(account, group)) {
        marks.push_back("role " + role->role.value() + (is_role_ours(owned, *role) ? "" : " by hand"));
    }
    if (hold_of(owned, group) == Hold::by_hand) marks.emplace_back("by hand");
    if (is_locked(account, group)) marks.emplace_back("locked");
    return marks;
}

std::string role_text(const ActualUser& account, const OwnedUser* owned) {
    if (account.role.value().empty()) return "no role";
    const bool ours = owned != nullptr && owned->role == account.role;
    return account.role.value() + (ours ? " (ours)" : "");
}

std::string standing_text(const Reading& reading, const ActualUser& account) {
    auto text = word_of(standing_of(reading, account));
    if (account.locked) text += ", locked";
    if (account.external) text += ", external";
    return text;
}

std::string head_of(const Reading& reading) {
    return "network " + reading.network.eid.value() + " of " + reading.tenant.value() +
           (reading.snapshot ? ", beside snapshot " + std::to_string(reading.snapshot->value()) : "") + '\n';
}

/// Whoever reads "no drift" must know of whom that is said.
std::string not_judged_text(const std::vector<EmployeeKey>& people) {
    if (people.empty()) return {};
    return "Not looked at for drift: " + counted(people.size(), "person", "people") +
           " of whom something is ours; the record does not say what they should have, or they are suspended\n";
}

std::string drift_text(const Reading& reading, const std::vector<Drift>& drift,
                       const std::vector<EmployeeKey>& not_judged) {
    if (!reading.snapshot) return "\nDrift is not known: no employee record was taken in yet\n";
    if (drift.empty()) return "\nNo drift found\n" + not_judged_text(not_judged);
    std::string text = "\nDrift\n";
    for (const auto& one : drift) {
        text += "  " + one.employee.value() + "  " + std::string(to_string(one.kind)) +
                (one.object.empty() ? "" : ": " + one.object) + "  -> " + std::string(to_string(one.answer)) + '\n';
    }
    return text + not_judged_text(not_judged);
}

std::string counts_text(const Reading& reading) {
    const auto counts = counts_of(reading);
    const auto of = [&](Standing standing) {
        return std::to_string(counts.standing.at(standing)) + ' ' + word_of(standing);
    };
    return counted(counts.accounts, "account", "accounts") + ": " + std::to_string(counts.active) + " active, " +
           std::to_string(counts.invited) + " invited, " + std::to_string(counts.suspended) + " suspended; " +
           std::to_string(counts.with_key) + " with an employee key\n  " + of(Standing::ours) + ", " +
           of(Standing::linked) + ", " + of(Standing::declined) + ", " + of(Standing::by_hand) + "; " +
           std::to_string(counts.locked) + " locked by another application, " + std::to_string(counts.external) +
           " from outside\n" + counted(counts.groups, "group", "groups") + ", " +
           counted(counts.memberships, "membership", "memberships") + ": " + std::to_string(counts.memberships_ours) +
           " ours, " + std::to_string(counts.memberships - counts.memberships_ours) + " by hand; " +
           std::to_string(counts.memberships_locked) + " locked, " + std::to_string(counts.memberships_declined) +
           " declined\n";
}

std::string groups_text(const Reading& reading) {
    std::vector<const ActualGroup*> groups;
    for (const auto& group : reading.network.groups) groups.push_back(&group);
    std::sort(groups.begin(), groups.end(), [](const ActualGroup* a, const ActualGroup* b) {
        return std::tie(a->kind, a->name, a->eid) < std::tie(b->kind, b->name, b->eid);
    });
    const auto members = members_of(reading);
    std::size_t width = 0;
    for (const auto* group : groups) width = std::max(width, title_of(*group).size());
    std::string text = "\nGroups\n";
    for (const auto* group : groups) {
        const auto at = members.find(group->eid);
        const auto all = at == members.end() ? 0 : at->second.accounts.size();
        const auto ours = at == members.end() ? 0 : at->second.ours;
        text += "  " + padded(title_of(*group), width) + "  " + counted(all, "member", "members");
        if (ours < all) text += ", " + std::to_string(all - ours) + " by hand";
        text += '\n';
    }
    return text;
}

std::string people_text(const Reading& reading) {
    std::size_t width = 0;
    for (const auto& account : reading.network.users) width = std::max(width, name_of(account).size());
    std::string text = "\nPeople\n";
    for (const auto& account : reading.network.users) {
        const auto* owned = owned_of(reading, account);
        text += "  " + padded(name_of(account), width) + "  " + padded(std::string(to_string(account.state)), 9) +
                "  " + role_text(account, owned) + "  " + standing_text(reading, account);
        std::string groups;
        for (const auto& group : account.groups) {
            groups +=
                (groups.empty() ? "  " : ", ") + title_of(reading, group) + bracketed(marks_of(account, owned, group));
        }
        text += groups + '\n';
    }
    return text;
}

}  // namespace

std::string network_text(const Reading& reading) {
    return head_of(reading) + counts_text(reading) + groups_text(reading) + people_text(reading) +
           drift_text(reading, reading.drift, reading.not_judged);
}

namespace {

std::string line_of(const std::string& name, const std::string& value) {
    return "  " + padded(name, 14) + value + '\n';
}

/// What stays as somebody left it.
std::string declined_text(const Reading& reading, const OwnedUser& owned) {
    std::string text;
    if (owned.role_declined) text += line_of("declined", "role " + owned.role_declined->value());
    for (const auto& group : owned.declined) text += line_of("declined", title_of(reading, group));
    for (const auto& group : owned.group_roles_declined) {
        text += line_of("declined", "a role in " + title_of(reading, group));
    }
    return text;
}

}  // namespace

std::string account_text(const Reading& reading, const ActualUser& account) {
    const auto* owned = owned_of(reading, account);
    std::string text = "account " + name_of(account) + " in the " + head_of(reading);
    const auto line = [&text](const std::string& name, const std::string& value) { text += line_of(name, value); };
    line("EID", account.eid ? account.eid->value() : "not shown");
    line("state",
         std::string(to_string(account.state)) + (owned != nullptr && owned->suspended ? ", suspended by us" : ""));
    line("role", role_text(account, owned));
    line("ownership", standing_text(reading, account));
    if (!account.scim_id) line("SCIM", "does not know the account");
    if (account.invited_at) line("invited at", utc_text(*account.invited_at));
    if (owned != nullptr && owned->invited_again > 0) line("invited again", std::to_string(owned->invited_again));
    for (const auto& group : account.groups) {
        line("member of", title_of(reading, group) + bracketed(marks_of(account, owned, group)));
    }
    if (owned != nullptr) text += declined_text(reading, *owned);
    return text + drift_text(reading, drift_of(reading, account), not_judged_of(reading, account.xid));
}

std::string gone_text(const Reading& reading, const OwnedUser& owned) {
    auto text = "no account of " + owned.key.value() + " in the " + head_of(reading);
    text += line_of("ownership", word_of(standing_of(owned)));
    if (owned.link) text += line_of("linked to", owned.link->value());
    if (owned.role) text += line_of("had the role", owned.role->value());
    for (const auto& group : owned.groups) text += line_of("was member of", title_of(reading, group));
    for (const auto& one : owned.group_roles) {
        text += line_of("had the role", one.role.value() + " in " + title_of(reading, one.group));
    }
    text += declined_text(reading, owned);
    return text + drift_text(reading, drift_of(reading, owned.key), not_judged_of(reading, owned.key));
}

std::string group_text(const Reading& reading, const std::vector<const ActualGroup*>& groups) {
    const auto members = members_of(reading);
    auto text = head_of(reading);
    for (const auto* group : groups) {
        const auto at = members.find(group->eid);
        const auto all = at == members.end() ? 0 : at->second.accounts.size();
        text += title_of(*group) + ", " + group->eid.value() + ": " + counted(all, "member", "members") + '\n';
        if (all == 0) continue;
        std::size_t width = 0;
        for (const auto* account : at->second.accounts) width = std::max(width, name_of(*account).size());
        for (const auto* account : at->second.accounts) {
            text += "  " + padded(name_of(*account), width) + "  " + std::string(to_string(account->state)) +
                    bracketed(marks_of(*account, owned_of(reading, *account), group->eid)) + '\n';
        }
    }
    return text + drift_text(reading, drift_in(reading, groups), not_judged_in(reading, groups));
}

}  // namespace usersync::network_view

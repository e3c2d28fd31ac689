#include "tests/simulation/oracle.hpp"

#include <algorithm>
#include <map>

namespace usersync::simulation {

namespace {

using Findings = std::vector<std::string>;
using sandbox::EventKind;

/// The first line in which they differ; empty when they are equal.
std::string first_difference(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    for (std::size_t n = 0; n < std::max(one.size(), other.size()); ++n) {
        const auto left = n < one.size() ? one[n] : "nothing";
        const auto right = n < other.size() ? other[n] : "nothing";
        if (left != right) return "line " + std::to_string(n + 1) + ": \"" + left + "\" instead of \"" + right + '"';
    }
    return "";
}

std::vector<std::string> lines_of(const std::map<std::string, std::string>& rows) {
    std::vector<std::string> lines;
    for (const auto& [key, row] : rows) lines.push_back(key + ' ' + row);
    return lines;
}

/// I1: with the faults over, the network is as the twin's. I2: and nothing is left to do.
void check_end(const Ended& ended, const Ended& twin, const std::string& who, Findings& findings) {
    if (const auto what = first_difference(lines_of(ended.people), lines_of(twin.people)); !what.empty()) {
        findings.push_back("I1 " + who + ": the network is not as the twin's: " + what);
    }
    if (const auto what = first_difference(lines_of(ended.owned), lines_of(twin.owned)); !what.empty()) {
        findings.push_back("I1 " + who + ": what is ours is not as the twin's: " + what);
    }
    if (!ended.is_well) findings.push_back("I1 " + who + ": it is not well again: " + ended.last_run);
    if (ended.operations_left > 0) {
        findings.push_back("I2 " + who + ": the newest plan has " + std::to_string(ended.operations_left) +
                           " operations");
    }
    if (ended.late_writes > 0) {
        findings.push_back("I2 " + who + ": " + std::to_string(ended.late_writes) + " calls changed something at last");
    }
    if (ended.open_intents > 0) {
        findings.push_back("I6 " + who + ": " + std::to_string(ended.open_intents) + " intents are open");
    }
    if (const auto what = first_difference(ended.unmanaged, twin.unmanaged); !what.empty()) {
        findings.push_back("I13 " + who + ": " + what);
    }
    for (const auto& line : ended.unmanaged) {
        if (line.find(' ') != std::string::npos) findings.push_back("I13 " + who + ": " + line);
    }
}

/// Which operations lead to such an event; empty: none of ours does.
std::vector<std::string> causes_of(EventKind kind) {
    switch (kind) {
        case EventKind::user_created: return {"create_user"};
        case EventKind::invited: return {"create_user", "invite_again"};
        case EventKind::invited_again: return {"invite_again", "update_profile", "reactivate_user", "create_user"};
        case EventKind::suspended: return {"suspend_user"};
        case EventKind::reactivated: return {"reactivate_user", "create_user"};
        case EventKind::user_removed: return {"end_membership"};
        case EventKind::key_changed: return {"reactivate_user", "update_profile", "create_user"};
        case EventKind::role_changed: return {"change_role"};
        case EventKind::member_added: return {"add_to_groups"};
        case EventKind::member_removed: return {"remove_from_groups", "end_membership", "suspend_user"};
        case EventKind::group_made:
        case EventKind::group_converted: return {"make_group"};
        case EventKind::activated:
        case EventKind::group_renamed:
        case EventKind::role_made:
        case EventKind::role_updated:
        case EventKind::role_removed: return {};
    }
    return {};
}

std::string shown(const sandbox::Event& event) {
    return "event " + std::to_string(event.number) + ", " + std::string(to_string(event.kind)) + " of " + event.xid;
}

/// I6 and I13 by what happened in the network: whatever nobody did by hand was intended before it happened, and nobody
/// was made or asked in more often than was intended.
void check_events(SimTenant& tenant, const std::string& who, Findings& findings) {
    const auto& intents = tenant.witness.intents();
    std::map<std::string, std::size_t> made;
    std::map<std::string, std::size_t> lives;
    for (const auto& event : tenant.network->state().events) {
        if (event.kind == EventKind::user_removed) lives[event.xid] = 0;
        if (event.kind == EventKind::user_created) {
            ++made[event.xid];
            if (++lives[event.xid] > 1) findings.push_back("I6 " + who + ": a second account: " + shown(event));
        }
        const bool by_hand = tenant.hands.contains(event.number) ||
                             tenant.excused.contains({event.xid, std::string(to_string(event.kind))});
        if (by_hand) continue;
        const auto causes = causes_of(event.kind);
        const auto mine = intents.find(event.xid);
        const auto at = event.at - SimClock::start;
        const auto leads_to_it = [&](const Intended& one) {
            return one.at <= at && std::find(causes.begin(), causes.end(), one.kind) != causes.end();
        };
        if (mine == intents.end() || std::none_of(mine->second.begin(), mine->second.end(), leads_to_it)) {
            findings.push_back((event.xid.empty() && !event.user.empty() ? "I13 " : "I6 ") + who +
                               ": no intent led to " + shown(event));
        }
    }
    for (const auto& [person, count] : made) {
        const auto mine = intents.find(person);
        std::size_t intended = 0;
        if (mine != intents.end()) {
            for (const auto& one : mine->second) intended += one.kind == "create_user" ? 1 : 0;
        }
        if (count > intended) findings.push_back("I6 " + who + ": more accounts than intents for " + person);
    }
    std::map<std::string, std::size_t> mails;
    for (const auto& sent : tenant.network->state().invitations) {
        if (sent.reason == "created") ++mails[sent.user];
    }
    for (const auto& [user, count] : mails) {
        if (count > 1) findings.push_back("I6 " + who + ": somebody was asked in " + std::to_string(count) + " times");
    }
}

/// Without those of whom a store that was put back does not know what is ours.
Ended known(Ended ended, const SimTenant& tenant) {
    for (const auto& key : tenant.forgotten) {
        ended.people.erase(key);
        ended.owned.erase(key);
    }
    return ended;
}

}  // namespace

std::vector<std::string> judge(SimWorld& world, SimWorld& twin, const FaultPlan& faults) {
    Findings findings = world.broken();
    for (const auto& one : twin.broken()) findings.push_back("without faults, " + one);
    for (std::size_t n = 0; n < world.tenants(); ++n) {
        auto& tenant = world.tenant(n);
        auto& other = twin.tenant(n);
        const auto& who = tenant.story.name;
        for (const auto& one : tenant.witness.broken()) findings.push_back(one);
        for (const auto& one : other.witness.broken()) findings.push_back("without faults, " + one);
        check_end(known(world.ended(n), tenant), known(twin.ended(n), tenant), who, findings);
        check_events(tenant, who, findings);
        if (!faults.is_one_tenants || n == 0) continue;
        const auto what = first_difference(tenant.witness.trace.lines(), other.witness.trace.lines());
        if (!what.empty()) findings.push_back("I8 " + who + ": another tenant's trouble shows: " + what);
    }
    return findings;
}

}  // namespace usersync::simulation

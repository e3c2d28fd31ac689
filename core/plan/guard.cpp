#include "core/plan/guard.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace usersync::plan {
namespace {

constexpr const char* adoption_code = "adoption";
constexpr const char* group_loss_code = "group_loss";
constexpr const char* values_cleared_code = "values_cleared";

/// So few people removed in some days are no share worth a look, however small the company.
constexpr std::size_t people_of_window_min = 5;

std::string percent(double share) {
    const auto tenths = static_cast<long long>(share * 1000 + 0.5);
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
    return text + " %";
}

double share_of(std::size_t part, std::size_t whole) {
    // Something taken from nothing that is ours is all of it.
    return whole == 0 ? (part == 0 ? 0.0 : 1.0) : static_cast<double>(part) / static_cast<double>(whole);
}

/// What is counted, as a sentence has it: "200 people would be removed", "200 of 3000 people would be removed".
struct Words {
    std::string_view subject;
    std::string_view verb;
};

Words words_of(Budgeted kind) {
    switch (kind) {
        case Budgeted::removals: return {"people", "would be removed"};
        case Budgeted::suspensions: return {"people", "would be suspended"};
        case Budgeted::endings: return {"people", "would lose their membership of the network"};
        case Budgeted::accounts_made: return {"accounts", "would be made or come back"};
        case Budgeted::profiles_changed: return {"people", "would have their profile changed"};
        case Budgeted::addresses_changed: return {"people", "would have their address changed"};
        case Budgeted::memberships_gained: return {"group memberships", "would be given"};
        case Budgeted::memberships_lost: return {"group memberships of people who stay", "would be lost"};
        case Budgeted::role_grants: return {"people", "would be given another role"};
        case Budgeted::groups_made: return {"groups", "would be made"};
        case Budgeted::invitations: return {"people", "would be invited again"};
    }
    return {"people", "would be removed"};
}

std::string count_sentence(const Words& words, std::size_t count, std::size_t limit) {
    return std::to_string(count) + ' ' + std::string(words.subject) + ' ' + std::string(words.verb) +
           ", the limit is " + std::to_string(limit);
}

std::string share_sentence(const Words& words, std::size_t count, std::size_t of, double limit) {
    return std::to_string(count) + " of " + std::to_string(of) + ' ' + std::string(words.subject) + ' ' +
           std::string(words.verb) + " (" + percent(share_of(count, of)) + "), the limit is " + percent(limit);
}

std::size_t count_before(Budgeted kind, const LedgerCounts& before) {
    switch (kind) {
        case Budgeted::removals: return before.removals;
        case Budgeted::suspensions: return before.suspensions;
        case Budgeted::endings: return before.endings;
        case Budgeted::accounts_made: return before.accounts_made;
        case Budgeted::profiles_changed: return before.profiles_changed;
        case Budgeted::addresses_changed: return before.addresses_changed;
        case Budgeted::memberships_gained: return before.memberships_gained;
        case Budgeted::memberships_lost: return before.memberships_lost;
        case Budgeted::role_grants: return before.role_grants;
        case Budgeted::groups_made: return before.groups_made;
        case Budgeted::invitations: return before.invitations;
    }
    return 0;
}

/// What a share is a share of.
std::size_t population_of(Budgeted kind, const GuardContext& context) {
    const bool of_memberships = kind == Budgeted::memberships_gained || kind == Budgeted::memberships_lost;
    return of_memberships ? context.memberships_owned : context.people_managed;
}

/// The judgement of one plan.
class Judgement {
public:
    Judgement(const Plan& plan, const GuardContext& context, const GuardLimits& limits)
        : plan_(plan), context_(context), limits_(limits), impact_(impact_of(plan)) {}

    Verdict made() && {
        look_at_origin();
        look_at_budgets();
        look_at_groups();
        look_at_fields();
        look_at_window("1_day", "in 1 day", limits_.day, context_.recent.day);
        look_at_window("7_days", "in 7 days", limits_.week, context_.recent.week);
        look_at_window("30_days", "in 30 days", limits_.month, context_.recent.month);
        return std::move(verdict_);
    }

private:
    void hold(std::string code, std::string sentence, std::string object = {}) {
        verdict_.hold.push_back({std::move(code), std::move(sentence), std::move(object)});
    }

    void look_at_origin() {
        if (context_.first_run) hold("first_run", "this is the tenant's first plan: somebody has to look at it");
        if (context_.mapping != MappingState::final_) {
            hold("mapping_not_final", "the mapping is in the state \"" + std::string(to_string(context_.mapping)) +
                                          "\": only a final one acts by itself");
        }
        if (plan_.basis.completeness == Completeness::doubtful) {
            hold("doubtful_snapshot", "the employee record does not look like the whole company");
        }
    }

    /// By count, else by share: whichever comes first, told once.
    void budget(Budgeted kind, std::optional<std::size_t> count_max, std::optional<double> share_max) {
        const auto count = impact_.of(kind);
        const auto population = population_of(kind, context_);
        if (count_max && count > *count_max) {
            hold(std::string(to_string(kind)), count_sentence(words_of(kind), count, *count_max));
        } else if (share_max && share_of(count, population) > *share_max) {
            hold(std::string(to_string(kind)), share_sentence(words_of(kind), count, population, *share_max));
        }
    }

    std::optional<std::size_t> further_count(Budgeted kind) const {
        const auto at = limits_.counts.find(kind);
        return at == limits_.counts.end() ? std::nullopt : std::optional(at->second);
    }
    std::optional<double> further_share(Budgeted kind) const {
        const auto at = limits_.shares.find(kind);
        return at == limits_.shares.end() ? std::nullopt : std::optional(at->second);
    }

    void look_at_budgets() {
        budget(Budgeted::removals, limits_.removals_max, limits_.removals_share_max);
        budget(Budgeted::memberships_lost, further_count(Budgeted::memberships_lost),
               limits_.memberships_lost_share_max);
        budget(Budgeted::role_grants, limits_.role_grants_max, further_share(Budgeted::role_grants));
        budget(Budgeted::groups_made, limits_.groups_made_max, std::nullopt);
        for (const auto kind :
             {Budgeted::suspensions, Budgeted::endings, Budgeted::accounts_made, Budgeted::profiles_changed,
              Budgeted::addresses_changed, Budgeted::memberships_gained, Budgeted::invitations}) {
            budget(kind, further_count(kind), further_share(kind));
        }
    }

    void look_at_groups() {
        for (const auto& [group, loss] : group_losses_of(plan_)) {
            const auto at = context_.members.find(group);
            const auto members = std::max(at == context_.members.end() ? 0 : at->second, loss.people.size());
            const auto lost = loss.people.size();
            if (lost <= limits_.group_loss_max || share_of(lost, members) <= limits_.group_loss_share_max) continue;
            hold(group_loss_code,
                 "the group \"" + loss.name + "\" would lose " + std::to_string(lost) + " of its " +
                     std::to_string(members) + " members that are ours (" + percent(share_of(lost, members)) +
                     "), the limit is " + percent(limits_.group_loss_share_max) + " above " +
                     std::to_string(limits_.group_loss_max) + " people",
                 group.value());
        }
    }

    void look_at_fields() {
        for (const auto& [field, people] : cleared_by(plan_)) {
            const auto share = share_of(people.size(), context_.people_managed);
            if (people.size() <= limits_.values_cleared_max || share <= limits_.values_cleared_share_max) continue;
            const std::string name(to_string(field));
            hold(values_cleared_code,
                 "the field " + name + " would be emptied of " + std::to_string(people.size()) + " of " +
                     std::to_string(context_.people_managed) + " people (" + percent(share) + "), the limit is " +
                     percent(limits_.values_cleared_share_max) + " above " +
                     std::to_string(limits_.values_cleared_max) + " people",
                 name);
        }
    }

    void look_at_window(const std::string& name, const std::string& when, const WindowLimits& limits,
                        const LedgerCounts& before) {
        window_count(Budgeted::removals, name, when, before.removals, limits.removals_max);
        if (before.removals + impact_.of(Budgeted::removals) > people_of_window_min) {
            window_share(Budgeted::removals, name, when, before.removals, limits.removals_share_max);
        }
        window_share(Budgeted::memberships_lost, name, when, before.memberships_lost,
                     limits.memberships_lost_share_max);
        window_count(Budgeted::role_grants, name, when, before.role_grants, limits.role_grants_max);
        for (const auto& [kind, limit] : limits.counts) {
            window_count(kind, name, when, count_before(kind, before), limit);
        }
        if (limits.group_loss_share_max) window_groups(name, when, before, *limits.group_loss_share_max);
    }

    /// Of those of ours who were in the group when the window began.
    void window_groups(const std::string& name, const std::string& when, const LedgerCounts& before, double share_max) {
        for (const auto& [group, loss] : group_losses_of(plan_)) {
            const auto known = before.memberships_lost_in.find(group);
            if (known == before.memberships_lost_in.end()) continue;
            const auto at = context_.members.find(group);
            const auto now = std::max(at == context_.members.end() ? 0 : at->second, loss.people.size());
            const auto lost = known->second + loss.people.size();
            const auto members = now + known->second;
            if (lost <= limits_.group_loss_max || share_of(lost, members) <= share_max) continue;
            hold(std::string(group_loss_code) + '_' + name,
                 in_window("the group \"" + loss.name + "\" would lose " + std::to_string(lost) + " of its " +
                               std::to_string(members) + " members that are ours (" + percent(share_of(lost, members)) +
                               "), the limit is " + percent(share_max) + " above " +
                               std::to_string(limits_.group_loss_max) + " people",
                           when),
                 group.value());
        }
    }

    /// A plan that adds nothing to a window is not held for what was done before.
    bool is_told(Budgeted kind, std::size_t before) const { return before > 0 && impact_.of(kind) > 0; }

    void window_count(Budgeted kind, const std::string& name, const std::string& when, std::size_t before,
                      std::optional<std::size_t> limit) {
        const auto all = before + impact_.of(kind);
        if (!limit || impact_.of(kind) == 0 || all <= *limit) return;
        hold(std::string(to_string(kind)) + '_' + name, in_window(count_sentence(words_of(kind), all, *limit), when));
    }

    /// Of those who were there when the window began: those who are left, and those who went since.
    void window_share(Budgeted kind, const std::string& name, const std::string& when, std::size_t before,
                      std::optional<double> limit) {
        const auto all = before + impact_.of(kind);
        const auto population = population_of(kind, context_) + before;
        if (!limit || !is_told(kind, before) || share_of(all, population) <= *limit) return;
        hold(std::string(to_string(kind)) + '_' + name,
             in_window(share_sentence(words_of(kind), all, population, *limit), when));
    }

    static std::string in_window(const std::string& sentence, const std::string& when) {
        return when + ", this plan included: " + sentence;
    }

    const Plan& plan_;
    const GuardContext& context_;
    const GuardLimits& limits_;
    Impact impact_;
    Verdict verdict_;
};

}  // namespace

std::vector<Budgeted> further_counts() {
    return {Budgeted::suspensions,      Budgeted::endings,           Budgeted::accounts_made,
            Budgeted::profiles_changed, Budgeted::addresses_changed, Budgeted::memberships_gained,
            Budgeted::memberships_lost, Budgeted::invitations};
}

std::vector<Budgeted> further_counts_of_window() {
    auto kinds = further_counts();
    kinds.push_back(Budgeted::groups_made);
    return kinds;
}

std::vector<Budgeted> further_shares() {
    return {Budgeted::suspensions,      Budgeted::endings,           Budgeted::accounts_made,
            Budgeted::profiles_changed, Budgeted::addresses_changed, Budgeted::memberships_gained,
            Budgeted::role_grants,      Budgeted::invitations};
}

GuardContext context_of(const Ownership& ownership, const ActualNetwork& actual) {
    GuardContext context;
    for (const auto& user : actual.users) {
        if (!user.xid || user.state == UserState::suspended) continue;
        const auto* owned = ownership.find(*user.xid);
        if (owned == nullptr || !owned->user) continue;
        ++context.people_managed;
        context.memberships_owned += owned->groups.size();
        for (const auto& group : owned->groups) ++context.members[group];
    }
    return context;
}

Verdict guard(const Plan& plan, const GuardContext& context, const GuardLimits& limits) {
    if (plan.empty()) return {};
    return Judgement(plan, context, limits).made();
}

bool is_group_loss(std::string_view code) { return code.starts_with(group_loss_code); }

bool is_about_amount(const HoldReason& reason) {
    return budgeted_of(reason.code) || is_group_loss(reason.code) || reason.code == values_cleared_code;
}

Verdict adoption_verdict(const Plan& plan) {
    Verdict verdict;
    if (plan.empty()) return verdict;
    const auto count = plan.operations.size();
    verdict.hold.push_back({adoption_code, std::to_string(count) + (count == 1 ? " person" : " people") +
                                               " whose account would count as ours; nothing is sent"});
    return verdict;
}

bool is_adoption(const Verdict& verdict) {
    return verdict.hold.size() == 1 && verdict.hold.front().code == adoption_code;
}

}  // namespace usersync::plan

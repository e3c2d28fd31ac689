#pragma once
// The brakes: may this plan be carried out without a person having looked at it?

#include "core/model/ledger_counts.hpp"
#include "core/model/ownership.hpp"
#include "core/model/rule_version.hpp"
#include "core/plan/impact.hpp"
#include "core/plan/plan.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace usersync::plan {

/// What may take effect in some days, the plan under judgement included. Counts only for what the plan adds to.
struct WindowLimits {
    std::optional<std::size_t> removals_max = {};           ///< people who lose their account; nullopt: no limit
    std::optional<double> removals_share_max = {};          ///< of those who were there, once they are more than 5
    std::optional<double> memberships_lost_share_max = {};  ///< of those that were there
    std::optional<std::size_t> role_grants_max = {};
    std::map<Budgeted, std::size_t> counts = {};      ///< further budgets, by count: of any other kind
    std::optional<double> group_loss_share_max = {};  ///< as the one of a plan, of more than `group_loss_max`
    bool operator==(const WindowLimits&) const = default;
};

/// What waits for a person when there is too much of something.
enum class HoldScope : std::uint8_t {
    plan,  ///< everything
    kind,  ///< that, and what needs it: the rest is carried out (demand G-7)
};

/// Defaults of demands G-1 to G-3. A limit is exceeded by more than it, not by reaching it.
struct GuardLimits {
    std::size_t removals_max = 25;                ///< people who lose their account, on leave or for good, by count
    double removals_share_max = 0.05;             ///< … or as a share of the people we manage, whichever is first
    double memberships_lost_share_max = 0.10;     ///< group memberships that staying people lose, of those we own
    std::size_t role_grants_max = 10;             ///< people who stay and get another role, higher or lower
    std::size_t groups_made_max = 10;             ///< groups that come into being
    std::map<Budgeted, std::size_t> counts = {};  ///< further budgets, by count
    std::map<Budgeted, double> shares = {};       ///< and as a share of the people we manage, or memberships we own
    double group_loss_share_max = 0.50;      ///< a group that loses more than this of its members that are ours …
    std::size_t group_loss_max = 10;         ///< … and more than so many
    double values_cleared_share_max = 0.20;  ///< a field that is emptied of more people than this, of all we manage …
    std::size_t values_cleared_max = 10;     ///< … and of more than so many
    WindowLimits day = {};
    WindowLimits week = {.removals_share_max = 0.10, .role_grants_max = 20, .group_loss_share_max = 0.50};
    WindowLimits month = {.removals_share_max = 0.20};
    HoldScope scope = HoldScope::plan;
    bool operator==(const GuardLimits&) const = default;
};

/// The kinds that `GuardLimits::counts` and `shares` may name: those without a member of their own.
std::vector<Budgeted> further_counts();
std::vector<Budgeted> further_shares();
/// Likewise of `WindowLimits::counts`.
std::vector<Budgeted> further_counts_of_window();

/// So many days back the ledger is asked what took effect.
constexpr std::chrono::days day_window{1};
constexpr std::chrono::days week_window{7};
constexpr std::chrono::days month_window{30};

/// What the ledger says took effect lately, without the plan.
struct RecentCounts {
    LedgerCounts day = {};
    LedgerCounts week = {};
    LedgerCounts month = {};
    bool operator==(const RecentCounts&) const = default;
};

/// So far a run may come after the one before it, and people still leave by what the clock says: unless the tenant
/// says otherwise, three times as long as its runs are apart, at least and at most this.
constexpr std::chrono::days clock_ahead_least{30};
constexpr std::chrono::days clock_ahead_longest{365};

struct GuardContext {
    std::size_t people_managed = 0;     ///< accounts that are ours
    std::size_t memberships_owned = 0;  ///< group memberships that are ours
    bool first_run = false;             ///< no plan of this tenant was ever applied
    MappingState mapping = MappingState::final_;
    std::map<GroupEid, std::size_t> members = {};  ///< by group, those of `memberships_owned`
    RecentCounts recent = {};
    bool operator==(const GuardContext&) const = default;
};

/// Counts what is ours and in use: suspended accounts are no population to take a share of.
GuardContext context_of(const Ownership& ownership, const ActualNetwork& actual);

/// Judges the whole plan before the first call. An empty plan is always allowed.
Verdict guard(const Plan& plan, const GuardContext& context, const GuardLimits& limits);

/// Whether somebody must look because of how much the plan does: not because of what it was made from. What has no such
/// budget exceeded may be carried out while the rest waits.
bool is_about_amount(const HoldReason& reason);

/// Whether the code says that a group loses too many, in a plan or in some days.
bool is_group_loss(std::string_view code);

/// For a plan that only proposes what is to count as ours: unless it is empty, a person decides, whatever the limits.
Verdict adoption_verdict(const Plan& plan);
/// True of what `adoption_verdict` said about a plan that is not empty: how a proposal is known when it is approved.
bool is_adoption(const Verdict& verdict);

}  // namespace usersync::plan

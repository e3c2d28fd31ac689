#include "core/plan/fewest_calls.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/plan_json.hpp"
#include "tests/core/plan/model_network.hpp"
#include "tests/core/plan/plan_case.hpp"
#include "tests/core/plan/reference_model.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace usersync::test {
namespace {

Plan plan_of(const PlanCase& given, const ActualNetwork& actual, const Ownership& ownership) {
    auto changes = diff::diff(given.desired, actual, ownership, given.policy, given.birthdays);
    PlanBasis basis{.tenant = TenantId("shop"),
                    .snapshot = SnapshotId(1),
                    .snapshot_content = {},
                    .rules = {},
                    .completeness = given.desired.completeness};
    return plan::make_plan(std::move(changes), std::move(basis), {});
}

std::string line_of(const Operation& operation) {
    return std::string(to_string(operation.stage)) + ' ' + std::string(kind_of(operation.change.what)) + ' ' +
           operation.change.employee.value();
}

bool is_explained(const Change& change) {
    const auto all = [](const std::vector<GroupChange>& groups) {
        return std::none_of(groups.begin(), groups.end(),
                            [](const GroupChange& one) { return one.reason.rule.empty(); });
    };
    if (change.reason.rule.empty()) return false;
    if (const auto* add = std::get_if<AddToGroups>(&change.what)) return !add->groups.empty() && all(add->groups);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&change.what)) {
        return !remove->groups.empty() && all(remove->groups);
    }
    return true;
}

class Check {
public:
    Check(const PlanCase& given, std::uint64_t seed)
        : given_(given), dice_(seed ^ 0x5eedULL), plan_(plan_of(given, given.actual, given.ownership)) {}

    std::vector<std::string> run() {
        same_again();
        explained();
        fewest();
        const auto after = carried_out_in_any_order();
        as_the_model_says(after);
        nothing_is_left(after);
        rest_is_part();
        untouched();
        return std::move(faults_);
    }

private:
    void fault(std::string what) { faults_.push_back(std::move(what)); }

    void same_again() {
        if (!dice_.once_in(8)) return;
        const auto again = plan_of(given_, given_.actual, given_.ownership);
        if (plan::encode(again) != plan::encode(plan_)) fault("I10: the same inputs gave another plan");
    }

    void explained() {
        for (const auto& operation : plan_.operations) {
            if (!is_explained(operation.change)) fault("I11: nobody knows why: " + line_of(operation));
        }
        for (const auto& note : plan_.notes) {
            if (note.text.empty()) fault("I11: a note says nothing");
        }
    }

    void fewest() {
        const auto excess = plan::excess_of(plan_);
        const auto fewest = plan::fewest_calls(plan_);
        if (plan::calls_of(plan_) != fewest + excess.size()) fault("I5: calls are not the fewest and those beyond");
        for (const auto& one : excess) {
            if (one.reason.empty()) fault("I5: a call more without a reason");
        }
        const auto bound =
            fewest_calls_between(ends_of(given_.actual), expected_ends(given_)) + groups_made(given_).size();
        if (fewest != bound) {
            fault("I5: " + std::to_string(fewest) + " calls, and the model needs " + std::to_string(bound));
        }
    }

    /// Any operation of which everything before it has been done, at random: as a network might answer.
    ModelNetwork carried_out_in_any_order() {
        ModelNetwork network(given_.actual, given_.ownership);
        carry_out(network, plan_.operations.size());
        for (const auto& complaint : network.complaints()) fault("I4: " + complaint);
        return network;
    }

    void carry_out(ModelNetwork& network, std::size_t count) {
        std::map<OperationKey, std::size_t> index;
        std::map<EmployeeKey, std::size_t> last;
        std::vector<std::set<std::size_t>> waits_for(plan_.operations.size());
        for (std::size_t i = 0; i < plan_.operations.size(); ++i) {
            if (!index.emplace(plan_.operations[i].key, i).second) fault("two operations have one key");
        }
        for (std::size_t i = 0; i < plan_.operations.size(); ++i) {
            const auto& operation = plan_.operations[i];
            if (i > 0 && operation.stage < plan_.operations[i - 1].stage) fault("I4: stages are out of order");
            if (const auto at = last.find(operation.change.employee); at != last.end()) waits_for[i].insert(at->second);
            last[operation.change.employee] = i;
            for (const auto& key : operation.after) {
                if (index.contains(key)) {
                    waits_for[i].insert(index.at(key));
                } else {
                    fault("I4: waits for what is not in the plan: " + line_of(operation));
                }
            }
        }
        std::set<std::size_t> done;
        while (done.size() < count) {
            std::vector<std::size_t> free;
            for (std::size_t i = 0; i < waits_for.size(); ++i) {
                const auto is_done = [&](std::size_t one) { return done.contains(one); };
                const auto& needs = waits_for[i];
                if (!done.contains(i) && std::all_of(needs.begin(), needs.end(), is_done)) free.push_back(i);
            }
            if (free.empty()) return fault("I4: operations wait for each other");
            const auto chosen = dice_.one_of(free);
            network.perform(plan_.operations[chosen].change);
            done.insert(chosen);
        }
    }

    void as_the_model_says(const ModelNetwork& after) {
        const auto expected = shown(expected_ends(given_));
        const auto actual = ends_of(after.shown());
        for (const auto& [eid, end] : expected) {
            const auto at = actual.find(eid);
            if (at == actual.end()) {
                fault("I1: " + eid + " is missing, the model has " + describe(end));
            } else if (at->second != end) {
                fault("I1: " + eid + " is " + describe(at->second) + ", the model has " + describe(end));
            }
        }
        std::set<std::string> groups = groups_made(given_);
        for (const auto& group : given_.actual.groups) groups.insert(group.name);
        for (const auto& group : after.shown().groups) {
            if (groups.erase(group.name) == 0) fault("I1: nobody wants the group " + group.name);
        }
        for (const auto& name : groups) fault("I1: there is no group " + name);
        for (const auto& [eid, end] : actual) {
            if (!expected.contains(eid)) fault("I1: " + eid + " is " + describe(end) + ", the model has nobody");
        }
    }

    /// An address that it frees, a group that it makes, an account that it links is for the next plan to use.
    static bool brings_more(const Plan& plan) {
        const auto is_first_step = [](const Operation& operation) {
            const auto* adopt = std::get_if<Adopt>(&operation.change.what);
            return std::holds_alternative<MakeGroup>(operation.change.what) || (adopt != nullptr && adopt->link);
        };
        const auto waits = [](const Note& note) {
            return note.kind == Note::Kind::conflict || note.kind == Note::Kind::rekey;
        };
        return std::any_of(plan.notes.begin(), plan.notes.end(), waits) ||
               std::any_of(plan.operations.begin(), plan.operations.end(), is_first_step);
    }

    /// Nothing goes on for ever.
    void nothing_is_left(ModelNetwork network) {
        auto before = plan_;
        for (int round = 0; round < 6; ++round) {
            const auto next = plan_of(given_, network.shown(), network.ownership());
            if (next.empty()) return;
            if (!brings_more(before)) {
                return fault("I2: the next plan is not empty: " + line_of(next.operations.front()));
            }
            for (const auto& operation : next.operations) network.perform(operation.change);
            before = next;
        }
        fault("I2: there is something to do again and again");
    }

    /// Killed half-way, what is planned then was in the plan.
    void rest_is_part() {
        if (plan_.empty() || brings_more(plan_)) return;
        ModelNetwork network(given_.actual, given_.ownership);
        carry_out(network, dice_.below(plan_.operations.size() + 1));
        const auto rest = plan_of(given_, network.shown(), network.ownership());
        if (plan::is_part_of(rest, plan_)) return;
        for (const auto& line : plan::differences(plan_, rest)) {
            if (line.front() == '+') fault("I9: not in the plan that was begun: " + line);
        }
    }

    void untouched() {
        std::set<EmployeeKey> left_alone;
        for (const auto& frozen : given_.desired.frozen) left_alone.insert(frozen.key);
        for (const auto& account : given_.actual.users) {
            if (!account.xid) continue;
            const auto& users = given_.desired.users;
            const bool is_wanted = std::any_of(users.begin(), users.end(),
                                               [&](const DesiredUser& user) { return user.key == *account.xid; });
            const auto* owned = given_.ownership.find(*account.xid);
            if (!is_wanted && (owned == nullptr || !owned->user)) left_alone.insert(*account.xid);
        }
        for (const auto& operation : plan_.operations) {
            const auto& change = operation.change;
            if (left_alone.contains(change.employee)) fault("I13: touches " + line_of(operation));
            if (!change.employee.value().empty()) continue;
            const auto* make = std::get_if<MakeGroup>(&change.what);
            const bool is_wanted = make != nullptr && groups_made(given_).contains(make->name);
            if (!is_wanted) fault("I13: touches a group: " + line_of(operation));
        }
    }

    const PlanCase& given_;
    Dice dice_;
    Plan plan_;
    std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> faults_of(const PlanCase& given, std::uint64_t seed) { return Check(given, seed).run(); }

}  // namespace usersync::test

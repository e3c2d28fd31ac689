#include "tests/core/plan/reference_model.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace usersync::test {
namespace {

const RoleId ordinary("member");

template <class List, class Value>
bool holds(const List& list, const Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}
template <class Person>
const Person* of_key(const std::vector<Person>& people, const EmployeeKey& key) {
    for (const auto& one : people) {
        if (one.key == key) return &one;
    }
    return nullptr;
}

class Model {
public:
    explicit Model(const PlanCase& given) : given_(given), ends_(ends_of(given.actual)) {}

    Ends run() {
        for (const auto& user : given_.desired.users) {
            if (const auto* account = to_be_linked(user)) {
                ends_[account->eid->value()].key = user.key;  // and the next plan looks at them
                untouched_.insert(user.key);
            }
        }
        for (const auto& user : given_.desired.users) {
            if (!may_come(user) || untouched_.contains(user.key)) continue;
            const auto target = target_of(user);
            if (account_of(user.key) == nullptr || target != account_of(user.key)->profile) hopefuls_.insert(user.key);
        }
        for (const auto& key : same_people()) {
            hopefuls_.erase(key);
            untouched_.insert(key);
        }
        while (drop_one_without_address()) continue;
        for (const auto& user : given_.desired.users) wanted(user);
        for (const auto& account : given_.actual.users) {
            if (account.xid && !untouched_.contains(*account.xid)) unwanted(account, ends_[account.eid->value()]);
        }
        return ends_;
    }

private:
    const ActualUser* account_of(const EmployeeKey& key) const {
        for (const auto& user : given_.actual.users) {
            if (user.xid == key) return &user;
        }
        return nullptr;
    }
    OwnedUser owned_of(const EmployeeKey& key) const {
        const auto* owned = given_.ownership.find(key);
        return owned != nullptr ? *owned : OwnedUser{};
    }
    const ActualGroup* found(const GroupRef& reference) const {
        for (const auto& one : given_.actual.groups) {
            if (reference.text == (reference.by == GroupRef::By::name ? one.name : one.eid.value())) return &one;
        }
        return nullptr;
    }
    GroupEid group(const GroupRef& reference) const {
        const auto* one = found(reference);
        return one != nullptr ? one->eid : GroupEid();
    }
    bool is_there(const GroupRef& reference) const { return found(reference) != nullptr; }

    static bool has_address(const ActualUser& account, const std::string& email) {
        return account.profile.email == email || holds(account.other_emails, email);
    }
    /// Nobody's account, and by all its addresses nobody's but theirs.
    const ActualUser* to_be_linked(const DesiredUser& user) const {
        if (!given_.policy.adopt_by_email || account_of(user.key) != nullptr || user.placement->not_invited) return {};
        const ActualUser* holder = nullptr;
        for (const auto& account : given_.actual.users) {
            if (!has_address(account, *user.profile.email)) continue;
            if (holder != nullptr || account.xid || account.locked) return nullptr;
            holder = &account;
        }
        for (const auto& other : given_.desired.users) {
            if (holder != nullptr && other.key != user.key && has_address(*holder, *other.profile.email)) return {};
        }
        return holder;
    }

    bool may_come(const DesiredUser& user) const {
        const auto* account = account_of(user.key);
        return account == nullptr ? !user.placement->not_invited : !account->locked;
    }

    /// The profile that the account would have.
    Profile target_of(const DesiredUser& user) const {
        const auto* account = account_of(user.key);
        const auto& says = user.profile;
        if (account == nullptr) {
            auto made = says;
            if (made.job_title == std::string()) made.job_title.reset();
            made.name = joined(*made.name);
            return made;
        }
        const auto& policy = given_.policy;
        auto target = account->profile;
        const bool keeps_email =
            policy.active_email == diff::ActiveEmail::stays && account->state != UserState::invited;
        if (!keeps_email) target.email = says.email;
        if (policy.fill.job_title == diff::Fill::always) target.job_title = says.job_title;
        target.name = joined(*says.name);
        return target;
    }

    /// What they would change needs an address that stays, or goes, with somebody else.
    bool drop_one_without_address() {
        for (const auto& key : hopefuls_) {
            const auto email = *target_of(*of_key(given_.desired.users, key)).email;
            for (const auto& account : given_.actual.users) {
                if (account.xid == key) continue;
                const bool has_it = account.profile.email == email || holds(account.other_emails, email);
                const bool is_given_up = account.profile.email == email && !holds(account.other_emails, email) &&
                                         account.xid && gives_up(account);
                const bool waits_in_circle = has_it && given_.policy.swap_parking.empty() && is_in_circle(key);
                if (!has_it || (is_given_up && !waits_in_circle)) continue;
                hopefuls_.erase(key);
                return true;
            }
        }
        return false;
    }
    bool gives_up(const ActualUser& account) const {
        if (account.state == UserState::suspended || !hopefuls_.contains(*account.xid)) return false;
        return target_of(*of_key(given_.desired.users, *account.xid)).email != account.profile.email;
    }
    bool is_in_circle(const EmployeeKey& first) const {
        auto key = first;
        for (std::size_t steps = 0; steps <= given_.actual.users.size(); ++steps) {
            const auto* user = of_key(given_.desired.users, key);
            if (user == nullptr || !hopefuls_.contains(key)) return false;
            const auto email = target_of(*user).email;
            const ActualUser* holder = nullptr;
            for (const auto& account : given_.actual.users) {
                if (account.xid && account.xid != key && account.profile.email == email) holder = &account;
            }
            if (holder == nullptr || !gives_up(*holder)) return false;
            key = *holder->xid;
            if (key == first) return true;
        }
        return false;
    }

    /// Of whoever would lose an account while the same person gets another one: both keys.
    std::set<EmployeeKey> same_people() {
        std::set<EmployeeKey> found;
        for (const auto& account : given_.actual.users) {
            if (!account.xid || of_key(given_.desired.users, *account.xid) != nullptr) continue;
            const auto* row = of_key(given_.desired.not_wanted, *account.xid);
            auto after = ends_of(given_.actual)[account.eid->value()];
            unwanted(account, after);
            const bool loses = after != ends_of(given_.actual)[account.eid->value()];
            const bool leaves = row == nullptr || row->absence == Absence::ended || row->absence == Absence::inactive;
            // Of a record that could not be read whole nobody loses anything, but may be who joins.
            const bool may_be = given_.desired.completeness == Completeness::partial && leaves &&
                                of_key(given_.desired.frozen, *account.xid) == nullptr && owned_of(*account.xid).user &&
                                account.state != UserState::suspended;
            if (!may_be && (!loses || (row != nullptr && row->absence == Absence::on_leave))) continue;
            for (const auto& user : given_.desired.users) {
                const bool joins = account_of(user.key) == nullptr && !user.placement->not_invited;
                if (!joins || untouched_.contains(user.key) || !same(account, user)) continue;
                found.insert({*account.xid, user.key});
            }
        }
        return found;
    }
    bool same(const ActualUser& account, const DesiredUser& user) const {
        const auto birthday = given_.birthdays.find(user.key);
        const bool both = account.birthday && birthday != given_.birthdays.end();
        const bool names = joined(*account.profile.name) == joined(*user.profile.name);
        if (both && *account.birthday != birthday->second) return false;
        const bool address =
            account.profile.email == user.profile.email || holds(account.other_emails, *user.profile.email);
        // All are called "Person" here, so that two names are never of two people for certain.
        return address || (both && names);
    }

    void wanted(const DesiredUser& user) {
        const auto& says = *user.placement;
        const auto* account = account_of(user.key);
        const bool was_there = account != nullptr;
        const bool stays_out = untouched_.contains(user.key) || (!was_there && !hopefuls_.contains(user.key));
        untouched_.insert(user.key);
        if (stays_out) return;
        if (was_there && account->state == UserState::suspended && !can_be_brought_back(user, *account)) return;
        auto& end = ends_[was_there ? account->eid->value() : "new:" + user.key.value()];
        const auto owned = owned_of(user.key);
        if (!was_there)
            end = {.key = user.key, .state = UserState::invited, .profile = {}, .role = ordinary, .groups = {}};
        if (end.state == UserState::suspended) end.state = UserState::active;
        if (hopefuls_.contains(user.key)) {
            const auto target = target_of(user);
            end.asked = was_there && end.state == UserState::invited && target.email != end.profile.email &&
                        !user.placement->not_invited;
            end.profile = target;
        }

        std::set<GroupEid> out;
        std::set<GroupEid> in;
        std::set<GroupEid> keep;
        bool all_found = true;
        for (const auto& one : says.not_in_groups) out.insert(group(one));
        for (const auto& one : says.groups) {
            all_found = all_found && is_there(one.group);
            if (!is_there(one.group) || out.contains(group(one.group))) continue;
            (one.mode == DesiredMembership::Mode::keep ? keep : in).insert(group(one.group));
        }
        std::map<GroupEid, RoleId> roles;
        for (const auto& one : says.group_roles) {
            if (out.contains(group(one.group))) continue;
            in.insert(group(one.group));
            roles.emplace(group(one.group), one.role.role);
        }
        std::set<GroupEid> leave;
        for (const auto& one : end.groups) {
            const bool in_doubt = !says.unmapped_fields.empty() && (one.value() == "g1" || one.value() == "g2");
            const bool unwanted = !in.contains(one) && !keep.contains(one) && all_found && !in_doubt;
            if (holds(owned.groups, one) && (out.contains(one) || unwanted)) leave.insert(one);
        }
        change_groups(end, account, in, leave);
        const bool is_judged = was_there && account->state != UserState::suspended;
        const bool is_certain = is_judged && all_found && says.unmapped_fields.empty();
        change_roles_in_groups(end, account, owned, roles, is_certain ? &leave : nullptr);

        const bool is_ours = owned.role == end.role;
        const bool may_be_replaced = end.role == ordinary || is_ours;
        const bool waits = end.state == UserState::invited && !given_.policy.roles_before_activation;
        if (was_there && account->locked) return;
        if (says.role && may_be_replaced && (!waits || says.role->role == end.role)) end.role = says.role->role;
        if (!says.role && is_ours) end.role = ordinary;
    }
    /// With what the account has already nothing may stand against it either.
    bool can_be_brought_back(const DesiredUser& user, const ActualUser& account) const {
        if (account.locked) return false;
        if (hopefuls_.contains(user.key)) return true;
        if (target_of(user) != account.profile) return false;
        return std::none_of(given_.actual.users.begin(), given_.actual.users.end(), [&](const ActualUser& other) {
            const auto& email = *account.profile.email;
            const bool has_it = other.profile.email == email || holds(other.other_emails, email);
            return other.xid != account.xid && has_it &&
                   !(other.xid && gives_up(other) && !holds(other.other_emails, email));
        });
    }

    static void change_groups(End& end, const ActualUser* account, const std::set<GroupEid>& in,
                              std::set<GroupEid> leave) {
        const auto before = end.groups;
        if (account != nullptr) {
            std::erase_if(leave, [&](const GroupEid& one) { return holds(account->locked_groups, one); });
        }
        const GroupEid below("g3");
        if (in.contains(below) || (holds(before, below) && !leave.contains(below))) leave.erase(GroupEid("g1"));
        std::set<GroupEid> have(before.begin(), before.end());
        have.insert(in.begin(), in.end());
        for (const auto& one : leave) have.erase(one);
        if (account != nullptr && account->external && have.empty() && !before.empty()) {
            const auto top =
                std::find_if(before.begin(), before.end(), [&](const GroupEid& one) { return one != below; });
            have.insert(top == before.end() ? before.front() : *top);
        }
        end.groups.assign(have.begin(), have.end());
    }

    /// Without `leave` nothing is taken back. What goes with the membership is not taken back by itself.
    void change_roles_in_groups(End& end, const ActualUser* account, const OwnedUser& owned,
                                const std::map<GroupEid, RoleId>& roles, const std::set<GroupEid>* leave) const {
        const auto& policy = given_.policy;
        const auto is_locked = [&](const GroupEid& one) {
            return account != nullptr && holds(account->locked_groups, one);
        };
        const auto is_ours = [&](const GroupEid& one) {
            return std::any_of(owned.group_roles.begin(), owned.group_roles.end(), [&](const OwnedGroupRole& ours) {
                return ours.group == one && ours.role == end.in_groups.at(one);
            });
        };
        const bool waits = end.state == UserState::invited && !policy.roles_before_activation;
        for (const auto& [one, role] : roles) {
            const bool may_be_replaced = !end.in_groups.contains(one) || is_ours(one);
            if (policy.group_roles_by_call && may_be_replaced && !waits && !is_locked(one)) end.in_groups[one] = role;
        }
        std::erase_if(end.in_groups, [&](const auto& one) {
            const auto& [in, role] = one;
            const bool is_over = policy.group_roles_by_call && leave != nullptr && !leave->contains(in) &&
                                 !roles.contains(in) && is_ours(in) && !is_locked(in);
            return is_over || !holds(end.groups, in);
        });
    }

    void unwanted(const ActualUser& account, End& end) const {
        const auto& key = *account.xid;
        const auto owned = owned_of(key);
        const auto* never = of_key(given_.desired.never_removed, key);
        const auto* row = of_key(given_.desired.not_wanted, key);
        const bool ends = given_.policy.leavers == diff::LeaverAction::remove;
        const bool by_hand = account.role == RoleId("admin") && owned.role != account.role;
        if (of_key(given_.desired.frozen, key) != nullptr || !owned.user || by_hand) return;
        if (given_.desired.completeness == Completeness::partial) return;
        if (row != nullptr) {
            if (row->never_removed) return;
            if (row->absence == Absence::on_leave && account.state == UserState::active && !account.locked) {
                end.state = UserState::suspended;
            }
            if (row->absence != Absence::ended && row->absence != Absence::inactive) return;
        } else if (never != nullptr && never->whole_account) {
            return;
        }
        if (account.state != UserState::suspended) {
            std::set<GroupEid> leave(owned.groups.begin(), owned.groups.end());
            if (never != nullptr) leave.erase(GroupEid("g2"));
            std::erase_if(leave, [&](const GroupEid& one) { return !holds(end.groups, one); });
            change_groups(end, &account, {}, leave);
            const std::set<GroupEid> ours(owned.groups.begin(), owned.groups.end());
            change_roles_in_groups(end, &account, owned, {}, &ours);
            if (owned.role == end.role && !account.locked) end.role = ordinary;
            if (!account.locked) end.state = UserState::suspended;
        }
        end.gone = ends && !account.locked;
    }

    const PlanCase& given_;
    Ends ends_;
    std::set<EmployeeKey> hopefuls_;   ///< who may get an account, or another profile
    std::set<EmployeeKey> untouched_;  ///< decided, or left as they are
};

}  // namespace

std::set<std::string> groups_made(const PlanCase& given) {
    std::set<std::string> names;
    for (const auto& one : given.desired.groups_to_make) names.insert(one.group.text);
    for (const auto& group : given.actual.groups) names.erase(group.name);
    return names;
}

Ends expected_ends(const PlanCase& given) { return Model(given).run(); }

}  // namespace usersync::test

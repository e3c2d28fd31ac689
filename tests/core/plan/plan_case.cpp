#include "tests/core/plan/plan_case.hpp"

#include "tests/support/network_builder.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace usersync::test {
namespace {

const std::vector<std::string> group_names = {"g1", "g2", "g3", "g4", "g5"};
const std::vector<std::string> role_names = {"member", "admin", "editor"};

const std::vector<std::string> names_of_roles_in_groups = {"editor", "moderator"};

GroupRef made_group() { return {.by = GroupRef::By::name, .kind = GroupKind::topic, .text = "the g6"}; }
GroupRef by_eid(const std::string& group) { return {.by = GroupRef::By::eid, .kind = {}, .text = group}; }

std::vector<ActualGroup> all_groups() {
    return {{GroupEid("g1"), GroupKind::business_unit, "the g1", std::nullopt},
            {GroupEid("g2"), GroupKind::business_unit, "the g2", std::nullopt},
            {.eid = GroupEid("g3"),
             .kind = GroupKind::local_department,
             .name = "the g3",
             .xid = std::nullopt,
             .parent = GroupEid("g1")},
            {GroupEid("g4"), GroupKind::department, "the g4", std::nullopt},
            {GroupEid("g5"), GroupKind::topic, "the g5", std::nullopt}};
}

class Drawer {
public:
    explicit Drawer(std::uint64_t seed) : dice_(seed) {}

    PlanCase draw() {
        draw_policy();
        const auto people = 1 + dice_.below(7);
        for (std::size_t i = 0; i < people; ++i) keys_.push_back(std::to_string(i + 1));
        draw_addresses();
        for (const auto& key : keys_) draw_person(key);
        if (dice_.once_in(4)) given_.actual.users.push_back(stranger());
        given_.actual.eid = NetworkEid("n1");
        given_.actual.groups = all_groups();
        for (const auto& group : group_names) given_.desired.managed_groups.push_back(by_eid(group));
        if (makes_group_) {
            given_.desired.groups_to_make.push_back({.group = made_group(), .reason = reason("group_mapping[1]")});
            given_.desired.managed_groups.insert(given_.desired.managed_groups.begin(), made_group());
            if (dice_.once_in(3)) {
                given_.actual.groups.push_back({GroupEid("g6"), GroupKind::topic, "the g6", std::nullopt});
            }
        }
        given_.desired.completeness = dice_.once_in(8)   ? Completeness::partial
                                      : dice_.once_in(8) ? Completeness::doubtful
                                                         : Completeness::complete;
        FieldGroups field{.field = "location", .groups = {by_eid("g1"), by_eid("g2")}, .any_of = {}};
        given_.desired.field_groups.push_back(std::move(field));
        sort_network(given_.actual);
        const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
        std::sort(given_.desired.users.begin(), given_.desired.users.end(), by_key);
        std::sort(given_.ownership.users.begin(), given_.ownership.users.end(), by_key);
        return std::move(given_);
    }

private:
    void draw_policy() {
        auto& policy = given_.policy;
        policy.leavers = dice_.once_in(2) ? diff::LeaverAction::remove : diff::LeaverAction::suspend;
        policy.active_email = dice_.once_in(5) ? diff::ActiveEmail::stays : diff::ActiveEmail::follows;
        policy.roles_before_activation = !dice_.once_in(4);
        if (dice_.once_in(4)) policy.fill.job_title = dice_.once_in(2) ? diff::Fill::on_invite : diff::Fill::if_empty;
        policy.group_roles_by_call = dice_.once_in(2);
        policy.adopt_by_email = dice_.once_in(3);
        makes_group_ = dice_.once_in(4);
        if (dice_.once_in(2)) policy.swap_parking = "parked+{key}@example.invalid";
    }

    /// Whose address is whose in the record: some hand theirs on, some swap.
    void draw_addresses() {
        for (const auto& key : keys_) addresses_.push_back(key);
        for (auto times = dice_.below(4); times > 0; --times) {
            std::swap(addresses_[dice_.below(keys_.size())], addresses_[dice_.below(keys_.size())]);
        }
        if (dice_.once_in(3)) addresses_[dice_.below(keys_.size())] = "new";
    }

    std::string address_of(const std::string& key) const {
        const auto at = static_cast<std::size_t>(std::find(keys_.begin(), keys_.end(), key) - keys_.begin());
        return "p" + addresses_[at] + "@shop.example";
    }

    void draw_person(const std::string& key) {
        const auto what = dice_.below(12);
        auto rules = placed_person(key);
        if (!dice_.once_in(5)) draw_account(key, rules);
        if (what == 0) return;  // not in the record
        if (what == 1) {
            given_.desired.frozen.push_back({.key = EmployeeKey(key), .reason = "row cannot be read"});
        } else if (what == 2) {
            const auto absence =
                dice_.one_of<Absence>({Absence::ended, Absence::inactive, Absence::on_leave, Absence::not_started,
                                       Absence::unclear, Absence::excluded, Absence::no_group});
            given_.desired.not_wanted.push_back(not_wanted(key, absence));
            if (dice_.once_in(4)) given_.desired.not_wanted.back().never_removed = reason("exception[1]");
        } else {
            if (what == 3) rules.key = EmployeeKey("new" + key);
            change_a_little(rules);
            if (dice_.once_in(3)) given_.birthdays[rules.key] = dice_.once_in(3) ? "1970-01-01" : "1980-02-29";
            given_.desired.users.push_back(std::move(rules));
        }
        if (dice_.once_in(8)) {
            NeverRemoved never{
                .key = EmployeeKey(key), .reason = reason("exception[2]"), .keep_in_groups = {by_eid("g2")}};
            never.whole_account = dice_.once_in(2);
            given_.desired.never_removed.push_back(std::move(never));
        }
    }

    DesiredUser placed_person(const std::string& key) {
        auto user = wanted(key);
        user.profile.email = address_of(key);
        return placed(std::move(user), [&](Placement& says) {
            for (const auto& group : group_names) {
                if (!dice_.once_in(3)) continue;
                says.groups.push_back({by_eid(group), DesiredMembership::Mode::member, {reason("rule " + group)}});
            }
            for (const auto* group : {"g2", "g4", "g5"}) {
                if (dice_.once_in(5)) says.group_roles.push_back({by_eid(group), role_in_group()});
            }
            if (dice_.once_in(3)) says.role = DesiredRole{RoleId(dice_.one_of(role_names)), reason("role rule")};
        });
    }
    DesiredRole role_in_group() { return {RoleId(dice_.one_of(names_of_roles_in_groups)), reason("group role rule")}; }

    /// What changed in the record since the network was in step with it.
    void change_a_little(DesiredUser& user) {
        if (dice_.once_in(4)) user.profile.job_title = dice_.once_in(4) ? std::string() : std::string("Manager");
        user = placed(std::move(user), [&](Placement& says) {
            if (dice_.once_in(4) && !says.groups.empty()) says.groups.pop_back();
            if (dice_.once_in(6)) says.groups.clear();
            if (dice_.once_in(6)) says.group_roles.clear();
            for (auto& one : says.group_roles) {
                if (dice_.once_in(4)) one.role = role_in_group();
            }
            if (makes_group_ && dice_.once_in(2)) {
                says.groups.insert(says.groups.begin(),
                                   {made_group(), DesiredMembership::Mode::member, {reason("rule g6")}});
            }
            if (dice_.once_in(8)) {
                says.groups.push_back({by_eid("g9"), DesiredMembership::Mode::member, {reason("rule g9")}});
            }
            if (dice_.once_in(8)) says.not_in_groups.push_back(by_eid(dice_.one_of(group_names)));
            if (dice_.once_in(8)) says.unmapped_fields.emplace_back("location");
            if (dice_.once_in(6)) says.role = DesiredRole{RoleId(dice_.one_of(role_names)), reason("role rule")};
            if (dice_.once_in(8)) says.role.reset();
            if (dice_.once_in(10)) says.not_invited = reason("exception[3]");
            for (auto& membership : says.groups) {
                if (dice_.once_in(10)) membership.mode = DesiredMembership::Mode::keep;
            }
        });
    }

    void draw_account(const std::string& key, const DesiredUser& rules) {
        auto user = account(key);
        OwnedUser owned{.key = EmployeeKey(key), .user = !dice_.once_in(6), .groups = {}, .role = {}};
        for (const auto& membership : rules.placement->groups) {
            if (dice_.once_in(5)) continue;  // ended by hand, or never made
            user.groups.emplace_back(membership.group.text);
            if (owned.user && !dice_.once_in(5)) owned.groups.push_back(user.groups.back());
        }
        for (const auto& one : rules.placement->group_roles) draw_role_in_group(user, owned, one);
        if (dice_.once_in(4)) by_hand(user, GroupEid(dice_.one_of(group_names)));
        const auto& role = rules.placement->role;
        user.role = role && !dice_.once_in(4) ? role->role : RoleId(dice_.once_in(4) ? "admin" : "member");
        if (owned.user && user.role != RoleId("member") && !dice_.once_in(3)) owned.role = user.role;
        if (dice_.once_in(4)) user.profile.job_title = "Cook";
        if (dice_.once_in(6)) user.birthday = "1980-02-29";
        if (dice_.once_in(10)) user.locked = true;
        if (dice_.once_in(8)) user.external = true;
        if (dice_.once_in(10)) user.locked_groups = {GroupEid(dice_.one_of(group_names))};
        if (dice_.once_in(10)) user.other_emails = {"p" + dice_.one_of(keys_) + "@shop.example"};
        if (dice_.once_in(6)) user.state = UserState::invited;
        if (user.state == UserState::active && dice_.once_in(6)) {
            user.state = UserState::suspended;
            user.groups.clear();
            user.group_roles.clear();
            user.locked_groups.clear();
            owned.group_roles.clear();
            user.role = RoleId("member");
            owned.suspended = dice_.once_in(2);
            owned.role.reset();
            owned.groups.clear();
        }
        if (dice_.once_in(8)) {
            user.xid.reset();  // nobody has linked it
        } else if (owned.user || owned.suspended) {
            given_.ownership.users.push_back(std::move(owned));
        }
        given_.actual.users.push_back(std::move(user));
    }

    /// Their role there is as it was wanted, or another one, or was taken away.
    void draw_role_in_group(ActualUser& user, OwnedUser& owned, const DesiredGroupRole& was_wanted) {
        const GroupEid group(was_wanted.group.text);
        if (dice_.once_in(4)) return;
        const bool is_new = std::find(user.groups.begin(), user.groups.end(), group) == user.groups.end();
        by_hand(user, group);
        if (is_new && owned.user && !dice_.once_in(5)) {
            owned.groups.push_back(group);
            std::sort(owned.groups.begin(), owned.groups.end());
        }
        if (dice_.once_in(6)) return;
        const auto role = dice_.once_in(4) ? role_in_group().role : was_wanted.role.role;
        user.group_roles.push_back({group, role, MembershipEid("x" + group.value())});
        if (owned.user && !dice_.once_in(4)) owned.group_roles.push_back({group, role});
    }

    static void by_hand(ActualUser& user, GroupEid group) {
        const auto at = std::lower_bound(user.groups.begin(), user.groups.end(), group);
        if (at == user.groups.end() || *at != group) user.groups.insert(at, std::move(group));
    }

    ActualUser stranger() {
        auto user = account("stranger", {"g2"});
        user.xid.reset();
        if (dice_.once_in(3)) user.profile.email = "p" + dice_.one_of(keys_) + "x@shop.example";
        if (dice_.once_in(3)) user.other_emails = {"p" + dice_.one_of(keys_) + "@shop.example"};
        return user;
    }

    Dice dice_;
    PlanCase given_;
    bool makes_group_ = false;
    std::vector<std::string> keys_;
    std::vector<std::string> addresses_;
};

}  // namespace

PlanCase plan_case(std::uint64_t seed) { return Drawer(seed).draw(); }

}  // namespace usersync::test

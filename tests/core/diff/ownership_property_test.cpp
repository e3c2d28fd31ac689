// Whatever happens in a network, nothing that is not ours is taken away, and what we do comes to an end.

#include "core/apply/meaning.hpp"
#include "core/diff/diff.hpp"
#include "core/plan/make_plan.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::vector<std::string> people = {"1", "2", "3", "4", "5"};
const std::vector<std::string> groups = {"g1", "g2", "g3", "g4"};
const std::vector<std::string> roles = {"member", "admin", "editor"};

class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t count) { return engine_() % count; }
    bool once_in(std::size_t times) { return below(times) == 0; }
    template <class T>
    const T& one_of(const std::vector<T>& of) {
        return of[below(of.size())];
    }

private:
    std::mt19937 engine_;
};

/// A network in which people do things by hand between the runs of the sync.
class World {
public:
    explicit World(unsigned seed) : dice_(seed) {
        policy_.leavers = dice_.once_in(3) ? diff::LeaverAction::remove : diff::LeaverAction::suspend;
        for (auto* answer : {&policy_.drift.memberships, &policy_.drift.roles, &policy_.drift.accounts}) {
            *answer = dice_.one_of<Drift::Answer>({Drift::Answer::repair, Drift::Answer::adopt, Drift::Answer::ignore});
        }
        policy_.adopt_by_email = dice_.once_in(2);
        policy_.can_suspend = !dice_.once_in(5);
        policy_.group_roles_by_call = dice_.once_in(2);
        policy_.active_email = dice_.once_in(2) ? diff::ActiveEmail::stays : diff::ActiveEmail::follows;
        for (const auto& key : people) {
            if (dice_.once_in(2)) users_.push_back(made(key));
        }
    }

    void day() {
        record_changes();
        for (int times = 0; times < 4; ++times) by_hand();
        std::string did;
        for (int round = 0;; ++round) {
            const auto before = shown();
            auto changes = diff::diff(desired_, before, ownership_, policy_);
            for (const auto& change : changes.changes) is_allowed(change);
            remember_what_is_wanted();
            const auto plan = plan::make_plan(std::move(changes), {}, {});
            if (plan.empty()) return look_who_is_gone();
            for (const auto& line : lines_of(plan)) did += std::to_string(round) + ": " + line + '\n';
            INFO(did);
            REQUIRE(round < 4);  // what is done comes to an end
            for (const auto& operation : plan.operations) perform(operation.change);
        }
    }

private:
    ActualUser made(const std::string& key) {
        auto user = account(key);
        if (dice_.once_in(3)) user.xid.reset();
        if (dice_.once_in(4)) user.other_emails = {"p" + dice_.one_of(people) + "@shop.example"};
        if (dice_.once_in(8)) user.locked = true;
        if (dice_.once_in(4)) user.external = true;
        user.role = RoleId(dice_.one_of(roles));
        if (user.role != RoleId("member") && user.xid) role_by_hand_[*user.xid] = user.role;
        return user;
    }

    void record_changes() {
        std::vector<DesiredUser> users;
        std::vector<NotWanted> on_leave;
        for (const auto& key : people) {
            if (dice_.once_in(4)) continue;
            if (dice_.once_in(6)) {
                on_leave.push_back(not_wanted(key, Absence::on_leave));
                continue;
            }
            auto user = wanted(key);
            if (dice_.once_in(5)) user.profile.job_title = "Manager";
            user = placed(std::move(user), [&](Placement& says) {
                for (const auto& group : groups) {
                    if (dice_.once_in(2))
                        says.groups.push_back({ref(group), DesiredMembership::Mode::member, {reason("r")}});
                    if (dice_.once_in(6)) says.group_roles.push_back({ref(group), {RoleId("admin"), reason("r")}});
                }
                if (dice_.once_in(2)) says.role = DesiredRole{RoleId(dice_.one_of(roles)), reason("r")};
            });
            users.push_back(std::move(user));
        }
        desired_ = should_be(std::move(users));
        desired_.not_wanted = std::move(on_leave);
    }

    static GroupRef ref(const std::string& group) { return {.by = GroupRef::By::eid, .kind = {}, .text = group}; }

    void by_hand() {
        if (users_.empty()) return;
        auto& user = users_[dice_.below(users_.size())];
        if (user.state == UserState::suspended) {
            if (dice_.once_in(3)) user.state = UserState::active;
            return;
        }
        const GroupEid group(dice_.one_of(groups));
        switch (dice_.below(8)) {
            case 0:
            case 1: join_by_hand(user, group); break;
            case 2:
                std::erase(user.groups, group);
                std::erase_if(user.group_roles, [&](const ActualGroupRole& one) { return one.group == group; });
                if (const auto key = key_of(user)) joined_by_hand_.erase({*key, group});
                break;
            case 3: role_by_hand(user, RoleId(dice_.one_of(roles))); break;
            case 4:
                if (dice_.once_in(3)) user.state = UserState::suspended;
                break;
            case 5:
                if (dice_.once_in(3)) user.locked_groups = {group};
                break;
            case 6:
                if (dice_.once_in(4)) delete_by_hand(user);
                break;
            case 7:
                if (dice_.once_in(3)) detach_by_hand(user);
                break;
        }
    }

    /// The employee whose account it is, by its XID or by our link.
    std::optional<EmployeeKey> key_of(const ActualUser& user) const {
        if (user.xid) return user.xid;
        for (const auto& owned : ownership_.users) {
            if (owned.link && owned.link == user.eid) return owned.key;
        }
        return std::nullopt;
    }

    void forget_what_was_by_hand(const EmployeeKey& key) {
        std::erase_if(joined_by_hand_, [&](const auto& one) { return one.first == key; });
        std::erase_if(seen_gone_, [&](const auto& one) { return one.first == key; });
        role_by_hand_.erase(key);
    }

    void delete_by_hand(const ActualUser& user) {
        if (const auto key = key_of(user)) forget_what_was_by_hand(*key);
        users_.erase(users_.begin() + (&user - users_.data()));
    }

    void detach_by_hand(ActualUser& user) {
        if (!user.xid) return;
        forget_what_was_by_hand(*user.xid);
        user.xid.reset();
    }

    /// What an account has when it is linked, and is not adopted with it, somebody gave by hand.
    void see_what_it_had(const ActualUser& user, const EmployeeKey& key, const Adopt& adopt) {
        const auto* owned = ownership_.find(key);
        for (const auto& group : user.groups) {
            const bool is_ours = owned != nullptr && diff_has(owned->groups, group);
            const auto adopts = [&](const GroupChange& one) { return one.eid == group; };
            if (!is_ours && std::none_of(adopt.groups.begin(), adopt.groups.end(), adopts)) {
                joined_by_hand_.insert({key, group});
            }
        }
        const bool is_ours = adopt.role == user.role || (owned != nullptr && owned->role == user.role);
        if (user.role != RoleId("member") && !is_ours) role_by_hand_[key] = user.role;
    }

    void join_by_hand(ActualUser& user, const GroupEid& group) {
        if (std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end()) return;
        user.groups.insert(std::upper_bound(user.groups.begin(), user.groups.end(), group), group);
        const auto key = key_of(user);
        if (!key) return;
        // What is ours and was put back before we looked cannot be told from what never went.
        const auto* owned = ownership_.find(*key);
        const bool was_gone = seen_gone_.contains({*key, group});
        if (was_gone || owned == nullptr || !diff_has(owned->groups, group)) joined_by_hand_.insert({*key, group});
    }

    /// Whoever was seen without a membership that nobody wanted has it by hand if they have it later.
    void look_who_is_gone() {
        seen_gone_.clear();
        for (const auto& user : desired_.users) {
            const auto* account = find(user.key);
            if (account == nullptr || account->state == UserState::suspended) continue;
            const auto& placement = *user.placement;
            for (const auto& group : groups) {
                const auto is_it = [&](const auto& one) { return one.group.text == group; };
                const bool is_wanted = std::any_of(placement.groups.begin(), placement.groups.end(), is_it) ||
                                       std::any_of(placement.group_roles.begin(), placement.group_roles.end(), is_it);
                if (!is_wanted && !diff_has(account->groups, GroupEid(group))) {
                    seen_gone_.insert({user.key, GroupEid(group)});
                }
            }
        }
    }

    void role_by_hand(ActualUser& user, const RoleId& role) {
        user.role = role;
        const auto key = key_of(user);
        if (!key) return;
        role_by_hand_.erase(*key);
        const auto* owned = ownership_.find(*key);
        if (role != RoleId("member") && (owned == nullptr || owned->role != role)) role_by_hand_[*key] = role;
    }

    static bool diff_has(const std::vector<GroupEid>& sorted, const GroupEid& group) {
        return std::binary_search(sorted.begin(), sorted.end(), group);
    }

    /// With the links that we have. Who is suspended is shown without groups.
    ActualNetwork shown() const {
        auto network = network_of(users_);
        network.groups.clear();
        for (const auto& group : groups) {
            const auto kind = group == "g1" ? GroupKind::local_department : GroupKind::business_unit;
            network.groups.push_back({GroupEid(group), kind, "the " + group, std::nullopt});
        }
        network.groups.front().parent = above_g1;
        for (auto& user : network.users) user.xid = key_of(user);
        for (auto& user : network.users) {
            if (user.state != UserState::suspended) continue;
            user.eid.reset();
            user.groups.clear();
            user.group_roles.clear();
            user.role = RoleId();
        }
        return network;
    }

    /// What somebody did by hand and the rules want too counts as ours from then on.
    void remember_what_is_wanted() {
        for (const auto& user : desired_.users) {
            for (const auto& group : user.placement->groups)
                joined_by_hand_.erase({user.key, GroupEid(group.group.text)});
            for (const auto& role : user.placement->group_roles) {
                joined_by_hand_.erase({user.key, GroupEid(role.group.text)});
            }
            const auto at = role_by_hand_.find(user.key);
            const auto& role = user.placement->role;
            if (at != role_by_hand_.end() && role && role->role == at->second) role_by_hand_.erase(at);
        }
    }

    ActualUser* find(const EmployeeKey& key) {
        const auto at =
            std::find_if(users_.begin(), users_.end(), [&](const ActualUser& user) { return key_of(user) == key; });
        return at == users_.end() ? nullptr : &*at;
    }

    void is_allowed(const Change& change) {
        INFO(line_of(change));
        static const OwnedUser nothing;
        const auto* found = ownership_.find(change.employee);
        const auto& owned = found == nullptr ? nothing : *found;
        const auto* user = find(change.employee);
        if (const auto* remove = std::get_if<RemoveFromGroups>(&change.what)) {
            for (const auto& group : remove->groups) {
                CHECK(diff_has(owned.groups, group.eid));
                CHECK(!joined_by_hand_.contains({change.employee, group.eid}));
                CHECK(!diff_has(user->locked_groups, group.eid));
            }
        }
        if (const auto* role = std::get_if<ChangeRole>(&change.what)) {
            CHECK((role->before == RoleId("member") || owned.role == role->before));
            const auto at = role_by_hand_.find(change.employee);
            CHECK((at == role_by_hand_.end() || at->second != role->before));
            CHECK((user == nullptr || !user->locked));
        }
        if (const auto* role = std::get_if<ChangeGroupRole>(&change.what)) {
            const OwnedGroupRole before{role->group.eid, role->before};
            const auto& ours = owned.group_roles;
            CHECK((role->before == RoleId("member") || std::find(ours.begin(), ours.end(), before) != ours.end()));
        }
        if (std::holds_alternative<SuspendUser>(change.what) || std::holds_alternative<EndMembership>(change.what)) {
            CHECK(owned.user);
            CHECK(!user->locked);
            CHECK((user->role != RoleId("admin") || owned.role == RoleId("admin") ||
                   user->state == UserState::suspended));
        }
        if (std::holds_alternative<SuspendUser>(change.what) || std::holds_alternative<ReactivateUser>(change.what) ||
            std::holds_alternative<UpdateProfile>(change.what)) {
            CHECK(policy_.can_suspend);
        }
    }

    void perform(const Change& change) {
        auto* user = find(change.employee);
        if (const auto* adopt = std::get_if<Adopt>(&change.what); adopt != nullptr && adopt->link) {
            CHECK(user == nullptr);
            for (const auto& one : users_) {
                if (one.eid == adopt->link) see_what_it_had(one, change.employee, *adopt);
            }
        }
        ownership_ = apply_changes(std::move(ownership_), apply::ownership_after(change, Time()));
        if (!needs_call(change.what)) return;
        if (const auto* create = std::get_if<CreateUser>(&change.what)) {
            CHECK(user == nullptr);  // nobody gets a second account
            return make_account(change.employee, create->profile);
        }
        REQUIRE(user != nullptr);
        const bool was_outside_with_groups = user->external && !user->groups.empty();
        if (std::holds_alternative<EndMembership>(change.what)) {
            forget_what_was_by_hand(change.employee);
            users_.erase(users_.begin() + (user - users_.data()));
            return;
        }
        perform(*user, change.what);
        if (was_outside_with_groups) CHECK(!user->groups.empty());
    }

    void make_account(const EmployeeKey& key, const Profile& profile) {
        const auto has_address = [&](const ActualUser& other) {
            const auto& others = other.other_emails;
            return other.profile.email == profile.email ||
                   std::find(others.begin(), others.end(), *profile.email) != others.end();
        };
        CHECK(std::none_of(users_.begin(), users_.end(), has_address));
        forget_what_was_by_hand(key);
        auto user = account(key.value());
        user.eid = UserEid("made" + std::to_string(++made_));
        user.profile = profile;
        users_.push_back(std::move(user));
    }

    /// The network takes those who leave a business unit out of its local departments as well.
    static void leave(ActualUser& user, const GroupEid& group) {
        std::erase(user.groups, group);
        std::erase_if(user.group_roles, [&](const ActualGroupRole& one) { return one.group == group; });
        if (group != above_g1) return;
        CHECK(!diff_has(user.groups, GroupEid("g1")));  // it was left before, or nobody should have left
    }

    static void perform(ActualUser& user, const What& what) {
        if (const auto* back = std::get_if<ReactivateUser>(&what)) {
            user.state = UserState::active;
            user.profile = back->profile;
        }
        if (std::holds_alternative<SuspendUser>(what)) user.state = UserState::suspended;
        if (const auto* update = std::get_if<UpdateProfile>(&what)) user.profile = update->after;
        if (const auto* role = std::get_if<ChangeRole>(&what)) user.role = role->after;
        if (const auto* add = std::get_if<AddToGroups>(&what)) {
            for (const auto& group : add->groups) {
                if (!diff_has(user.groups, group.eid)) {
                    user.groups.insert(std::upper_bound(user.groups.begin(), user.groups.end(), group.eid), group.eid);
                }
            }
        }
        if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) {
            for (const auto& group : remove->groups) leave(user, group.eid);
        }
        if (const auto* role = std::get_if<ChangeGroupRole>(&what)) {
            const auto& group = role->group.eid;
            REQUIRE(diff_has(user.groups, group));
            std::erase_if(user.group_roles, [&](const ActualGroupRole& one) { return one.group == group; });
            if (role->after != RoleId("member")) user.group_roles.push_back({group, role->after, {}});
            std::sort(user.group_roles.begin(), user.group_roles.end());
        }
    }

    static inline const GroupEid above_g1 = GroupEid("g2");
    Dice dice_;
    int made_ = 0;
    diff::Policy policy_;
    DesiredNetwork desired_;
    std::vector<ActualUser> users_;
    Ownership ownership_;
    std::set<std::pair<EmployeeKey, GroupEid>> joined_by_hand_;
    std::set<std::pair<EmployeeKey, GroupEid>> seen_gone_;
    std::map<EmployeeKey, RoleId> role_by_hand_;
};

}  // namespace

TEST_CASE("whatever people do by hand, only what is ours is taken away, and every day's work comes to an end",
          "[core][diff][property]") {
    for (unsigned seed = 0; seed < 150; ++seed) {
        INFO("seed " << seed);
        World world(seed);
        for (int day = 0; day < 12; ++day) {
            INFO("day " << day);
            world.day();
        }
    }
}

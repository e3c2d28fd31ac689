#include "tests/fakes/fake_network.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

namespace usersync::test {
namespace {

namespace asio = boost::asio;

Failure fake_failure(FailureKind kind, std::string code, std::string detail) {
    return Failure{.kind = kind, .code = std::move(code), .where = "fake_network", .detail = std::move(detail)};
}

std::string text_over(const std::optional<std::string>& had, const std::optional<std::string>& wanted) {
    return wanted.value_or(had.value_or(std::string()));
}

bool contains(const std::vector<GroupEid>& groups, const GroupEid& group) {
    return std::binary_search(groups.begin(), groups.end(), group);
}

// What the network shows does not differ from what is wanted, as far as anything is wanted.
bool shows(const Profile& shown, const Profile& wanted) { return written_over(shown, wanted) == shown; }

bool all_in(const FakePerson& person, const std::vector<GroupChange>& groups) {
    return std::all_of(groups.begin(), groups.end(),
                       [&](const GroupChange& group) { return contains(person.groups, group.eid); });
}

bool none_in(const FakePerson& person, const std::vector<GroupChange>& groups) {
    return std::none_of(groups.begin(), groups.end(),
                        [&](const GroupChange& group) { return contains(person.groups, group.eid); });
}

RoleId role_in(const FakePerson& person, const GroupEid& group) {
    const auto at = person.group_roles.find(group);
    return at == person.group_roles.end() ? RoleId("member") : at->second;
}

struct InEffect {
    const FakePerson& person;
    int invitations;

    bool operator()(const Adopt&) const { return false; }
    bool operator()(const Release&) const { return false; }
    bool operator()(const MakeGroup&) const { return false; }
    bool operator()(const EndMembership&) const { return false; }
    bool operator()(const CreateUser&) const { return true; }
    bool operator()(const InviteAgain&) const { return invitations > 1; }
    bool operator()(const SuspendUser&) const { return person.suspended; }
    bool operator()(const UpdateProfile& update) const { return shows(person.profile, update.after); }
    bool operator()(const ReactivateUser& back) const {
        return !person.suspended && shows(person.profile, back.profile);
    }
    bool operator()(const AddToGroups& add) const { return all_in(person, add.groups); }
    bool operator()(const RemoveFromGroups& remove) const { return none_in(person, remove.groups); }
    bool operator()(const ChangeRole& change) const { return person.role == change.after; }
    bool operator()(const ChangeGroupRole& change) const {
        return contains(person.groups, change.group.eid) && role_in(person, change.group.eid) == change.after;
    }
};

}  // namespace

Profile written_over(const Profile& had, const Profile& wanted) {
    Profile profile;
    profile.email = text_over(had.email, wanted.email);
    profile.job_title = text_over(had.job_title, wanted.job_title);
    profile.phone = text_over(had.phone, wanted.phone);
    profile.name = joined(wanted.name.value_or(had.name.value_or(PersonName{})));
    return profile;
}

UserState FakePerson::state() const {
    if (suspended) return UserState::suspended;
    return accepted ? UserState::active : UserState::invited;
}

ActualUser FakePerson::shown() const {
    ActualUser user;
    if (!suspended) user.eid = eid;
    if (!without_xid) user.xid = key;
    user.scim_id = scim_id;
    user.state = state();
    user.profile = profile;
    user.membership = membership;
    user.role = role;
    user.groups = groups;
    for (const auto& [group, in_group] : group_roles) {
        user.group_roles.push_back(
            {.group = group, .role = in_group, .membership = MembershipEid(eid.value() + '-' + group.value())});
    }
    user.locked_groups = locked_groups;
    user.locked = locked;
    user.external = external;
    user.other_emails = other_emails;
    user.birthday = birthday;
    if (user.state == UserState::invited) user.invited_at = invited_at;
    return user;
}

FakeNetwork::FakeNetwork(NetworkEid eid) : eid_(std::move(eid)) {}

asio::awaitable<Result<ActualNetwork>> FakeNetwork::read_again(std::vector<Link> links, Deadline deadline) {
    ++rereads_;
    return read_all(std::move(links), deadline);
}

asio::awaitable<Result<ActualNetwork>> FakeNetwork::read_all(std::vector<Link> links, Deadline) {
    co_await give_way();
    ++reads_;
    auto fault = read_faults_.extract(reads_);
    if (fault) co_return fault.mapped();
    keep_links(links);
    co_return actual();
}

void FakeNetwork::keep_links(const std::vector<Link>& links) {
    links_.clear();
    for (const auto& link : links) {
        if (!people_.contains(link.key)) links_.emplace(link.key, link.eid);
    }
}

asio::awaitable<Result<Receipt>> FakeNetwork::apply(Operation operation, Deadline) {
    USERSYNC_INVARIANT(needs_call(operation.change.what), "adopt and release are never sent to a network");
    co_await give_way();
    ++calls_;
    const auto fault = take_fault(operation.change.employee);
    if (fault && fault->kind != FaultKind::lost_answer) co_return fault->failure;
    auto receipt = perform(operation.change);
    if (receipt && !receipt->already_so) {
        const auto* make = std::get_if<MakeGroup>(&operation.change.what);
        effects_.push_back(std::string(kind_of(operation.change.what)) + ' ' +
                           (make != nullptr ? make->name : operation.change.employee.value()));
        ++effect_count_;
        if (watcher_) watcher_(effect_count_);
    }
    if (fault) co_return fault->failure;
    co_return receipt;
}

asio::awaitable<Result<Found>> FakeNetwork::find(Operation operation, Deadline) {
    co_await give_way();
    ++finds_;
    auto fault = find_faults_.extract(finds_);
    if (fault) co_return fault.mapped();
    co_return look(operation.change);
}

asio::awaitable<void> FakeNetwork::give_way() {
    auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    if (clock_ == nullptr) co_return;
    const SteadyTime until = clock_->steady_now() + time_;
    co_await clock_->sleep_until(until);
}

GroupEid FakeNetwork::add_group(GroupKind kind, std::string name, std::optional<std::string> xid) {
    groups_.push_back(
        ActualGroup{.eid = GroupEid(next_eid()), .kind = kind, .name = std::move(name), .xid = std::move(xid)});
    return groups_.back().eid;
}

FakePerson& FakeNetwork::add_person(const std::string& key, Profile profile) {
    FakePerson person;
    person.key = EmployeeKey(key);
    person.eid = UserEid(next_eid());
    person.scim_id = ScimId("scim-" + next_eid());
    person.membership = MembershipEid(next_eid());
    person.accepted = true;
    person.profile = written_over(Profile{}, profile);
    person.role = RoleId("member");
    return people_.insert_or_assign(person.key, person).first->second;
}

UserEid FakeNetwork::add_stranger(Profile profile, RoleId role) {
    FakePerson stranger;
    stranger.eid = UserEid(next_eid());
    stranger.profile = written_over(Profile{}, profile);
    stranger.membership = MembershipEid(next_eid());
    stranger.role = std::move(role);
    stranger.accepted = true;
    stranger.without_xid = true;
    strangers_.push_back(std::move(stranger));
    return strangers_.back().eid;
}

void FakeNetwork::accept(const std::string& key) {
    auto& accepting = person(key);
    accepting.accepted = true;
    if (accepting.role == RoleId("invitee")) accepting.role = RoleId("member");
}

void FakeNetwork::forget(const std::string& key) { people_.erase(EmployeeKey(key)); }

ActualNetwork FakeNetwork::actual() const {
    ActualNetwork network;
    network.eid = eid_;
    for (const auto& stranger : strangers_) {
        network.users.push_back(stranger.shown());
        auto& shown = network.users.back();
        shown.scim_id.reset();
        for (const auto& [key, eid] : links_) {
            if (eid != stranger.eid) continue;
            shown.xid = key;
            shown.linked = true;
        }
    }
    for (const auto& [key, person] : people_) network.users.push_back(person.shown());
    network.groups = groups_;
    sort_network(network);
    return network;
}

std::vector<FakePerson> FakeNetwork::people() const {
    std::vector<FakePerson> people;
    for (const auto& [key, person] : people_) people.push_back(person);
    return people;
}

bool FakeNetwork::knows(const std::string& key) const { return people_.contains(EmployeeKey(key)); }

const FakePerson& FakeNetwork::person(const std::string& key) const { return people_.at(EmployeeKey(key)); }

FakePerson& FakeNetwork::person(const std::string& key) { return people_.at(EmployeeKey(key)); }

std::vector<std::string> FakeNetwork::group_names(const std::string& key) const {
    std::vector<std::string> names;
    for (const auto& group : groups_) {
        if (contains(person(key).groups, group.eid)) names.push_back(group.name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

int FakeNetwork::invitations(const std::string& key) const {
    const auto at = invitations_.find(EmployeeKey(key));
    return at == invitations_.end() ? 0 : at->second;
}

void FakeNetwork::forget_counts() {
    calls_ = reads_ = rereads_ = finds_ = 0;
    effects_.clear();
    call_faults_.clear();
    read_faults_.clear();
    find_faults_.clear();
}

void FakeNetwork::fail_call(std::size_t n, FaultKind kind, std::optional<Failure> failure) {
    Fault fault{.kind = kind,
                .failure = failure.value_or(
                    fake_failure(FailureKind::transient, "connection_lost", "the connection was closed"))};
    fault.failure.effect = kind == FaultKind::refused ? Effect::none : Effect::unknown;
    call_faults_.insert_or_assign(n, std::move(fault));
}

void FakeNetwork::fail_read(std::size_t n, Failure failure) { read_faults_.insert_or_assign(n, std::move(failure)); }

void FakeNetwork::fail_find(std::size_t n, Failure failure) { find_faults_.insert_or_assign(n, std::move(failure)); }

void FakeNetwork::refuse_person(const std::string& key, Failure failure) {
    refused_.insert_or_assign(EmployeeKey(key), std::move(failure));
}

void FakeNetwork::answer_after(Clock& clock, Duration time) {
    clock_ = &clock;
    time_ = time;
}

std::optional<FakeNetwork::Fault> FakeNetwork::take_fault(const EmployeeKey& key) {
    auto fault = call_faults_.extract(calls_);
    if (fault) return fault.mapped();
    const auto refused = refused_.find(key);
    if (refused != refused_.end()) return Fault{.kind = FaultKind::refused, .failure = refused->second};
    return std::nullopt;
}

FakePerson* FakeNetwork::find_person(const EmployeeKey& key) {
    return const_cast<FakePerson*>(std::as_const(*this).find_person(key));
}

const FakePerson* FakeNetwork::find_person(const EmployeeKey& key) const {
    const auto at = people_.find(key);
    if (at != people_.end()) return &at->second;
    const auto link = links_.find(key);
    if (link == links_.end()) return nullptr;
    const auto linked = std::find_if(strangers_.begin(), strangers_.end(),
                                     [&](const FakePerson& person) { return person.eid == link->second; });
    return linked == strangers_.end() ? nullptr : &*linked;
}

Result<Receipt> FakeNetwork::perform(const Change& change) {
    if (const auto* what = std::get_if<CreateUser>(&change.what)) return create(change.employee, *what);
    if (const auto* what = std::get_if<MakeGroup>(&change.what)) return make_group(*what);
    if (const auto* what = std::get_if<ReactivateUser>(&change.what)) return reactivate(change.employee, *what);
    auto* person = find_person(change.employee);
    if (std::holds_alternative<EndMembership>(change.what)) {
        if (person == nullptr) return Receipt{.already_so = true};
        if (person->locked) return fake_failure(FailureKind::rejected, "conflict", "the membership is locked");
        const auto eid = person->eid;
        people_.erase(change.employee);
        std::erase_if(strangers_, [&](const FakePerson& stranger) { return stranger.eid == eid; });
        return Receipt{};
    }
    if (person == nullptr) return fake_failure(FailureKind::rejected, "not_found", "there is no such person");
    if (std::holds_alternative<InviteAgain>(change.what)) return invite_again(change.employee, *person);
    return change_person(*person, change.what);
}

Result<Receipt> FakeNetwork::invite_again(const EmployeeKey& key, const FakePerson& person) {
    if (person.accepted) return Receipt{.already_so = true};
    ++invitations_[key];
    return Receipt{};
}

Result<Receipt> FakeNetwork::reactivate(const EmployeeKey& key, const ReactivateUser& what) {
    auto* person = find_person(what.formerly.value_or(key));
    if (person == nullptr) return fake_failure(FailureKind::rejected, "not_found", "there is no such person");
    if (what.formerly && people_.contains(key)) {
        return fake_failure(FailureKind::rejected, "conflict", "somebody has this key");
    }
    if (what.formerly) {
        auto node = people_.extract(*what.formerly);
        if (!node) return fake_failure(FailureKind::rejected, "not_found", "there is no such person");
        node.key() = key;
        node.mapped().key = key;
        person = &people_.insert(std::move(node)).position->second;
    }
    auto written = write_profile(*person, what.profile);
    if (!written) return written;
    const bool was_suspended = std::exchange(person->suspended, false);
    return Receipt{.already_so = written->already_so && !was_suspended && !what.formerly};
}

Result<Receipt> FakeNetwork::create(const EmployeeKey& key, const CreateUser& what) {
    if (people_.contains(key)) return Receipt{.already_so = true};
    if (email_taken(what.profile, UserEid())) {
        return fake_failure(FailureKind::rejected, "primary_email_address_in_use", "somebody else has this address");
    }
    auto& person = add_person(key.value(), what.profile);
    person.accepted = false;
    person.role = RoleId("invitee");
    ++invitations_[key];
    return Receipt{};
}

Result<Receipt> FakeNetwork::make_group(const MakeGroup& what) {
    for (const auto& parent : {what.business_unit, what.department}) {
        if (parent && !has_group(*parent)) {
            return fake_failure(FailureKind::rejected, "not_found", "there is no such parent");
        }
    }
    if (has_group(what)) return Receipt{.already_so = true};
    add_group(what.kind, what.name);
    groups_.back().parent = what.business_unit;
    return Receipt{};
}

Result<Receipt> FakeNetwork::change_person(FakePerson& person, const What& what) {
    if (const auto* update = std::get_if<UpdateProfile>(&what)) return write_profile(person, update->after);
    if (std::holds_alternative<SuspendUser>(what)) {
        return Receipt{.already_so = std::exchange(person.suspended, true)};
    }
    if (person.suspended) {
        return fake_failure(FailureKind::transient, "not_visible_yet", "the network does not list this person");
    }
    if (const auto* add = std::get_if<AddToGroups>(&what)) return add_groups(person, *add);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) return remove_groups(person, *remove);
    if (const auto* role = std::get_if<ChangeGroupRole>(&what)) return change_group_role(person, *role);
    if (const auto* role = std::get_if<ChangeRole>(&what)) {
        return Receipt{.already_so = std::exchange(person.role, role->after) == role->after};
    }
    invariant_broken("every kind of operation is known here", __FILE__, __LINE__);
}

Result<Receipt> FakeNetwork::write_profile(FakePerson& person, const Profile& profile) {
    if (email_taken(profile, person.eid)) {
        return fake_failure(FailureKind::rejected, "primary_email_address_in_use", "somebody else has this address");
    }
    auto written = written_over(person.profile, profile);
    return Receipt{.already_so = std::exchange(person.profile, written) == written};
}

Result<Receipt> FakeNetwork::add_groups(FakePerson& person, const AddToGroups& what) {
    for (const auto& group : what.groups) {
        if (!has_group(group.eid)) return fake_failure(FailureKind::rejected, "not_found", "there is no such group");
    }
    if (all_in(person, what.groups)) return Receipt{.already_so = true};
    for (const auto& group : what.groups) {
        const auto at = std::lower_bound(person.groups.begin(), person.groups.end(), group.eid);
        if (at == person.groups.end() || *at != group.eid) person.groups.insert(at, group.eid);
    }
    return Receipt{};
}

Result<Receipt> FakeNetwork::remove_groups(FakePerson& person, const RemoveFromGroups& what) {
    if (none_in(person, what.groups)) return Receipt{.already_so = true};
    auto left = person.groups;
    for (const auto& group : what.groups) {
        if (contains(person.locked_groups, group.eid)) {
            return fake_failure(FailureKind::rejected, "conflict", "the membership is locked");
        }
        std::erase(left, group.eid);
    }
    if (person.external && left.empty()) {
        return fake_failure(FailureKind::rejected, "stray_user_prevented", "somebody external keeps a group");
    }
    person.groups = std::move(left);
    for (const auto& group : what.groups) person.group_roles.erase(group.eid);
    return Receipt{};
}

Result<Receipt> FakeNetwork::change_group_role(FakePerson& person, const ChangeGroupRole& what) {
    const auto& group = what.group.eid;
    if (!contains(person.groups, group)) {
        return fake_failure(FailureKind::transient, "not_visible_yet", "the group does not list this person");
    }
    if (role_in(person, group) == what.after) return Receipt{.already_so = true};
    person.group_roles.erase(group);
    if (what.after != RoleId("member")) person.group_roles.emplace(group, what.after);
    return Receipt{};
}

bool FakeNetwork::email_taken(const Profile& profile, const UserEid& by_other_than) const {
    if (!profile.email || profile.email->empty()) return false;
    const auto takes_it = [&](const FakePerson& other) {
        return other.eid != by_other_than && other.profile.email == profile.email;
    };
    return std::any_of(strangers_.begin(), strangers_.end(), takes_it) ||
           std::any_of(people_.begin(), people_.end(), [&](const auto& entry) { return takes_it(entry.second); });
}

bool FakeNetwork::has_group(const GroupEid& group) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const ActualGroup& known) { return known.eid == group; });
}

bool FakeNetwork::has_group(const MakeGroup& what) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const ActualGroup& known) {
        const bool elsewhere = known.parent && what.business_unit && known.parent != what.business_unit;
        return known.kind == what.kind && known.name == what.name && !elsewhere;
    });
}

Found FakeNetwork::look(const Change& change) const {
    if (const auto* make = std::get_if<MakeGroup>(&change.what)) {
        return has_group(*make) ? Found::in_effect : Found::not_in_effect;
    }
    const auto* person = find_person(change.employee);
    if (person == nullptr) {
        return std::holds_alternative<EndMembership>(change.what) ? Found::in_effect : Found::not_in_effect;
    }
    const InEffect in_effect{.person = *person, .invitations = invitations(change.employee.value())};
    return std::visit(in_effect, change.what) ? Found::in_effect : Found::not_in_effect;
}

std::string FakeNetwork::next_eid() {
    char text[17];
    std::snprintf(text, sizeof text, "%016zx", ++ids_);
    return text;
}

}  // namespace usersync::test

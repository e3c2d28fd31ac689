#include "connectors/speakap/speakap_network.hpp"

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/directory.hpp"
#include "connectors/speakap/invites.hpp"
#include "connectors/speakap/network_reader.hpp"
#include "connectors/speakap/reading.hpp"
#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/scim_api.hpp"
#include "core/base/ascii.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;

Failure failure(FailureKind kind, std::string code, std::string where, std::string detail) {
    return Failure{.kind = kind, .code = std::move(code), .where = std::move(where), .detail = std::move(detail)};
}

Failure taken_by_somebody_else() {
    return failure(FailureKind::rejected, "conflict", "speakap.scim",
                   "the network refuses this account as a duplicate, and has none with this employee key");
}

Failure membership_not_listed() {
    return failure(FailureKind::rejected, "membership_not_listed", "speakap.rest",
                   "the network lists no membership for this person, so it cannot be ended");
}

Failure group_role_by_hand() {
    return failure(FailureKind::rejected, "group_role_by_hand", "speakap.rest",
                   "no published call gives a role in a group; somebody gives it in the network");
}

Failure needs_scim() {
    return failure(FailureKind::rejected, "needs_scim", "speakap.scim",
                   "this network is kept without SCIM, and REST has no call for it");
}

Failure membership_locked() {
    return failure(FailureKind::rejected, "membership_locked", "speakap.rest",
                   "another application protects this membership, and the network does not end it");
}

Failure no_address() {
    return failure(FailureKind::rejected, "no_address", "speakap.rest",
                   "an invitation needs an e-mail address, and there is none");
}

Failure address_refused() {
    return failure(FailureKind::rejected, "invalid_email_address", "speakap.rest",
                   "the network does not take this address for an invitation");
}

Failure address_of_somebody_else() {
    return failure(FailureKind::rejected, "conflict", "speakap.rest",
                   "the account with this address is another employee's");
}

Failure unknown_invite_status() {
    auto unknown = failure(FailureKind::transient, "unknown_invite_status", "speakap.rest",
                           "the network answers the invitation with a word that is not published");
    unknown.effect = Effect::unknown;
    return unknown;
}

Failure changed_meanwhile() {
    return failure(FailureKind::rejected, "changed_meanwhile", "speakap.rest",
                   "somebody gave this person another role since the network was read");
}

Failure promised() {
    auto unkept = failure(FailureKind::transient, "promised", "speakap.rest",
                          "the network accepted the change for later, and does not show it (yet)");
    unkept.effect = Effect::unknown;
    return unkept;
}

Result<Receipt> receipt_of(const Result<Taken>& written) {
    if (!written) return written.error();
    if (*written == Taken::promised) return promised();
    return Receipt{};
}

Failure created_and_not_shown() {
    auto unseen = failure(FailureKind::transient, "not_visible_yet", "speakap.scim",
                          "an account of this key whose creation was not answered may be there, and is not shown yet");
    unseen.effect = Effect::unknown;
    return unseen;
}

std::string full_name(const PersonName& parts) {
    const auto name = joined(parts);
    return name.first.empty() || name.last.empty() ? name.first + name.last : name.first + ' ' + name.last;
}

bool has_address(const RestUser& user, const std::string& address) {
    if (user.deleted || address.empty()) return false;
    return user.profile.email == address ||
           std::binary_search(user.other_emails.begin(), user.other_emails.end(), address);
}

bool is_not_found(const Failure& failure) { return failure.code == "not_found"; }

// Somebody who has not accepted has the role that waits for them, which no rule sees.
bool is_role_planned_with(const RoleId& now, const RoleId& before) {
    const auto is_waiting = [](const RoleId& role) { return role == RoleId("invitee") || role == RoleId("wannabee"); };
    return now == before || is_waiting(now) || (is_waiting(before) && now == RoleId("member"));
}

bool is_protected(const SpeakapOptions& options, const RoleId& role) {
    const auto& roles = options.protected_roles;
    return std::find(roles.begin(), roles.end(), role.value()) != roles.end();
}

// After a 202: at once, then a second, two, four … later.
constexpr int looks_after_promise = 6;

// For how long an account that was just made may hide from the lists.
constexpr Duration accounts_show_within = std::chrono::minutes(10);

enum class Wanted { in, out };

Found found_if(bool in_effect) { return in_effect ? Found::in_effect : Found::not_in_effect; }

class SpeakapNetwork final : public Network {
public:
    SpeakapNetwork(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim,
                   Clock& clock, std::uint64_t seed, Gates gates)
        : calls_(std::move(options), std::move(rest), std::move(scim), clock, seed, std::move(gates)),
          rest_(calls_),
          scim_(calls_),
          reader_(calls_, rest_, scim_),
          invites_(rest_, calls_.options().invite_batch),
          directory_(rest_, scim_, clock) {}

    awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) override;
    awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) override;
    awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override;
    awaitable<Result<Found>> find(Operation operation, Deadline deadline) override;
    std::optional<Time> waits_until() const override { return calls_.paused_until(); }
    awaitable<Result<void>> probe(Deadline deadline) override { return calls_.probe(deadline); }
    void send_away() override { calls_.close(); }
    void let_in() override { calls_.open(); }
    std::optional<Pacing> pacing() const override { return calls_.pacing(); }
    LearntRates learnt_rates() const override { return calls_.learnt_rates(); }
    void remember_rates(const LearntRates& rates) override { calls_.remember_rates(rates); }

private:
    struct Applying;
    struct Finding;

    ActualNetwork picture(std::vector<Link> links);
    void touch(const Operation& operation);
    bool has_scim() const { return !calls_.options().create_by_invite; }

    awaitable<Result<Receipt>> wait_for_promise(Operation operation, Deadline deadline);
    awaitable<std::optional<Failure>> refusal_to_touch(EmployeeKey key, Deadline deadline);
    std::optional<Failure> refusal_to_touch(const EmployeeKey& key, const RestMembership& row) const;
    bool may_still_appear(const EmployeeKey& key);
    awaitable<Result<Receipt>> suspend(EmployeeKey key, SuspendUser what, Deadline deadline);
    awaitable<Result<Receipt>> create(EmployeeKey key, CreateUser what, Deadline deadline);
    awaitable<Result<Receipt>> create_by_invite(EmployeeKey key, Profile profile, Deadline deadline);
    awaitable<Result<Receipt>> invite_again(EmployeeKey key, InviteAgain what, Deadline deadline);
    awaitable<Result<Receipt>> reactivate(EmployeeKey key, ReactivateUser what, Deadline deadline);
    awaitable<Result<Receipt>> put(EmployeeKey key, Profile profile, std::optional<Account> account, Deadline deadline);
    awaitable<Result<bool>> follow(EmployeeKey key, ScimUser& user, Deadline deadline);
    awaitable<Result<Receipt>> add_to_groups(EmployeeKey key, std::vector<GroupChange> groups, Deadline deadline);
    awaitable<Result<Receipt>> remove_from_groups(EmployeeKey key, std::vector<GroupChange> groups, Deadline deadline);
    awaitable<Result<Receipt>> change_role(EmployeeKey key, ChangeRole what, Deadline deadline);
    awaitable<Result<Receipt>> change_group_role(EmployeeKey key, ChangeGroupRole what, Deadline deadline);
    awaitable<Result<Receipt>> end_membership(EmployeeKey key, Deadline deadline);
    awaitable<Result<Receipt>> make_group(MakeGroup group, Deadline deadline);

    awaitable<Result<Found>> find_account(EmployeeKey key, What what, Deadline deadline);
    awaitable<Result<Found>> find_invited(EmployeeKey key, Profile profile, Deadline deadline);
    awaitable<Result<Found>> find_invited_again() const;
    awaitable<Result<Found>> find_groups(EmployeeKey key, std::vector<GroupChange> groups, Wanted wanted,
                                         Deadline deadline);
    awaitable<Result<Found>> find_role(EmployeeKey key, RoleId role, Deadline deadline);
    awaitable<Result<Found>> find_group_role(EmployeeKey key, ChangeGroupRole what, Deadline deadline);
    awaitable<Result<Found>> find_end(EmployeeKey key, Deadline deadline);
    awaitable<Result<Found>> find_made_group(MakeGroup group, Deadline deadline);
    bool is_locked(const RestMembership& row) const;
    awaitable<bool> is_locked_in(EmployeeKey key, std::vector<GroupChange> groups, Deadline deadline);
    awaitable<Result<std::optional<RestMembership>>> network_row(EmployeeKey key, Deadline deadline);
    awaitable<Result<std::optional<RestMembership>>> group_row(EmployeeKey key, GroupEid group, Wanted wanted,
                                                               Deadline deadline);

    Calls calls_;
    RestApi rest_;
    ScimApi scim_;
    NetworkReader reader_;
    Invites invites_;
    Directory directory_;
    std::map<EmployeeKey, Time> creations_in_doubt_;    ///< since when, of accounts whose creation was not answered
    std::map<EmployeeKey, Time> invitations_in_doubt_;  ///< since when, of accounts that are made by invitation
    std::set<EmployeeKey> seen_before_end_;             ///< whose membership was shown when we ended it
};

// ---- reading ------------------------------------------------------------------------------------------------

awaitable<Result<ActualNetwork>> SpeakapNetwork::read_all(std::vector<Link> links, Deadline deadline) {
    Result<void> read = co_await reader_.read_all(deadline);
    if (!read) co_return read.error();
    co_return picture(links);
}

awaitable<Result<ActualNetwork>> SpeakapNetwork::read_again(std::vector<Link> links, Deadline deadline) {
    Result<void> read = co_await reader_.read_again(deadline);
    if (!read) co_return read.error();
    co_return picture(links);
}

ActualNetwork SpeakapNetwork::picture(std::vector<Link> links) {
    for (auto& link : links) {
        if (!link.scim_id) link.scim_id = directory_.known_scim_id(link.key);
    }
    ActualNetwork network = assemble(reader_.last(), links, calls_.options().own_lock);
    directory_.refill(reader_.last(), network, links, reader_.begun());
    return network;
}

// ---- applying -----------------------------------------------------------------------------------------------

// One call for each kind of operation: a new kind does not compile until somebody has said what it sends.
struct SpeakapNetwork::Applying {
    SpeakapNetwork& network;
    EmployeeKey key;
    Deadline deadline;

    using Answer = awaitable<Result<Receipt>>;
    Answer operator()(const Adopt&) const { invariant_broken("adopt is never sent", __FILE__, __LINE__); }
    Answer operator()(const Release&) const { invariant_broken("release is never sent", __FILE__, __LINE__); }
    Answer operator()(const CreateUser& what) const {
        if (!network.has_scim()) return network.create_by_invite(key, what.profile, deadline);
        return network.create(key, what, deadline);
    }
    Answer operator()(const InviteAgain& what) const { return network.invite_again(key, what, deadline); }
    Answer operator()(const ReactivateUser& what) const { return network.reactivate(key, what, deadline); }
    Answer operator()(const UpdateProfile& what) const { return network.put(key, what.after, std::nullopt, deadline); }
    Answer operator()(const SuspendUser& what) const { return network.suspend(key, what, deadline); }
    Answer operator()(const AddToGroups& what) const { return network.add_to_groups(key, what.groups, deadline); }
    Answer operator()(const RemoveFromGroups& what) const {
        return network.remove_from_groups(key, what.groups, deadline);
    }
    Answer operator()(const ChangeRole& what) const { return network.change_role(key, what, deadline); }
    Answer operator()(const ChangeGroupRole& what) const { return network.change_group_role(key, what, deadline); }
    Answer operator()(const EndMembership&) const { return network.end_membership(key, deadline); }
    Answer operator()(const MakeGroup& what) const { return network.make_group(what, deadline); }
};

awaitable<Result<Receipt>> SpeakapNetwork::apply(Operation operation, Deadline deadline) {
    touch(operation);
    const Applying applying{.network = *this, .key = operation.change.employee, .deadline = deadline};
    Result<Receipt> receipt = co_await std::visit(applying, operation.change.what);
    if (receipt || receipt.error().code != promised().code) co_return receipt;
    Result<Receipt> kept = co_await wait_for_promise(std::move(operation), deadline);
    co_return kept;
}

// Nobody takes a 202 for done before it shows: what is lost after it would never be done.
awaitable<Result<Receipt>> SpeakapNetwork::wait_for_promise(Operation operation, Deadline deadline) {
    Duration wait = std::chrono::seconds(1);
    for (int look = 1; look <= looks_after_promise; ++look) {
        Result<Found> found = co_await find(operation, deadline);
        if (found && *found == Found::in_effect) co_return Receipt{};
        const SteadyTime again_at = calls_.clock().steady_now() + wait;
        if (look == looks_after_promise || again_at >= deadline) break;
        co_await calls_.clock().sleep_until(again_at);
        wait *= 2;
    }
    co_return promised();
}

std::optional<Failure> SpeakapNetwork::refusal_to_touch(const EmployeeKey& key, const RestMembership& row) const {
    if (is_locked(row)) return membership_locked();
    const auto planned_with = directory_.known_role(key);
    if (is_protected(calls_.options(), row.role) && planned_with && *planned_with != row.role)
        return changed_meanwhile();
    return std::nullopt;
}

// Roles and locks change by hand, and a reading may not show it. The one row does.
awaitable<std::optional<Failure>> SpeakapNetwork::refusal_to_touch(EmployeeKey key, Deadline deadline) {
    seen_before_end_.erase(key);
    const auto known = directory_.known_membership(key);
    if (!known) co_return std::nullopt;
    Result<std::optional<RestMembership>> row = co_await rest_.membership(*known, deadline);
    if (!row) co_return std::optional<Failure>(row.error());
    if (!*row) co_return std::nullopt;
    seen_before_end_.insert(key);
    co_return refusal_to_touch(key, **row);
}

void SpeakapNetwork::touch(const Operation& operation) {
    const auto& key = operation.change.employee;
    if (!key.value().empty()) reader_.touch(directory_.scim_name(key), directory_.known_eid(key));
    const auto touch_all = [this](const std::vector<GroupChange>& groups) {
        for (const auto& group : groups) reader_.touch(group.eid);
    };
    if (const auto* add = std::get_if<AddToGroups>(&operation.change.what)) touch_all(add->groups);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&operation.change.what)) touch_all(remove->groups);
    if (const auto* role = std::get_if<ChangeGroupRole>(&operation.change.what)) reader_.touch(role->group.eid);
}

// Channel, language and temporary password have no public place in either API: the network invites in its own way.
awaitable<Result<Receipt>> SpeakapNetwork::create(EmployeeKey key, CreateUser what, Deadline deadline) {
    const std::string login = what.user_name.value_or("");
    Result<std::optional<ScimUser>> created = co_await scim_.create(key, what.profile, login, deadline);
    if (!created) {
        if (created.error().effect == Effect::unknown) creations_in_doubt_[key] = calls_.clock().now();
        co_return created.error();
    }
    if (*created) {
        creations_in_doubt_.erase(key);
        // Not every answer repeats what was sent; what was sent is what SCIM has.
        (*created)->profile = merged((*created)->profile, what.profile);
        if (calls_.options().login_in_bag && !login.empty()) (*created)->login = login;
        directory_.learn(key, std::move(**created));
        co_return Receipt{};
    }
    Result<std::optional<ScimUser>> found = co_await scim_.user(key.value(), deadline);
    if (!found) co_return found.error();
    // It may be our own, made by a call whose answer was lost, and no list shows it yet.
    const auto in_doubt = creations_in_doubt_.find(key);
    const bool may_be_ours =
        in_doubt != creations_in_doubt_.end() && calls_.clock().now() - in_doubt->second < accounts_show_within;
    if (!*found && may_be_ours) co_return created_and_not_shown();
    if (!*found) co_return taken_by_somebody_else();
    creations_in_doubt_.erase(key);
    directory_.learn(key, std::move(**found));
    co_return Receipt{.already_so = true};
}

// The account has no XID: it is theirs by the address, and by the EID that the answer names.
awaitable<Result<Receipt>> SpeakapNetwork::create_by_invite(EmployeeKey key, Profile profile, Deadline deadline) {
    if (normalised_email(profile.email.value_or("")).empty()) co_return no_address();
    Invitee invitee{.email = *profile.email, .name = full_name(profile.name.value_or(PersonName{}))};
    Result<InviteAnswer> answer = co_await invites_.invite(std::move(invitee), Asked::in, deadline);
    if (!answer) {
        if (answer.error().effect == Effect::unknown) invitations_in_doubt_[key] = calls_.clock().now();
        co_return answer.error();
    }
    invitations_in_doubt_.erase(key);
    if (answer->status == "invalid") co_return address_refused();
    const bool sent = answer->status == "sent";
    const bool was_there = answer->status == "invitee" || answer->status == "member" || answer->status == "resend";
    if (!sent && !was_there) co_return unknown_invite_status();
    if (answer->eid) {
        const auto owner = directory_.owner_of(*answer->eid);
        if (owner && *owner != key) co_return address_of_somebody_else();
        directory_.learn(key, *answer->eid);
        reader_.touch(key.value(), answer->eid);
    }
    co_return Receipt{.already_so = was_there, .made = answer->eid};
}

awaitable<Result<Receipt>> SpeakapNetwork::invite_again(EmployeeKey key, InviteAgain what, Deadline deadline) {
    if (normalised_email(what.email).empty()) co_return no_address();
    Result<std::optional<RestMembership>> before = co_await network_row(key, deadline);
    if (!before) co_return before.error();
    if (!*before) co_return not_visible_yet();
    Invitee invitee{.email = what.email, .name = {}};
    Result<InviteAnswer> answer = co_await invites_.invite(std::move(invitee), Asked::again, deadline);
    if (!answer) co_return answer.error();
    if (answer->status == "invalid") co_return address_refused();
    if (answer->status == "sent" || answer->status == "resend") co_return Receipt{};
    // Invited as before, or come in meanwhile: nothing more goes out by this way.
    if (answer->status == "invitee" || answer->status == "member") co_return Receipt{.already_so = true};
    co_return unknown_invite_status();
}

awaitable<Result<Receipt>> SpeakapNetwork::reactivate(EmployeeKey key, ReactivateUser what, Deadline deadline) {
    if (!what.formerly || !has_scim()) {
        Result<Receipt> back = co_await put(key, what.profile, Account::active, deadline);
        co_return back;
    }
    Result<ScimUser> user = co_await directory_.scim_user(*what.formerly, deadline);
    if (!user) co_return user.error();
    ScimUser renamed = *user;
    renamed.profile = merged(renamed.profile, what.profile);
    renamed.active = true;
    // Whoever signs in with the old employee id goes on with the new one; a login of their own stays.
    if (renamed.login.empty() || renamed.login == what.formerly->value()) renamed.login = key.value();
    renamed.user_name = key.value();
    renamed.external_id = key.value();
    ScimUser sent = renamed;
    Result<Taken> put = co_await scim_.replace(std::move(sent), deadline);
    if (!put) co_return put.error();
    directory_.rename(*what.formerly, key);
    directory_.learn(key, std::move(renamed));
    reader_.touch(what.formerly->value(), directory_.known_eid(key));
    co_return receipt_of(put);
}

awaitable<Result<Receipt>> SpeakapNetwork::suspend(EmployeeKey key, SuspendUser what, Deadline deadline) {
    if (!has_scim()) co_return needs_scim();
    const auto refusal = co_await refusal_to_touch(key, deadline);
    if (refusal) co_return *refusal;
    Result<Receipt> suspended = co_await put(key, what.profile, Account::suspended, deadline);
    co_return suspended;
}

awaitable<Result<Receipt>> SpeakapNetwork::put(EmployeeKey key, Profile profile, std::optional<Account> account,
                                               Deadline deadline) {
    if (!has_scim()) co_return needs_scim();
    Result<ScimUser> user = co_await directory_.scim_user(key, deadline);
    if (!user) co_return user.error();
    // Whether a PUT clears what it does not carry is not public, so it carries what SCIM had.
    user->profile = merged(user->profile, profile);
    if (account) user->active = *account == Account::active;
    // An account that is only linked keeps the names that it has: they may be what its owner signs in with.
    if (!directory_.is_linked(key)) {
        user->user_name = key.value();
        user->external_id = key.value();
        if (user->login.empty()) user->login = key.value();
    }
    ScimUser sent = *user;
    Result<Taken> put = co_await scim_.replace(std::move(sent), deadline);
    if (!put && is_not_found(put.error())) {
        // Since it was read the account may have got another id, as when two are merged. It is looked for once.
        Result<bool> moved = co_await follow(key, *user, deadline);
        if (!moved) co_return moved.error();
        if (!*moved) co_return put.error();
        ScimUser sent_again = *user;
        put = co_await scim_.replace(std::move(sent_again), deadline);
    }
    if (!put) co_return put.error();
    directory_.learn(key, std::move(*user));
    co_return receipt_of(put);
}

// True when SCIM knows the person by another id than `user` has; it has that one then.
awaitable<Result<bool>> SpeakapNetwork::follow(EmployeeKey key, ScimUser& user, Deadline deadline) {
    std::string name = directory_.scim_name(key);
    Result<std::optional<ScimUser>> now = co_await scim_.user(std::move(name), deadline);
    if (!now) co_return now.error();
    if (!*now || (*now)->id == user.id) co_return false;
    user.id = (*now)->id;
    co_return true;
}

awaitable<Result<Receipt>> SpeakapNetwork::add_to_groups(EmployeeKey key, std::vector<GroupChange> groups,
                                                         Deadline deadline) {
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    if (!user) co_return user.error();
    Result<Taken> added = co_await rest_.add_to_groups(*user, std::move(groups), deadline);
    co_return receipt_of(added);
}

// The last group of somebody external is refused by the network, and never forced: they would become a stray.
awaitable<Result<Receipt>> SpeakapNetwork::remove_from_groups(EmployeeKey key, std::vector<GroupChange> groups,
                                                              Deadline deadline) {
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    if (!user) co_return user.error();
    Result<Taken> removed = co_await rest_.remove_from_groups(*user, groups, deadline);
    if (removed) co_return receipt_of(removed);
    if (removed.error().kind == FailureKind::blocked) {
        // What is not ours to end is no reason to stop ending what is.
        const bool locked = co_await is_locked_in(key, std::move(groups), deadline);
        if (locked) co_return membership_locked();
        co_return removed.error();
    }
    if (!is_not_found(removed.error())) co_return removed.error();
    // A 404 does not say whether the person or one of the groups is gone, so look whether there is anything left.
    Result<Found> found = co_await find_groups(key, std::move(groups), Wanted::out, deadline);
    if (found && *found == Found::in_effect) co_return Receipt{.already_so = true};
    co_return removed.error();
}

awaitable<Result<Receipt>> SpeakapNetwork::change_role(EmployeeKey key, ChangeRole what, Deadline deadline) {
    Result<std::optional<MembershipEid>> membership = co_await directory_.membership(key, deadline);
    if (!membership) co_return membership.error();
    if (!*membership) co_return not_visible_yet();
    Result<std::optional<RestMembership>> row = co_await rest_.membership(**membership, deadline);
    if (!row) co_return row.error();
    if (!*row) co_return not_visible_yet();
    if ((*row)->role == what.after) co_return Receipt{.already_so = true};
    if (is_locked(**row)) co_return membership_locked();
    // Plans may have another word for a role than the network; then it is the one that was read. Never the protected
    // one.
    const bool as_read = !is_protected(calls_.options(), (*row)->role) && directory_.known_role(key) == (*row)->role;
    if (!as_read && !is_role_planned_with((*row)->role, what.before)) co_return changed_meanwhile();
    Result<Taken> changed = co_await rest_.change_role(**membership, what.after, deadline);
    if (changed) directory_.learn(key, what.after);
    co_return receipt_of(changed);
}

awaitable<Result<Receipt>> SpeakapNetwork::change_group_role(EmployeeKey key, ChangeGroupRole what, Deadline deadline) {
    if (!calls_.options().group_roles) co_return group_role_by_hand();
    Result<std::optional<RestMembership>> row = co_await group_row(key, what.group.eid, Wanted::in, deadline);
    if (!row) co_return row.error();
    if (!*row) co_return not_visible_yet();
    if ((*row)->role == what.after) co_return Receipt{.already_so = true};
    if (is_locked(**row)) co_return membership_locked();
    if (!is_role_planned_with((*row)->role, what.before)) co_return changed_meanwhile();
    Result<Taken> changed = co_await rest_.change_role((*row)->eid, what.after, deadline);
    co_return receipt_of(changed);
}

awaitable<Result<Receipt>> SpeakapNetwork::end_membership(EmployeeKey key, Deadline deadline) {
    Result<std::optional<MembershipEid>> membership = co_await directory_.membership(key, deadline);
    if (!membership) co_return membership.error();
    if (!*membership) {
        // Nobody knows them: gone. SCIM knows them: suspended, and the network does not show what to end.
        if (!has_scim()) co_return Receipt{.already_so = true};
        std::string name = directory_.scim_name(key);
        Result<std::optional<ScimUser>> user = co_await scim_.user(std::move(name), deadline);
        if (!user) co_return user.error();
        if (*user) co_return membership_not_listed();
        co_return Receipt{.already_so = true};
    }
    const auto refusal = co_await refusal_to_touch(key, deadline);
    if (refusal) co_return *refusal;
    Result<Taken> deleted = co_await rest_.delete_membership(**membership, deadline);
    if (deleted) co_return receipt_of(deleted);
    const auto& code = deleted.error().code;
    if (deleted.error().kind == FailureKind::blocked) {
        Result<std::optional<RestMembership>> row = co_await network_row(key, deadline);
        if (row && *row && is_locked(**row)) co_return membership_locked();
        co_return deleted.error();
    }
    if (is_not_found(deleted.error()) || code == "gone") co_return Receipt{.already_so = true};
    // The published answer to somebody who is no member is 409, as it is to other conflicts.
    if (code != "conflict") co_return deleted.error();
    Result<std::optional<RestMembership>> row = co_await network_row(key, deadline);
    if (row && !*row) co_return Receipt{.already_so = true};
    co_return deleted.error();
}

awaitable<Result<Receipt>> SpeakapNetwork::make_group(MakeGroup group, Deadline deadline) {
    Result<void> made = co_await rest_.make_group(group, deadline);
    if (made) co_return Receipt{};
    if (made.error().kind != FailureKind::rejected) co_return made.error();
    // The name may be taken by the very group that is meant.
    Result<Found> found = co_await find_made_group(std::move(group), deadline);
    if (found && *found == Found::in_effect) co_return Receipt{.already_so = true};
    co_return made.error();
}

// ---- finding ------------------------------------------------------------------------------------------------

struct SpeakapNetwork::Finding {
    SpeakapNetwork& network;
    EmployeeKey key;
    Deadline deadline;

    using Answer = awaitable<Result<Found>>;
    Answer operator()(const Adopt&) const { invariant_broken("adopt leaves nothing to find", __FILE__, __LINE__); }
    Answer operator()(const Release&) const { invariant_broken("release leaves nothing to find", __FILE__, __LINE__); }
    Answer operator()(const CreateUser& what) const {
        if (!network.has_scim()) return network.find_invited(key, what.profile, deadline);
        return network.find_account(key, what, deadline);
    }
    Answer operator()(const InviteAgain&) const { return network.find_invited_again(); }
    Answer operator()(const ReactivateUser& what) const { return network.find_account(key, what, deadline); }
    Answer operator()(const UpdateProfile& what) const { return network.find_account(key, what, deadline); }
    Answer operator()(const SuspendUser& what) const { return network.find_account(key, what, deadline); }
    Answer operator()(const AddToGroups& what) const {
        return network.find_groups(key, what.groups, Wanted::in, deadline);
    }
    Answer operator()(const RemoveFromGroups& what) const {
        return network.find_groups(key, what.groups, Wanted::out, deadline);
    }
    Answer operator()(const ChangeRole& what) const { return network.find_role(key, what.after, deadline); }
    Answer operator()(const ChangeGroupRole& what) const { return network.find_group_role(key, what, deadline); }
    Answer operator()(const EndMembership&) const { return network.find_end(key, deadline); }
    Answer operator()(const MakeGroup& what) const { return network.find_made_group(what, deadline); }
};

awaitable<Result<Found>> SpeakapNetwork::find(Operation operation, Deadline deadline) {
    const Finding finding{.network = *this, .key = operation.change.employee, .deadline = deadline};
    return std::visit(finding, operation.change.what);
}

bool is_in_effect(const ScimUser& user, const What& what) {
    if (std::holds_alternative<SuspendUser>(what)) return !user.active;
    if (std::holds_alternative<ReactivateUser>(what)) return user.active;
    if (const auto* update = std::get_if<UpdateProfile>(&what)) return shows(user.profile, update->after);
    return std::holds_alternative<CreateUser>(what);
}

awaitable<Result<Found>> SpeakapNetwork::find_account(EmployeeKey key, What what, Deadline deadline) {
    if (!has_scim()) co_return needs_scim();
    std::string name = directory_.scim_name(key);
    Result<std::optional<ScimUser>> user = co_await scim_.user(std::move(name), deadline);
    if (!user) co_return user.error();
    if (!*user) co_return Found::not_in_effect;
    directory_.learn(key, **user);
    co_return found_if(is_in_effect(**user, what));
}

// Without SCIM an account is found by its EID, else by the address that it was invited with.
awaitable<Result<Found>> SpeakapNetwork::find_invited(EmployeeKey key, Profile profile, Deadline deadline) {
    const auto known = directory_.known_eid(key);
    if (known) {
        std::vector<UserEid> eids(1, *known);
        Result<std::vector<RestUser>> users = co_await rest_.users_with(std::move(eids), deadline);
        if (!users) co_return users.error();
        if (!users->empty()) co_return Found::in_effect;
    }
    const auto address = normalised_email(profile.email.value_or(""));
    const std::optional<Time> ever;
    Result<std::vector<RestUser>> users = co_await rest_.users(ever, deadline);
    if (!users) co_return users.error();
    const auto is_theirs = [&](const RestUser& user) { return has_address(user, address); };
    const auto at = std::find_if(users->begin(), users->end(), is_theirs);
    if (at == users->end()) {
        // A list that lags is no proof that no mail went out.
        if (may_still_appear(key)) co_return not_visible_yet();
        co_return Found::not_in_effect;
    }
    invitations_in_doubt_.erase(key);
    directory_.learn(key, at->eid);
    co_return Found::in_effect;
}

// Whoever asks about a call of another process has the time run from the first look on.
bool SpeakapNetwork::may_still_appear(const EmployeeKey& key) {
    const auto now = calls_.clock().now();
    const auto since = invitations_in_doubt_.emplace(key, now).first->second;
    return now - since < accounts_show_within;
}

// In doubt it went out: what the network shows of it may lag, and nobody gets two mails because an answer was lost.
awaitable<Result<Found>> SpeakapNetwork::find_invited_again() const { co_return Found::in_effect; }

awaitable<Result<Found>> SpeakapNetwork::find_groups(EmployeeKey key, std::vector<GroupChange> groups, Wanted wanted,
                                                     Deadline deadline) {
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    // The whole list was looked through: whom REST does not show (suspended, deleted) it shows in no group either.
    if (!user && user.error().code == "not_visible_yet") co_return found_if(wanted == Wanted::out);
    if (!user) co_return user.error();
    for (const auto& group : groups) {
        Result<std::optional<RestMembership>> row = co_await group_row(key, group.eid, wanted, deadline);
        const bool group_is_gone = !row && is_not_found(row.error());
        if (!row && !group_is_gone) co_return row.error();
        const bool is_in = row && row->has_value() && is_member(**row);
        if (is_in != (wanted == Wanted::in)) co_return Found::not_in_effect;
    }
    co_return Found::in_effect;
}

awaitable<Result<Found>> SpeakapNetwork::find_role(EmployeeKey key, RoleId role, Deadline deadline) {
    Result<std::optional<RestMembership>> row = co_await network_row(key, deadline);
    if (!row) co_return row.error();
    co_return found_if(*row && (*row)->role == role);
}

awaitable<Result<Found>> SpeakapNetwork::find_group_role(EmployeeKey key, ChangeGroupRole what, Deadline deadline) {
    Result<std::optional<RestMembership>> row = co_await group_row(key, what.group.eid, Wanted::in, deadline);
    if (!row) co_return row.error();
    co_return found_if(*row && (*row)->role == what.after);
}

// Somebody suspended is hidden by REST, removed or not: then it is SCIM that must have nobody any more.
awaitable<Result<Found>> SpeakapNetwork::find_end(EmployeeKey key, Deadline deadline) {
    const auto known = directory_.known_membership(key);
    Result<std::optional<RestMembership>> row = std::optional<RestMembership>();
    if (known) row = co_await rest_.membership(*known, deadline);
    if (!known) row = co_await network_row(key, deadline);
    if (!row) co_return row.error();
    if (*row) co_return Found::not_in_effect;
    if (!has_scim() || seen_before_end_.contains(key)) co_return Found::in_effect;
    std::string name = directory_.scim_name(key);
    Result<std::optional<ScimUser>> account = co_await scim_.user(std::move(name), deadline);
    if (!account) co_return account.error();
    co_return found_if(!*account || (*account)->active);
}

bool SpeakapNetwork::is_locked(const RestMembership& row) const {
    return !row.locked_by.empty() && lower_case(row.locked_by) != lower_case(calls_.options().own_lock);
}

awaitable<bool> SpeakapNetwork::is_locked_in(EmployeeKey key, std::vector<GroupChange> groups, Deadline deadline) {
    for (const auto& group : groups) {
        Result<std::optional<RestMembership>> row = co_await group_row(key, group.eid, Wanted::in, deadline);
        if (row && *row && is_locked(**row)) co_return true;
    }
    co_return false;
}

// The membership of the network as it is now; nullopt when the network lists none.
awaitable<Result<std::optional<RestMembership>>> SpeakapNetwork::network_row(EmployeeKey key, Deadline deadline) {
    const auto known = directory_.known_membership(key);
    if (known) {
        Result<std::optional<RestMembership>> row = co_await rest_.membership(*known, deadline);
        // One that is not there any more may have been followed by another.
        if (!row || *row) co_return row;
    }
    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(any_role, deadline);
    if (!rows) co_return rows.error();
    // A list that does not name XIDs shows nothing about somebody whose EID we do not know.
    if (!directory_.recognises(key, *rows)) {
        Result<UserEid> user = co_await directory_.user_eid(key, deadline);
        if (!user) co_return user.error();
    }
    const auto* row = directory_.row_of(key, *rows);
    if (row == nullptr) co_return std::optional<RestMembership>();
    co_return std::optional<RestMembership>(*row);
}

// Whoever is thought to be in it is asked for by name; only the whole list says of somebody that they are not.
awaitable<Result<std::optional<RestMembership>>> SpeakapNetwork::group_row(EmployeeKey key, GroupEid group,
                                                                           Wanted wanted, Deadline deadline) {
    RestApi::IsWanted is_theirs = directory_.rows_of(key);
    std::string name;
    if (wanted == Wanted::in) name = full_name(directory_.known_name(key));
    Result<std::optional<RestMembership>> row =
        co_await rest_.group_membership(std::move(group), std::move(name), std::move(is_theirs), deadline);
    co_return row;
}

awaitable<Result<Found>> SpeakapNetwork::find_made_group(MakeGroup group, Deadline deadline) {
    const std::optional<Time> ever;
    Result<std::vector<RestGroup>> groups = co_await rest_.groups(ever, deadline);
    if (!groups) co_return groups.error();
    const auto is_it = [&](const RestGroup& other) {
        const auto& parent = other.group.parent;
        const bool elsewhere =
            parent && group.business_unit && lower_case(parent->value()) != lower_case(group.business_unit->value());
        return other.group.kind == group.kind && other.group.name == group.name && !elsewhere;
    };
    const bool is_there = std::any_of(groups->begin(), groups->end(), is_it);
    co_return found_if(is_there);
}

}  // namespace

std::unique_ptr<Network> make_speakap_network(SpeakapOptions options, std::unique_ptr<http::Client> rest,
                                              std::unique_ptr<http::Client> scim, Clock& clock, std::uint64_t seed,
                                              Gates gates) {
    return std::make_unique<SpeakapNetwork>(std::move(options), std::move(rest), std::move(scim), clock, seed,
                                            std::move(gates));
}

}  // namespace usersync::speakap

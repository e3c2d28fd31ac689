#include "core/diff/address_book.hpp"

#include "core/diff/address_index.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace usersync::diff {
namespace {

/// Who gets another address by this comparison, as far as their account lets them.
class Moves {
public:
    Moves(const DesiredNetwork& desired, const Policy& policy) : policy_(policy) {
        // An account that has an address keeps it where addresses are filled on other occasions only.
        if (policy.fill.email != Fill::always || !policy.can_suspend) return;
        for (const auto& user : desired.users) {
            if (user.profile.email && !user.profile.email->empty()) wanted_.emplace(user.key, &user);
        }
    }

    bool gives_up(const ActualUser& account) const {
        if (!account.xid || account.locked) return false;
        const auto at = wanted_.find(*account.xid);
        return at != wanted_.end() && folded(*at->second->profile.email) != folded(*account.profile.email) &&
               !keeps_address(policy_, *at->second, account);
    }

private:
    const Policy& policy_;
    std::map<EmployeeKey, const DesiredUser*> wanted_;
};

}  // namespace

bool keeps_address(const Policy& policy, const DesiredUser& wanted, const ActualUser& account) {
    if (policy.active_email == ActiveEmail::follows || account.state == UserState::invited) return false;
    return wanted.placement->invitation.channel != InviteChannel::single_sign_on;
}

AddressBook::AddressBook(const DesiredNetwork& desired, const ActualNetwork& actual, const Policy& policy) {
    const Moves moves(desired, policy);
    for (const auto& user : actual.users) {
        const auto& primary = user.profile.email;
        if (primary && !primary->empty()) {
            holders_[folded(*primary)].push_back({.user = &user, .gives_up = moves.gives_up(user)});
        }
        // No call takes an alternative away.
        for (const auto& other : user.other_emails) {
            holders_[folded(other)].push_back({.user = &user, .gives_up = false});
        }
    }
}

Claim AddressBook::claim(const std::string& email, const EmployeeKey& person) const {
    const auto at = holders_.find(folded(email));
    if (at == holders_.end()) return Claim::free;
    auto result = Claim::free;
    for (const auto& holder : at->second) {
        if (holder.user->xid == person) continue;
        const auto claim = !holder.user->xid ? Claim::unlinked : holder.gives_up ? Claim::handed_over : Claim::taken;
        result = std::max(result, claim);  // the worst counts
    }
    return result;
}

namespace {

const Profile* profile_set_by(const Change& change) {
    if (const auto* create = std::get_if<CreateUser>(&change.what)) return &create->profile;
    if (const auto* reactivate = std::get_if<ReactivateUser>(&change.what)) return &reactivate->profile;
    if (const auto* update = std::get_if<UpdateProfile>(&change.what)) return &update->after;
    return nullptr;
}

/// Whose account it is until this change.
std::optional<EmployeeKey> former_key(const Change& change) {
    const auto* reactivate = std::get_if<ReactivateUser>(&change.what);
    return reactivate == nullptr ? std::nullopt : reactivate->formerly;
}

/// Without the account nothing else of the person can happen; without a profile update everything else can.
bool falls_with(const Change& change, const Change& refused) {
    if (change.employee != refused.employee) return false;
    // A letter to an address that they do not get.
    if (std::holds_alternative<InviteAgain>(change.what)) return true;
    return &change == &refused || std::holds_alternative<CreateUser>(refused.what) ||
           std::holds_alternative<ReactivateUser>(refused.what);
}

}  // namespace

std::vector<EmployeeKey> AddressBook::holders(const std::string& email) const {
    std::vector<EmployeeKey> keys;
    const auto at = holders_.find(folded(email));
    if (at == holders_.end()) return keys;
    for (const auto& holder : at->second) {
        if (holder.user->xid) keys.push_back(*holder.user->xid);
    }
    return keys;
}

namespace {

void take_out(ChangeSet& changes, const std::vector<const Change*>& refused, const std::string& why) {
    std::vector<Change> kept;
    for (const auto& change : changes.changes) {
        const auto falls = [&](const Change* r) { return falls_with(change, *r); };
        if (std::none_of(refused.begin(), refused.end(), falls)) kept.push_back(change);
    }
    for (const auto* change : refused) changes.notes.push_back({Note::Kind::conflict, change->employee, why});
    changes.changes = std::move(kept);
}

}  // namespace

void refuse_claims_without_giver(ChangeSet& changes, const AddressBook& addresses) {
    // Whoever is refused gives nothing up either, so this goes on until nobody is refused any more.
    for (;;) {
        std::map<EmployeeKey, std::optional<std::string>> becomes;
        for (const auto& change : changes.changes) {
            if (const auto* profile = profile_set_by(change)) becomes[change.employee] = profile->email;
        }
        std::vector<const Change*> refused;
        for (const auto& change : changes.changes) {
            const auto* profile = profile_set_by(change);
            if (profile == nullptr || !profile->email) continue;
            const auto keeps_it = [&](const EmployeeKey& holder) {
                if (holder == change.employee || holder == former_key(change)) return false;
                const auto gives = becomes.find(holder);
                return gives == becomes.end() || folded(gives->second.value_or("")) == folded(*profile->email);
            };
            const auto holders = addresses.holders(*profile->email);
            if (std::any_of(holders.begin(), holders.end(), keeps_it)) refused.push_back(&change);
        }
        if (refused.empty()) return;
        take_out(changes, refused, "another person's account keeps this person's e-mail address for now");
    }
}

void refuse_swaps(ChangeSet& changes) {
    // Every change gives up at most one address and claims at most one, so the waits form chains and circles.
    std::map<std::string, const Change*> gives_up;
    for (const auto& change : changes.changes) {
        const auto* update = std::get_if<UpdateProfile>(&change.what);
        if (update != nullptr && update->before.email && update->before.email != update->after.email) {
            gives_up.emplace(folded(*update->before.email), &change);
        }
    }
    const auto waits_for = [&](const Change& change) -> const Change* {
        const auto* profile = profile_set_by(change);
        if (profile == nullptr || !profile->email) return nullptr;
        const auto at = gives_up.find(folded(*profile->email));
        return at == gives_up.end() || at->second == &change ? nullptr : at->second;
    };
    std::vector<const Change*> refused;
    for (const auto& change : changes.changes) {
        std::set<const Change*> seen;
        const Change* at = &change;
        while (at != nullptr && seen.insert(at).second) at = waits_for(*at);
        if (at != nullptr) refused.push_back(&change);
    }
    if (refused.empty()) return;
    take_out(changes, refused,
             "waits for an e-mail address in a circle of people who swap theirs: one of them needs another address "
             "first");
}

}  // namespace usersync::diff

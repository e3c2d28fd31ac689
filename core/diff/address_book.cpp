#include "core/diff/address_book.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace usersync::diff {
namespace {

std::map<EmployeeKey, std::string> wanted_addresses(const DesiredNetwork& desired) {
    std::map<EmployeeKey, std::string> wanted;
    for (const auto& user : desired.users) {
        if (user.profile.email && !user.profile.email->empty()) wanted.emplace(user.key, *user.profile.email);
    }
    return wanted;
}

}  // namespace

AddressBook::AddressBook(const DesiredNetwork& desired, const ActualNetwork& actual, const Policy& policy) {
    // An account that has an address keeps it where addresses are filled on other occasions only.
    const auto wanted =
        policy.fill.email == Fill::always ? wanted_addresses(desired) : std::map<EmployeeKey, std::string>{};
    const auto keeps = [&](const ActualUser& user) {
        return user.locked || (policy.active_email == ActiveEmail::stays && user.state == UserState::active);
    };
    for (const auto& user : actual.users) {
        if (!user.profile.email || user.profile.email->empty()) continue;
        Holder holder{.user = &user, .gives_up = false};
        if (user.xid) {
            const auto at = wanted.find(*user.xid);
            holder.gives_up = at != wanted.end() && at->second != *user.profile.email && !keeps(user);
        }
        holders_.emplace(*user.profile.email, holder);
    }
}

Claim AddressBook::claim(const std::string& email, const EmployeeKey& person) const {
    const auto at = holders_.find(email);
    if (at == holders_.end()) return Claim::free;
    const auto& holder = at->second;
    if (holder.user->xid == person) return Claim::free;
    if (!holder.user->xid) return Claim::unlinked;
    return holder.gives_up ? Claim::handed_over : Claim::taken;
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

std::optional<EmployeeKey> AddressBook::holder(const std::string& email) const {
    const auto at = holders_.find(email);
    return at == holders_.end() ? std::nullopt : at->second.user->xid;
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
            const auto holder = addresses.holder(*profile->email);
            if (!holder || *holder == change.employee || holder == former_key(change)) continue;
            const auto gives = becomes.find(*holder);
            if (gives == becomes.end() || gives->second == profile->email) refused.push_back(&change);
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
            gives_up.emplace(*update->before.email, &change);
        }
    }
    const auto waits_for = [&](const Change& change) -> const Change* {
        const auto* profile = profile_set_by(change);
        if (profile == nullptr || !profile->email) return nullptr;
        const auto at = gives_up.find(*profile->email);
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

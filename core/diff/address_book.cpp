#include "core/diff/address_book.hpp"

#include "core/diff/address_index.hpp"
#include "core/plan/addresses.hpp"

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
        // By an update; what a reactivation leaves is free for the plan after it.
        if (!account.xid || account.locked || account.state == UserState::suspended) return false;
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
    // Whoever is parked does not get further without the other update, nor does that make sense without the parking.
    const auto updates = [](const Change& one) { return std::holds_alternative<UpdateProfile>(one.what); };
    if (updates(change) && updates(refused)) return true;
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
    std::map<EmployeeKey, std::vector<const Change*>> of_person;
    for (const auto* change : refused) of_person[change->employee].push_back(change);
    std::vector<Change> kept;
    for (const auto& change : changes.changes) {
        const auto at = of_person.find(change.employee);
        const auto falls = [&](const Change* r) { return falls_with(change, *r); };
        if (at == of_person.end() || std::none_of(at->second.begin(), at->second.end(), falls)) kept.push_back(change);
    }
    for (const auto& [person, its] : of_person) changes.notes.push_back({Note::Kind::conflict, person, why});
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

namespace {

constexpr const char* parking_reason = "two or more people swap e-mail addresses";

/// Every change gives up at most one address and claims at most one, so the waits form chains and circles.
class Waits {
public:
    explicit Waits(const ChangeSet& changes) {
        for (const auto& change : changes.changes) {
            const auto* update = std::get_if<UpdateProfile>(&change.what);
            if (update != nullptr && update->before.email && update->before.email != update->after.email) {
                gives_up_.emplace(folded(*update->before.email), &change);
            }
        }
    }

    /// nullptr when it waits for nobody.
    const Change* waits_for(const Change& change) const {
        const auto* profile = profile_set_by(change);
        if (profile == nullptr || !profile->email) return nullptr;
        const auto at = gives_up_.find(folded(*profile->email));
        return at == gives_up_.end() || at->second->employee == change.employee ? nullptr : at->second;
    }

    /// From this change back to it, in the order of waiting; empty when it is in no circle.
    std::vector<const Change*> circle_of(const Change& change) const {
        const auto* first = waits_for(change);
        if (first == nullptr) return {};
        std::vector<const Change*> circle{&change};
        std::set<const Change*> seen{&change};
        for (const auto* at = first; at != nullptr; at = waits_for(*at)) {
            if (at == &change) return circle;
            if (!seen.insert(at).second) return {};
            circle.push_back(at);
        }
        return {};
    }

private:
    std::map<std::string, const Change*> gives_up_;
};

std::string names_of(const std::vector<const Change*>& circle, const EmployeeKey& but) {
    std::vector<std::string> names;
    for (const auto* change : circle) {
        if (change->employee != but) names.push_back(change->employee.value());
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// What becomes of the circles of one comparison.
class Circles {
public:
    Circles(ChangeSet& changes, const AddressBook& addresses, const Policy& policy)
        : changes_(changes), addresses_(addresses), policy_(policy), waits_(changes) {
        for (const auto& change : changes.changes) {
            if (const auto* profile = profile_set_by(change); profile != nullptr && profile->email) {
                claimed_.insert(folded(*profile->email));
            }
        }
    }

    void order() {
        for (const auto& change : changes_.changes) {
            if (seen_.contains(&change)) continue;
            const auto circle = waits_.circle_of(change);
            if (circle.empty()) continue;
            seen_.insert(circle.begin(), circle.end());
            if (!park_one_of(circle)) refuse(circle);
        }
        refuse_those_who_wait();
        const auto parked = std::move(parked_);
        take_out_refused();
        for (const auto& [key, address] : parked) insert_parking(key, address);
    }

private:
    bool park_one_of(const std::vector<const Change*>& circle) {
        if (policy_.swap_parking.empty()) return false;
        const auto* one = *std::min_element(circle.begin(), circle.end(),
                                            [](const Change* a, const Change* b) { return a->employee < b->employee; });
        auto address = plan::parking_address(policy_.swap_parking, one->employee);
        const bool is_free = addresses_.claim(address, one->employee) == Claim::free &&
                             addresses_.holders(address).empty() && claimed_.insert(folded(address)).second;
        if (is_free) parked_.emplace(one->employee, std::move(address));
        return is_free;
    }

    void refuse(const std::vector<const Change*>& circle) {
        for (const auto* change : circle) {
            refused_.emplace(change, "waits for an e-mail address in a circle with " +
                                         names_of(circle, change->employee) +
                                         ": one of them needs another address first");
        }
    }

    /// Whoever waits for somebody who is refused gets nothing either; in a circle with somebody parked nobody is left
    /// over for them.
    void refuse_those_who_wait() {
        for (const auto& change : changes_.changes) {
            if (seen_.contains(&change)) continue;
            std::set<const Change*> passed;
            const auto* at = &change;
            while (at != nullptr && !seen_.contains(at) && passed.insert(at).second) at = waits_.waits_for(*at);
            if (at == nullptr) continue;
            refused_.emplace(&change, "waits for an e-mail address that people hand round in a circle");
        }
    }

    void take_out_refused() {
        if (refused_.empty()) return;
        std::map<EmployeeKey, std::vector<const Change*>> of_person;
        for (const auto& [change, why] : refused_) {
            changes_.notes.push_back({Note::Kind::conflict, change->employee, why});
            of_person[change->employee].push_back(change);
        }
        std::vector<Change> kept;
        for (const auto& change : changes_.changes) {
            const auto at = of_person.find(change.employee);
            const auto falls = [&](const Change* refused) { return falls_with(change, *refused); };
            const bool stays = at == of_person.end() || std::none_of(at->second.begin(), at->second.end(), falls);
            if (stays) kept.push_back(change);
        }
        changes_.changes = std::move(kept);
    }

    void insert_parking(const EmployeeKey& key, const std::string& address) {
        const auto is_it = [&](const Change& change) {
            return change.employee == key && std::holds_alternative<UpdateProfile>(change.what);
        };
        const auto at = std::find_if(changes_.changes.begin(), changes_.changes.end(), is_it);
        if (at == changes_.changes.end()) return;
        auto& last = std::get<UpdateProfile>(at->what);
        UpdateProfile parking{.before = last.before, .after = last.before, .asks_in_again = false, .parks = true};
        parking.after.email = address;
        last.before = parking.after;
        Reason why{.rule = parking_reason, .origin = {}, .column = "email", .value = {}};
        changes_.changes.insert(at, Change{key, std::move(parking), std::move(why)});
    }

    ChangeSet& changes_;
    const AddressBook& addresses_;
    const Policy& policy_;
    Waits waits_;
    std::set<std::string> claimed_;
    std::set<const Change*> seen_;  ///< in a circle
    std::map<EmployeeKey, std::string> parked_;
    std::map<const Change*, std::string> refused_;
};

const UpdateProfile* parking_of(const Change& change) {
    const auto* update = std::get_if<UpdateProfile>(&change.what);
    return update != nullptr && update->parks ? update : nullptr;
}

}  // namespace

void order_swaps(ChangeSet& changes, const AddressBook& addresses, const Policy& policy) {
    Circles(changes, addresses, policy).order();
}

void order_addresses_of_undo(ChangeSet& undo, const ActualNetwork& actual, const Policy& policy) {
    ChangeSet ordered{.changes = std::move(undo.changes), .notes = {}};
    const AddressBook addresses({}, actual, policy);
    order_swaps(ordered, addresses, policy);
    refuse_claims_without_giver(ordered, addresses);
    undo.changes = std::move(ordered.changes);
    for (auto& note : ordered.notes) {
        undo.notes.push_back({Note::Kind::not_undone, std::move(note.employee), "update_profile: " + note.text});
    }
    std::sort(undo.notes.begin(), undo.notes.end());
}

Swaps swaps_of(const ChangeSet& changes) {
    Swaps swaps;
    std::map<EmployeeKey, const UpdateProfile*> last;
    std::map<std::string, EmployeeKey> gives_up;
    for (const auto& change : changes.changes) {
        const auto* update = std::get_if<UpdateProfile>(&change.what);
        if (update == nullptr) continue;
        if (!update->parks) last[change.employee] = update;
        if (update->before.email) gives_up.emplace(folded(*update->before.email), change.employee);
    }
    for (const auto& change : changes.changes) {
        if (parking_of(change) == nullptr) continue;
        std::vector<EmployeeKey> people{change.employee};
        for (auto at = last.find(change.employee); at != last.end();) {
            const auto giver = gives_up.find(folded(at->second->after.email.value_or("")));
            const bool is_round = giver == gives_up.end() || giver->second == change.employee;
            if (is_round || people.size() > last.size()) break;
            people.push_back(giver->second);
            at = last.find(giver->second);
        }
        std::sort(people.begin(), people.end());
        swaps.push_back(std::move(people));
    }
    return swaps;
}

void keep_swaps_whole(ChangeSet& changes, const Swaps& before) {
    if (before.empty()) return;
    std::map<EmployeeKey, std::size_t> updates;
    for (const auto& change : changes.changes) {
        if (std::holds_alternative<UpdateProfile>(change.what)) ++updates[change.employee];
    }
    std::set<EmployeeKey> broken;
    for (const auto& people : before) {
        std::size_t there = 0;
        for (const auto& key : people) there += updates.contains(key) ? updates.at(key) : 0;
        if (there == people.size() + 1) continue;
        broken.insert(people.begin(), people.end());
    }
    std::erase_if(changes.changes, [&](const Change& change) {
        const bool waits =
            std::holds_alternative<UpdateProfile>(change.what) || std::holds_alternative<InviteAgain>(change.what);
        return waits && broken.contains(change.employee);
    });
    for (const auto& key : broken) {
        changes.notes.push_back(
            {Note::Kind::conflict, key, "swaps e-mail addresses with people of whom one has to wait: so do all"});
    }
}

}  // namespace usersync::diff

#include "core/diff/rekey.hpp"

#include "core/diff/comparison.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::diff {
namespace {

struct Pair {
    const ActualUser* leaves = nullptr;
    const DesiredUser* joins = nullptr;
    bool by_address = false;
};

template <class One>
using ByText = std::map<std::string, std::vector<const One*>>;

class Pairs {
public:
    Pairs(const LeavingAndJoining& people, const Birthdays& birthdays) : birthdays_(birthdays) {
        for (const auto* account : people.leaving) {
            add_address(account->profile.email.value_or(""), account);
            for (const auto& other : account->other_emails) add_address(other, account);
            const auto likeness = likeness_of(account->profile, birthday_of(*account));
            if (!likeness.empty()) by_likeness_[likeness].push_back(account);
        }
        for (const auto* wanted : people.joining) find_for(*wanted);
    }

    const std::vector<Pair>& all() const { return pairs_; }

private:
    void add_address(const std::string& email, const ActualUser* account) {
        if (email.empty()) return;
        auto& list = by_address_[folded(email)];
        if (list.empty() || list.back() != account) list.push_back(account);
    }

    std::string birthday_of(const ActualUser& account) const {
        if (account.birthday && !account.birthday->empty()) return *account.birthday;
        return birthday_of(*account.xid);
    }
    std::string birthday_of(const EmployeeKey& key) const {
        const auto at = birthdays_.find(key);
        return at == birthdays_.end() ? std::string() : at->second;
    }

    /// Empty where it is not known.
    static std::string likeness_of(const Profile& profile, const std::string& birthday) {
        if (!profile.name || birthday.empty()) return {};
        const auto name = joined(*profile.name);
        return folded(name.first) + '\n' + folded(name.last) + '\n' + birthday;
    }

    bool are_two(const ActualUser& account, const DesiredUser& wanted) const {
        const auto one = birthday_of(account);
        const auto other = birthday_of(wanted.key);
        if (!one.empty() && !other.empty()) return one != other;
        if (!account.profile.name || !wanted.profile.name) return false;
        const auto a = joined(*account.profile.name);
        const auto b = joined(*wanted.profile.name);
        return folded(a.first) != folded(b.first) && folded(a.last) != folded(b.last);
    }

    void find_for(const DesiredUser& wanted) {
        std::set<const ActualUser*> found;
        const auto address = by_address_.find(folded(wanted.profile.email.value_or("")));
        if (address != by_address_.end()) {
            for (const auto* account : address->second) {
                const bool is_pair = !are_two(*account, wanted) && found.insert(account).second;
                if (is_pair) pairs_.push_back({.leaves = account, .joins = &wanted, .by_address = true});
            }
        }
        const auto alike = by_likeness_.find(likeness_of(wanted.profile, birthday_of(wanted.key)));
        if (alike == by_likeness_.end()) return;
        for (const auto* account : alike->second) {
            if (found.insert(account).second) pairs_.push_back({.leaves = account, .joins = &wanted});
        }
    }

    const Birthdays& birthdays_;
    ByText<ActualUser> by_address_;
    ByText<ActualUser> by_likeness_;
    std::vector<Pair> pairs_;
};

/// Takes out what was decided for them, and the word that their address is somebody's: that is said better here.
void withdraw(ChangeSet& changes, const std::set<EmployeeKey>& people) {
    std::erase_if(changes.changes, [&](const Change& change) { return people.contains(change.employee); });
    std::erase_if(changes.notes, [&](const Note& note) {
        const bool is_replaced = note.kind == Note::Kind::conflict || note.kind == Note::Kind::awaits_hand ||
                                 note.kind == Note::Kind::by_hand;
        return is_replaced && people.contains(note.employee);
    });
}

std::string likeness_of(const Pair& pair) {
    return pair.by_address ? "with the same e-mail address" : "with the same name and birthday";
}

/// Of a record that does not say who is gone.
void note_both_unread(ChangeSet& changes, const Pair& pair) {
    const auto& before = *pair.leaves->xid;
    const auto& now = pair.joins->key;
    changes.notes.push_back({Note::Kind::rekey, before,
                             "may be who joins as " + now.value() + ' ' + likeness_of(pair) +
                                 ", so no second account is made: if that is one person, give the account the XID " +
                                 now.value() + " in the network; if not, a record that can be read whole says so"});
    changes.notes.push_back({Note::Kind::rekey, now,
                             "would join " + likeness_of(pair) + " as " + before.value() +
                                 ", who is missing where the record could not be read: see there"});
}

void note_both(ChangeSet& changes, const Pair& pair) {
    const auto& before = *pair.leaves->xid;
    const auto& now = pair.joins->key;
    const auto same = likeness_of(pair);
    changes.notes.push_back({Note::Kind::rekey, before,
                             "would leave while " + now.value() + " joins " + same +
                                 ", so neither is done: if that is one person, give the account the XID " +
                                 now.value() + " in the network, or put the former employee ID back into the record; " +
                                 "if not, suspend the account in the network"});
    changes.notes.push_back(
        {Note::Kind::rekey, now,
         "would join " + same + " as " + before.value() + ", whose account would be taken: see there"});
}

}  // namespace

void keep_rekeyed(ChangeSet& changes, const LeavingAndJoining& people, const DesiredNetwork& desired,
                  const ActualNetwork& actual, const Birthdays& birthdays, const Policy& policy) {
    if (people.leaving.empty() || people.joining.empty()) return;
    const Pairs pairs(people, birthdays);
    if (pairs.all().empty()) return;
    std::set<EmployeeKey> involved;
    std::map<const ActualUser*, std::size_t> of_account;
    std::map<const DesiredUser*, std::size_t> of_person;
    for (const auto& pair : pairs.all()) {
        involved.insert(*pair.leaves->xid);
        involved.insert(pair.joins->key);
        ++of_account[pair.leaves];
        ++of_person[pair.joins];
    }
    withdraw(changes, involved);
    std::optional<AddressIndex> addresses;
    if (policy.xid_change_on_reactivation && policy.can_suspend) addresses.emplace(desired, actual);
    for (const auto& pair : pairs.all()) {
        const auto& account = *pair.leaves;
        const bool is_certain = pair.by_address && of_account[pair.leaves] == 1 && of_person[pair.joins] == 1 &&
                                people.gone.contains(*account.xid) && account.state != UserState::suspended;
        if (addresses && is_certain && !account.locked && addresses->belong_together(account, *pair.joins)) {
            changes.changes.push_back({*account.xid,
                                       SuspendUser{.profile = account.profile, .becomes = pair.joins->key},
                                       because("has another employee ID in the record, with the same address")});
            changes.notes.push_back({Note::Kind::rekey, pair.joins->key,
                                     "gets the account of " + account.xid->value() + " with all that it has"});
        } else if (desired.completeness == Completeness::partial) {
            note_both_unread(changes, pair);
        } else {
            note_both(changes, pair);
        }
    }
}

}  // namespace usersync::diff

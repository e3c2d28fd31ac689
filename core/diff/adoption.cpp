#include "core/diff/adoption.hpp"

#include "core/diff/address_book.hpp"
#include "core/diff/address_index.hpp"
#include "core/diff/comparison.hpp"
#include "core/diff/missing_groups.hpp"
#include "core/diff/person.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace usersync::diff {
namespace {

using Likeness = std::pair<PersonName, std::string>;

struct BySpelling {
    bool operator()(const Likeness& a, const Likeness& b) const {
        const auto parts = [](const Likeness& one) { return std::tie(one.first.first, one.first.last, one.second); };
        return parts(a) < parts(b);
    }
};

class Proposal {
public:
    Proposal(const Comparison& compare, const ActualNetwork& actual, const Ownership& ownership,
             const std::map<EmployeeKey, std::string>& birthdays)
        : compare_(compare), ownership_(ownership), birthdays_(birthdays), addresses_(compare.desired, actual) {
        for (const auto& account : actual.users) {
            if (account.xid) {
                by_key_[*account.xid].push_back(&account);
            } else if (account.birthday && account.profile.name) {
                alike_[{joined(*account.profile.name), *account.birthday}].push_back(&account);
            }
        }
    }

    void propose_all() {
        for (const auto& wanted : compare_.desired.users) propose(wanted);
        // A likeness counts only while nobody has a better claim on the account.
        for (const auto* wanted : without_account_) hint(*wanted);
    }

private:
    void propose(const DesiredUser& wanted) {
        static const OwnedUser nothing;
        const auto* found = ownership_.find(wanted.key);
        const auto& owned = found == nullptr ? nothing : *found;
        if (const auto at = by_key_.find(wanted.key); at != by_key_.end()) {
            if (at->second.size() > 1) return conflict(wanted, "two accounts of the network have this XID");
            if (owned.user) return;
            return adopt_account(compare_, wanted, *at->second.front(), owned);
        }
        const auto& holders = addresses_.holders(wanted.profile.email.value_or(""));
        if (holders.empty()) return without_account_.push_back(&wanted);
        const auto& account = *holders.front();
        if (holders.size() > 1) return conflict(wanted, "several accounts have this person's e-mail address");
        if (account.xid) return conflict(wanted, "an account with another XID has this person's e-mail address");
        if (!addresses_.belong_together(account, wanted)) {
            return conflict(wanted, "several people of the record have an e-mail address of the same account");
        }
        if (!account.eid || account.locked) {
            return conflict(wanted, "the account with this person's e-mail address cannot be linked");
        }
        linked_.insert(&account);
        link_account(compare_, wanted, account, owned);
    }

    void conflict(const DesiredUser& wanted, const char* why) const {
        compare_.note(Note::Kind::conflict, wanted.key, why);
    }

    void hint(const DesiredUser& wanted) const {
        const auto birthday = birthdays_.find(wanted.key);
        if (birthday == birthdays_.end() || !wanted.profile.name) return;
        const auto at = alike_.find({joined(*wanted.profile.name), birthday->second});
        if (at == alike_.end()) return;
        std::string which;
        for (const auto* account : at->second) {
            if (linked_.contains(account) || !account->eid) continue;
            which += (which.empty() ? "" : ", ") + account->eid->value();
        }
        if (which.empty()) return;
        compare_.note(Note::Kind::by_hand, wanted.key,
                      "may be whoever has the account " + which +
                          ", which has the same name and birthday: somebody who knows gives the account their XID or "
                          "their e-mail address in the network");
    }

    const Comparison& compare_;
    const Ownership& ownership_;
    const std::map<EmployeeKey, std::string>& birthdays_;
    const AddressIndex addresses_;
    std::map<EmployeeKey, std::vector<const ActualUser*>> by_key_;
    std::map<Likeness, std::vector<const ActualUser*>, BySpelling> alike_;
    std::set<const ActualUser*> linked_;
    std::vector<const DesiredUser*> without_account_;
};

}  // namespace

ChangeSet propose_adoption(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
                           const std::map<EmployeeKey, std::string>& birthdays, const Policy& policy) {
    const GroupDirectory groups(actual, desired.groups_to_make);
    const AddressBook addresses(desired, actual, policy);
    ChangeSet not_asked_for;
    const auto awaited = make_missing_groups(desired, groups, {}, not_asked_for);
    ChangeSet out;
    const Comparison compare{
        .desired = desired, .groups = groups, .addresses = addresses, .policy = policy, .awaited = awaited, .out = out};
    Proposal(compare, actual, ownership, birthdays).propose_all();
    std::stable_sort(out.changes.begin(), out.changes.end(),
                     [](const Change& a, const Change& b) { return a.employee < b.employee; });
    std::sort(out.notes.begin(), out.notes.end());
    out.notes.erase(std::unique(out.notes.begin(), out.notes.end()), out.notes.end());
    return out;
}

}  // namespace usersync::diff

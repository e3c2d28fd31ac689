#include "core/diff/address_index.hpp"

#include "core/plan/addresses.hpp"

#include <algorithm>
#include <utility>

namespace usersync::diff {

std::string folded(std::string email) { return plan::folded_address(std::move(email)); }

namespace {

template <class One>
void add(std::map<std::string, std::vector<const One*>>& index, const std::string& email, const One& one) {
    if (email.empty()) return;
    auto& list = index[folded(email)];
    if (list.empty() || list.back() != &one) list.push_back(&one);
}

template <class One>
const std::vector<const One*>& at(const std::map<std::string, std::vector<const One*>>& index,
                                  const std::string& email) {
    static const std::vector<const One*> nobody;
    const auto found = index.find(folded(email));
    return found == index.end() ? nobody : found->second;
}

}  // namespace

AddressIndex::AddressIndex(const DesiredNetwork& desired, const ActualNetwork& actual) {
    for (const auto& user : actual.users) {
        add(holders_, user.profile.email.value_or(""), user);
        for (const auto& other : user.other_emails) add(holders_, other, user);
    }
    for (const auto& user : desired.users) add(claimants_, user.profile.email.value_or(""), user);
}

const std::vector<const ActualUser*>& AddressIndex::holders(const std::string& email) const {
    return at(holders_, email);
}

const std::vector<const DesiredUser*>& AddressIndex::claimants(const std::string& email) const {
    return at(claimants_, email);
}

bool AddressIndex::belong_together(const ActualUser& account, const DesiredUser& wanted) const {
    const auto is_alone = [&](const std::string& email) {
        const auto& claiming = claimants(email);
        return std::all_of(claiming.begin(), claiming.end(), [&](const DesiredUser* one) { return one == &wanted; });
    };
    const auto& all = account.other_emails;
    return wanted.profile.email && holders(*wanted.profile.email).size() == 1 &&
           holders(*wanted.profile.email).front() == &account && is_alone(account.profile.email.value_or("")) &&
           std::all_of(all.begin(), all.end(), is_alone);
}

}  // namespace usersync::diff

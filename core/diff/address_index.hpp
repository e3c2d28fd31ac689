#pragma once
// Who has an e-mail address, primary or other, and who should have it.

#include "core/model/network.hpp"

#include <map>
#include <string>
#include <vector>

namespace usersync::diff {

/// As it is compared: letters of any case are the same.
std::string folded(std::string email);

/// Letters of any case are the same. Refers to the networks.
class AddressIndex {
public:
    AddressIndex(const DesiredNetwork& desired, const ActualNetwork& actual);

    /// Each account once, in the network's order.
    const std::vector<const ActualUser*>& holders(const std::string& email) const;
    const std::vector<const DesiredUser*>& claimants(const std::string& email) const;

    /// The account and the person are alone with the address, and nobody else has a claim on the account.
    bool belong_together(const ActualUser& account, const DesiredUser& wanted) const;

private:
    std::map<std::string, std::vector<const ActualUser*>> holders_;
    std::map<std::string, std::vector<const DesiredUser*>> claimants_;
};

}  // namespace usersync::diff

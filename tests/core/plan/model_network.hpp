#pragma once
// A network in memory to which operations are done one by one, and which complains where a real one would refuse.

#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <string>
#include <vector>

namespace usersync::test {

class ModelNetwork {
public:
    ModelNetwork(ActualNetwork network, Ownership ownership);

    void perform(const Change& change);

    /// Sorted, as it would be read.
    ActualNetwork shown() const;
    const Ownership& ownership() const { return ownership_; }
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    ActualUser* find(const EmployeeKey& key);
    void complain(const Change& change, const std::string& why);
    void claim(const Change& change, const ActualUser* but, const std::optional<std::string>& email);
    void create(const Change& change, const CreateUser& what);
    void perform(const Change& change, ActualUser& user);
    void change_role(const Change& change, const ChangeGroupRole& what, ActualUser& user);
    void link(const Change& change, const UserEid& account);
    void leave(const Change& change, ActualUser& user, const GroupEid& group);

    ActualNetwork network_;
    Ownership ownership_;
    std::vector<std::string> complaints_;
};

}  // namespace usersync::test

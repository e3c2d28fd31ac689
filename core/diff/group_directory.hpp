#pragma once
// Finds the network's groups by the ways in which rules name them.

#include "core/model/network.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace usersync::diff {

enum class NotFound { unknown, ambiguous };

/// Built once per comparison. Refers to the network it was built from.
class GroupDirectory {
public:
    /// `known_units`: what rules say about the business units of local departments.
    explicit GroupDirectory(const ActualNetwork& network, const std::vector<GroupToMake>& known_units = {});

    /// The one group that the reference means. A name that two groups of the kind share is ambiguous, unless they
    /// are local departments and the rules say of which business unit: one of another unit is not the one that is
    /// meant.
    std::variant<const ActualGroup*, NotFound> find(const GroupRef& reference) const;
    /// nullopt where the network does not know it any more.
    std::optional<GroupKind> kind_of(const GroupEid& eid) const;
    /// The business unit of a local department, where the network shows it.
    std::optional<GroupEid> parent_of(const GroupEid& eid) const;
    /// "Store 12", or the EID where the network does not know it any more.
    std::string name_of(const GroupEid& eid) const;

private:
    void learn_unit(const GroupToMake& wanted);
    bool may_be_meant(const ActualGroup& group, const GroupRef& reference) const;

    std::map<GroupRef, std::optional<GroupEid>> units_;  ///< nullopt: rules contradict each other
    std::map<GroupEid, const ActualGroup*> by_eid_;
    std::map<std::string, std::vector<const ActualGroup*>> by_name_;
    std::map<std::string, const ActualGroup*> by_xid_;
};

}  // namespace usersync::diff

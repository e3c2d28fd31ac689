#include "core/diff/adoption.hpp"

namespace usersync::diff {

ChangeSet propose_adoption(const DesiredNetwork&, const ActualNetwork&, const Ownership&,
                           const std::map<EmployeeKey, std::string>&, const Policy&) {
    return {};
}

}  // namespace usersync::diff

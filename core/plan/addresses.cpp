#include "core/plan/addresses.hpp"

#include "core/base/ascii.hpp"

namespace usersync::plan {

std::string folded_address(std::string email) { return lower_case(email); }

}  // namespace usersync::plan

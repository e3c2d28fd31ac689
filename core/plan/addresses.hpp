#pragma once
// E-mail addresses as they are compared.

#include <string>

namespace usersync::plan {

/// Letters of any case are the same.
std::string folded_address(std::string email);

}  // namespace usersync::plan

#pragma once
// E-mail addresses as they are compared.

#include "core/model/ids.hpp"

#include <string>

namespace usersync::plan {

/// Letters of any case are the same.
std::string folded_address(std::string email);

/// Where somebody's address goes while people swap theirs: `pattern` with their key for {key}. What is no letter,
/// digit, hyphen or dot of the key becomes a hyphen: an address has to be one.
std::string parking_address(std::string pattern, const EmployeeKey& key);

}  // namespace usersync::plan

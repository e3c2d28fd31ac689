#include "core/plan/addresses.hpp"

#include <algorithm>

namespace usersync::plan {

std::string folded_address(std::string email) {
    std::transform(email.begin(), email.end(), email.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return email;
}

}  // namespace usersync::plan

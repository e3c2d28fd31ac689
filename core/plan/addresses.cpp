#include "core/plan/addresses.hpp"

#include "core/base/ascii.hpp"

namespace usersync::plan {

std::string folded_address(std::string email) { return lower_case(email); }

std::string parking_address(std::string pattern, const EmployeeKey& key) {
    std::string safe;
    for (const char c : key.value()) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
        safe += plain ? c : '-';
    }
    static const std::string place = "{key}";
    for (auto at = pattern.find(place); at != std::string::npos; at = pattern.find(place, at + safe.size())) {
        pattern.replace(at, place.size(), safe);
    }
    return pattern;
}

}  // namespace usersync::plan

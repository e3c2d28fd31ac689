#pragma once
// What vendors are known to say when they do not give everybody, and what we make of it.

#include "core/base/result.hpp"
#include "tests/connectors/rest/vendors/vendor.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace usersync::vendors {

/// Which call is answered so, and every one after it.
enum class Refused : std::uint8_t { login, first_page, second_page };

struct Refusal {
    const char* preset;
    Refused call;
    http::Response answer;
    FailureKind kind;
    const char* code;
    const char* told;  ///< the vendor's own words, or who has to do what
    /// When it said to come back, where that is later than a read may wait.
    std::optional<Duration> comes_back = {};
};

/// At least one for each preset.
const std::vector<Refusal>& refusals();

}  // namespace usersync::vendors

#pragma once
// Finds values in the JSON body of an event.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::webhook {

/// Names with dots between them, each perhaps with [*] behind it: every element of a list.
bool is_body_path(std::string_view path);

struct FoundInBody {
    std::vector<std::string> values;  ///< texts and whole numbers, in their order
    std::size_t missing = 0;          ///< places where there is nothing, or something else
};

/// nullopt when the body is no JSON. REQUIRES: `is_body_path(path)`.
std::optional<FoundInBody> find_in_body(std::string_view body, std::string_view path);

}  // namespace usersync::webhook

#pragma once

#include <string>

namespace usersync::record {

/// The bytes of a file in tests/golden/record.
std::string golden_workbook(const std::string& name);

}  // namespace usersync::record

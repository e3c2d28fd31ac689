#include "tests/core/record/golden_workbook.hpp"

#include <fstream>
#include <sstream>

namespace usersync::record {

std::string golden_workbook(const std::string& name) {
    std::ifstream file(std::string(USERSYNC_SOURCE_DIR) + "/tests/golden/record/" + name, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace usersync::record

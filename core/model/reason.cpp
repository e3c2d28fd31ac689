#include "core/model/reason.hpp"

namespace usersync {

std::string describe(const Origin& origin) {
    return origin.line == 0 ? origin.file : origin.file + ':' + std::to_string(origin.line);
}

}  // namespace usersync

#include "core/model/reason.hpp"

namespace usersync {

std::string describe(const Origin& origin) {
    return origin.line == 0 ? origin.file : origin.file + ':' + std::to_string(origin.line);
}

std::string describe(const Reason& reason) {
    std::string text = reason.rule;
    if (!reason.origin.file.empty()) text += " (" + describe(reason.origin) + ')';
    if (!reason.column.empty()) text += ": " + reason.column;
    if (!reason.value.empty()) text += " = \"" + reason.value + '"';
    return text;
}

}  // namespace usersync

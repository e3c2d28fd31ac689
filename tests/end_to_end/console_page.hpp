#pragma once
// A page shows a session with the example; here it is typed, and what the program answers is what the page says.

#include "tests/end_to_end/example_shop.hpp"

#include <set>
#include <string>
#include <vector>

namespace usersync::test {

using Lines = std::vector<std::string>;

struct Block {
    std::string language;
    Lines lines;
    std::string section;  ///< the heading that it stands below, without its signs
};
/// "docs/rules.md"
std::vector<Block> blocks_of(const std::string& page);

std::string joined(const Lines& lines);

/// Types every console block of the page, each in the example's files as they were, and checks every answer. "…" alone
/// in a line stands for one line at least; times and how long something takes are not compared. With a section: what
/// stands below that heading alone. Gives the commands of usersyncd that were typed.
std::set<std::string> check_sessions(const std::string& page, ExampleShop& shop, const std::string& today,
                                     const std::string& section = "");

}  // namespace usersync::test

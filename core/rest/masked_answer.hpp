#pragma once
// An answer for somebody who is to see what is wrong with it, and not who is in it. Pure.

#include "core/rest/connector.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace usersync::rest {

/// What of an answer may be told.
struct Telling {
    std::set<std::string> keys;    ///< members whose values are ids: pseudonyms tell them apart
    std::set<std::string> counts;  ///< members whose numbers are about the list, such as its total: they stay
    std::set<std::string> names;   ///< of members, where all others may be ids themselves; empty: names are names
};

/// By what the declaration says of its lists. `key_columns`: the columns that are ids.
Telling telling_of(const Connector& connector, const std::set<std::string>& key_columns);

/// JSON keeps its shape, white space and mistakes, also when it is cut off: of texts the letters are x or X and digits
/// 9, of numbers the digits 9; names of members stay unless they look like an address or an id. Of anything else, such
/// as a page of HTML, the names of its elements stay. Ids are those of `pseudonymised`, with the same seed.
std::string masked_answer(std::string_view body, const Telling& telling, std::uint64_t seed);

}  // namespace usersync::rest

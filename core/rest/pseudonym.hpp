#pragma once
// Lines of a record for somebody who is to see what is wrong with it, and not who is in it.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace usersync::rest {

/// Letters are x or X, digits 9, everything else is as it was: lengths, signs, null, true and false, which columns
/// there are. Texts and numbers of `keys` become "p" and 16 digits, the same for the same text and seed: so it shows
/// who is there twice, and whose manager is whom. They are HMAC-SHA256 by the seed, cut to 64 bits: whoever knows the
/// seed can try out who that is, nobody else. REQUIRES: lines as
/// json_line.hpp describes them.
std::string pseudonymised(std::string_view lines, const std::set<std::string>& keys, std::uint64_t seed);

}  // namespace usersync::rest

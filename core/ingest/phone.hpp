#pragma once
// Telephone numbers → E.164, by libphonenumber.

#include <string>
#include <string_view>

namespace usersync::ingest {

enum class PhoneFlaw {
    none,
    not_possible,   ///< too short, too long, no such country code
    not_plain,      ///< letters or signs in it that no number has
    has_extension,  ///< E.164 has no place for it, and without it the number is another one
};

/// Turns `number` into "+31201234567" in place; on a flaw it stays as it is. `country` (ISO 3166) is for numbers
/// without a country code. Possible means the right length for its country, not that somebody answers.
///
/// Digits, "+", "(", ")", "-", ".", "/", spaces and the marks that copying leaves behind may stand in a number; nothing
/// else may, because the library would look for a number anywhere in a sentence.
PhoneFlaw read_phone(std::string& number, const std::string& country);

bool is_phone_country(const std::string& country);

}  // namespace usersync::ingest

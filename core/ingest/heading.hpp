#pragma once
// What a heading says about the field below it, in English, Dutch, German and French.

#include "core/ingest/column_map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// Letters and digits only, lower case, without accents: "Pers.-Nr." → "persnr", "Prénom" → "prenom".
std::string squeezed(std::string_view heading);

struct HeadingMatch {
    Field field = Field::employee_id;
    int score = 0;          ///< 1 to 100
    bool is_whole = false;  ///< the heading is a usual one; otherwise it contains one
};

/// The fields that the heading may mean, each once, the likeliest first.
std::vector<HeadingMatch> match_heading(std::string_view heading);

/// Whether the heading is, as a whole, a usual one for any field.
bool is_known_heading(std::string_view heading);

/// Whether the heading says that there are shares below it: "Deeltijdpercentage".
bool says_percentage(std::string_view heading);

}  // namespace usersync::ingest

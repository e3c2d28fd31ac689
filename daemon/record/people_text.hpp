#pragma once
// The employees of a record as csv, JSON or JSON lines. Pure. Personal data, on purpose: it is what was asked for.

#include "core/model/people_bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record_view {

/// A header and a row per person: the fields of `[columns]`, then the extra ones. Several locations or departments are
/// divided by "|". A field about which the record says nothing is an empty cell.
std::vector<std::vector<std::string>> people_table(const PeopleBytes& people);

/// RFC 4180 with CRLF. `for_spreadsheet`: cells that a spreadsheet would take for a formula get an apostrophe in front.
std::string people_csv(const PeopleBytes& people, bool for_spreadsheet);

/// An array of objects, or one object a line. A field about which the record says nothing is left out; one that is
/// empty is "".
/// @{
std::string people_json(const PeopleBytes& people);
std::string people_json_lines(const PeopleBytes& people);
/// @}

}  // namespace usersync::record_view

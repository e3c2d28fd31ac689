#pragma once
// The employee record that is shown to customers as an example.

#include <string>
#include <vector>

namespace usersync::ingest {

/// A header and a few people who do not exist. docs/employee-record.md shows the same table. An id begins with zeros, a
/// name has an infix, letters have accents, and two locations stand in one cell, apart by '|'.
std::vector<std::vector<std::string>> example_record();

}  // namespace usersync::ingest

#pragma once
// A field's cells → its values, by its recipe. Nothing is guessed: what does not fit is a flaw, never another value.

#include "core/ingest/column_map.hpp"
#include "core/record/row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// Why the values of a field could not be made.
struct ValueFlaw {
    std::string code;      ///< snake_case: "bad_date", "number_rounded"
    std::string sentence;  ///< for HR, without the value
    bool operator==(const ValueFlaw&) const = default;
};

/// The texts that a recipe works on, and works in: kept between rows so that nothing is allocated per row.
struct Values {
    std::vector<std::string> texts;
    std::vector<record::CellKind> kinds;  ///< of the cells that they come from; the steps look at it
};

/// Carries out the steps on `values`, which come in trimmed and without empty texts. The first flaw ends it.
///
/// | code               | when                                                                                   |
/// |--------------------|----------------------------------------------------------------------------------------|
/// | number_rounded     | 1,23457E+11 or a number of more than 15 digits, in an id: a spreadsheet has rounded it   |
/// | bad_date           | not a day of the calendar, not as the pattern says, or outside 1900 to 2199              |
/// | bad_phone          | no possible number of the country                                                       |
/// | bad_email          | not one plain address                                                                   |
/// | not_in_table       | a lookup with `otherwise = freeze` does not know the value                              |
/// | formula_error      | the cell holds #N/A or its like, or a formula that was never computed                   |
std::optional<ValueFlaw> transform(const std::vector<Step>& steps, Values& values);

/// What is wrong with a recipe before any row is read: a date pattern without a year, an unknown country.
std::optional<std::string> check_step(const Step& step);

struct SplitName {
    std::string first;
    std::string infix;
    std::string last;
};
/// A full name in one cell. A single word is a last name. See `NameOrder`.
SplitName split_name(std::string_view name, NameOrder order, const std::vector<std::string>& infixes);

}  // namespace usersync::ingest

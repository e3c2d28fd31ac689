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
    /// Of the cells that they come from, one per text; or empty: all are text. The steps look at it, and empty it
    /// where they make other texts of the cells.
    std::vector<record::CellKind> kinds;
    std::vector<std::string> parts;  ///< room to work in
};

/// Carries out the steps on `values`, which come in as UTF-8, trimmed and without empty texts; yet a cell of kind error
/// or formula comes in whatever its text. They go out without empty texts too. The first flaw ends it: then the values
/// mean nothing. Without steps only the kinds are looked at.
///
/// | code               | when                                                                                   |
/// |--------------------|----------------------------------------------------------------------------------------|
/// | number_rounded     | a text to be padded, or a number, of which `is_rounded_number` is true; not before a date       |
/// | bad_date           | not a day of the calendar, not as the pattern says, or outside 1900 to 2199              |
/// | bad_phone          | no possible number of the country, letters in it, or an extension                       |
/// | bad_email          | not one plain address                                                                   |
/// | not_in_table       | a lookup with `otherwise = freeze` does not know the value                              |
/// | formula_error      | the cell holds #N/A or its like, or a formula that was never computed                   |
std::optional<ValueFlaw> transform(const std::vector<Step>& steps, Values& values);

/// 1,23457E+11, or a number (not a text) of more than 15 digits: a spreadsheet has rounded it. For ids.
bool is_rounded_number(std::string_view trimmed, record::CellKind kind);

/// What is wrong with a recipe before any row is read: a date pattern without a year, an unknown country.
std::optional<std::string> check_step(const Step& step);

struct SplitName {
    std::string first;
    std::string infix;
    std::string last;
};
/// A full name in one cell. A single word is a last name, and so is the last word whatever it is. White space
/// between words becomes one space. Infixes are known without regard to case; of "Berg, Jan van der" those behind the
/// first name count, of "van der Berg, Jan" those in front of the last name.
SplitName split_name(std::string_view name, NameOrder order, const std::vector<std::string>& infixes);

}  // namespace usersync::ingest

#pragma once
// What an unknown record seems to be: its columns, how they are filled, and which field each may hold. For a person who
// is about to configure a tenant; nothing else relies on it. Never shows a person's value.

#include "core/base/result.hpp"
#include "core/ingest/column_map.hpp"
#include "core/record/row.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// What nearly all values of a column look like.
enum class Look : std::uint8_t { empty, email, date, boolean, percentage, phone, id, number, name, text };
std::string_view to_string(Look look);

struct ColumnSurvey {
    std::string name;                    ///< the heading, on one line; may be empty
    std::size_t filled = 0;              ///< rows in which it is not empty
    std::size_t distinct = 0;            ///< different values
    bool is_more_than_distinct = false;  ///< there are more than `distinct`: counting ended there
    std::vector<std::string> samples;    ///< three at most, masked: "Xxxx 99"
    Look look = Look::empty;
    /// Of a date column: how its values may be written, in the words of `step::Date`. Several: the values do not tell,
    /// as in 01/02/2026. None: no one pattern fits them all.
    std::vector<std::string> date_patterns;
    std::size_t digits_min = 0;  ///< of a column of whole numbers: how many digits they have
    std::size_t digits_max = 0;
    bool zeros_may_be_lost = false;  ///< whole numbers of different lengths, none of which begins with a zero
    std::string separators;          ///< those of ; | + and a line break that stand within values
    std::size_t with_comma = 0;      ///< values with letters and a comma in them
    std::optional<Field> role;       ///< each field has one column at most
    std::string reason;              ///< why this role, or what stands in its way
};

struct Survey {
    bool has_header = false;
    std::size_t header_line = 0;  ///< `Row::line`; 0 in a record with named values, which has no row for its header
    std::size_t rows = 0;         ///< below the header, blank ones not counted
    std::size_t flawed_rows = 0;  ///< of them, those with a broken quote; their cells are not counted
    std::vector<ColumnSurvey> columns;
    std::size_t columns_left_out = 0;  ///< more columns than `survey_columns_max`
    std::optional<Failure> failure;    ///< the record could not be read to its end
};

constexpr std::size_t survey_columns_max = 1000;

/// Reads all rows. Pure. Memory is bounded, whatever the record holds.
///
/// The header is line 0, of a record that has one; otherwise, of the first hundred rows that are not blank, the one
/// with most headings that are known in English, Dutch, German or French, two at least and more than twice as many as
/// it has addresses, numbers and dates (one, in a record of one column); or else the first that is
/// wider than all above it and has two cells or more, all different, none an address, a number or a date, with rows of
/// similar width below that have such values.
Survey survey(record::RowSource& rows);

/// The mapping that the survey suggests. A date whose order is undecidable is left out; without a column that tells
/// employees apart, `employee_id` is.
ColumnMap propose(const Survey& survey);

/// The same as a `[columns]` table ready to paste into tenant.toml, with a reason per line, the undecided as comments,
/// and every other column as a line to be uncommented.
std::string columns_toml(const Survey& survey);

}  // namespace usersync::ingest

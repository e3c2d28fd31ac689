#pragma once
// The header of a record: in which row it is, and in which column each mapped field stands.

#include "core/ingest/bounce.hpp"
#include "core/ingest/column_map.hpp"
#include "core/record/open_record.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::ingest {

/// One field's recipe, and the columns of this record that it takes its values from.
struct FieldColumns {
    const Recipe* recipe = nullptr;
    std::vector<std::size_t> columns;  ///< those that are there, in the order of the recipe

    /// Whether the record says anything about the field.
    bool is_there() const;
};

/// Where the mapped fields stand.
struct Columns {
    FieldColumns key;
    std::vector<std::pair<Field, FieldColumns>> fields;  ///< all but the key, those that are there
    std::vector<std::pair<std::string, FieldColumns>> extra;
    std::optional<std::size_t> main_row;  ///< the column that `rows_per_person` looks at
    std::vector<std::size_t> used;        ///< all of the above, each once, ascending

    const FieldColumns* find(Field field) const;
};

struct Header {
    std::size_t line = 0;
    std::vector<std::string> names;  ///< as written, trimmed, always UTF-8
    Columns columns;
    std::vector<MissingColumn> missing;       ///< mapped, but not there
    std::vector<std::string> doubled;         ///< names that stand there twice and are not mapped
    std::unique_ptr<record::RowSource> body;  ///< the rows below the header
};

/// Looks for the header among the first hundred rows that are not blank: the first that holds every mapped name, or
/// else the one with the key column that holds most of them; or the row that the tenant names. REQUIRES: `map`
/// outlives the result.
///
/// Bounces: "empty_record", "no_header" (the named row is not there), "bad_header" (a broken quote),
/// "key_column_missing", "duplicate_column" (a mapped one), and what `rows` refuses. The names found are told only of a
/// row in which at least one mapped name stands: a record without a header has a person in its first row.
std::variant<Header, Bounce> find_header(std::unique_ptr<record::RowSource> rows, const ColumnMap& map,
                                         std::optional<std::size_t> header_row);

/// A failure to open or to read a record as what HR is told.
Bounce bounce_of(const Failure& failure);

}  // namespace usersync::ingest

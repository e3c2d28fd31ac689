#pragma once
// Records with named values, JSON and XML, as a table: its first row (line 0) holds the names, in the order in which
// they first appear anywhere in the record.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace usersync::record {

/// | value                        | becomes                                                                  |
/// |------------------------------|--------------------------------------------------------------------------|
/// | text, number, true, false    | a cell of that kind; a number as it is written                           |
/// | null                         | an empty text: the record says that there is none                        |
/// | name left out                | `absent`: the record says nothing                                        |
/// | object in an object          | one column per name within it: "address.city"                            |
/// | array of plain values        | one cell, a value per line                                               |
/// | array of objects             | one column per name within them, "jobs.title": a value per line          |
/// | XML attribute                | a column "@name"                                                         |
/// | XML element repeated         | one cell, a value per line                                               |
///
/// A name that only ever stands around others makes no column of its own; when it is null or empty, all columns within
/// it are empty texts ("manager": null empties "manager.id"). A JSON name twice in one object is refused, since one of
/// its values would be lost. Prefixes of XML namespaces and attributes about the XML itself (xmlns, xsi:…) are dropped.
///
/// The text is read twice: for the names, then for the rows; every token of it is looked at in the first reading.
/// REQUIRES: `text` is UTF-8 and outlives the result.
/// Memory: JSON is copied once, because simdjson reads a little past its end, and takes four bytes for every bracket,
/// comma and value; JSON lines are copied once; of XML one record is held. Names: at most `columns_max`, of at most
/// 1,024 bytes with those around them.
/// `rejected`: "damaged_json", "damaged_xml" (with line or offset), "no_records", "doctype_refused", limits' codes;
/// "too_many_columns" also when hardly any of the names is in hardly any record (more than 16 cells per byte).
/// @{
/// `path` empty: the whole text is an array of records, or the largest one at most three names deep is taken.
Result<std::unique_ptr<RowSource>> open_json(std::string_view text, const std::string& path,
                                             const RecordLimits& limits);
/// A record per line; `Row::line` is that line. One broken line is damage of the whole.
Result<std::unique_ptr<RowSource>> open_jsonl(std::string_view text, const RecordLimits& limits);
/// `element` empty: the one element that is repeated and holds others, a child of the root or at most two levels below;
/// several kinds of them are refused, because the people in one would look as if they had left.
Result<std::unique_ptr<RowSource>> open_xml(std::string_view text, const std::string& element,
                                            const RecordLimits& limits);
/// @}

}  // namespace usersync::record

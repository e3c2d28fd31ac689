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
/// The text is read twice: for the names, then for the rows. REQUIRES: `text` is UTF-8 and outlives the result.
/// `rejected`: "damaged_json", "damaged_xml" (with line or offset), "no_records", "doctype_refused", limits' codes.
/// @{
Result<std::unique_ptr<RowSource>> open_json(std::string_view text, const std::string& path,
                                             const RecordLimits& limits);
Result<std::unique_ptr<RowSource>> open_jsonl(std::string_view text, const RecordLimits& limits);
/// `element` empty: the children of the root element are the records.
Result<std::unique_ptr<RowSource>> open_xml(std::string_view text, const std::string& element,
                                            const RecordLimits& limits);
/// @}

}  // namespace usersync::record

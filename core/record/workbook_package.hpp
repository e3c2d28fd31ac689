#pragma once
// How the parts of an Office Open XML package find one another: content types and relations.

#include "core/record/xml_events.hpp"
#include "core/record/zip.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

struct Relation {
    std::string id;
    std::string type;    ///< the last part of its address: "worksheet"
    std::string target;  ///< path of the part in the package, without a slash before it
};

/// The relations of a part, by its path; of the package itself for an empty path. None where it has none.
Result<std::vector<Relation>> relations_of(ZipArchive& archive, std::string_view part, const RecordLimits& limits);

/// What the package says that a part is, or empty: "application/vnd.…sheet.main+xml".
Result<std::string> content_type_of(ZipArchive& archive, std::string_view part, const RecordLimits& limits);

/// A part of the workbook, all of it, through a handler.
Result<void> read_part(ZipArchive& archive, std::size_t index, XmlHandler& handler, const XmlOptions& options);

/// "xl/workbook.xml" and "worksheets/sheet1.xml" → "xl/worksheets/sheet1.xml"; "/xl/sheet.xml" → "xl/sheet.xml".
std::string part_path(std::string_view source, std::string_view target);

/// The bytes of an entry, for a reader; the failures as a workbook's.
ReadBytes bytes_of(ZipEntryStream stream, std::string where);

XmlOptions xlsx_options(const RecordLimits& limits);

}  // namespace usersync::record

#pragma once
// How the bytes of an employee record are written: what a tenant may say about it, and what was found.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

enum class Format { csv, tsv, xls, xlsx, ods, spreadsheetml, html, mhtml, json, jsonl, xml };
std::string_view to_string(Format format);
std::optional<Format> format_from(std::string_view text);

/// What a record may be wrapped in; several may stand around one another, such as gzip in PGP.
enum class Container { gzip, zip, pgp };
std::string_view to_string(Container container);

/// What the tenant says. Everything left out is found out from the content, never from the file's name.
struct RecordFormat {
    std::optional<Format> format;
    std::optional<std::string> encoding;    ///< IANA name, "windows-1252"; of text formats
    std::optional<char> delimiter;          ///< of csv and tsv
    bool backslash_escapes = false;         ///< of csv: \" and \\ within quotes instead of RFC 4180's doubled quote
    std::optional<std::string> sheet;       ///< name of the sheet; otherwise the first visible one
    std::optional<std::size_t> header_row;  ///< 1-based `Row::line` of the header; otherwise it is looked for
    std::string records;                    ///< JSON: path to the array, "data.employees"; XML: name of the element
    std::size_t row_bytes_max = 1 << 20;    ///< a longer row is damage, e.g. a quote that was left open
    bool operator==(const RecordFormat&) const = default;
};

/// What is refused whatever it holds, so that memory and time stay bounded.
struct RecordLimits {
    std::size_t unpacked_bytes_max = std::size_t{1} << 30;  ///< of one entry, and of all entries that are read
    std::size_t ratio_max = 200;                            ///< unpacked to packed, after the first MiB
    std::size_t entries_max = 10'000;                       ///< in a zip
    std::size_t shared_text_bytes_max = std::size_t{256} << 20;
    std::size_t depth_max = 64;  ///< of XML and JSON
    std::size_t columns_max = 16'384;
    std::size_t rows_max = 20'000'000;
    std::size_t cell_bytes_max = 1 << 20;
    bool operator==(const RecordLimits&) const = default;
};

/// What the record turned out to be.
struct Found {
    std::vector<Container> containers;  ///< outermost first
    Format format = Format::csv;
    std::string encoding;  ///< "UTF-8", "UTF-16LE", "windows-1252"; empty for a format without a choice
    bool has_byte_order_mark = false;
    bool encoding_assumed = false;    ///< nothing speaks against the encoding, and nothing proves it
    bool mixed_encodings = false;     ///< mostly UTF-8, yet some bytes are not: those rows cannot be believed
    std::optional<char> delimiter;    ///< of csv and tsv
    std::string sheet;                ///< the one that is read; empty for a format without sheets
    std::vector<std::string> sheets;  ///< all of them, in their order
    std::vector<std::string> visible_sheets;
    bool dates_from_1904 = false;  ///< the workbook counts days from 1904
    bool operator==(const Found&) const = default;
};

}  // namespace usersync::record

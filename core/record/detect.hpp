#pragma once
// What the bytes of a delivery are, told by their content alone: names of files lie.

#include "core/record/record_format.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace usersync::record {

enum class Content : std::uint8_t {
    nothing,        ///< no bytes at all
    gzip,           ///< 1F 8B
    zip,            ///< "PK": a workbook of today, or something that was packed
    pgp,            ///< "-----BEGIN PGP MESSAGE-----", or a first packet of an encrypted message
    compound_file,  ///< D0 CF 11 E0 A1 B1 1A E1: an old workbook, or one that is protected
    bare_workbook,  ///< of Excel 2 to 5: records without a file around them
    lock_file,      ///< what Excel or LibreOffice leaves beside a workbook that somebody has open
    other,          ///< nothing that holds employees: `what` says what it is
    text,           ///< everything else
};

struct Detected {
    Content content = Content::text;
    std::string_view what;  ///< "a PDF document"
};

Detected detect(std::string_view bytes);

/// What a text is. Nullopt: nothing that holds employees; `what` says what it is. Comma or tab is told later.
struct DetectedText {
    std::optional<Format> format = Format::csv;
    std::string_view what;
};

/// REQUIRES: no byte order mark; at least what stands in the first lines is readable as ASCII.
DetectedText detect_text(std::string_view text);

/// The encoding that an XML declaration or an HTML `charset` names; empty without one.
std::string_view declared_encoding(std::string_view text, Format format);

/// "~$staff.xlsx" and ".~lock.staff.ods#": left beside a workbook while somebody has it open, and sometimes longer.
bool is_lock_file_name(std::string_view name);

}  // namespace usersync::record

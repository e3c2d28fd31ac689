#pragma once
// In which encoding a text is written, and the text as UTF-8.

#include "core/base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::record {

struct Encoding {
    std::string name;            ///< "UTF-8", "UTF-16LE", "windows-1252", …: as IANA writes it
    std::size_t mark_bytes = 0;  ///< of the byte order mark in front; 0 without one
    bool mixed = false;          ///< mostly UTF-8, yet some bytes are not
    bool assumed = false;        ///< windows-1252 because nothing speaks against it, not because it is certain
};

/// In this order: `told` (the tenant's word); a byte order mark; UTF-16 by where its NUL bytes stand; valid UTF-8;
/// UTF-8 with some bytes that are not (`mixed`); what uchardet makes of at least sixteen bytes beyond ASCII;
/// windows-1252. A short or doubtful sample is windows-1252, as spreadsheets in western Europe write it, and `assumed`.
///
/// `rejected`: "unknown_encoding", also when uchardet is sure of an encoding that nobody told and that gives other
/// letters than windows-1252; "bad_encoding" when a mark at the front contradicts what was told.
Result<Encoding> find_encoding(std::string_view bytes, const std::optional<std::string>& told = std::nullopt);

/// The encoding that goes by this name, without regard to case; ISO-8859-1 is read as windows-1252, as browsers do.
/// `rejected`: "unknown_encoding".
Result<std::string> encoding_named(std::string_view name);

/// Strict: what the encoding does not define is refused, and so are control characters of the range U+0080 to U+009F,
/// which no text has and a wrongly named encoding gives. `bytes` come without their mark. Memory: at most three times
/// the bytes.
///
/// `rejected`: "bad_encoding" with the line, "not_text" for a NUL, "unknown_encoding".
Result<std::string> to_utf8(std::string_view bytes, std::string_view encoding);

/// Whether a text is what it claims to be: `rejected` "not_text" for a NUL byte. For text that is UTF-8 already.
Result<void> check_text(std::string_view text);

}  // namespace usersync::record

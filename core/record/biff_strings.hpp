#pragma once
// Texts of an old workbook: one or two bytes a character, and cut into pieces wherever a record was full.

#include "core/record/biff_records.hpp"
#include "core/record/record_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// Appends UTF-16 (low byte first) as UTF-8. A surrogate without its other half becomes U+FFFD. A first half at the
/// end is kept in `pending`, since the other half may stand in the next piece; 0 when there is none.
void append_utf16(std::string_view bytes, std::string& text, char16_t& pending);

/// Reads on from a record's body into the CONTINUE records behind it. Each function is false when the bytes end first.
class ContinuedBytes {
public:
    /// `after` stands behind the record that `body` belongs to.
    ContinuedBytes(std::string_view body, BiffCursor after) : piece_(body), after_(after) {}

    bool read(std::uint8_t& number);
    bool read(std::uint16_t& number);
    bool read(std::uint32_t& number);
    bool skip(std::size_t count);

    /// Characters and nothing else. Where a record ends among them, the next one begins with how wide the rest are.
    bool append_characters(std::size_t count, bool wide, std::string& text);

    /// A text as the table of shared texts holds it: length, flags, characters, then fonts and pronunciation, which
    /// are left out.
    bool append_shared_text(std::string& text);

    /// A text as a cell or a name holds it: length, flags, characters.
    bool append_text(std::string& text);

    /// No byte is left, in no continuation either.
    bool at_end();

private:
    bool next_piece();

    std::string_view piece_;
    BiffCursor after_;
};

/// The texts that cells refer to by number, as UTF-8.
class BiffTexts {
public:
    enum class Read { whole, damaged, too_large };

    /// `bytes_max` counts the texts and what it takes to find them. REQUIRES: nothing was read before.
    Read read(const BiffRecord& record, BiffCursor after, std::size_t bytes_max);

    bool has(std::size_t number) const { return number < ends_.size(); }
    std::string_view text(std::size_t number) const;

private:
    std::string texts_;
    std::vector<std::size_t> ends_;
};

}  // namespace usersync::record

#pragma once
// The records that an old workbook (BIFF8, MS-XLS) is made of: a type, a length, a body, one after another.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace usersync::record {

namespace biff {
constexpr std::uint16_t formula = 0x0006;
constexpr std::uint16_t end_of_part = 0x000A;
constexpr std::uint16_t date_mode = 0x0022;
constexpr std::uint16_t file_password = 0x002F;
constexpr std::uint16_t continued = 0x003C;
constexpr std::uint16_t sheet_name = 0x0085;
constexpr std::uint16_t rk_run = 0x00BD;
constexpr std::uint16_t rich_label = 0x00D6;
constexpr std::uint16_t cell_format = 0x00E0;
constexpr std::uint16_t shared_texts = 0x00FC;
constexpr std::uint16_t shared_label = 0x00FD;
constexpr std::uint16_t number = 0x0203;
constexpr std::uint16_t label = 0x0204;
constexpr std::uint16_t boolean_or_error = 0x0205;
constexpr std::uint16_t formula_text = 0x0207;
constexpr std::uint16_t array_formula = 0x0221;
constexpr std::uint16_t data_table = 0x0236;
constexpr std::uint16_t rk = 0x027E;
constexpr std::uint16_t number_format = 0x041E;
constexpr std::uint16_t shared_formula = 0x04BC;
constexpr std::uint16_t begin_of_part = 0x0809;
}  // namespace biff

struct BiffRecord {
    std::uint16_t type = 0;
    std::string_view body;
    std::size_t offset = 0;  ///< of the record in the stream
};

/// Walks the records of a stream from a place on.
class BiffCursor {
public:
    BiffCursor(std::string_view stream, std::size_t at) : stream_(stream), at_(at) {}

    /// False where no whole record is left. A stream says by itself where it ends, so that is always damage.
    bool next(BiffRecord& record);

    std::string_view stream() const { return stream_; }
    std::size_t position() const { return at_; }

private:
    std::string_view stream_;
    std::size_t at_;
};

}  // namespace usersync::record

#include "core/record/write_xls.hpp"

#include "core/base/result.hpp"
#include "core/record/biff_records.hpp"
#include "core/record/little_endian.hpp"
#include "core/record/write_compound_file.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace usersync::record {
namespace {

constexpr std::size_t record_bytes_max = 8224;
constexpr std::uint16_t text_cell_format = 16;  // number of the only format that is ours

struct WideText {
    std::u16string units;
    bool is_narrow = true;  // one byte a character is enough
};

// The next character, or U+FFFD for a byte that begins none.
char32_t take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 1 || length > text.size()) {
        text.remove_prefix(1);
        return first < 0x80 ? char32_t{first} : char32_t{0xFFFD};
    }
    char32_t point = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
    text.remove_prefix(length);
    return point;
}

WideText widened(std::string_view text) {
    WideText wide;
    while (!text.empty()) {
        const auto point = take_character(text);
        if (point >= 0x10000) {
            wide.units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
            wide.units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
        } else {
            wide.units += static_cast<char16_t>(point);
        }
        if (point > 0xFF) wide.is_narrow = false;
    }
    return wide;
}

void append_units(const WideText& text, std::size_t begin, std::size_t count, std::string& bytes) {
    for (std::size_t i = begin; i < begin + count; ++i) {
        if (text.is_narrow) {
            bytes += static_cast<char>(text.units[i]);
        } else {
            put_u16(bytes, text.units[i]);
        }
    }
}

void append_record(std::string& stream, std::uint16_t type, std::string_view body) {
    put_u16(stream, type);
    put_u16(stream, static_cast<std::uint16_t>(body.size()));
    stream += body;
}

// The table of texts: a record and as many continuations as it takes.
class TextTable {
public:
    explicit TextTable(std::string& stream) : stream_(stream) {}

    void begin(std::size_t references, std::size_t texts) {
        put_u32(body_, static_cast<std::uint32_t>(references));
        put_u32(body_, static_cast<std::uint32_t>(texts));
    }

    // A text may be cut between two characters; what goes on begins with how wide they are. Its head is never cut.
    void add(const WideText& text) {
        const char flags = text.is_narrow ? '\0' : '\1';
        const std::size_t width = text.is_narrow ? 1 : 2;
        if (body_.size() + 3 + width > record_bytes_max) flush();
        put_u16(body_, static_cast<std::uint16_t>(text.units.size()));
        body_ += flags;
        for (std::size_t at = 0; at < text.units.size();) {
            const auto count = std::min((record_bytes_max - body_.size()) / width, text.units.size() - at);
            append_units(text, at, count, body_);
            at += count;
            if (at == text.units.size()) break;
            flush();
            body_ += flags;
        }
    }

    void flush() {
        append_record(stream_, type_, body_);
        type_ = biff::continued;
        body_.clear();
    }

private:
    std::string& stream_;
    std::string body_;
    std::uint16_t type_ = biff::shared_texts;
};

// Each different text once, numbered in the order of their first use.
struct Texts {
    std::map<std::string_view, std::uint32_t> numbers;
    std::vector<std::string_view> in_order;
    std::size_t references = 0;
};

Texts texts_of(const std::vector<std::vector<std::string>>& rows) {
    Texts texts;
    for (const auto& row : rows) {
        for (const auto& cell : row) {
            if (cell.empty()) continue;
            ++texts.references;
            const auto next = static_cast<std::uint32_t>(texts.in_order.size());
            if (texts.numbers.emplace(cell, next).second) texts.in_order.push_back(cell);
        }
    }
    return texts;
}

std::string begin_of_part(std::uint16_t kind) {
    std::string body;
    put_u16(body, 0x0600);
    put_u16(body, kind);
    put_u16(body, 0x0DBB);  // build and year of an Excel 97
    put_u16(body, 0x07CC);
    put_u32(body, 0x00000041);
    put_u32(body, 0x00000006);
    return body;
}

std::string window() {
    std::string body;
    for (const std::uint16_t part : {0x0000, 0x0000, 0x25BC, 0x1572, 0x0038, 0x0000, 0x0000, 0x0001, 0x0258}) {
        put_u16(body, part);
    }
    return body;
}

std::string font() {
    constexpr std::string_view name = "Arial";
    std::string body;
    for (const std::uint16_t part : {0x00C8, 0x0000, 0x7FFF, 0x0190, 0x0000}) put_u16(body, part);
    body.append(4, '\0');
    body += static_cast<char>(name.size());
    body += '\0';
    return body.append(name);
}

std::string cell_format(std::uint16_t number_format, std::uint16_t kind, char used) {
    std::string body;
    put_u16(body, 0);
    put_u16(body, number_format);
    put_u16(body, kind);
    body += {'\x20', '\0', '\0', used};
    body.append(8, '\0');
    put_u16(body, 0x20C0);
    return body;
}

// Excel expects fifteen styles and the format of an ordinary cell before any other.
void append_formats(std::string& stream) {
    constexpr std::uint16_t text_format = 49;  // "@"
    for (int i = 0; i < 4; ++i) append_record(stream, 0x0031, font());
    for (int i = 0; i < 15; ++i) append_record(stream, biff::cell_format, cell_format(0, 0xFFF5, '\xF4'));
    append_record(stream, biff::cell_format, cell_format(0, 0x0001, '\0'));
    append_record(stream, biff::cell_format, cell_format(text_format, 0x0001, '\x04'));
    append_record(stream, 0x0293, std::string_view("\x00\x80\x00\xFF", 4));
}

std::string sheet_name(std::string_view sheet, std::size_t offset) {
    const auto name = widened(sheet);
    USERSYNC_INVARIANT(!name.units.empty() && name.units.size() <= 31, "a sheet's name has 1 to 31 characters");
    std::string body;
    put_u32(body, static_cast<std::uint32_t>(offset));
    put_u16(body, 0);
    body += static_cast<char>(name.units.size());
    body += name.is_narrow ? '\0' : '\1';
    append_units(name, 0, name.units.size(), body);
    return body;
}

void append_texts(std::string& stream, const Texts& texts) {
    TextTable table(stream);
    table.begin(texts.references, texts.in_order.size());
    for (const auto text : texts.in_order) {
        const auto wide = widened(text);
        USERSYNC_INVARIANT(wide.units.size() <= 32'767, "a cell holds at most 32,767 characters");
        table.add(wide);
    }
    table.flush();
}

std::string globals(std::string_view sheet, std::size_t sheet_offset, const std::string& texts) {
    std::string stream;
    append_record(stream, biff::begin_of_part, begin_of_part(0x0005));
    append_record(stream, 0x0042, std::string_view("\xB0\x04", 2));  // UTF-16
    append_record(stream, 0x003D, window());
    append_record(stream, biff::date_mode, std::string_view("\0\0", 2));
    append_formats(stream);
    append_record(stream, biff::sheet_name, sheet_name(sheet, sheet_offset));
    stream += texts;
    append_record(stream, biff::end_of_part, {});
    return stream;
}

void append_columns(std::string& stream, std::size_t columns) {
    if (columns == 0) return;
    std::string body;
    put_u16(body, 0);
    put_u16(body, static_cast<std::uint16_t>(columns - 1));
    put_u16(body, 20 * 256);  // characters wide
    put_u16(body, text_cell_format);
    put_u32(body, 0);
    append_record(stream, 0x007D, body);
}

void append_dimensions(std::string& stream, std::size_t rows, std::size_t columns) {
    std::string body;
    put_u32(body, 0);
    put_u32(body, static_cast<std::uint32_t>(rows));
    put_u16(body, 0);
    put_u16(body, static_cast<std::uint16_t>(columns));
    put_u16(body, 0);
    append_record(stream, 0x0200, body);
}

std::string sheet_stream(const std::vector<std::vector<std::string>>& rows, const Texts& texts) {
    std::size_t columns = 0;
    for (const auto& row : rows) columns = std::max(columns, row.size());
    USERSYNC_INVARIANT(rows.size() <= 65'536 && columns <= 256, "a sheet has at most 65,536 rows and 256 columns");
    std::string stream;
    append_record(stream, biff::begin_of_part, begin_of_part(0x0010));
    append_columns(stream, columns);
    append_dimensions(stream, rows.size(), columns);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < rows[row].size(); ++column) {
            if (rows[row][column].empty()) continue;
            std::string body;
            put_u16(body, static_cast<std::uint16_t>(row));
            put_u16(body, static_cast<std::uint16_t>(column));
            put_u16(body, text_cell_format);
            put_u32(body, texts.numbers.at(rows[row][column]));
            append_record(stream, biff::shared_label, body);
        }
    }
    append_record(stream, 0x023E, std::string_view("\xB6\x06\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0", 18));
    append_record(stream, biff::end_of_part, {});
    return stream;
}

}  // namespace

std::string write_xls(const std::vector<std::vector<std::string>>& rows, std::string_view sheet) {
    const auto texts = texts_of(rows);
    std::string text_table;
    append_texts(text_table, texts);
    // Where the sheet begins does not change the length of what says so.
    const auto sheet_offset = globals(sheet, 0, text_table).size();
    return write_compound_file("Workbook", globals(sheet, sheet_offset, text_table) + sheet_stream(rows, texts));
}

}  // namespace usersync::record

#include "tests/core/record/xls_builder.hpp"

#include "core/record/little_endian.hpp"
#include "core/record/write_compound_file.hpp"

namespace usersync::record::test {

std::string biff(std::uint16_t type, std::string_view body) {
    std::string record;
    put_u16(record, type);
    put_u16(record, static_cast<std::uint16_t>(body.size()));
    return record.append(body);
}

std::string biff_begin(std::uint16_t part, std::uint16_t version) {
    std::string body;
    put_u16(body, version);
    put_u16(body, part);
    body.append(12, '\0');
    return biff(0x0809, body);
}

std::string biff_end() { return biff(0x000A); }

std::string place(std::uint16_t row, std::uint16_t column, std::uint16_t format) {
    std::string body;
    put_u16(body, row);
    put_u16(body, column);
    put_u16(body, format);
    return body;
}

std::string narrow_text(std::string_view latin1) {
    std::string body;
    put_u16(body, static_cast<std::uint16_t>(latin1.size()));
    body += '\0';
    return body.append(latin1);
}

std::string label_cell(std::uint16_t row, std::uint16_t column, std::string_view latin1) {
    return biff(0x0204, place(row, column) + narrow_text(latin1));
}

std::string shared_cell(std::uint16_t row, std::uint16_t column, std::uint32_t text) {
    auto body = place(row, column);
    put_u32(body, text);
    return biff(0x00FD, body);
}

std::string number_cell(std::uint16_t row, std::uint16_t column, double number, std::uint16_t format) {
    auto body = place(row, column, format);
    put_number(body, number);
    return biff(0x0203, body);
}

std::string rk_cell(std::uint16_t row, std::uint16_t column, std::uint32_t rk) {
    auto body = place(row, column);
    put_u32(body, rk);
    return biff(0x027E, body);
}

std::string boolean_cell(std::uint16_t row, std::uint16_t column, bool value) {
    return biff(0x0205, place(row, column) + (value ? '\1' : '\0') + '\0');
}

std::string error_cell(std::uint16_t row, std::uint16_t column, std::uint8_t code) {
    return biff(0x0205, place(row, column) + static_cast<char>(code) + '\1');
}

std::string formula_cell(std::uint16_t row, std::uint16_t column, std::string_view result) {
    auto body = place(row, column).append(result);
    put_u16(body, 0);
    put_u32(body, 0);
    put_u16(body, 0);
    return biff(0x0006, body);
}

std::string formula_result(double number) {
    std::string result;
    put_number(result, number);
    return result;
}

std::string formula_result(std::uint8_t kind, std::uint8_t value) {
    return {static_cast<char>(kind), '\0', static_cast<char>(value), '\0', '\0', '\0', '\xFF', '\xFF'};
}

std::string formula_text(std::string_view latin1) { return biff(0x0207, narrow_text(latin1)); }

std::string shared_texts(const std::vector<std::string>& texts) {
    std::string body;
    put_u32(body, static_cast<std::uint32_t>(texts.size()));
    put_u32(body, static_cast<std::uint32_t>(texts.size()));
    for (const auto& text : texts) body += text;
    return biff(0x00FC, body);
}

std::string workbook_stream(std::string_view globals, const std::vector<BuiltSheet>& sheets) {
    const auto front = [&](std::size_t first_sheet) {
        auto stream = biff_begin(0x0005).append(globals);
        for (const auto& sheet : sheets) {
            std::string body;
            put_u32(body, static_cast<std::uint32_t>(first_sheet));
            body += {static_cast<char>(sheet.hidden), static_cast<char>(sheet.kind),
                     static_cast<char>(sheet.name.size()), '\0'};
            stream += biff(0x0085, body.append(sheet.name));
            first_sheet += biff_begin(sheet.part).size() + sheet.records.size() + biff_end().size();
        }
        return stream + biff_end();
    };
    auto stream = front(front(0).size());
    for (const auto& sheet : sheets) stream += biff_begin(sheet.part) + sheet.records + biff_end();
    return stream;
}

std::string workbook(std::string_view globals, const std::vector<BuiltSheet>& sheets) {
    return write_compound_file("Workbook", workbook_stream(globals, sheets));
}

std::string workbook(std::string_view records) { return workbook({}, {{.records = std::string(records)}}); }

}  // namespace usersync::record::test

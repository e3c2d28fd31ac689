#pragma once
// Old workbooks put together record by record, with everything that a real program would never write.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record::test {

std::string biff(std::uint16_t type, std::string_view body = {});

/// Beginning of the stream (0x0005), a sheet (0x0010), a chart (0x0020).
std::string biff_begin(std::uint16_t part, std::uint16_t version = 0x0600);
std::string biff_end();

/// Row, column (from 0) and format, as most cells begin.
std::string place(std::uint16_t row, std::uint16_t column, std::uint16_t format = 0);

/// Cells.
std::string label_cell(std::uint16_t row, std::uint16_t column, std::string_view latin1);
std::string shared_cell(std::uint16_t row, std::uint16_t column, std::uint32_t text);
std::string number_cell(std::uint16_t row, std::uint16_t column, double number, std::uint16_t format = 0);
std::string rk_cell(std::uint16_t row, std::uint16_t column, std::uint32_t rk);
std::string boolean_cell(std::uint16_t row, std::uint16_t column, bool value);
std::string error_cell(std::uint16_t row, std::uint16_t column, std::uint8_t code);
/// `result` are the eight bytes that hold it.
std::string formula_cell(std::uint16_t row, std::uint16_t column, std::string_view result);
std::string formula_result(double number);
std::string formula_result(std::uint8_t kind, std::uint8_t value);
std::string formula_text(std::string_view latin1);

/// Length, flags, one byte a character.
std::string narrow_text(std::string_view latin1);

/// The table of texts, each as it stands there, in one record.
std::string shared_texts(const std::vector<std::string>& texts);

struct BuiltSheet {
    std::string name = "Sheet1";
    std::string records;  ///< between its beginning and its end
    std::uint8_t hidden = 0;
    std::uint8_t kind = 0;
    std::uint16_t part = 0x0010;
};

/// The stream of a workbook: `globals` stand in its first part, before its table of sheets.
std::string workbook_stream(std::string_view globals, const std::vector<BuiltSheet>& sheets);

/// The same in a file. Of one sheet with these records.
std::string workbook(std::string_view globals, const std::vector<BuiltSheet>& sheets);
std::string workbook(std::string_view records);

}  // namespace usersync::record::test

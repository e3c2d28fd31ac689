#include "core/record/write_xlsx.hpp"

#include "core/base/result.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

namespace usersync::record {
namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
                                         "\n";

constexpr std::string_view content_types =
    R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
    R"(<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
    R"(<Default Extension="xml" ContentType="application/xml"/>)"
    R"(<Override PartName="/xl/workbook.xml" )"
    R"(ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>)"
    R"(<Override PartName="/xl/worksheets/sheet1.xml" )"
    R"(ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>)"
    R"(<Override PartName="/xl/styles.xml" )"
    R"(ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>)"
    R"(</Types>)";

constexpr std::string_view package_relations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" )"
    R"(Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" )"
    R"(Target="xl/workbook.xml"/></Relationships>)";

constexpr std::string_view workbook_relations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" )"
    R"(Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" )"
    R"(Target="worksheets/sheet1.xml"/><Relationship Id="rId2" )"
    R"(Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" )"
    R"(Target="styles.xml"/></Relationships>)";

// Style 1 is text, style 2 is bold text; 49 is Excel's number for the format "@".
constexpr std::string_view styles =
    R"(<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)"
    R"(<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>)"
    R"(<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>)"
    R"(<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>)"
    R"(</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>)"
    R"(<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>)"
    R"(<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>)"
    R"(<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)"
    R"(<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>)"
    R"(<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>)";

/// "_x000D_" for a character that XML cannot hold, or that its readers change.
std::string escape_of(std::uint32_t unit) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string escape = "_x";
    for (int shift = 12; shift >= 0; shift -= 4) escape += digits[unit >> shift & 0xF];
    return escape + "_";
}

/// An underscore that a reader would take for the beginning of such an escape, if another one came after it.
bool looks_escaped(std::string_view text, std::size_t at) {
    const auto digits = text.substr(std::min(text.size(), at + 2), 4);
    const auto is_digit = [](char c) {
        return std::string_view("0123456789ABCDEFabcdef").find(c) != std::string_view::npos;
    };
    return text.substr(at, 2) == "_x" && digits.size() == 4 && std::all_of(digits.begin(), digits.end(), is_digit);
}

std::string xml_text(std::string_view text) {
    std::string xml;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&': xml += "&amp;"; break;
            case '<': xml += "&lt;"; break;
            case '>': xml += "&gt;"; break;
            case '"': xml += "&quot;"; break;
            case '\n':
            case '\t': xml += c; break;
            case '_': xml += looks_escaped(text, i) ? escape_of('_') : "_"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    xml += escape_of(static_cast<unsigned char>(c));
                } else if (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF") {
                    xml += escape_of(text[i + 2] == '\xBE' ? 0xFFFE : 0xFFFF);
                    i += 2;
                } else {
                    xml += c;
                }
        }
    }
    return xml;
}

/// 27 → "AB"
std::string column_name(std::size_t column) {
    std::string name;
    for (auto left = column + 1; left != 0; left = (left - 1) / 26) {
        name.insert(name.begin(), static_cast<char>('A' + (left - 1) % 26));
    }
    return name;
}

std::size_t characters_of(std::string_view text) {
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

std::string columns_xml(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t width_min = 10;
    constexpr std::size_t width_max = 50;
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), width_min);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], std::min(width_max, characters_of(row[i]) + 2));
        }
    }
    if (widths.empty()) return {};
    std::string xml = "<cols>";
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const auto number = std::to_string(i + 1);
        xml += R"(<col min=")" + number + R"(" max=")" + number + R"(" width=")" + std::to_string(widths[i]) +
               R"(" style="1" customWidth="1"/>)";
    }
    return xml + "</cols>";
}

std::string sheet_xml(const std::vector<std::vector<std::string>>& rows) {
    std::string xml(declaration);
    xml += R"(<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)";
    xml += R"(<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" )"
           R"(state="frozen"/></sheetView></sheetViews>)";
    xml += columns_xml(rows) + "<sheetData>";
    for (std::size_t line = 0; line < rows.size(); ++line) {
        const auto number = std::to_string(line + 1);
        xml += "<row r=\"" + number + "\">";
        for (std::size_t i = 0; i < rows[line].size(); ++i) {
            if (rows[line][i].empty()) continue;
            xml += "<c r=\"" + column_name(i) + number + (line == 0 ? R"(" s="2")" : R"(" s="1")");
            xml += R"( t="inlineStr"><is><t xml:space="preserve">)" + xml_text(rows[line][i]) + "</t></is></c>";
        }
        xml += "</row>";
    }
    return xml + "</sheetData></worksheet>";
}

std::string workbook_xml(std::string_view sheet_name) {
    return std::string(declaration) +
           R"(<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" )"
           R"(xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name=")" +
           xml_text(sheet_name) + R"(" sheetId="1" r:id="rId1"/></sheets></workbook>)";
}

struct Part {
    const char* path;
    std::string text;
};

void add_part(zip_t* archive, const Part& part) {
    // 1 January 2020, in the form of the archive: the day of writing must not show.
    constexpr zip_uint16_t date = (2020 - 1980) << 9 | 1 << 5 | 1;
    auto* source = zip_source_buffer(archive, part.text.data(), part.text.size(), 0);
    const auto index = source == nullptr ? -1 : zip_file_add(archive, part.path, source, ZIP_FL_ENC_UTF_8);
    USERSYNC_INVARIANT(index >= 0, "a part can be added to an archive in memory");
    const auto place = static_cast<zip_uint64_t>(index);
    const bool is_dated = zip_file_set_dostime(archive, place, 0, date, 0) == 0;
    USERSYNC_INVARIANT(is_dated, "a part can be dated");
}

struct FreeSource {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};

std::string zipped(const std::vector<Part>& parts) {
    const std::unique_ptr<zip_source_t, FreeSource> bytes(zip_source_buffer_create(nullptr, 0, 0, nullptr));
    USERSYNC_INVARIANT(bytes != nullptr, "there is memory for an archive");
    auto* archive = zip_open_from_source(bytes.get(), ZIP_TRUNCATE, nullptr);
    USERSYNC_INVARIANT(archive != nullptr, "an archive can be begun in memory");
    zip_source_keep(bytes.get());  // closing the archive gives its own hold on them up
    for (const auto& part : parts) add_part(archive, part);
    const bool is_written = zip_close(archive) == 0;
    USERSYNC_INVARIANT(is_written, "an archive can be written to memory");
    zip_stat_t stat;
    zip_stat_init(&stat);
    const bool is_open = zip_source_stat(bytes.get(), &stat) == 0 && zip_source_open(bytes.get()) == 0;
    USERSYNC_INVARIANT(is_open && (stat.valid & ZIP_STAT_SIZE) != 0, "what was written to memory can be read");
    std::string result(stat.size, '\0');
    const auto count = zip_source_read(bytes.get(), result.data(), result.size());
    zip_source_close(bytes.get());
    USERSYNC_INVARIANT(count == static_cast<zip_int64_t>(result.size()), "what was written to memory can be read");
    return result;
}

}  // namespace

std::string write_xlsx(const std::vector<std::vector<std::string>>& rows, std::string_view sheet_name) {
    const auto with_declaration = [](std::string_view xml) { return std::string(declaration).append(xml); };
    return zipped({{"[Content_Types].xml", with_declaration(content_types)},
                   {"_rels/.rels", with_declaration(package_relations)},
                   {"xl/workbook.xml", workbook_xml(sheet_name)},
                   {"xl/_rels/workbook.xml.rels", with_declaration(workbook_relations)},
                   {"xl/styles.xml", with_declaration(styles)},
                   {"xl/worksheets/sheet1.xml", sheet_xml(rows)}});
}

}  // namespace usersync::record

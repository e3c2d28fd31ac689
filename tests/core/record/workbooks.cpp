#include "tests/core/record/workbooks.hpp"

#include <zip.h>

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::size_t worth_packing = 4096;  // fuzz programs pack thousands of small parts a second
constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
constexpr std::string_view main_namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

std::string text(std::initializer_list<std::string_view> pieces) {
    std::string result;
    for (const auto piece : pieces) result += piece;
    return result;
}

std::string relation_xml(std::string_view id, std::string_view type, std::string_view target) {
    return text(
        {"<Relationship Id=\"", id, "\" Type=\"", relation_namespace, "/", type, "\" Target=\"", target, "\"/>"});
}

std::string relations_xml(const std::string& relations) {
    return text({declaration, R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)",
                 relations, "</Relationships>"});
}

char letter(CellKind kind) {
    switch (kind) {
        case CellKind::text: return 't';
        case CellKind::number: return 'n';
        case CellKind::date: return 'd';
        case CellKind::boolean: return 'b';
        case CellKind::error: return 'e';
        case CellKind::formula: return 'f';
        case CellKind::list: return 'l';
        case CellKind::absent: return 'a';
    }
    return '?';
}

std::string line_of(const Row& row) {
    auto line = std::to_string(row.line) + ":";
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        line += i == 0 ? " " : "|";
        if (row.kind(i) != CellKind::text) line += std::string(1, letter(row.kind(i))) + ":";
        line += row.cells[i];
    }
    return line + "\n";
}

}  // namespace

std::string zip_of(const Parts& parts, const char* password) {
    auto* bytes = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    auto* archive = zip_open_from_source(bytes, ZIP_TRUNCATE, nullptr);
    zip_source_keep(bytes);
    for (const auto& [path, content] : parts) {
        auto* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        const auto index = zip_file_add(archive, path.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (content.size() < worth_packing) {
            zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
        }
        if (password != nullptr) {
            zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password);
        }
    }
    zip_close(archive);
    zip_stat_t stat;
    zip_stat_init(&stat);
    zip_source_stat(bytes, &stat);
    std::string result(stat.size, '\0');
    zip_source_open(bytes);
    zip_source_read(bytes, result.data(), result.size());
    zip_source_close(bytes);
    zip_source_free(bytes);
    return result;
}

std::string shared_texts_xml(std::string_view texts) {
    return text({declaration, "<sst xmlns=\"", main_namespace, "\">", texts, "</sst>"});
}

std::string styles_xml(std::string_view formats, std::string_view cell_styles) {
    return text({declaration, "<styleSheet xmlns=\"", main_namespace, "\"><numFmts>", formats,
                 "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>", cell_styles,
                 "</cellXfs><dxfs><dxf><numFmt numFmtId=\"165\" formatCode=\"0\"/></dxf></dxfs></styleSheet>"});
}

std::string workbook_xml(std::string_view sheets, std::string_view properties) {
    return text({declaration, "<workbook xmlns=\"", main_namespace, "\" xmlns:r=\"", relation_namespace, "\">",
                 properties, "<sheets>", sheets, "</sheets></workbook>"});
}

std::string xlsx_of(std::string_view rows, const Parts& instead) {
    Parts parts = {
        {"[Content_Types].xml",
         text(
             {declaration, R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)",
              R"(<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" )",
              R"(ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>)"})},
        {"_rels/.rels", relations_xml(relation_xml("rId1", "officeDocument", "xl/workbook.xml"))},
        {"xl/workbook.xml", workbook_xml(R"(<sheet name="Staff" sheetId="1" r:id="rId1"/>)")},
        {"xl/_rels/workbook.xml.rels", relations_xml(relation_xml("rId1", "worksheet", "worksheets/sheet1.xml") +
                                                     relation_xml("rId2", "styles", "styles.xml") +
                                                     relation_xml("rId3", "sharedStrings", "sharedStrings.xml"))},
        {"xl/styles.xml",
         styles_xml(R"(<numFmt numFmtId="165" formatCode="dd/mm/yyyy\ hh:mm;@"/>)"
                    R"(<numFmt numFmtId="166" formatCode="0.00\ &quot;days&quot;"/>)",
                    R"(<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="166"/>)")},
        {"xl/sharedStrings.xml", shared_texts_xml("<si><t>shared</t></si>")},
        {"xl/worksheets/sheet1.xml", text({declaration, "<worksheet xmlns=\"", main_namespace,
                                           "\"><cols><col min=\"1\" max=\"2\"/></cols><sheetData>", rows,
                                           "</sheetData><pageMargins left=\"1\"/></worksheet>"})},
    };
    for (const auto& [path, content] : instead) {
        const auto is_it = [&, wanted = path](const auto& part) { return part.first == wanted; };
        const auto found = std::find_if(parts.begin(), parts.end(), is_it);
        if (found == parts.end()) {
            parts.emplace_back(path, content);
        } else {
            found->second = content;
        }
    }
    parts.erase(std::remove_if(parts.begin(), parts.end(), [](const auto& part) { return part.second.empty(); }),
                parts.end());
    return zip_of(parts);
}

std::string ods_content(std::string_view tables, std::string_view styles) {
    return text({declaration,
                 R"(<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0")",
                 R"( xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0")",
                 R"( xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0")",
                 R"( xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0")",
                 R"( xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0")",
                 R"( xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0")",
                 "><office:automatic-styles>", styles, "</office:automatic-styles><office:body><office:spreadsheet>",
                 tables, "</office:spreadsheet></office:body></office:document-content>"});
}

std::string ods_of(std::string_view tables, std::string_view styles) {
    return zip_of(
        {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", ods_content(tables, styles)}});
}

std::string ods_of_rows(std::string_view rows) {
    return ods_of(text({R"(<table:table table:name="Staff">)", rows, "</table:table>"}));
}

std::string spreadsheetml_of(std::string_view sheets, std::string_view head) {
    return text({R"(<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>)",
                 R"(<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet")",
                 R"( xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet")",
                 R"( xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40">)",
                 head, sheets, "</Workbook>"});
}

std::string spreadsheetml_of_rows(std::string_view rows, std::string_view head) {
    return spreadsheetml_of(text({R"(<Worksheet ss:Name="Staff"><Table>)", rows, "</Table></Worksheet>"}), head);
}

std::string shown(const Result<OpenSheet>& sheet) {
    if (!sheet) return sheet.error().code;
    std::string lines;
    Row row;
    while (true) {
        const auto more = sheet->rows->next(row);
        if (!more) return lines + more.error().code;
        if (!*more) return lines;
        lines += line_of(row);
    }
}

std::string failure_code(const Result<OpenSheet>& sheet) {
    if (!sheet) return sheet.error().code;
    Row row;
    while (true) {
        const auto more = sheet->rows->next(row);
        if (!more) return more.error().code;
        if (!*more) return "none";
    }
}

std::string xlsx_rows(std::string_view rows, const Parts& instead) {
    const auto bytes = xlsx_of(rows, instead);
    return shown(open_xlsx(bytes, {}, {}));
}

std::string ods_rows(std::string_view rows) {
    const auto bytes = ods_of_rows(rows);
    return shown(open_ods(bytes, {}, {}));
}

std::string spreadsheetml_rows(std::string_view rows, std::string_view head) {
    const auto bytes = spreadsheetml_of_rows(rows, head);
    return shown(open_spreadsheetml(bytes, {}, {}));
}

}  // namespace usersync::record

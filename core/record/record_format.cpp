#include "core/record/record_format.hpp"

#include <array>

namespace usersync::record {

std::string_view to_string(Format format) {
    switch (format) {
        case Format::csv: return "csv";
        case Format::tsv: return "tsv";
        case Format::xls: return "xls";
        case Format::xlsx: return "xlsx";
        case Format::ods: return "ods";
        case Format::spreadsheetml: return "spreadsheetml";
        case Format::html: return "html";
        case Format::mhtml: return "mhtml";
        case Format::json: return "json";
        case Format::jsonl: return "jsonl";
        case Format::xml: return "xml";
    }
    return "csv";
}

std::optional<Format> format_from(std::string_view text) {
    constexpr std::array all = {Format::csv,  Format::tsv,           Format::xls,  Format::xlsx,
                                Format::ods,  Format::spreadsheetml, Format::html, Format::mhtml,
                                Format::json, Format::jsonl,         Format::xml};
    for (const auto format : all) {
        if (to_string(format) == text) return format;
    }
    return std::nullopt;
}

std::string_view to_string(Container container) {
    switch (container) {
        case Container::gzip: return "gzip";
        case Container::zip: return "zip";
        case Container::pgp: return "pgp";
    }
    return "zip";
}

}  // namespace usersync::record

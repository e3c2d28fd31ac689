#include "core/record/xlsx_parts.hpp"

#include "core/record/number_format.hpp"

#include <limits>

namespace usersync::record {
namespace {

// Excel itself allows 65,490 cell styles.
constexpr std::size_t styles_max = 1 << 17;

std::string_view value_of(XmlAttributes attributes, std::string_view name) {
    const char* value = find_local_attribute(attributes, name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::uint32_t format_id(XmlAttributes attributes) {
    const char* text = find_local_attribute(attributes, "numFmtId");
    const auto id = count_from(text == nullptr ? "" : text, std::numeric_limits<std::uint32_t>::max());
    return static_cast<std::uint32_t>(id.value_or(0));
}

}  // namespace

void WorkbookHandler::on_start(const char* name, XmlAttributes attributes) {
    const std::string_view local = local_name(name);
    ++depth_;
    if (depth_ == 1) is_workbook = local == "workbook";
    if (depth_ == 2) in_sheets_ = local == "sheets";
    if (depth_ == 2 && local == "workbookPr") {
        const auto value = value_of(attributes, "date1904");
        dates_from_1904 = value == "1" || value == "true" || value == "on";
    }
    if (depth_ != 3 || !in_sheets_ || local != "sheet") return;
    if (sheets.size() == limits_.entries_max) {
        refuse(damaged_workbook("xlsx", "the workbook has more sheets than any program writes"));
        return;
    }
    const auto state = value_of(attributes, "state");
    sheets.push_back({{std::string(value_of(attributes, "name")), state.empty() || state == "visible"},
                      std::string(value_of(attributes, "id"))});
}

void StylesHandler::on_start(const char* name, XmlAttributes attributes) {
    const std::string_view local = local_name(name);
    ++depth_;
    if (depth_ == 2) {
        section_ = local == "numFmts"   ? Section::number_formats
                   : local == "cellXfs" ? Section::cell_styles
                                        : Section::other;
    }
    if (depth_ != 3) return;
    if (custom_.size() == styles_max || cell_formats_.size() == styles_max) {
        refuse(damaged_workbook("xlsx", "the workbook has more cell styles than any program writes"));
        return;
    }
    switch (section_) {
        case Section::other: break;
        case Section::number_formats:
            custom_[format_id(attributes)] = is_date_format(value_of(attributes, "formatCode"));
            break;
        case Section::cell_styles: cell_formats_.push_back(format_id(attributes)); break;
    }
}

std::vector<bool> StylesHandler::dates() const {
    std::vector<bool> dates;
    for (const auto id : cell_formats_) {
        const auto custom = custom_.find(id);
        dates.push_back(custom == custom_.end() ? is_date_format(id) : custom->second);
    }
    return dates;
}

}  // namespace usersync::record

#pragma once
// What an xlsx workbook says beside its sheets: their names and places, and which cell styles show dates.

#include "core/record/sheet_rows.hpp"
#include "core/record/workbook_package.hpp"
#include "core/record/xml_events.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

struct XlsxSheet {
    SheetName name;
    std::string relation;  ///< id
};

/// Reads workbook.xml.
class WorkbookHandler : public XmlHandler {
public:
    explicit WorkbookHandler(const RecordLimits& limits) : limits_(limits) {}

    std::vector<XlsxSheet> sheets;
    bool dates_from_1904 = false;
    bool is_workbook = false;

    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override { --depth_; }
    void on_text(std::string_view) override {}

private:
    RecordLimits limits_;
    std::size_t depth_ = 0;
    bool in_sheets_ = false;
};

/// Reads styles.xml: `dates()[s]` tells whether the cell style `s` shows a date.
class StylesHandler : public XmlHandler {
public:
    std::vector<bool> dates() const;

    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override { --depth_; }
    void on_text(std::string_view) override {}

private:
    enum class Section { other, number_formats, cell_styles };

    std::size_t depth_ = 0;
    Section section_ = Section::other;
    std::map<std::uint32_t, bool> custom_;
    std::vector<std::uint32_t> cell_formats_;
};

}  // namespace usersync::record

#include "core/record/sheet_rows.hpp"

#include <utility>

namespace usersync::record {
namespace {

class SheetRows : public RowSource {
public:
    SheetRows(std::unique_ptr<SheetHandler> handler, ReadBytes read, XmlOptions options)
        : handler_(std::move(handler)), reader_(*handler_, std::move(read), std::move(options)) {}

    Result<bool> next(Row& row) override {
        while (!handler_->queue().pop(row)) {
            if (is_read_ || handler_->is_finished()) return false;
            handler_->queue().recycle();
            const auto more = reader_.advance();
            if (!more) return more.error();
            is_read_ = !*more;
        }
        return true;
    }

private:
    std::unique_ptr<SheetHandler> handler_;
    XmlReader reader_;
    bool is_read_ = false;
};

}  // namespace

std::unique_ptr<RowSource> sheet_rows(std::unique_ptr<SheetHandler> handler, ReadBytes read, XmlOptions options) {
    return std::make_unique<SheetRows>(std::move(handler), std::move(read), std::move(options));
}

Failure damaged_workbook(const std::string& where, std::string detail) {
    return {FailureKind::rejected, "damaged_workbook", where, std::move(detail), Effect::none, {}};
}

Failure as_workbook(Failure failure, const std::string& where) {
    if (failure.code == "damaged_zip") {
        return damaged_workbook(where, "the workbook is damaged or incomplete; it may have been cut off on its way");
    }
    if (failure.code == "encrypted_zip") failure.detail = "the workbook is protected by a password";
    return failure;
}

std::vector<std::string> visible_names(const std::vector<SheetName>& sheets) {
    std::vector<std::string> names;
    for (const auto& sheet : sheets) {
        if (sheet.is_visible) names.push_back(sheet.name);
    }
    return names;
}

Result<std::size_t> choose_sheet(const std::vector<SheetName>& sheets, const std::optional<std::string>& name,
                                 const std::string& where) {
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        if (name ? sheets[i].name == *name : sheets[i].is_visible) return i;
    }
    std::string names;
    constexpr std::size_t shown_max = 20;
    for (std::size_t i = 0; i < sheets.size() && i < shown_max; ++i) {
        names += (names.empty() ? "\"" : ", \"") + sheets[i].name + "\"";
    }
    if (sheets.size() > shown_max) names += " and more";
    std::string detail =
        name ? "the workbook has no sheet \"" + *name + "\"" : "the workbook has no sheet that is shown";
    if (!names.empty()) detail += "; its sheets are " + names;
    return Failure{FailureKind::rejected, "no_such_sheet", where, std::move(detail), Effect::none, {}};
}

}  // namespace usersync::record

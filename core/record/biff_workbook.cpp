#include "core/record/biff_workbook.hpp"

#include "core/record/little_endian.hpp"
#include "core/record/number_format.hpp"

#include <map>
#include <optional>

namespace usersync::record {
namespace {

constexpr std::uint16_t biff8_version = 0x0600;
constexpr std::uint16_t globals_part = 0x0005;
constexpr unsigned hidden_bits = 0x03;
constexpr std::uint8_t kind_with_cells = 0;

class Globals {
public:
    explicit Globals(const RecordLimits& limits) : limits_(limits) {}

    /// False when the record is shorter than its kind must be.
    bool take(const BiffRecord& record, const BiffCursor& after);

    std::optional<Failure> failure;

    BiffWorkbook finish() {
        for (const auto number : format_of_cell_) workbook_.shows_date.push_back(shows_date(number));
        return std::move(workbook_);
    }

private:
    bool take_sheet(const BiffRecord& record, const BiffCursor& after);
    bool take_texts(const BiffRecord& record, const BiffCursor& after);
    bool take_number_format(const BiffRecord& record, const BiffCursor& after);

    bool shows_date(std::uint16_t number) const {
        const auto custom = custom_formats_.find(number);
        return custom != custom_formats_.end() ? custom->second : is_date_format(std::uint32_t{number});
    }

    const RecordLimits& limits_;
    BiffWorkbook workbook_;
    std::map<std::uint16_t, bool> custom_formats_;  // whether each shows a date
    std::vector<std::uint16_t> format_of_cell_;
    bool has_texts_ = false;
};

bool Globals::take(const BiffRecord& record, const BiffCursor& after) {
    const auto& body = record.body;
    switch (record.type) {
        case biff::file_password:
            failure =
                xls_failure("password_protected", "the workbook is protected with a password; please send it without");
            return true;
        case biff::date_mode:
            if (body.size() < 2) return false;
            workbook_.dates_from_1904 = u16_at(body, 0) == 1;
            return true;
        case biff::cell_format:
            if (body.size() < 4) return false;
            format_of_cell_.push_back(u16_at(body, 2));
            return true;
        case biff::sheet_name: return take_sheet(record, after);
        case biff::shared_texts: return take_texts(record, after);
        case biff::number_format: return take_number_format(record, after);
        default: return true;
    }
}

bool Globals::take_sheet(const BiffRecord& record, const BiffCursor& after) {
    const auto& body = record.body;
    if (body.size() < 8) return false;
    const auto kind = static_cast<std::uint8_t>(body[5]);
    if (kind != kind_with_cells) return true;
    SheetName sheet{.name = {}, .is_visible = (static_cast<unsigned char>(body[4]) & hidden_bits) == 0};
    const auto length = static_cast<std::uint8_t>(body[6]);
    const bool wide = (body[7] & 1) != 0;
    if (!ContinuedBytes(body.substr(8), after).append_characters(length, wide, sheet.name)) return false;
    workbook_.sheets.push_back(std::move(sheet));
    workbook_.sheet_offsets.push_back(u32_at(body, 0));
    return true;
}

bool Globals::take_texts(const BiffRecord& record, const BiffCursor& after) {
    if (has_texts_) return false;
    has_texts_ = true;
    switch (workbook_.texts.read(record, after, limits_.shared_text_bytes_max)) {
        case BiffTexts::Read::whole: return true;
        case BiffTexts::Read::damaged: return false;
        case BiffTexts::Read::too_large: break;
    }
    failure = xls_failure("too_large_unpacked", "the workbook holds more text than is read");
    return true;
}

bool Globals::take_number_format(const BiffRecord& record, const BiffCursor& after) {
    if (record.body.size() < 5) return false;
    std::string code;
    if (!ContinuedBytes(record.body.substr(2), after).append_text(code)) return false;
    custom_formats_[u16_at(record.body, 0)] = is_date_format(std::string_view(code));
    return true;
}

std::optional<Failure> refuse_other_versions(BiffCursor& cursor) {
    BiffRecord record;
    if (!cursor.next(record)) return xls_failure("damaged_workbook", "the workbook has no beginning");
    // Workbooks of Excel 2 to 4 begin with other numbers, which all end in 09.
    if ((record.type & 0xFF) != (biff::begin_of_part & 0xFF) || record.body.size() < 4) {
        return xls_failure("damaged_workbook", "the workbook does not begin as a workbook does");
    }
    if (record.type != biff::begin_of_part || u16_at(record.body, 0) != biff8_version) {
        return xls_failure("excel_95",
                           "the file is a workbook of Excel 95 or older; please save it as .xlsx and send that");
    }
    if (u16_at(record.body, 2) != globals_part) {
        return xls_failure("damaged_workbook", "the workbook does not begin with its table of sheets");
    }
    return std::nullopt;
}

}  // namespace

Failure xls_failure(std::string code, std::string detail) {
    return {.kind = FailureKind::rejected, .code = std::move(code), .where = "xls", .detail = std::move(detail)};
}

Result<BiffWorkbook> read_biff_workbook(std::string_view stream, const RecordLimits& limits) {
    BiffCursor cursor(stream, 0);
    if (const auto refusal = refuse_other_versions(cursor)) return *refusal;
    Globals globals(limits);
    for (BiffRecord record; cursor.next(record);) {
        if (record.type == biff::end_of_part) return globals.finish();
        if (!globals.take(record, cursor)) {
            return xls_failure("damaged_workbook", "the workbook's table of sheets, texts or formats is damaged");
        }
        if (globals.failure) return *globals.failure;
    }
    return xls_failure("damaged_workbook", "the workbook ends before its sheets: it seems to be cut off");
}

}  // namespace usersync::record

#include "core/record/open_record.hpp"

#include "core/record/csv_rows.hpp"
#include "core/record/detect.hpp"
#include "core/record/encoding.hpp"
#include "core/record/objects.hpp"
#include "core/record/refusal.hpp"
#include "core/record/sheet.hpp"
#include "core/record/text.hpp"
#include "core/record/wrappers.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace usersync::record {
namespace {

constexpr std::size_t wrappers_max = 3;

/// Rows, and the bytes that they are views of.
class KeptRows final : public RowSource {
public:
    KeptRows(std::unique_ptr<RowSource> rows, std::unique_ptr<std::string> bytes)
        : bytes_(std::move(bytes)), rows_(std::move(rows)) {}
    Result<bool> next(Row& row) override { return rows_->next(row); }

private:
    std::unique_ptr<std::string> bytes_;
    std::unique_ptr<RowSource> rows_;  // goes first
};

/// Bytes of the record, with what holds them if that is not the caller.
struct Bytes {
    std::string_view view;
    std::unique_ptr<std::string> own;

    static Bytes owning(std::string text) {
        auto own = std::make_unique<std::string>(std::move(text));
        const std::string_view view = *own;
        return {.view = view, .own = std::move(own)};
    }
};

struct Unwrapped {
    Bytes bytes;
    std::vector<Container> containers;
    Detected detected;
    std::optional<Format> workbook;  ///< of a zip that is one
};

Result<std::string> decrypted(std::string_view message, const Decrypt& decrypt, const RecordLimits& limits) {
    if (!decrypt) return refused("pgp_no_key", "the record is encrypted with PGP, and no key for it is configured");
    auto text = decrypt(message);
    if (text && text->size() > limits.unpacked_bytes_max) {
        return refused("too_large_unpacked", "what is encrypted is larger than is accepted");
    }
    return text;
}

// One wrapper less; false when there is none.
Result<bool> unwrap_once(Unwrapped& record, const RecordLimits& limits, const Decrypt& decrypt) {
    std::optional<Result<std::string>> inner;
    auto container = Container::gzip;
    if (record.detected.content == Content::gzip) {
        inner = unpack_gzip(record.bytes.view, limits);
    } else if (record.detected.content == Content::pgp) {
        container = Container::pgp;
        inner = decrypted(record.bytes.view, decrypt, limits);
    } else if (record.detected.content == Content::zip) {
        container = Container::zip;
        auto zip = look_into_zip(record.bytes.view, limits);
        if (!zip) return zip.error();
        if (const auto* format = std::get_if<Format>(&*zip)) {
            record.workbook = *format;
            return false;
        }
        inner = std::get<std::string>(std::move(*zip));
    } else {
        return false;
    }
    if (!*inner) return inner->error();
    if (record.containers.size() == wrappers_max) {
        return refused("too_deep", "the record is wrapped more than " + std::to_string(wrappers_max) + " times");
    }
    record.containers.push_back(container);
    record.bytes = Bytes::owning(std::move(**inner));
    return true;
}

Result<Unwrapped> unwrap(std::string_view bytes, const RecordLimits& limits, const Decrypt& decrypt) {
    Unwrapped record;
    record.bytes.view = bytes;
    for (bool more = true; more;) {
        record.detected = detect(record.bytes.view);
        auto unwrapped = unwrap_once(record, limits, decrypt);
        if (!unwrapped) return unwrapped.error();
        more = *unwrapped;
    }
    return record;
}

bool is_text(Format format) { return format != Format::xls && format != Format::xlsx && format != Format::ods; }

Failure not_agreed(std::string_view found, Format agreed) {
    return refused("unknown_format",
                   "the record is " + std::string(found) + ", but " + std::string(to_string(agreed)) + " was agreed");
}

Failure empty_record() { return refused("empty_record", "the record is empty"); }

// ---- one reader per format

class Opener {
public:
    Opener(const RecordFormat& format, const RecordLimits& limits, const std::vector<std::string>& names)
        : format_(format), limits_(limits), names_(names) {}

    Result<OpenRecord> open(Unwrapped record) {
        found_.containers = std::move(record.containers);
        bytes_ = std::move(record.bytes);
        switch (record.detected.content) {
            case Content::nothing: return empty_record();
            case Content::lock_file:
                return refused("lock_file",
                               "this is the mark that Excel leaves beside a workbook while somebody has it open, "
                               "not the workbook");
            case Content::bare_workbook:
                return refused("excel_95", "the workbook is older than Excel 97; save it as .xlsx");
            case Content::other: return other(record.detected.what);
            case Content::compound_file: return open_workbook(Format::xls);
            case Content::zip: return open_workbook(record.workbook.value_or(Format::xlsx));
            case Content::gzip:
            case Content::pgp:
            case Content::text: return open_text();
        }
        return open_text();
    }

private:
    static Failure other(std::string_view what) {
        return refused("unknown_format", "this is " + std::string(what) + ", not an employee record");
    }

    Result<OpenRecord> open_workbook(Format format) {
        if (format_.format && *format_.format != format) {
            return not_agreed("a workbook (" + std::string(to_string(format)) + ")", *format_.format);
        }
        found_.format = format;
        if (format == Format::xls) return give(open_xls(bytes_.view, format_.sheet, limits_));
        if (format == Format::ods) return give(open_ods(bytes_.view, format_.sheet, limits_));
        return give(open_xlsx(bytes_.view, format_.sheet, limits_));
    }

    Result<OpenRecord> open_text() {
        if (format_.format && !is_text(*format_.format)) return not_agreed("a text and no workbook", *format_.format);
        auto encoding = encoding_of_text();
        if (!encoding) return encoding.error();
        found_.encoding = encoding->name;
        found_.has_byte_order_mark = encoding->mark_bytes > 0;
        found_.mixed_encodings = encoding->mixed;
        found_.encoding_assumed = encoding->assumed;
        bytes_.view.remove_prefix(encoding->mark_bytes);
        if (is_mhtml(bytes_.view)) return open_message();
        auto decoded = decode();
        if (!decoded) return decoded.error();
        if (trim(bytes_.view).empty()) return empty_record();
        const auto detected = detect_text(bytes_.view);
        if (!format_.format && !detected.format) return other(detected.what);
        found_.format = format_.format ? *format_.format : *detected.format;
        const bool is_csv = found_.format == Format::csv || found_.format == Format::tsv;
        if (found_.mixed_encodings && !is_csv) return mixed();
        return is_csv ? open_csv() : open_structured();
    }

    // The tenant's word and a byte order mark win over what a text says of itself. HTML that says something else than
    // the UTF-8 that it is was made with a template that nobody looked at.
    Result<Encoding> encoding_of_text() const {
        auto encoding = find_encoding(bytes_.view, format_.encoding);
        if (!encoding || format_.encoding || encoding->mark_bytes > 0 || encoding->name.starts_with("UTF-16")) {
            return encoding;
        }
        const auto format = format_.format ? format_.format : detect_text(bytes_.view).format;
        const bool is_html = format == Format::html;
        if (!is_html && format != Format::xml && format != Format::spreadsheetml) return encoding;
        const auto declared = declared_encoding(bytes_.view, *format);
        if (declared.empty() || (is_html && encoding->name == "UTF-8" && !encoding->mixed)) return encoding;
        auto name = encoding_named(declared);
        if (!name && is_html) return encoding;
        if (!name) return name.error();
        if (name->starts_with("UTF-16") || name->starts_with("UTF-32")) return encoding;
        return find_encoding(bytes_.view, *name);
    }

    bool is_mhtml(std::string_view text) const {
        if (format_.format) return *format_.format == Format::mhtml;
        return !found_.encoding.starts_with("UTF-16") && !found_.encoding.starts_with("UTF-32") &&
               detect_text(text).format == Format::mhtml;
    }

    // A message says for each of its parts how it is written.
    Result<OpenRecord> open_message() {
        found_.format = Format::mhtml;
        found_.encoding.clear();
        found_.mixed_encodings = false;
        found_.encoding_assumed = false;
        return give(open_mhtml(bytes_.view, limits_));
    }

    Result<void> decode() {
        if (found_.encoding == "UTF-8") return check_text(bytes_.view);
        auto text = to_utf8(bytes_.view, found_.encoding);
        if (!text) return text.error();
        bytes_ = Bytes::owning(*std::move(text));
        return {};
    }

    Failure mixed() const {
        const auto sound = bytes_.view.substr(0, utf8_at_front(bytes_.view));
        return refused("bad_encoding", "line " + std::to_string(1 + count_line_breaks(sound)) +
                                           " holds bytes that are no text in UTF-8");
    }

    Result<OpenRecord> open_csv() {
        const auto shape = find_csv_shape(bytes_.view, format_, names_);
        found_.format = shape.delimiter == '\t' ? Format::tsv : Format::csv;
        found_.delimiter = shape.delimiter;
        return give_rows(std::make_unique<CsvRows>(bytes_.view, shape, format_, limits_));
    }

    Result<OpenRecord> open_structured() {
        switch (found_.format) {
            case Format::json: return give(open_json(bytes_.view, format_.records, limits_));
            case Format::jsonl: return give(open_jsonl(bytes_.view, limits_));
            case Format::xml: return give(open_xml(bytes_.view, format_.records, limits_));
            case Format::html: return give(open_html(bytes_.view, limits_));
            case Format::spreadsheetml:
                return give(open_spreadsheetml(bytes_.view, format_.sheet, limits_, XmlEncoding::utf8));
            case Format::csv:
            case Format::tsv:
            case Format::mhtml:
            case Format::xls:
            case Format::xlsx:
            case Format::ods: break;
        }
        return other("of a format that is not read");
    }

    Result<OpenRecord> give_rows(std::unique_ptr<RowSource> rows) {
        if (bytes_.own) rows = std::make_unique<KeptRows>(std::move(rows), std::move(bytes_.own));
        return OpenRecord{.found = std::move(found_), .rows = std::move(rows)};
    }

    Result<OpenRecord> give(Result<std::unique_ptr<RowSource>> rows) {
        if (!rows) return rows.error();
        return give_rows(*std::move(rows));
    }

    Result<OpenRecord> give(Result<OpenSheet> sheet) {
        if (!sheet) return sheet.error();
        found_.sheet = std::move(sheet->sheet);
        found_.sheets = std::move(sheet->sheets);
        found_.visible_sheets = std::move(sheet->visible_sheets);
        found_.dates_from_1904 = sheet->dates_from_1904;
        return give_rows(std::move(sheet->rows));
    }

    const RecordFormat& format_;
    const RecordLimits& limits_;
    const std::vector<std::string>& names_;
    Found found_;
    Bytes bytes_;
};

}  // namespace

Result<OpenRecord> open_record(std::string_view bytes, const RecordFormat& format, const RecordLimits& limits,
                               const std::vector<std::string>& names, const Decrypt& decrypt) {
    auto record = unwrap(bytes, limits, decrypt);
    if (!record) return record.error();
    return Opener(format, limits, names).open(*std::move(record));
}

}  // namespace usersync::record

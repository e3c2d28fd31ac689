// A web page saved as one file (MHTML), as Excel and report programs write it: a message whose HTML part is the sheet.

#include "core/record/detect.hpp"
#include "core/record/encoding.hpp"
#include "core/record/mime.hpp"
#include "core/record/sheet.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::size_t messages_within_messages_max = 8;

Failure refused(std::string code, std::string detail) {
    return {.kind = FailureKind::rejected, .code = std::move(code), .where = "mhtml", .detail = std::move(detail)};
}

// Rows together with the text that they are views of.
class OwningRows : public RowSource {
public:
    OwningRows(std::unique_ptr<std::string> text, std::unique_ptr<RowSource> rows)
        : text_(std::move(text)), rows_(std::move(rows)) {}

    Result<bool> next(Row& row) override { return rows_->next(row); }

private:
    std::unique_ptr<std::string> text_;
    std::unique_ptr<RowSource> rows_;
};

// The HTML parts, in their order, parts within parts included.
Result<std::vector<MimePart>> html_parts(std::string_view message, const RecordLimits& limits) {
    std::vector<MimePart> found;
    struct Message {
        std::string_view bytes;
        std::size_t depth;
    };
    std::vector<Message> open{{message, 0}};
    std::size_t seen = 0;
    while (!open.empty()) {
        const auto next = open.back();
        open.pop_back();
        if (++seen > limits.entries_max) {
            return refused("too_large_unpacked", "the file has more parts than the limit allows");
        }
        auto part = read_mime_part(next.bytes);
        if (part.type == "text/html") found.push_back(std::move(part));
        if (!part.type.starts_with("multipart/")) continue;
        if (next.depth == messages_within_messages_max) {
            return refused("too_deep", "the file has parts within parts, deeper than the limit allows");
        }
        const auto parts = split_mime_parts(part.body, part.boundary, limits.entries_max);
        for (auto inner = parts.rbegin(); inner != parts.rend(); ++inner) open.push_back({*inner, next.depth + 1});
    }
    return found;
}

std::string_view file_name(std::string_view location) {
    const auto slash = location.find_last_of("/\\");
    return slash == std::string_view::npos ? location : location.substr(slash + 1);
}

// Excel puts every sheet into a part of its own, and a part with the sheets' names before them, in a table too.
int rank(const MimePart& part) {
    const auto name = file_name(part.location);
    if (name.starts_with("sheet")) return 0;
    return name.starts_with("tabstrip") ? 2 : 1;
}

Result<Encoding> encoding_of(const MimePart& part, std::string_view bytes) {
    // Whoever says that it is ASCII may still have bytes that are not.
    const bool is_told = !part.charset.empty() && part.charset != "us-ascii" && part.charset != "ascii";
    if (is_told) return find_encoding(bytes, part.charset);
    auto found = find_encoding(bytes);
    if (!found || found->mark_bytes > 0 || (found->name == "UTF-8" && !found->mixed)) return found;
    const auto declared = declared_encoding(bytes, Format::html);
    const auto name = encoding_named(declared);
    if (declared.empty() || !name || name->starts_with("UTF-16")) return found;
    return find_encoding(bytes, *name);
}

Result<std::string> text_of(const MimePart& part) {
    auto bytes = decoded_body(part);
    if (!bytes) return refused("damaged_workbook", "a part of the file is damaged: it cannot be decoded");
    const auto encoding = encoding_of(part, *bytes);
    if (!encoding) return encoding.error();
    if (encoding->mixed) return refused("bad_encoding", "the page in the file holds bytes that are no text in UTF-8");
    return to_utf8(std::string_view(*bytes).substr(encoding->mark_bytes), encoding->name);
}

Result<OpenSheet> open_part(const MimePart& part, const RecordLimits& limits) {
    auto decoded = text_of(part);
    if (!decoded) return decoded.error();
    auto text = std::make_unique<std::string>(std::move(*decoded));
    auto sheet = open_html(*text, limits);
    if (!sheet) return sheet.error();
    sheet->rows = std::make_unique<OwningRows>(std::move(text), std::move(sheet->rows));
    return sheet;
}

}  // namespace

Result<OpenSheet> open_mhtml(std::string_view bytes, const RecordLimits& limits) {
    auto parts = html_parts(bytes, limits);
    if (!parts) return parts.error();
    std::stable_sort(parts->begin(), parts->end(),
                     [](const MimePart& a, const MimePart& b) { return rank(a) < rank(b); });
    for (const auto& part : *parts) {
        auto sheet = open_part(part, limits);
        if (sheet || sheet.error().code != "no_records") return sheet;
    }
    return refused("no_records", "the file holds no page with a table that has rows");
}

}  // namespace usersync::record

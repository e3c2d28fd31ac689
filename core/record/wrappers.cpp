#include "core/record/wrappers.hpp"

#include "core/record/refusal.hpp"
#include "core/record/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace usersync::record {
namespace {

// ---- gzip

constexpr int gzip_only = 16 + MAX_WBITS;
constexpr std::size_t chunk_bytes = std::size_t{256} << 10;
constexpr std::size_t ratio_counts_from = std::size_t{1} << 20;

Failure damaged_gzip(std::string sentence) { return refused("damaged_gzip", std::move(sentence)); }

Failure too_large_unpacked() {
    return refused("too_large_unpacked", "what is packed becomes larger than is accepted when it is unpacked");
}

// The last four bytes say how large the last member is, modulo 4 GiB: good for a guess.
std::size_t guess_size(std::string_view bytes, std::size_t bytes_max) {
    if (bytes.size() < 4) return 0;
    std::size_t size = 0;
    for (std::size_t i = 4; i > 0; --i) size = size * 256 + static_cast<std::uint8_t>(bytes[bytes.size() - 5 + i]);
    return std::min(size, bytes_max);
}

class Inflater {
public:
    explicit Inflater(std::string_view bytes) : bytes_(bytes) { is_open_ = inflateInit2(&stream_, gzip_only) == Z_OK; }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() {
        if (is_open_) inflateEnd(&stream_);
    }

    enum class State { more, end, damaged, cut };

    // The next bytes, into the room behind `into`.
    State inflate_into(std::string& into, std::size_t room) {
        if (!is_open_) return State::damaged;
        const auto done = into.size();
        into.resize(done + room);
        stream_.next_out = to_bytes(into.data() + done);
        stream_.avail_out = static_cast<uInt>(room);
        feed();
        const int result = inflate(&stream_, Z_NO_FLUSH);
        into.resize(into.size() - stream_.avail_out);
        if (result == Z_STREAM_END) return next_member();
        if (result == Z_OK) return State::more;
        const bool starved = result == Z_BUF_ERROR && stream_.avail_in == 0 && bytes_.empty();
        return starved ? State::cut : State::damaged;
    }

private:
    static Bytef* to_bytes(char* text) { return static_cast<Bytef*>(static_cast<void*>(text)); }

    void feed() {
        if (stream_.avail_in > 0 || bytes_.empty()) return;
        const auto size = std::min<std::size_t>(bytes_.size(), std::numeric_limits<uInt>::max());
        stream_.next_in = to_bytes(const_cast<char*>(bytes_.data()));  // zlib reads it only
        stream_.avail_in = static_cast<uInt>(size);
        bytes_.remove_prefix(size);
    }

    State next_member() {
        if (stream_.avail_in == 0 && bytes_.empty()) return State::end;
        return inflateReset(&stream_) == Z_OK ? State::more : State::damaged;
    }

    std::string_view bytes_;  // not yet handed over
    z_stream stream_ = {};
    bool is_open_ = false;
};

// ---- zip

bool is_added_by_system(std::string_view name) {
    const auto slash = name.rfind('/');
    const auto file = slash == std::string_view::npos ? name : name.substr(slash + 1);
    return name.starts_with("__MACOSX/") || file == ".DS_Store" || file == "Thumbs.db" || file == "desktop.ini";
}

bool any_starts_with(const ZipArchive& zip, std::string_view front) {
    const auto& entries = zip.entries();
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& entry) { return entry.name.starts_with(front); });
}

Failure other_document(const std::string& what) {
    return refused("unknown_format", "this is " + what + ", not an employee record");
}

Result<std::optional<Format>> office_format(const ZipArchive& zip) {
    if (zip.find("xl/workbook.bin")) return other_document("a binary Excel workbook (.xlsb): save it as .xlsx");
    if (any_starts_with(zip, "xl/")) return std::optional(Format::xlsx);
    if (any_starts_with(zip, "word/")) return other_document("a Word document");
    if (any_starts_with(zip, "ppt/")) return other_document("a presentation");
    return std::optional(Format::xlsx);
}

Result<std::optional<Format>> open_document_format(ZipArchive& zip, std::size_t mimetype) {
    constexpr std::size_t mimetype_bytes_max = 200;
    if (zip.entries()[mimetype].unpacked_bytes > mimetype_bytes_max) return std::optional<Format>();
    const auto text = zip.read_all(mimetype);
    if (!text) return text.error();
    constexpr std::string_view family = "application/vnd.oasis.opendocument.";
    if (!text->starts_with(family)) return std::optional<Format>();
    if (text->starts_with(std::string(family) + "spreadsheet")) return std::optional(Format::ods);
    return other_document("an OpenDocument file that is no spreadsheet");
}

// Nullopt: a zip that is only a wrapper.
Result<std::optional<Format>> document_format(ZipArchive& zip) {
    if (zip.find("[Content_Types].xml")) return office_format(zip);
    if (any_starts_with(zip, "Index/") || zip.find("Index.zip")) {
        return other_document("a document of Apple Numbers or Pages: export it as .xlsx or .csv");
    }
    if (const auto mimetype = zip.find("mimetype")) return open_document_format(zip, *mimetype);
    if (zip.find("content.xml") && zip.find("META-INF/manifest.xml")) return std::optional(Format::ods);
    return std::optional<Format>();
}

Result<std::string> only_file(ZipArchive& zip) {
    std::optional<std::size_t> only;
    std::size_t files = 0;
    for (std::size_t i = 0; i < zip.entries().size(); ++i) {
        const auto& entry = zip.entries()[i];
        if (entry.is_directory || is_added_by_system(entry.name)) continue;
        ++files;
        only = i;
    }
    if (!only) return refused("zip_empty", "the zip holds no file");
    if (files > 1) {
        return refused("zip_several_files",
                       "the zip holds " + std::to_string(files) + " files; exactly one is expected");
    }
    if (zip.entries()[*only].encrypted) {
        return refused("encrypted_zip", "the zip is protected with a password; send it without, or encrypted with PGP");
    }
    return zip.read_all(*only);
}

}  // namespace

Result<std::string> unpack_gzip(std::string_view bytes, const RecordLimits& limits) {
    const auto by_ratio = limits.ratio_max > 0 && bytes.size() > limits.unpacked_bytes_max / limits.ratio_max
                              ? limits.unpacked_bytes_max
                              : std::max(bytes.size() * limits.ratio_max, ratio_counts_from);
    const auto bytes_max = std::min(limits.unpacked_bytes_max, by_ratio);
    std::string text;
    text.reserve(guess_size(bytes, bytes_max) + chunk_bytes);
    Inflater inflater(bytes);
    for (;;) {
        // One byte more than is allowed: that there is more is seen when it comes.
        const auto room = std::min(chunk_bytes, bytes_max + 1 - text.size());
        const auto state = inflater.inflate_into(text, room);
        if (text.size() > bytes_max) return too_large_unpacked();
        switch (state) {
            case Inflater::State::more: break;
            case Inflater::State::end: return text;
            case Inflater::State::cut: return damaged_gzip("the gzip file ends too early: it was cut off");
            case Inflater::State::damaged: return damaged_gzip("the gzip file is damaged");
        }
    }
}

Result<std::variant<Format, std::string>> look_into_zip(std::string_view bytes, const RecordLimits& limits) {
    auto zip = ZipArchive::open(bytes, limits);
    if (!zip) return zip.error();
    const auto format = document_format(*zip);
    if (!format) return format.error();
    if (*format) return std::variant<Format, std::string>(**format);
    auto file = only_file(*zip);
    if (!file) return file.error();
    return std::variant<Format, std::string>(*std::move(file));
}

}  // namespace usersync::record

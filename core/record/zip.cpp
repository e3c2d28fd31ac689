#include "core/record/zip.hpp"

#include "core/base/ascii.hpp"

#include <zip.h>

#include <algorithm>
#include <utility>

namespace usersync::record {
namespace {

constexpr std::uint64_t ratio_free_bytes = std::uint64_t{1} << 20;

Failure rejected(std::string code, std::string detail) {
    return {FailureKind::rejected, std::move(code), "record.zip", std::move(detail), Effect::none, {}};
}

Failure damaged() {
    return rejected("damaged_zip", "the zip archive is damaged or incomplete; it may have been cut off on its way");
}

Failure too_large() {
    return rejected("too_large_unpacked", "unpacked, the zip archive is larger than the limit allows");
}

std::string_view without_slash(std::string_view name) {
    if (!name.empty() && name.front() == '/') name.remove_prefix(1);
    return name;
}

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

ZipEntry described(const zip_stat_t& stat) {
    ZipEntry entry;
    if ((stat.valid & ZIP_STAT_NAME) != 0) entry.name = stat.name;
    std::replace(entry.name.begin(), entry.name.end(), '\\', '/');
    entry.is_directory = !entry.name.empty() && entry.name.back() == '/';
    entry.encrypted = (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE;
    if ((stat.valid & ZIP_STAT_COMP_SIZE) != 0) entry.packed_bytes = stat.comp_size;
    if ((stat.valid & ZIP_STAT_SIZE) != 0) entry.unpacked_bytes = stat.size;
    return entry;
}

}  // namespace

struct ZipArchive::State {
    RecordLimits limits;
    std::uint64_t archive_bytes = 0;
    std::unique_ptr<zip_t, CloseArchive> archive;
    std::vector<ZipEntry> entries;
    std::vector<std::uint64_t> unpacked;  ///< per entry: the most that was read of it
    std::uint64_t unpacked_in_all = 0;

    /// False when these bytes of the entry, read from its beginning, are more than the limits allow.
    bool count(std::size_t index, std::uint64_t produced) {
        if (produced > unpacked[index]) {
            unpacked_in_all += produced - unpacked[index];
            unpacked[index] = produced;
        }
        // Nothing can be packed into more bytes than there are, whatever the archive says.
        const auto packed = std::min(entries[index].packed_bytes, archive_bytes);
        const bool is_bomb = produced > ratio_free_bytes && produced / limits.ratio_max > packed;
        return unpacked_in_all <= limits.unpacked_bytes_max && !is_bomb;
    }
};

struct ZipEntryStream::State {
    std::shared_ptr<ZipArchive::State> archive;
    std::size_t index = 0;
    std::unique_ptr<zip_file_t, CloseFile> file;  // closed before the archive
    std::uint64_t produced = 0;
};

ZipEntryStream::ZipEntryStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipEntryStream::ZipEntryStream(ZipEntryStream&&) noexcept = default;
ZipEntryStream& ZipEntryStream::operator=(ZipEntryStream&&) noexcept = default;
ZipEntryStream::~ZipEntryStream() = default;

Result<std::size_t> ZipEntryStream::read(char* into, std::size_t capacity) {
    const auto count = zip_fread(state_->file.get(), into, capacity);
    if (count < 0) return damaged();
    state_->produced += static_cast<std::uint64_t>(count);
    if (!state_->archive->count(state_->index, state_->produced)) return too_large();
    return static_cast<std::size_t>(count);
}

ZipArchive::ZipArchive(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<ZipArchive> ZipArchive::open(std::string_view bytes, const RecordLimits& limits) {
    if (bytes.empty()) return damaged();  // libzip takes it for an archive that is about to be written
    auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
    if (source == nullptr) return damaged();
    auto state = std::make_shared<State>();
    state->archive.reset(zip_open_from_source(source, ZIP_RDONLY, nullptr));
    if (!state->archive) {
        zip_source_free(source);
        return damaged();
    }
    state->limits = limits;
    state->limits.ratio_max = std::max<std::size_t>(1, limits.ratio_max);
    state->archive_bytes = bytes.size();
    const auto count = zip_get_num_entries(state->archive.get(), 0);
    if (count < 0) return damaged();
    if (static_cast<std::uint64_t>(count) > limits.entries_max) {
        return rejected("too_large_unpacked", "the zip archive holds more files than the limit allows");
    }
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        zip_stat_t stat;
        zip_stat_init(&stat);
        if (zip_stat_index(state->archive.get(), i, 0, &stat) != 0) return damaged();
        state->entries.push_back(described(stat));
    }
    state->unpacked.resize(state->entries.size());
    return ZipArchive(std::move(state));
}

const std::vector<ZipEntry>& ZipArchive::entries() const { return state_->entries; }

std::optional<std::size_t> ZipArchive::find(std::string_view name) const {
    for (std::size_t i = 0; i < state_->entries.size(); ++i) {
        if (equal_but_for_case(without_slash(state_->entries[i].name), without_slash(name))) return i;
    }
    return std::nullopt;
}

Result<ZipEntryStream> ZipArchive::read(std::size_t index) {
    USERSYNC_INVARIANT(index < state_->entries.size(), "an entry of a zip archive is read by its place in it");
    if (state_->entries[index].encrypted) {
        return rejected("encrypted_zip", "the zip archive is protected by a password");
    }
    auto stream = std::make_unique<ZipEntryStream::State>();
    stream->archive = state_;
    stream->index = index;
    stream->file.reset(zip_fopen_index(state_->archive.get(), index, 0));
    if (stream->file) return ZipEntryStream(std::move(stream));
    switch (zip_error_code_zip(zip_get_error(state_->archive.get()))) {
        case ZIP_ER_NOPASSWD:
        case ZIP_ER_WRONGPASSWD:
        case ZIP_ER_ENCRNOTSUPP: return rejected("encrypted_zip", "the zip archive is protected by a password");
        case ZIP_ER_COMPNOTSUPP:
            return rejected("damaged_zip", "the zip archive is packed in a way that is not supported; pack it again");
        default: return damaged();
    }
}

Result<std::string> ZipArchive::read_all(std::size_t index) {
    auto stream = read(index);
    if (!stream) return stream.error();
    constexpr std::size_t piece = 64 << 10;
    std::string text;
    while (true) {
        const auto before = text.size();
        text.resize(before + std::max(piece, before / 2));
        const auto count = stream->read(text.data() + before, text.size() - before);
        if (!count) return count.error();
        text.resize(before + *count);
        if (*count == 0) return text;
    }
}

}  // namespace usersync::record

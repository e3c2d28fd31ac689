#include "core/record/compound_file.hpp"

#include "core/base/ascii.hpp"
#include "core/record/little_endian.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

using namespace std::literals;

constexpr std::string_view signature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;
constexpr std::size_t header_bytes = 512;
constexpr std::size_t difat_offset = 76;
constexpr std::uint32_t largest_sector = 0xFFFFFFFA;
constexpr std::uint32_t end_of_chain = 0xFFFFFFFE;
constexpr std::uint32_t no_entry = 0xFFFFFFFF;
constexpr std::size_t entry_bytes = 128;
constexpr unsigned mini_shift = 6;
constexpr unsigned char folder_type = 1;
constexpr unsigned char stream_type = 2;
constexpr unsigned char root_type = 5;

Failure damaged(std::string detail) {
    return {.kind = FailureKind::rejected,
            .code = "damaged_workbook",
            .where = "compound_file",
            .detail = std::move(detail)};
}

Failure refused(std::string code, std::string detail) {
    return {
        .kind = FailureKind::rejected, .code = std::move(code), .where = "compound_file", .detail = std::move(detail)};
}

unsigned char byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

// Names are UTF-16; all that are looked for are ASCII.
std::string name_of_entry(std::string_view entry) {
    const std::size_t length = std::min<std::size_t>(u16_at(entry, 64), 64);
    std::string name;
    for (std::size_t i = 0; i + 4 <= length; i += 2) {
        const auto unit = u16_at(entry, i);
        name += unit < 0x80 ? static_cast<char>(unit) : '?';
    }
    return lower_case(name);
}

}  // namespace

bool is_compound_file(std::string_view bytes) { return bytes.starts_with(signature); }

Result<CompoundContent> what_is_in(std::string_view bytes) {
    const auto file = CompoundFile::open(bytes);
    if (!file) return file.error();
    if (file->has_stream("Workbook")) return CompoundContent::workbook;
    if (file->has_stream("Book")) return CompoundContent::old_workbook;
    if (file->has_stream("EncryptedPackage") || file->has_stream("EncryptionInfo")) return CompoundContent::encrypted;
    if (file->has_stream("\tDRMContent")) return CompoundContent::encrypted;
    if (file->has_stream("WordDocument")) return CompoundContent::word_document;
    if (file->has_stream("PowerPoint Document")) return CompoundContent::presentation;
    if (file->has_stream("__properties_version1.0")) return CompoundContent::mail_message;
    return CompoundContent::other;
}

std::optional<Failure> refusal_of(CompoundContent content) {
    switch (content) {
        case CompoundContent::workbook: return std::nullopt;
        case CompoundContent::old_workbook:
            return refused("excel_95",
                           "the file is a workbook of Excel 95 or older; please save it as .xlsx and send that");
        case CompoundContent::encrypted:
            return refused("password_protected",
                           "the file is protected with a password or a sensitivity label; please send it without");
        case CompoundContent::word_document:
            return refused("unknown_format", "the file is a Word document, not a workbook");
        case CompoundContent::presentation:
            return refused("unknown_format", "the file is a PowerPoint presentation, not a workbook");
        case CompoundContent::mail_message:
            return refused("unknown_format", "the file is an Outlook message; please send the workbook itself");
        case CompoundContent::other:
            return refused("unknown_format", "the file is an old office document, but holds no workbook");
    }
    return std::nullopt;
}

Result<CompoundFile> CompoundFile::open(std::string_view bytes) {
    CompoundFile file(bytes);
    if (!is_compound_file(bytes)) return damaged("the file does not begin as an old office document does");
    if (!file.read_header()) return damaged("the head of the file is damaged or cut off");
    if (!file.collect_fat()) return damaged("the file's table of contents is damaged, or its end is missing");
    const auto directory = file.read_chain(u32_at(bytes, 48), std::nullopt);
    if (!directory || !file.read_directory(directory->view)) {
        return damaged("the file's directory is damaged, or its end is missing");
    }
    return file;
}

Result<StreamBytes> CompoundFile::read(std::string_view name) const {
    const Stream* const stream = find(name);
    if (stream == nullptr) return damaged("the file holds no part named " + std::string(name));
    auto read =
        stream->size < mini_cutoff_ ? read_mini_stream(*stream) : read_chain(stream->first_sector, stream->size);
    if (!read) return damaged("parts of the file are missing: it seems to be cut off");
    return std::move(*read);
}

bool CompoundFile::read_header() {
    if (bytes_.size() < header_bytes) return false;
    sector_shift_ = u16_at(bytes_, 30);
    if (sector_shift_ != 9 && sector_shift_ != 12) return false;
    if (u16_at(bytes_, 28) != 0xFFFE || u16_at(bytes_, 32) != mini_shift) return false;
    mini_cutoff_ = u32_at(bytes_, 56);
    // The header takes the place of one sector, also when a sector is longer than the header.
    const auto sector_bytes = std::size_t{1} << sector_shift_;
    if (bytes_.size() <= sector_bytes) return false;
    const auto sectors = (bytes_.size() - 1) >> sector_shift_;
    if (sectors > largest_sector) return false;
    sectors_ = static_cast<std::uint32_t>(sectors);
    return true;
}

bool CompoundFile::collect_fat() {
    const std::size_t fat_sectors_max = u32_at(bytes_, 44);
    if (fat_sectors_max > sectors_) return false;
    if (!add_fat_sectors(bytes_.substr(difat_offset, header_bytes - difat_offset), fat_sectors_max)) return false;
    // The places of further ones stand in sectors of their own, each ending with the number of the next.
    auto next = u32_at(bytes_, 68);
    for (std::uint32_t steps = 0; fat_sectors_.size() < fat_sectors_max; ++steps) {
        const auto places = sector(next);
        const auto sector_bytes = std::size_t{1} << sector_shift_;
        if (!places || places->size() < sector_bytes || steps > sectors_) return false;
        if (!add_fat_sectors(places->substr(0, sector_bytes - 4), fat_sectors_max)) return false;
        next = u32_at(*places, sector_bytes - 4);
    }
    return true;
}

bool CompoundFile::add_fat_sectors(std::string_view sectors, std::size_t fat_sectors_max) {
    for (std::size_t at = 0; at < sectors.size() && fat_sectors_.size() < fat_sectors_max; at += 4) {
        const auto number = u32_at(sectors, at);
        if (number > largest_sector) continue;
        const auto table = sector(number);
        if (!table || table->size() < std::size_t{1} << sector_shift_) return false;
        fat_sectors_.push_back(number);
    }
    return true;
}

// The children of the root are a binary tree. Its order is not needed, and every entry is visited once at most.
bool CompoundFile::read_directory(std::string_view directory) {
    const std::size_t entries = directory.size() / entry_bytes;
    const auto entry_at = [&](std::uint32_t number) { return directory.substr(number * entry_bytes, entry_bytes); };
    if (entries == 0 || byte_at(directory, 66) != root_type) return false;
    mini_stream_.first_sector = u32_at(directory, 116);
    mini_stream_.size = u32_at(directory, 120);
    std::vector<bool> visited(entries);
    std::vector<std::uint32_t> open{u32_at(directory, 76)};
    while (!open.empty()) {
        const auto number = open.back();
        open.pop_back();
        if (number == no_entry) continue;
        if (number >= entries || visited[number]) return false;
        visited[number] = true;
        const auto entry = entry_at(number);
        if (!read_entry(entry)) return false;
        open.push_back(u32_at(entry, 68));
        open.push_back(u32_at(entry, 72));
    }
    return true;
}

bool CompoundFile::read_entry(std::string_view entry) {
    const auto type = byte_at(entry, 66);
    if (type == folder_type) return true;
    if (type != stream_type) return false;
    Stream stream{.name = name_of_entry(entry), .first_sector = u32_at(entry, 116)};
    // With short sectors the upper half of the size may hold anything.
    stream.size = sector_shift_ == 9 ? u32_at(entry, 120) : number_at<std::uint64_t>(entry, 120);
    streams_.push_back(std::move(stream));
    return true;
}

std::optional<std::string_view> CompoundFile::sector(std::uint32_t number) const {
    if (number >= sectors_) return std::nullopt;
    return bytes_.substr((std::size_t{number} + 1) << sector_shift_, std::size_t{1} << sector_shift_);
}

std::optional<std::uint32_t> CompoundFile::next_sector(std::uint32_t number) const {
    const auto shift = sector_shift_ - 2;
    const std::size_t table = number >> shift;
    if (table >= fat_sectors_.size()) return std::nullopt;
    const std::size_t place = (number & ((1U << shift) - 1)) * 4;
    return u32_at(bytes_, ((std::size_t{fat_sectors_[table]} + 1) << sector_shift_) + place);
}

// Without a size the chain is followed to its end. Neighbouring sectors become one piece.
std::optional<std::vector<CompoundFile::Piece>> CompoundFile::pieces_of_chain(std::uint32_t first,
                                                                              std::optional<std::uint64_t> size) const {
    std::vector<Piece> pieces;
    std::vector<bool> visited(sectors_);
    std::uint64_t missing = size.value_or(bytes_.size());
    for (auto number = first; missing > 0;) {
        if (number == end_of_chain && !size) break;
        const auto content = sector(number);
        if (!content || visited[number]) return std::nullopt;
        visited[number] = true;
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(content->size(), missing));
        const auto offset = static_cast<std::size_t>(content->data() - bytes_.data());
        if (!pieces.empty() && pieces.back().offset + pieces.back().length == offset) {
            pieces.back().length += length;
        } else {
            pieces.push_back({.offset = offset, .length = length});
        }
        missing -= length;
        if (missing == 0) break;
        if (length < std::size_t{1} << sector_shift_) return std::nullopt;
        const auto next = next_sector(number);
        if (!next) return std::nullopt;
        number = *next;
    }
    return pieces;
}

std::optional<StreamBytes> CompoundFile::read_chain(std::uint32_t first, std::optional<std::uint64_t> size) const {
    if (size && *size > bytes_.size()) return std::nullopt;
    const auto pieces = pieces_of_chain(first, size);
    if (!pieces) return std::nullopt;
    StreamBytes stream;
    if (pieces->size() == 1) stream.view = bytes_.substr(pieces->front().offset, pieces->front().length);
    if (pieces->size() <= 1) return stream;
    stream.copy = std::make_unique<std::string>();
    if (size) stream.copy->reserve(static_cast<std::size_t>(*size));
    for (const auto& piece : *pieces) stream.copy->append(bytes_, piece.offset, piece.length);
    stream.view = *stream.copy;
    return stream;
}

// A small stream lies in pieces of 64 bytes within the mini stream, which has a table of its own.
std::optional<StreamBytes> CompoundFile::read_mini_stream(const Stream& found) const {
    const auto store = read_chain(mini_stream_.first_sector, mini_stream_.size);
    const auto table = read_chain(u32_at(bytes_, 60), std::nullopt);
    if (!store || !table || found.size > store->view.size()) return std::nullopt;
    StreamBytes stream{.view = {}, .copy = std::make_unique<std::string>()};
    auto number = std::size_t{found.first_sector};
    while (stream.copy->size() < found.size) {
        const auto offset = number << mini_shift;
        if (offset >= store->view.size()) return std::nullopt;
        const auto missing = static_cast<std::size_t>(found.size) - stream.copy->size();
        stream.copy->append(store->view.substr(offset, std::min(missing, std::size_t{1} << mini_shift)));
        if (stream.copy->size() == found.size) break;
        if (number * 4 + 4 > table->view.size()) return std::nullopt;
        number = u32_at(table->view, number * 4);
    }
    stream.view = *stream.copy;
    return stream;
}

const CompoundFile::Stream* CompoundFile::find(std::string_view name) const {
    const auto lower = lower_case(name);
    for (const auto& stream : streams_) {
        if (stream.name == lower) return &stream;
    }
    return nullptr;
}

}  // namespace usersync::record

#pragma once
// A compound file (OLE2, MS-CFB): a file system within a file. Old Excel and Word documents are one, and so is every
// newer workbook that is protected with a password.

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// Begins with "D0 CF 11 E0 A1 B1 1A E1".
bool is_compound_file(std::string_view bytes);

/// What a compound file is, told by the names of its streams.
enum class CompoundContent {
    workbook,       ///< stream "Workbook": Excel 97 to 2003
    old_workbook,   ///< stream "Book": Excel 5 or 95
    encrypted,      ///< stream "EncryptedPackage" or a rights-managed document: nobody reads it without a secret
    word_document,  ///< stream "WordDocument"
    presentation,   ///< stream "PowerPoint Document"
    mail_message,   ///< an Outlook message
    other,
};

/// `rejected`: "damaged_workbook" when the directory cannot be read.
Result<CompoundContent> what_is_in(std::string_view bytes);

/// Why such a file is not read as a record: "excel_95", "password_protected", "unknown_format"; none for a workbook.
std::optional<Failure> refusal_of(CompoundContent content);

/// The bytes of a stream. They are a view of the file where they lie there in one piece, as they mostly do, and
/// a copy where they do not.
struct StreamBytes {
    std::string_view view;
    std::unique_ptr<std::string> copy;  ///< what `view` refers to, if it is a copy
};

/// The streams in the root of a compound file; those in folders, such as embedded documents, are left aside.
///
/// Nothing that the file claims is believed: every chain of sectors is followed within the file only, no sector twice,
/// so that memory and time are bounded by the file's size.
class CompoundFile {
public:
    /// REQUIRES: `bytes` outlives the result. `rejected`: "damaged_workbook".
    static Result<CompoundFile> open(std::string_view bytes);

    /// The letters' case does not matter.
    bool has_stream(std::string_view name) const { return find(name) != nullptr; }

    /// `rejected`: "damaged_workbook" when there is no such stream, or when a part of it is missing.
    Result<StreamBytes> read(std::string_view name) const;

private:
    /// A run of bytes in the file.
    struct Piece {
        std::size_t offset = 0;
        std::size_t length = 0;
    };
    struct Stream {
        std::string name;  ///< in lower case; a character outside ASCII is '?'
        std::uint32_t first_sector = 0;
        std::uint64_t size = 0;
    };

    explicit CompoundFile(std::string_view bytes) : bytes_(bytes) {}

    bool read_header();
    bool collect_fat();
    bool add_fat_sectors(std::string_view sectors, std::size_t fat_sectors_max);
    bool read_directory(std::string_view directory);
    bool read_entry(std::string_view entry);
    std::optional<std::string_view> sector(std::uint32_t number) const;
    std::optional<std::uint32_t> next_sector(std::uint32_t number) const;
    std::optional<std::vector<Piece>> pieces_of_chain(std::uint32_t first, std::optional<std::uint64_t> size) const;
    std::optional<StreamBytes> read_chain(std::uint32_t first, std::optional<std::uint64_t> size) const;
    std::optional<StreamBytes> read_mini_stream(const Stream& stream) const;
    const Stream* find(std::string_view name) const;

    std::string_view bytes_;
    unsigned sector_shift_ = 9;
    std::uint32_t sectors_ = 0;               ///< how many there are, a last one that is cut included
    std::uint64_t mini_cutoff_ = 0;           ///< smaller streams live in the mini stream
    std::vector<std::uint32_t> fat_sectors_;  ///< where the table of next sectors is
    std::vector<Stream> streams_;
    Stream mini_stream_;  ///< where the small streams are
};

}  // namespace usersync::record

#pragma once
// A zip archive over bytes in memory, only read. What the archive says about its own sizes is never believed: every
// limit is enforced on the bytes that come out.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

struct ZipEntry {
    std::string name;  ///< as the archive has it; backslashes are slashes
    bool is_directory = false;
    bool encrypted = false;
    std::uint64_t packed_bytes = 0;    ///< as declared
    std::uint64_t unpacked_bytes = 0;  ///< as declared: good for a guess, not for a decision
};

class ZipArchive;

/// One entry, unpacked piece by piece.
class ZipEntryStream {
public:
    ZipEntryStream(ZipEntryStream&&) noexcept;
    ZipEntryStream& operator=(ZipEntryStream&&) noexcept;
    ~ZipEntryStream();

    /// The next bytes, at most `capacity`; 0 at the end, when the entry's checksum was right.
    /// `rejected`: "damaged_zip", "too_large_unpacked"; nothing may be read after that.
    Result<std::size_t> read(char* into, std::size_t capacity);

private:
    friend class ZipArchive;
    struct State;
    explicit ZipEntryStream(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// REQUIRES: one thread. Streams may outlive the archive, and several may be read at the same time.
class ZipArchive {
public:
    /// REQUIRES: `bytes` outlives the archive and its streams.
    /// `rejected`: "damaged_zip", "too_large_unpacked" for more entries than `entries_max`.
    static Result<ZipArchive> open(std::string_view bytes, const RecordLimits& limits);

    const std::vector<ZipEntry>& entries() const;

    /// Case does not matter, nor does a slash before the name: so are the parts of a workbook told apart.
    std::optional<std::size_t> find(std::string_view name) const;

    /// `rejected`: "encrypted_zip", "damaged_zip". REQUIRES: `index` < entries().size()
    Result<ZipEntryStream> read(std::size_t index);

    /// The whole entry. `unpacked_bytes_max` holds for one entry and for all that are read from this archive; an
    /// entry that is read twice counts once.
    Result<std::string> read_all(std::size_t index);

private:
    struct State;
    explicit ZipArchive(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
    friend class ZipEntryStream;
};

}  // namespace usersync::record

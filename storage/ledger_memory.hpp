#pragma once
// The small file beside a store that remembers how far its chain had come: a backup leaves it out.

#include "core/model/ledger_entry.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace usersync::storage {

/// "shop.ledger.head" beside "shop.db".
std::filesystem::path memory_file_of(const std::filesystem::path& store);

struct Remembered {
    Continuity::Memory memory = Continuity::Memory::absent;
    ChainHead head;  ///< where it is there
};
/// What cannot be read or is no such file is `unreadable`.
Remembered read_memory(const std::filesystem::path& file);

/// Replaces the file whole, without waiting for the disk: after a power cut it may say what was true before, which is
/// true of a longer chain, too. False when it could not be written; what was there stays.
bool write_memory(const std::filesystem::path& file, const ChainHead& head);

/// The file's content, and back. The last line is a fingerprint of the others.
std::string memory_text(const ChainHead& head);
std::optional<ChainHead> head_from(std::string_view text);

}  // namespace usersync::storage

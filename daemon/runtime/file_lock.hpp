#pragma once
// One process per state directory: a lock that the kernel gives back however the process ends.

#include "core/base/result.hpp"

#include <filesystem>
#include <memory>

namespace usersync::runtime {

/// Holds the lock for as long as it lives. The file stays when the lock goes: removing it would let two processes
/// each lock a file of that name.
class FileLock {
public:
    virtual ~FileLock() = default;
};

/// Locks `path`, made with mode 0600 if it is missing; its folder must exist. `blocked`/"already_locked" while
/// anybody holds it, in this process or another; the number in the file is then a hint for people and decides
/// nothing. `broken`/"cannot_lock" when the file cannot be opened or locked at all.
Result<std::unique_ptr<FileLock>> lock_file(const std::filesystem::path& path);

}  // namespace usersync::runtime

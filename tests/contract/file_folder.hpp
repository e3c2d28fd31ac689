#pragma once
// The folder of a SourceWorld when it is a real one on this machine.

#include "tests/support/temp_dir.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace usersync::test {

/// Writes files with times of their own, each a second after the one before, and reads the archive back.
class FileFolder {
public:
    explicit FileFolder(std::filesystem::path path) : path_(std::move(path)) {}

    const std::filesystem::path& path() const { return path_; }
    void put(const std::string& name, const std::string& bytes);
    /// Grows the file by one byte now.
    void grow(const std::string& name);
    bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }
    std::vector<std::string> archive(const std::string& archive_folder = "archive") const;
    void put_folder_and_link();

private:
    std::filesystem::path path_;
    long last_second_ = 1'700'000'000;
};

}  // namespace usersync::test

#include "tests/contract/file_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace usersync::test {

void FileFolder::put(const std::string& name, const std::string& bytes) {
    const auto file = path_ / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    ++last_second_;
    const timespec times[] = {{.tv_sec = last_second_, .tv_nsec = 0}, {.tv_sec = last_second_, .tv_nsec = 0}};
    if (::utimensat(AT_FDCWD, file.c_str(), times, 0) != 0) throw std::runtime_error("cannot put a file");
}

void FileFolder::grow(const std::string& name) { std::ofstream(path_ / name, std::ios::binary | std::ios::app) << '+'; }

std::vector<std::string> FileFolder::archive(const std::string& archive_folder) const {
    std::vector<std::string> contents;
    if (!has(archive_folder)) return contents;
    for (const auto& file : std::filesystem::directory_iterator(path_ / archive_folder)) {
        contents.push_back(TempDir::read(file.path()));
    }
    std::sort(contents.begin(), contents.end());
    return contents;
}

void FileFolder::put_folder_and_link() {
    std::filesystem::create_directory(path_ / "folder.csv");
    std::filesystem::create_symlink("/etc/hostname", path_ / "link.csv");
}

}  // namespace usersync::test

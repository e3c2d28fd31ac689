#include "storage/ledger_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

namespace usersync::storage {
namespace {

constexpr std::string_view heading = "usersync ledger head 1\n";

std::string body_of(const ChainHead& head) {
    return std::string(heading) + std::to_string(head.count) + '\n' + head.hash.hex() + '\n';
}

std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

bool write_whole(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

std::filesystem::path memory_file_of(const std::filesystem::path& store) {
    auto file = store;
    return file.replace_extension(".ledger.head");
}

std::string memory_text(const ChainHead& head) {
    const auto body = body_of(head);
    return body + fingerprint_of(body).hex() + '\n';
}

std::optional<ChainHead> head_from(std::string_view text) {
    auto rest = text;
    take_line(rest);
    const auto count = take_line(rest);
    const auto hash = take_line(rest);
    if (!count || !hash) return std::nullopt;
    ChainHead head{.count = 0, .hash = Fingerprint::from_hex(*hash)};
    std::from_chars(count->data(), count->data() + count->size(), head.count);
    // Whatever else may be wrong with it: it is not what would be written.
    return memory_text(head) == text ? std::optional(head) : std::nullopt;
}

Remembered read_memory(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found)
        return {.memory = Continuity::Memory::absent, .head = {}};
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const auto head = head_from(text);
    if (!head) return {.memory = Continuity::Memory::unreadable, .head = {}};
    return {.memory = Continuity::Memory::there, .head = *head};
}

bool write_memory(const std::filesystem::path& file, const ChainHead& head) {
    auto fresh = file;
    fresh += ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    const bool whole = write_whole(descriptor, memory_text(head));
    ::close(descriptor);
    if (whole && std::rename(fresh.c_str(), file.c_str()) == 0) return true;
    ::unlink(fresh.c_str());
    return false;
}

}  // namespace usersync::storage

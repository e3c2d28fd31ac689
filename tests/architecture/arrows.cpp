#include "tests/architecture/arrows.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace usersync::test {
namespace {

constexpr std::string_view header_mark = " (header)";
constexpr std::string_view root_mark = " (root)";

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string without_backticks(std::string_view text) {
    std::string plain(text);
    plain.erase(std::remove(plain.begin(), plain.end(), '`'), plain.end());
    return trimmed(plain);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const auto cut = text.find(separator);
        parts.push_back(without_backticks(text.substr(0, cut)));
        if (cut == std::string_view::npos) return parts;
        text.remove_prefix(cut + 1);
    }
}

// "| a | b | c |" → a, b, c; empty for any other line.
std::vector<std::string> cells_of(std::string_view line) {
    if (!line.starts_with("|")) return {};
    auto cells = split(line, '|');
    if (cells.size() < 2) return {};
    return {cells.begin() + 1, cells.end() - 1};
}

std::vector<std::string> listed(std::string_view cell) {
    std::vector<std::string> words;
    for (auto& word : split(cell, ',')) {
        if (word != "–" && !word.empty()) words.push_back(std::move(word));
    }
    return words;
}

Room read_room(const std::string& may_include, const std::string& libraries) {
    Room room;
    for (auto& word : listed(may_include)) {
        if (word == "everything") {
            room.every_room = true;
        } else {
            room.may_include.insert(std::move(word));
        }
    }
    for (auto& word : listed(libraries)) {
        const bool also_in_headers = word.ends_with(header_mark);
        if (also_in_headers) word.resize(word.size() - header_mark.size());
        if (also_in_headers) room.in_headers.insert(word);
        if (word == "everything") room.every_library = true;
        room.libraries.insert(std::move(word));
    }
    return room;
}

using Prefixes = std::vector<std::pair<std::string_view, std::string_view>>;

// Header prefix → library. Asio brings Boost.System along in its own interfaces; see `is_allowed_library`.
const Prefixes& library_prefixes() {
    static const Prefixes prefixes = {
        {"boost/asio/", "Asio"},
        {"boost/beast/", "Beast"},
        {"boost/system/", "Boost.System"},
        {"openssl/", "OpenSSL"},
        {"libssh/", "libssh"},
        {"ldap.h", "libldap"},
        {"openldap.h", "libldap"},
        {"lber.h", "libldap"},
        {"nlohmann/", "nlohmann/json"},
        {"SQLiteCpp/", "SQLiteCpp"},
        {"sqlite3.h", "SQLite"},
        {"spdlog/", "spdlog"},
        {"fmt/", "fmt"},
        {"toml++/", "toml++"},
        {"CLI/", "CLI11"},
        {"date/", "date"},
        {"xxhash.h", "xxHash"},
        {"zstd.h", "zstd"},
        {"expat.h", "expat"},
        {"zlib.h", "zlib"},
        {"zip.h", "libzip"},
        {"simdjson.h", "simdjson"},
        {"re2/", "RE2"},
        {"unicode/", "ICU"},
        {"uchardet/", "uchardet"},
        {"immintrin.h", "SSE2"},
        {"gpgme.h", "GPGME"},
        {"phonenumbers/", "libphonenumber"},
        {"libxml/", "libxml2"},
        {"xmlsec/", "xmlsec"},
        {"systemd/", "systemd"},
        {"unicode/", "ICU"},
        {"catch2/", "Catch2"},
        {"emmintrin.h", "SSE2"},
        {"sys/", "System"},
        {"arpa/", "System"},
        {"net/", "System"},
        {"netinet/", "System"},
        {"linux/", "System"},
    };
    return prefixes;
}

// The operating system's headers, and those of the standard library that reach it.
bool is_system_header(std::string_view header) {
    static const std::set<std::string_view> headers = {
        "dirent.h",     "fcntl.h",    "glob.h",     "grp.h",    "ifaddrs.h", "netdb.h", "poll.h",
        "pthread.h",    "pwd.h",      "sched.h",    "signal.h", "spawn.h",   "stdio.h", "stdlib.h",
        "syslog.h",     "termios.h",  "time.h",     "unistd.h", "csignal",   "barrier", "condition_variable",
        "filesystem",   "fstream",    "future",     "iostream", "latch",     "mutex",   "semaphore",
        "shared_mutex", "stop_token", "syncstream", "thread",
    };
    return headers.contains(header);
}

bool is_test_room(std::string_view room) { return room == "tests"; }
bool is_header(std::string_view path) { return path.ends_with(".hpp"); }

bool is_allowed_room(const Room& room, const std::string& own, const std::string& other, const std::string& header) {
    if (other == own || room.may_include.contains(other) || room.may_include.contains(header)) return true;
    return room.every_room && (is_test_room(own) || !is_test_room(other));
}

bool is_allowed_library(const Room& room, const std::string& library, bool in_header) {
    if (room.every_library) return true;
    const auto& allowed = in_header ? room.in_headers : room.libraries;
    return allowed.contains(library) || (library == "Boost.System" && allowed.contains("Asio"));
}

std::string own_header_fault(const ArrowTable& table, const std::string& own, const std::string& header) {
    const auto other = room_of(table, header);
    if (!other) return "includes \"" + header + "\", which stands in no room of the table";
    if (is_allowed_room(table.at(own), own, *other, header)) return {};
    return own + " may not include " + *other + " (\"" + header + "\")";
}

std::string foreign_header_fault(const ArrowTable& table, const std::string& own, const std::string& path,
                                 const std::string& header) {
    const auto library = library_of(header);
    if (!library) return "nobody knows which library <" + header + "> belongs to";
    if (library->empty() || is_allowed_library(table.at(own), *library, is_header(path))) return {};
    if (is_allowed_library(table.at(own), *library, false)) {
        return own + " may include " + *library + " in .cpp files only (<" + header + ">)";
    }
    return own + " may not include " + *library + " (<" + header + ">)";
}

enum class Mark { open, closed };

bool walk(const ArrowTable& table, const std::string& room, std::map<std::string, Mark>& marks,
          std::vector<std::string>& path) {
    const auto known = marks.find(room);
    if (known != marks.end()) {
        if (known->second == Mark::closed) return false;
        path.push_back(room);
        return true;
    }
    marks[room] = Mark::open;
    path.push_back(room);
    for (const auto& next : table.at(room).may_include) {
        if (table.contains(next) && walk(table, next, marks, path)) return true;
    }
    path.pop_back();
    marks[room] = Mark::closed;
    return false;
}

}  // namespace

ArrowTable read_arrow_table(std::string_view page) {
    const std::vector<std::string> title = {"room", "may include", "foreign libraries"};
    ArrowTable table;
    bool inside = false;
    std::istringstream lines{std::string(page)};
    for (std::string line; std::getline(lines, line);) {
        const auto cells = cells_of(line);
        if (cells == title) {
            inside = true;
        } else if (inside && cells.size() != title.size()) {
            break;
        } else if (inside && !cells.front().starts_with("-")) {
            table[cells[0]] = read_room(cells[1], cells[2]);
        }
    }
    return table;
}

std::vector<Include> includes_of(std::string_view source) {
    std::vector<Include> includes;
    std::istringstream lines{std::string(source)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        auto text = trimmed(line);
        if (!text.starts_with("#")) continue;
        text = trimmed(std::string_view(text).substr(1));
        if (!text.starts_with("include")) continue;
        const auto open = text.find_first_of("\"<");
        if (open == std::string::npos) continue;
        const bool quoted = text[open] == '"';
        const auto close = text.find(quoted ? '"' : '>', open + 1);
        includes.push_back({.line = number, .header = text.substr(open + 1, close - open - 1), .quoted = quoted});
    }
    return includes;
}

std::optional<std::string> room_of(const ArrowTable& table, std::string_view path) {
    const auto folder = path.substr(0, path.rfind('/'));
    if (table.contains(std::string(folder) + std::string(root_mark)))
        return std::string(folder) + std::string(root_mark);
    std::optional<std::string> best;
    for (const auto& [room, row] : table) {
        if (path.starts_with(room + "/") && (!best || room.size() > best->size())) best = room;
    }
    return best;
}

std::optional<std::string> library_of(std::string_view header) {
    if (is_system_header(header)) return "System";
    for (const auto& [prefix, library] : library_prefixes()) {
        if (prefix.ends_with('/') ? header.starts_with(prefix) : header == prefix) return std::string(library);
    }
    const bool standard = header.find_first_of("./") == std::string_view::npos;
    return standard ? std::optional<std::string>("") : std::nullopt;
}

std::set<std::string> known_libraries() {
    std::set<std::string> libraries;
    for (const auto& [prefix, library] : library_prefixes()) libraries.emplace(library);
    return libraries;
}

std::vector<std::string> forbidden_includes(const ArrowTable& table, const std::string& path, std::string_view source) {
    const auto own = room_of(table, path);
    if (!own) return {path + ": stands in no room of the table"};
    std::vector<std::string> sentences;
    for (const auto& include : includes_of(source)) {
        const auto fault = include.quoted ? own_header_fault(table, *own, include.header)
                                          : foreign_header_fault(table, *own, path, include.header);
        if (!fault.empty()) sentences.push_back(path + ":" + std::to_string(include.line) + ": " + fault);
    }
    return sentences;
}

std::vector<std::string> find_cycle(const ArrowTable& table) {
    std::map<std::string, Mark> marks;
    for (const auto& [room, row] : table) {
        std::vector<std::string> path;
        if (walk(table, room, marks, path)) return {std::find(path.begin(), path.end(), path.back()), path.end()};
    }
    return {};
}

}  // namespace usersync::test

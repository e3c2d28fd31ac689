// What core's libraries ask the rest of the world for: nothing that reaches it.

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Sentences = std::vector<std::string>;

// Names of the C library, as `nm` prints them.
const std::set<std::string_view> forbidden_functions = {
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "send",
    "recv",
    "sendto",
    "recvfrom",
    "getaddrinfo",
    "open",
    "open64",
    "openat",
    "openat64",
    "creat",
    "read",
    "write",
    "close",
    "fopen",
    "fopen64",
    "freopen",
    "fdopen",
    "opendir",
    "readdir",
    "stat",
    "stat64",
    "lstat",
    "fstat",
    "unlink",
    "rename",
    "remove",
    "mkdir",
    "rmdir",
    "access",
    "mkstemp",
    "mkdtemp",
    "mmap",
    "ioctl",
    "poll",
    "select",
    "epoll_wait",
    "time",
    "clock",
    "clock_gettime",
    "gettimeofday",
    "localtime",
    "localtime_r",
    "nanosleep",
    "usleep",
    "sleep",
    "getenv",
    "secure_getenv",
    "setenv",
    "system",
    "popen",
    "fork",
    "execve",
    "kill",
    "getpid",
    "rand",
    "random",
    "srand",
    "getrandom",
    "arc4random",
    "pthread_create",
    "pthread_mutex_lock",
    "pthread_cond_wait",
    "syslog",
};

// Beginnings of demangled names of the C++ library. std::ios_base::Init is not among them: it is there as soon as a
// header includes <iostream>, as libphonenumber's do; our own may not, and whoever uses a stream names it.
constexpr std::array forbidden_beginnings = {
    "std::chrono::_V2::",      "std::this_thread::",  "std::thread",         "std::random_device", "std::filesystem::",
    "std::condition_variable", "std::basic_ofstream", "std::basic_ifstream", "std::basic_fstream", "std::basic_filebuf",
    "std::__basic_file",       "std::cout",           "std::cerr",           "std::clog",          "std::cin",
    "boost::asio::",
};

Sentences split(const std::string& text, char separator) {
    Sentences parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

Sentences undefined_symbols(const std::string& library) {
    const std::string command = "nm --undefined-only --demangle '" + library + "' 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> block{};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
        output.append(block.data(), got);
    }
    REQUIRE(pclose(pipe) == 0);
    Sentences symbols;
    for (const auto& line : split(output, '\n')) {
        const auto mark = line.find(" U ");
        if (mark != std::string::npos) symbols.push_back(line.substr(mark + 3));
    }
    return symbols;
}

bool is_forbidden(const std::string& symbol) {
    // nm may print a version behind the name: "fopen@GLIBC_2.2.5".
    const auto name = std::string_view(symbol).substr(0, symbol.find('@'));
    if (forbidden_functions.contains(name)) return true;
    for (const std::string_view beginning : forbidden_beginnings) {
        if (name.starts_with(beginning)) return true;
    }
    return false;
}

Sentences forbidden_symbols(const std::string& library) {
    Sentences found;
    for (const auto& symbol : undefined_symbols(library)) {
        if (is_forbidden(symbol)) found.push_back(symbol);
    }
    return found;
}

}  // namespace

TEST_CASE("core decides and touches nothing: no socket, file, clock, thread or environment", "[architecture]") {
    const auto libraries = split(USERSYNC_CORE_LIBRARIES, ':');
    REQUIRE(libraries.size() >= 8);
    for (const auto& library : libraries) {
        INFO(library);
        CHECK_FALSE(undefined_symbols(library).empty());
        CHECK(forbidden_symbols(library) == Sentences{});
    }
}

TEST_CASE("a library that reads a clock, a file or the environment would be found out", "[architecture]") {
    const auto found = forbidden_symbols(USERSYNC_IMPURE_LIBRARY);
    const std::set<std::string> names(found.begin(), found.end());

    CHECK(names.contains("fopen"));
    CHECK(names.contains("getenv"));
    CHECK(names.contains("socket"));
    CHECK(names.contains("std::chrono::_V2::system_clock::now()"));
}

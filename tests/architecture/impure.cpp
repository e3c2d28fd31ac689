// Everything that core must not do, so that the test of the symbols can be seen to find it.

#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace usersync::test {

long touch_the_world(const char* path) {
    std::FILE* file = std::fopen(path, "r");
    const long opened = file == nullptr ? 0 : std::fclose(file);
    const long found = std::getenv(path) == nullptr ? 0 : 1;
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return opened + found + static_cast<long>(now) + socket(AF_UNIX, SOCK_STREAM, 0);
}

}  // namespace usersync::test

#include "daemon/runtime/file_lock.hpp"

#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

using namespace usersync;
using runtime::lock_file;

namespace {

enum class Outcome { locked = 10, refused = 11, other = 12 };

Outcome try_to_lock(const std::filesystem::path& path) {
    const auto lock = lock_file(path);
    if (lock) return Outcome::locked;
    return lock.error().code == "already_locked" ? Outcome::refused : Outcome::other;
}

Outcome in_another_process(const std::filesystem::path& path) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(static_cast<int>(try_to_lock(path)));
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? static_cast<Outcome>(WEXITSTATUS(status)) : Outcome::other;
}

/// A process that holds the lock until it is killed.
pid_t start_holder(const std::filesystem::path& path) {
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = lock_file(path);
        const char word = lock ? 'y' : 'n';
        if (::write(ready[1], &word, 1) == 1) ::pause();
        ::_exit(0);
    }
    char word = 0;
    CHECK(::read(ready[0], &word, 1) == 1);
    CHECK(word == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
    return child;
}

}  // namespace

TEST_CASE("a state directory has one holder at a time", "[daemon][runtime]") {
    const test::TempDir folder;
    const auto path = folder / "lock";
    auto first = lock_file(path);
    REQUIRE(first.has_value());

    const auto second = lock_file(path);
    REQUIRE(second.has_error());
    CHECK(second.error().kind == FailureKind::blocked);
    CHECK(second.error().code == "already_locked");
    CHECK(second.error().detail.find(std::to_string(::getpid())) != std::string::npos);
    CHECK(in_another_process(path) == Outcome::refused);

    first.value().reset();
    CHECK(in_another_process(path) == Outcome::locked);
    CHECK(lock_file(path).has_value());
}

TEST_CASE("a holder that is killed holds nothing any more", "[daemon][runtime]") {
    const test::TempDir folder;
    const auto path = folder / "lock";
    const pid_t holder = start_holder(path);
    const auto refused = lock_file(path);
    REQUIRE(refused.has_error());
    CHECK(refused.error().detail.find(std::to_string(holder)) != std::string::npos);

    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);

    CHECK(lock_file(path).has_value());
}

TEST_CASE("what an old lock file says decides nothing", "[daemon][runtime]") {
    const test::TempDir folder;
    const auto path = folder.write("lock", std::to_string(::getppid()) + "\nand more than was ever written there");

    const auto lock = lock_file(path);

    CHECK(lock.has_value());
    CHECK(test::TempDir::read(path) == std::to_string(::getpid()) + "\n");
}

TEST_CASE("a lock file is for its owner alone", "[daemon][runtime]") {
    const test::TempDir folder;
    const auto path = folder.write("lock", "");
    std::filesystem::permissions(path, std::filesystem::perms(0644));

    const auto lock = lock_file(path);

    REQUIRE(lock.has_value());
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("a lock that cannot be taken at all is told from one that is held", "[daemon][runtime]") {
    const test::TempDir folder;
    std::filesystem::create_symlink(folder / "elsewhere", folder / "link");

    for (const auto& path : {folder / "missing/lock", folder.path(), folder / "link"}) {
        const auto lock = lock_file(path);
        REQUIRE(lock.has_error());
        CHECK(lock.error().kind == FailureKind::broken);
        CHECK(lock.error().code == "cannot_lock");
    }
}

#pragma once
// A program started by a test: its output, its end, and signals to it.

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

struct ProgramOptions {
    std::optional<rlim_t> file_bytes_max;  ///< no file may grow beyond this: a disk that is full
};

/// Runs until it ends or is killed; a program that still runs when the test is over is killed. Output goes to files.
class Program {
public:
    explicit Program(std::vector<std::string> arguments, ProgramOptions options = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const;
    bool has_ended() { return ended(); }
    /// Exit code, or 128 + the signal that ended it. Throws when it has not ended within the limit.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(60));
    /// Until the text stands in its standard error (or output). Throws after the limit, or when the program ended.
    void wait_for_error_text(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(60));
    std::string wait_for_line(std::chrono::milliseconds limit = std::chrono::seconds(60));

    std::string out() const;
    std::string err() const;

private:
    bool ended();

    std::filesystem::path dir_;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

/// Starts it and waits for its end.
struct Finished {
    int exit_code = 0;
    std::string out;
    std::string err;
};
Finished run_program(std::vector<std::string> arguments, ProgramOptions options = {});

/// Asks again and again until the condition holds; throws with `what` after a minute. For conditions in other
/// processes, which nobody can wait for otherwise.
template <class Condition>
void wait_until(const std::string& what, Condition condition);

}  // namespace usersync::test

#include <stdexcept>
#include <thread>

namespace usersync::test {

template <class Condition>
void wait_until(const std::string& what, Condition condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("waited in vain for " + what);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace usersync::test

#include "tests/support/program.hpp"

#include "tests/support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace usersync::test {
namespace {

std::filesystem::path fresh_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "usersync-program-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for output");
    return name;
}

void redirect(const std::filesystem::path& file, int descriptor) {
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(opened, descriptor);
    ::close(opened);
}

}  // namespace

Program::Program(std::vector<std::string> arguments, ProgramOptions options) : dir_(fresh_folder()) {
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto out_file = dir_ / "out";
    const auto err_file = dir_ / "err";
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) {
        redirect(out_file, STDOUT_FILENO);
        redirect(err_file, STDERR_FILENO);
        if (options.file_bytes_max) {
            const rlimit limit{*options.file_bytes_max, *options.file_bytes_max};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::signal(SIGXFSZ, SIG_IGN);  // the write fails instead, as on a full disk
        }
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
}

Program::~Program() {
    if (!ended()) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

void Program::signal(int number) const { ::kill(pid_, number); }

bool Program::ended() {
    if (status_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

int Program::wait(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!ended()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the program did not end in time");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return *status_;
}

void Program::wait_for_error_text(const std::string& text, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (err().find(text) == std::string::npos) {
        if (ended()) throw std::runtime_error("the program ended without saying \"" + text + "\": " + err());
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain for \"" + text + '"');
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

std::string Program::wait_for_line(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (auto text = out();; text = out()) {
        if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
        if (ended()) throw std::runtime_error("the program ended without a line: " + err());
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain for a line");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

std::string Program::out() const { return TempDir::read(dir_ / "out"); }
std::string Program::err() const { return TempDir::read(dir_ / "err"); }

Finished run_program(std::vector<std::string> arguments, ProgramOptions options) {
    Program program(std::move(arguments), options);
    const int code = program.wait();
    return {code, program.out(), program.err()};
}

}  // namespace usersync::test

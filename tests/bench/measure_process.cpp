// Runs one program and writes what it took: wall clock, processor time, and the peak memory of the largest process.
//
//     measure_process REPORT PROGRAM [ARGUMENT …]      → {"wall": 0.012, "cpu": 0.011, "peak": 5.2, "exit": 0}
//
// Seconds and MiB. Linux counts what a process was before its exec as part of its peak, so whoever starts it must be
// small: a script in Python would hide everything below its own 15 MiB.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char** command) {
    ::execvp(command[0], command);
    std::fprintf(stderr, "%s: %s\n", command[0], std::strerror(errno));
    ::_exit(127);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::fputs("usage: measure_process REPORT PROGRAM [ARGUMENT …]\n", stderr);
        return 2;
    }
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) become(arguments + 2);
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child) {
        std::perror("measure_process");
        return 2;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

    std::FILE* const report = std::fopen(arguments[1], "w");
    if (report == nullptr) {
        std::perror(arguments[1]);
        return 2;
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::fprintf(report, R"({"wall": %.6f, "cpu": %.6f, "peak": %.3f, "exit": %d})", wall.count(),
                 seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024, code);
    std::fclose(report);
    return 0;
}

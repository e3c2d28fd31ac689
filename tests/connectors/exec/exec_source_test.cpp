#include "connectors/exec/exec_source.hpp"

#include "tests/contract/live_source_contract.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace usersync;
using namespace usersync::test;

namespace {

class ExecWorld final : public LiveSourceWorld {
public:
    ExecWorld() {
        options_.folder = dir_.path().string();
        program(
            "if [ -e stalls ]; then rm stalls; head -c 1000 record; exec sleep 1000; fi\n"
            "if [ -e breaks ]; then rm breaks; head -c 1000 record; kill -KILL $$; fi\n"
            "cat record\n");
    }

    boost::asio::io_context& context() override { return context_; }
    ManualClock& clock() override { return clock_; }
    Source& source() override {
        if (!source_) source_ = exec::make_exec_source(options_, clock_, lane_.get_executor());
        return *source_;
    }
    void set_people(std::size_t count) override { dir_.write("record", record_of(count)); }
    std::string record_of(std::size_t count) const override {
        std::string record = count == 0 ? "" : "id,name\n";
        for (std::size_t i = 1; i <= count; ++i) record += std::to_string(i) + ",Person " + std::to_string(i) + "\n";
        return record;
    }
    void break_off_once() override { dir_.write("breaks", ""); }
    void stall_once() override { dir_.write("stalls", ""); }
    void set_bytes_max(std::size_t bytes) override { options().bytes_max = bytes; }

    exec::ExecOptions& options() {
        source_.reset();
        return options_;
    }
    const TempDir& dir() const { return dir_; }
    /// What the shell is to do.
    std::filesystem::path program(const std::string& script) {
        const auto file = dir_.write("export.sh", "#!/bin/sh\n" + script);
        ::chmod(file.c_str(), 0755);
        options().command = {file.string()};
        return file;
    }
    std::string file(const std::string& name) const { return TempDir::read(dir_ / name); }

private:
    TempDir dir_;
    boost::asio::io_context context_;
    ManualClock clock_{context_};
    boost::asio::thread_pool lane_{1};
    exec::ExecOptions options_;
    std::unique_ptr<Source> source_;
};

Failure failure_of(ExecWorld& world) {
    const auto fetched = fetch(world);
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().where == "exec");
    return fetched.error();
}

std::string output_of(ExecWorld& world) {
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return fetched->delivery->bytes;
}

/// Whose number stands in this file.
bool runs(const ExecWorld& world, const std::string& file) {
    const auto text = world.file(file);
    return !text.empty() && ::kill(std::stoi(text), 0) == 0;
}

}  // namespace

TEST_CASE("a program keeps the contract of a source that is asked", "[connectors][exec]") {
    check_live_source_contract([] { return std::make_unique<ExecWorld>(); });
}

TEST_CASE("a record is named by its program", "[connectors][exec]") {
    ExecWorld world;
    world.set_people(1);

    const auto fetched = fetch(world);

    REQUIRE(fetched);
    CHECK(fetched->delivery->name == "export.sh");
}

TEST_CASE("a program that fails is a failure, whatever it wrote before", "[connectors][exec]") {
    ExecWorld world;
    SECTION("exit code 1 blocks, and what the program said last is told") {
        world.program("echo 'id,name'\necho 'noise' >&2\necho 'login refused' >&2\nexit 1\n");

        const auto failure = failure_of(world);

        CHECK(failure.kind == FailureKind::blocked);
        CHECK(failure.code == "program_failed");
        CHECK(failure.detail == "the program ended with exit code 1: noise | login refused");
    }
    SECTION("exit code 75 says to come back later") {
        world.program("exit 75\n");

        const auto failure = failure_of(world);

        CHECK(failure.kind == FailureKind::transient);
        CHECK(failure.code == "asked_to_come_back");
    }
    SECTION("a crash") {
        world.program("echo 'id,name'\nkill -SEGV $$\n");

        const auto failure = failure_of(world);

        CHECK(failure.kind == FailureKind::transient);
        CHECK(failure.code == "ended_by_signal");
        CHECK(failure.detail == "the program was ended by signal 11");
    }
    SECTION("a program that is not there") {
        world.options().command = {(world.dir() / "nothing").string()};

        CHECK(failure_of(world).code == "program_missing");
    }
    SECTION("a file that is no program") {
        world.options().command = {world.dir().write("text", "id\n").string()};

        CHECK(failure_of(world).code == "program_not_executable");
    }
    SECTION("a file that says it is a program and is none") {
        const auto file = world.dir().write("empty", "");
        REQUIRE(::chmod(file.c_str(), 0755) == 0);
        world.options().command = {file.string()};

        const auto failure = failure_of(world);

        CHECK(failure.kind == FailureKind::blocked);
        CHECK(failure.code == "program_not_executable");
    }
    SECTION("a program that others may write") {
        REQUIRE(::chmod(world.program("echo id\n").c_str(), 0777) == 0);

        CHECK(failure_of(world).code == "program_too_open");
    }
    SECTION("a folder that is not there") {
        world.options().folder = (world.dir() / "nowhere").string();

        CHECK(failure_of(world).code == "folder_missing");
    }
}

TEST_CASE("what a program says on standard error is not part of the record, however much it is", "[connectors][exec]") {
    ExecWorld world;
    world.program(
        "i=0; while [ $i -lt 3000 ]; do echo 'a warning that is long enough to fill the pipe' >&2; "
        "i=$((i+1)); done\necho id\n");

    CHECK(output_of(world) == "id\n");
}

TEST_CASE("a program finds nothing of the daemon's in its surroundings", "[connectors][exec]") {
    ExecWorld world;
    const int left_open = ::open("/dev/null", O_RDONLY);  // as careless libraries do
    REQUIRE(left_open > 2);
    ::signal(SIGPIPE, SIG_IGN);  // as the daemon does
    ::setenv("USERSYNC_TEST_SECRET", "of the daemon", 1);
    world.options().environment = {{"TENANT", "shop"}, {"LANG", "nl_NL.UTF-8"}};
    world.options().secrets.emplace("TOKEN", Secret("s3cret"));
    // Open files are listed in a shell below it, into a file: its own pipe or redirection would be one of them.
    world.program(
        "/usr/bin/env | grep -v -e '^PWD=' -e '^_=' -e '^SHLVL=' | sort\n"
        "for fd in /proc/self/fd/*; do :; done\n(ls /proc/$$/fd > fds)\ntr '\\n' ' ' < fds\necho\n"
        "cat\npwd\nps -o sid= -p $$ | tr -d ' ' > sid\necho $$ > pid\n"
        "grep -e '^SigIgn' /proc/self/status | tr '\\t\\n' '  '\n");

    const auto output = output_of(world);

    ::close(left_open);
    ::unsetenv("USERSYNC_TEST_SECRET");
    CHECK(
        output.starts_with("LANG=nl_NL.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\nTENANT=shop\nTOKEN=s3cret\nTZ=UTC\n"));
    CHECK(output.find("USERSYNC") == std::string::npos);
    CHECK(output.find("\n0 1 10 2 \n" + std::filesystem::canonical(world.dir().path()).string() + "\n") !=
          std::string::npos);
    INFO(output);
    // The C library keeps two of the real-time signals for itself.
    const auto ignored = std::stoull(output.substr(output.find("SigIgn: ") + 8, 16), nullptr, 16);
    CHECK((ignored & 0x7FFF'FFFFU) == 0);
    CHECK(world.file("sid") == world.file("pid"));
}

TEST_CASE("a program's arguments reach it as they are: no shell reads them", "[connectors][exec]") {
    ExecWorld world;
    world.program("printf '%s\\n' \"$@\"\n");
    for (const auto* argument : {"--all", "a b", "$HOME", "; rm -rf x", ""}) {
        world.options().command.emplace_back(argument);
    }

    CHECK(output_of(world) == "--all\na b\n$HOME\n; rm -rf x\n\n");
}

TEST_CASE("a secret that a program complains about does not get into the log", "[connectors][exec]") {
    ExecWorld world;
    world.options().secrets.emplace("TOKEN", Secret("s3cret-token"));
    world.program("echo \"refused: $TOKEN\" >&2; exit 2\n");

    CHECK(failure_of(world).detail == "the program ended with exit code 2: refused: ***");
}

TEST_CASE("a program that takes too long is asked to end, and may clean up", "[connectors][exec]") {
    ExecWorld world;
    world.options().time_max = std::chrono::milliseconds(300);
    world.program(
        "echo $$ > pid\ntrap 'echo clean > cleaned; exit 0' TERM\necho id\nsleep 1000 &\necho $! > child\n"
        "wait\n");

    const auto failure = failure_of(world);

    CHECK(failure.kind == FailureKind::transient);
    CHECK(failure.code == "time_limit_passed");
    CHECK(world.file("cleaned") == "clean\n");
    wait_until("the end of what it started", [&] { return !runs(world, "pid") && !runs(world, "child"); });
}

TEST_CASE("a program that does not want to end is killed, with everything it started", "[connectors][exec]") {
    ExecWorld world;
    world.options().time_max = std::chrono::milliseconds(300);
    world.options().kill_after = std::chrono::milliseconds(50);
    world.program("trap '' TERM\necho $$ > pid\nsleep 1000 &\necho $! > child\nwhile true; do sleep 1000; done\n");

    CHECK(failure_of(world).code == "time_limit_passed");

    REQUIRE_FALSE(world.file("child").empty());
    wait_until("the end of what it started", [&] { return !runs(world, "pid") && !runs(world, "child"); });
}

TEST_CASE("a program that leaves its output to something it started has not told that the record is whole",
          "[connectors][exec]") {
    ExecWorld world;
    world.options().time_max = std::chrono::milliseconds(500);
    world.program("echo id\nsleep 1000 &\necho $! > child\nexit 0\n");

    const auto failure = failure_of(world);

    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == "output_left_open");
    wait_until("the end of what it started", [&] { return !runs(world, "child"); });
}

TEST_CASE("a program that closed its output is waited for: its exit code counts", "[connectors][exec]") {
    ExecWorld world;
    world.program("echo id\nexec >&-\nwhile [ ! -e seen ]; do sleep 0.01; echo > seen; done\nexit 3\n");

    CHECK(failure_of(world).code == "program_failed");
}

TEST_CASE("nothing of a program that ended well goes on running in its group", "[connectors][exec]") {
    ExecWorld world;
    world.program("sleep 1000 > /dev/null 2>&1 &\necho $! > child\necho id\n");

    CHECK(output_of(world) == "id\n");

    wait_until("the end of what it started", [&] { return !runs(world, "child"); });
}

TEST_CASE("a program whose caller goes away is killed", "[connectors][exec]") {
    ExecWorld world;
    world.program("echo $$ > started\nmv started pid\nsleep 1000\n");
    boost::asio::cancellation_signal cancel;
    bool was_cancelled = false;
    boost::asio::co_spawn(
        world.context(), world.source().fetch(world.clock().steady_now() + std::chrono::hours(1)),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](std::exception_ptr error, Result<Fetched>) { was_cancelled = error != nullptr; }));
    wait_until("the program", [&] {
        world.context().poll();
        return runs(world, "pid");
    });

    cancel.emit(boost::asio::cancellation_type::terminal);
    world.context().run();

    CHECK(was_cancelled);
    wait_until("its end", [&] { return !runs(world, "pid"); });
}

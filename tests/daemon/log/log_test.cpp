#include "daemon/log/log.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <regex>
#include <sstream>

using namespace usersync::log;

namespace {

class Pipe {
public:
    Pipe() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_reader();
        close_writer();
    }
    int writer() const { return ends_[1]; }
    void close_reader() { close_end(0); }
    void close_writer() { close_end(1); }

    /// At least up to this text, or to the end.
    std::string read_until(std::string_view mark) {
        std::string text;
        char chunk[65536];
        for (ssize_t count = 0; (count = ::read(ends_[0], chunk, sizeof chunk)) > 0;) {
            text.append(chunk, static_cast<std::size_t>(count));
            if (!mark.empty() && text.find(mark) != std::string::npos) break;
        }
        return text;
    }
    std::string read() { return read_until({}); }

private:
    void close_end(int which) {
        if (ends_[which] >= 0) ::close(ends_[which]);
        ends_[which] = -1;
    }
    int ends_[2] = {-1, -1};
};

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("every line begins with its time in UTC, and nothing is lost at the end", "[daemon][log]") {
    Pipe pipe;

    auto log = make_log(pipe.writer(), {});
    for (int i = 0; i < 100; ++i) log->info("counted", {{"n", i}});
    log.reset();
    pipe.close_writer();

    const auto lines = lines_of(pipe.read());
    REQUIRE(lines.size() == 100);
    const std::regex form(R"(time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info event=counted n=\d+)");
    for (const auto& line : lines) CHECK(std::regex_match(line, form));
    CHECK(lines.back().substr(lines.back().rfind(' ')) == " n=99");
}

TEST_CASE("in JSON the time is the object's first member", "[daemon][log]") {
    Pipe pipe;

    make_log(pipe.writer(), {.format = Format::json})->warn("plan_held", {{"tenant", "shop"}});
    pipe.close_writer();

    const std::regex form(
        R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"warn","event":"plan_held","tenant":"shop"\}\n)");
    CHECK(std::regex_match(pipe.read(), form));
}

TEST_CASE("events below the chosen level are left out", "[daemon][log]") {
    Pipe pipe;

    auto log = make_log(pipe.writer(), {.level = Level::warn});
    log->debug("one");
    log->info("two");
    log->warn("three");
    log->error("four");
    log.reset();
    pipe.close_writer();

    const auto lines = lines_of(pipe.read());
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].find("event=three") != std::string::npos);
    CHECK(lines[1].find("event=four") != std::string::npos);
}

TEST_CASE("braces in a value are text, not a format", "[daemon][log]") {
    Pipe pipe;

    make_log(pipe.writer(), {})->info("e", {{"v", "{}{0}%v%s"}});
    pipe.close_writer();

    CHECK(pipe.read().find("v={}{0}%v%s\n") != std::string::npos);
}

TEST_CASE("a line longer than a pipe takes at once arrives whole", "[daemon][log]") {
    Pipe pipe;
    const std::string value(200'000, 'x');
    auto log = make_log(pipe.writer(), {});

    log->info("e", {{"v", value}});
    const auto text = pipe.read_until("\n");

    CHECK(lines_of(text).size() == 1);
    CHECK(text.substr(text.size() - value.size() - 3) == "v=" + value + "\n");
}

TEST_CASE("a reader that does not read costs lines, never time, and the loss is said", "[daemon][log]") {
    Pipe pipe;
    const std::string padding(200, 'x');
    auto log = make_log(pipe.writer(), {});

    for (int i = 0; i < 20'000; ++i) log->info("counted", {{"n", i}, {"padding", padding}});

    auto text = pipe.read_until("n=19999");
    log.reset();
    pipe.close_writer();
    text += pipe.read();

    const auto lines = lines_of(text);
    std::size_t lost = 0;
    std::size_t seen = 0;
    for (const auto& line : lines) {
        const std::string mark = "level=warn event=log_lines_lost count=";
        const auto found = line.find(mark);
        if (found == std::string::npos) ++seen;
        if (found != std::string::npos) lost += std::stoul(line.substr(found + mark.size()));
    }
    CHECK(lost > 0);
    CHECK(seen + lost == 20'000);
    CHECK(lines.back().find("n=19999") != std::string::npos);
}

TEST_CASE("a reader that never reads again does not keep the daemon from ending", "[daemon][log]") {
    Pipe pipe;
    auto log = make_log(pipe.writer(), {});
    for (int i = 0; i < 10'000; ++i) log->info("counted", {{"n", i}, {"padding", std::string(100, 'x')}});

    log.reset();

    SUCCEED("destruction came to an end");
}

TEST_CASE("a reader that went away does not end the daemon", "[daemon][log]") {
    Pipe pipe;
    pipe.close_reader();

    auto log = make_log(pipe.writer(), {});
    log->info("one");
    log->info("two");
    log.reset();

    SUCCEED("still here");
}

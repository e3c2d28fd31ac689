#include "daemon/log/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

namespace usersync::log {
namespace {

constexpr std::size_t lines_waiting_max = 4096;
constexpr int look_every_ms = 100;
constexpr int looks_while_closing_max = 10;  // a reader that does not read delays our end by a second, not for ever

// The prefix is opened here and the line continues it, so that in both formats the time comes first.
std::string pattern_of(Format format) {
    switch (format) {
        case Format::key_value: return "time=%Y-%m-%dT%H:%M:%S.%eZ %v";
        case Format::json: return "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v";
    }
    return "%v";
}

std::string payload_of(Level level, std::string_view event, const std::vector<Field>& fields, Format format) {
    std::string line = format_line(level, event, fields, format);
    if (format == Format::json) line.erase(0, 1);
    return line;
}

/// Writes lines to a descriptor, on the library's one worker thread. Waits for a reader that is slow: meanwhile the
/// queue before it drops its oldest lines, which are counted in a line of their own once writing goes on.
class DescriptorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    DescriptorSink(int descriptor, Format format)
        : base_sink(std::make_unique<spdlog::pattern_formatter>(pattern_of(format), spdlog::pattern_time_type::utc)),
          descriptor_(descriptor),
          format_(format) {}

    /// REQUIRES: before the first line; the queue outlives the last one.
    void watch(spdlog::details::thread_pool& queue) { queue_ = &queue; }

    /// From any thread: do not wait for ever any more.
    void close() { closing_ = true; }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        write_line(message);
        const auto lost = queue_->overrun_counter();
        if (lost == reported_) return;
        const auto text =
            payload_of(Level::warn, "log_lines_lost", {{"count", lost - std::exchange(reported_, lost)}}, format_);
        write_line(spdlog::details::log_msg(message.time, {}, message.logger_name, message.level, text));
    }
    void flush_() override {}

private:
    void write_line(const spdlog::details::log_msg& message) {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        std::string_view rest(line.data(), line.size());
        while (!rest.empty() && wait_until_writable()) {
            // After poll, a piece of this size goes into a pipe without blocking.
            const auto written = ::write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
            if (written < 0 && errno != EINTR && errno != EAGAIN) return;
            rest.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
    }

    bool wait_until_writable() {
        while (true) {
            pollfd wanted{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            // The limit is one for all lines that wait, not for each of them.
            const bool patient = looks_while_closing_ < looks_while_closing_max;
            const int ready = ::poll(&wanted, 1, patient ? look_every_ms : 0);
            if (ready > 0) return true;
            if ((ready < 0 && errno != EINTR) || !patient) return false;
            if (closing_) ++looks_while_closing_;
        }
    }

    int descriptor_;
    Format format_;
    spdlog::details::thread_pool* queue_ = nullptr;
    std::size_t reported_ = 0;
    std::atomic<bool> closing_ = false;
    int looks_while_closing_ = 0;
};

// Signals belong to the I/O thread, and a reader that went away must not end the daemon.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

class AsyncLog final : public Log {
public:
    AsyncLog(int descriptor, LogOptions options)
        : options_(options),
          sink_(std::make_shared<DescriptorSink>(descriptor, options.format)),
          queue_(std::make_shared<spdlog::details::thread_pool>(lines_waiting_max, 1, block_signals)),
          logger_(std::make_shared<spdlog::async_logger>("usersync", sink_, queue_,
                                                         spdlog::async_overflow_policy::overrun_oldest)) {
        sink_->watch(*queue_);
        logger_->set_level(spdlog::level::trace);  // ours decides
    }
    AsyncLog(const AsyncLog&) = delete;
    AsyncLog& operator=(const AsyncLog&) = delete;
    ~AsyncLog() override {
        sink_->close();
        queue_.reset();  // writes what waits, then joins the worker
    }

    void write(Level level, std::string_view event, const std::vector<Field>& fields) override {
        if (level < options_.level) return;
        logger_->log(spdlog::level::info, spdlog::string_view_t(payload_of(level, event, fields, options_.format)));
    }

private:
    LogOptions options_;
    // shared_ptr because the library's queue holds the logger, and the logger its sink, from the worker thread.
    std::shared_ptr<DescriptorSink> sink_;
    std::shared_ptr<spdlog::details::thread_pool> queue_;
    std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

std::unique_ptr<Log> make_log(int descriptor, LogOptions options) {
    return std::make_unique<AsyncLog>(descriptor, options);
}

std::unique_ptr<Log> make_stderr_log(LogOptions options) { return make_log(STDERR_FILENO, options); }

}  // namespace usersync::log

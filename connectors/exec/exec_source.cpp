#include "connectors/exec/exec_source.hpp"

#include "connectors/exec/child.hpp"
#include "connectors/exec/error_text.hpp"
#include "connectors/exec/failures.hpp"
#include "connectors/session/run_watched.hpp"
#include "core/async/deadline.hpp"
#include "core/async/run_on.hpp"
#include "core/base/deadline_passed.hpp"
#include "core/ports/live_delivery.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::exec {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10;
constexpr int come_back_later = 75;  // EX_TEMPFAIL of sysexits.h

/// A program under way, and what it has said so far. Whoever reads its streams holds on to it.
struct Talk {
    Talk(const asio::any_io_executor& executor, Child started)
        : child(std::move(started)),
          life(executor, child.life.release()),
          out(executor, child.out.release()),
          err(executor, child.err.release()) {}

    Child child;
    asio::posix::stream_descriptor life;
    asio::posix::stream_descriptor out;
    asio::posix::stream_descriptor err;
    std::string record;
    TextEnd errors;
};

/// Lets go of the program, on every way out. Killing takes as long as the system likes, so a lane waits for that.
class LetGo {
public:
    LetGo(std::shared_ptr<Talk> talk, asio::any_io_executor lane) : talk_(std::move(talk)), lane_(std::move(lane)) {}
    LetGo(const LetGo&) = delete;
    LetGo& operator=(const LetGo&) = delete;
    ~LetGo() {
        talk_->child.signal(SIGKILL);
        error_code ignored;
        talk_->life.close(ignored);
        talk_->out.close(ignored);
        talk_->err.close(ignored);
        asio::post(lane_, [child = std::move(talk_->child)] {});
    }

private:
    std::shared_ptr<Talk> talk_;
    asio::any_io_executor lane_;
};

enum class Outcome {
    cut,  ///< default, as nothing is known to be whole
    ended,
    too_large,
    not_readable,
};

void throw_if_cancelled(const error_code& error) {
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
}

/// Reads standard output to its end, and then waits for the end of the program: one without the other says nothing.
asio::awaitable<Outcome> listen(std::shared_ptr<Talk> talk, std::uint64_t bytes_max) {
    std::vector<char> buffer(read_at_once);
    const auto room = asio::buffer(buffer);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (true) {
        const std::size_t count = co_await talk->out.async_read_some(room, token);
        throw_if_cancelled(error);
        if (error == asio::error::eof) break;
        if (error) co_return Outcome::not_readable;
        if (talk->record.size() + count > bytes_max) co_return Outcome::too_large;
        talk->record.append(buffer.data(), count);
    }
    co_await talk->life.async_wait(asio::posix::stream_descriptor::wait_read, token);
    throw_if_cancelled(error);
    co_return error ? Outcome::not_readable : Outcome::ended;
}

asio::awaitable<bool> wait_for_end(std::shared_ptr<Talk> talk) {
    co_await talk->life.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
    co_return true;
}

/// Keeps the program from waiting for a reader of its standard error. Ends with the stream.
asio::awaitable<void> overhear(std::shared_ptr<Talk> talk) {
    std::vector<char> buffer(4096);
    const auto room = asio::buffer(buffer);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (true) {
        const std::size_t count = co_await talk->err.async_read_some(room, token);
        if (error) co_return;
        talk->errors.add(std::string_view(buffer.data(), count));
    }
}

/// What is in the pipe when the program has ended is all that it wrote.
void hear_the_rest(Talk& talk) {
    error_code ignored;
    talk.err.non_blocking(true, ignored);
    std::vector<char> buffer(4096);
    while (true) {
        const auto count = ::read(talk.err.native_handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        talk.errors.add(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    }
}

Failure failure_of(const Ending& ending, Talk& talk, const ExecOptions& options) {
    if (!ending.exit_code) {
        return transient("ended_by_signal", "the program was ended by signal " + std::to_string(ending.signal));
    }
    hear_the_rest(talk);
    const auto said = last_lines(talk.errors, options.secrets);
    const std::string detail = "the program ended with exit code " + std::to_string(*ending.exit_code) +
                               (said.empty() ? " and said nothing" : ": " + said);
    return *ending.exit_code == come_back_later ? transient("asked_to_come_back", detail)
                                                : blocked("program_failed", detail);
}

std::string name_of(const ExecOptions& options) {
    const auto& program = options.command.front();
    const auto slash = program.rfind('/');
    return slash == std::string::npos ? program : program.substr(slash + 1);
}

Fetched delivered(std::string name, std::string record, Time when) {
    Fetched fetched;
    fetched.delivery = live_delivery(std::move(name), std::move(record), when);
    return fetched;
}

class ExecSource final : public Source {
public:
    ExecSource(ExecOptions options, Clock& clock, asio::any_io_executor lane)
        : options_(std::make_shared<const ExecOptions>(std::move(options))), clock_(clock), lane_(std::move(lane)) {}

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        const Deadline until = session::real_deadline(deadline, clock_.steady_now());
        if (session::real_now() >= until) co_return deadline_passed("exec");
        const Time when = clock_.now();
        auto begin = [options = options_] { return start(*options); };
        auto started = co_await run_on(lane_, std::move(begin));
        if (!started) co_return started.error();
        auto executor = co_await asio::this_coro::executor;
        auto talk = std::make_shared<Talk>(executor, std::move(*started));
        const LetGo guard(talk, lane_);
        asio::co_spawn(executor, overhear(talk), asio::detached);
        auto whole = co_await run(talk, until);
        if (!whole) co_return whole.error();
        auto deliver = [name = name_of(*options_), record = std::move(talk->record), when]() mutable {
            return delivered(std::move(name), std::move(record), when);
        };
        Fetched fetched = co_await run_on(lane_, std::move(deliver));
        co_return fetched;
    }

    asio::awaitable<Result<void>> acknowledge(Delivery, Deadline) override { co_return Result<void>(); }

private:
    /// Success: the program has ended well, and its record is whole.
    asio::awaitable<Result<void>> run(std::shared_ptr<Talk> talk, Deadline until) {
        const Deadline limit = std::min(until, session::real_now() + options_->time_max);
        auto listening = listen(talk, options_->bytes_max);
        auto outcome = co_await with_deadline(std::move(listening), limit);
        const auto ending = talk->child.ending();
        if (outcome == Outcome::ended && ending) {
            if (ending->exit_code == 0) co_return Result<void>();
            co_return failure_of(*ending, *talk, *options_);
        }
        co_await ask_to_end(talk);
        co_return why_cut(outcome, ending.has_value(), limit == until);
    }

    /// SIGTERM, so that it can clean up; whatever still runs then is killed by the guard.
    asio::awaitable<void> ask_to_end(std::shared_ptr<Talk> talk) {
        talk->child.signal(SIGTERM);
        auto waiting = wait_for_end(talk);
        co_await with_deadline(std::move(waiting), session::real_now() + options_->kill_after);
    }

    Failure why_cut(std::optional<Outcome> outcome, bool had_ended, bool by_deadline) const {
        if (outcome == Outcome::too_large) {
            return blocked("output_too_large", "the program wrote more than " + std::to_string(options_->bytes_max) +
                                                   " bytes, which is the most that a record may have");
        }
        if (outcome) return transient("output_not_readable", "the program's output could not be read to its end");
        if (had_ended) {
            return blocked("output_left_open",
                           "the program ended, but something that it started kept its standard output open");
        }
        if (by_deadline) return deadline_passed("exec");
        return transient("time_limit_passed", "the program had not ended after " +
                                                  std::to_string(options_->time_max.count() / 1000) + " seconds");
    }

    std::shared_ptr<const ExecOptions> options_;
    Clock& clock_;
    asio::any_io_executor lane_;
};

}  // namespace

std::unique_ptr<Source> make_exec_source(ExecOptions options, Clock& clock, asio::any_io_executor lane) {
    return std::make_unique<ExecSource>(std::move(options), clock, std::move(lane));
}

}  // namespace usersync::exec

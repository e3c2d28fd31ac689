#pragma once
// Sends the calls of one source: as who may ask, no faster than is allowed, and again where that may help.

#include "connectors/http/client.hpp"
#include "connectors/rest/memory.hpp"
#include "connectors/rest/rest_options.hpp"
#include "connectors/rest/watcher.hpp"
#include "core/async/event.hpp"
#include "core/pace/bucket.hpp"
#include "core/ports/clock.hpp"
#include "core/rest/answer_class.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace usersync::rest_api {

/// What is called for, for people: "page 3".
using Where = std::string;

/// What a call is about that stood in a list; without a digest about nothing of the kind.
struct About {
    std::string digest;  ///< tells it apart from anything else that calls are about
    std::string name;    ///< for people: "employee 0042"; "" where that may be personal data
};

/// Several calls may be under way at once; one of them asks for a token, the others wait for it.
///
/// Waiting is by `clock`. What is left until a deadline by `clock` is the real time that I/O gets. A wait that would
/// pass the deadline is not begun: the failure says how long it would have been.
class Calls {
public:
    /// `options`, `clock` and `lane` outlive this and every call.
    Calls(const RestOptions& options, Clock& clock, boost::asio::any_io_executor executor,
          boost::asio::any_io_executor lane);

    void watch(Watcher* watcher) { watcher_ = watcher; }

    /// The turn among all who ask this source, for as long as what this gives lives; what is remembered, by whomever;
    /// and whether the other system wants to be left alone still.
    boost::asio::awaitable<Result<std::shared_ptr<void>>> begin();
    /// Keeps what has to be known next time. A disk that is full spoils no reading.
    boost::asio::awaitable<void> end();

    /// A token if one is needed and there is none. False: none is needed, or there is one.
    boost::asio::awaitable<Result<bool>> log_in(Deadline deadline);

    /// The answer to a call, if it is `ok` or `nothing`. `delta`: of a delta read. `about`: something that was in a
    /// list; a 404 that no rule explains otherwise is then `transient`/"gone_since", and when it comes again before a
    /// read was whole, `blocked`/"listed_not_found".
    boost::asio::awaitable<Result<rest::Reply>> send(rest::Call call, Where where, Deadline deadline,
                                                     const rest::DeltaRule* delta, About about);
    /// About nobody in particular. An overload, because a default argument with braces stands in the awaited
    /// expression.
    boost::asio::awaitable<Result<rest::Reply>> send(rest::Call call, Where where, Deadline deadline,
                                                     const rest::DeltaRule* delta = nullptr) {
        return send(std::move(call), where, deadline, delta, About());
    }
    /// Everything that was listed was found.
    void read_whole() { memory_.gone.clear(); }

private:
    struct Sent {
        Result<rest::Reply> reply;
        bool is_given_up = false;  ///< no answer came in time, or the way to it broke: the other system may go on
    };
    boost::asio::awaitable<Result<void>> take_turn(Where where, Deadline deadline);
    boost::asio::awaitable<Sent> exchange(rest::Call call, Where where, Deadline deadline);
    boost::asio::awaitable<Result<void>> ask_for_token(Deadline deadline);
    boost::asio::awaitable<Result<std::string>> signed_text();
    boost::asio::awaitable<Result<void>> save_memory();
    boost::asio::awaitable<void> note_asked();
    boost::asio::awaitable<void> mend_moments();
    Failure not_there(Failure failure, const About& about);
    Result<http::Client*> client_for(const std::string& origin);
    Result<rest::HeaderTexts> credentials() const;
    bool is_refused_token(const std::string& used);
    std::optional<Duration> wait_after(int attempts, const rest::Answer& answer);
    std::optional<Duration> wait_after(int attempts, const Sent& sent);
    boost::asio::awaitable<Result<void>> wait(Duration pause, Failure otherwise, Deadline deadline);
    Failure told(const rest::Answer& answer, const Where& where);
    void leave_alone(Duration pause);
    void leave_alone_until(Time until);
    std::string without_secrets(std::string text) const;
    void tell(const Where& where, const Sent& sent, bool is_login) const;

    const RestOptions& options_;
    Clock& clock_;
    boost::asio::any_io_executor executor_;
    boost::asio::any_io_executor lane_;
    Fingerprint credentials_;
    std::vector<Secret> login_sent_;  ///< with the newest call for a token: what must not be told
    pace::TokenBucket bucket_;
    Memory memory_;
    bool is_loaded_ = false;
    bool is_saved_ = false;  ///< what the file has is what is remembered
    bool is_asking_ = false;
    Event asked_;
    std::map<std::string, std::unique_ptr<http::Client>> clients_;
    Watcher* watcher_ = nullptr;
    std::mt19937_64 random_;
};

}  // namespace usersync::rest_api

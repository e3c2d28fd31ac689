#pragma once
// One call to Speakap: paced, authorised, under its limit of time. Reads are tried again, writes never.

#include "connectors/http/client.hpp"
#include "connectors/speakap/error_meaning.hpp"
#include "connectors/speakap/gates.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/network.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace usersync::speakap {

enum class Api { rest, scim };

/// How a write was taken.
enum class Taken {
    done,
    promised,  ///< 202: it is to happen, and may yet be lost
};
inline Taken taken_as(const http::Response& success) { return success.status == 202 ? Taken::promised : Taken::done; }

/// Everything sent to either API goes through here. The clock must outlive it. One thread.
class Calls {
public:
    /// Without `gates` it has its own.
    Calls(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim, Clock& clock,
          std::uint64_t seed, Gates gates = {});
    ~Calls();
    Calls(const Calls&) = delete;
    Calls& operator=(const Calls&) = delete;

    /// GET. A transient failure is tried again by the pace rules, a few times and within the deadline. Where the server
    /// says when to come back, or refuses for the pace, the wait is no attempt; all such waits are an hour at the most.
    /// The answer is a success (2xx); everything else is the failure that it stands for.
    boost::asio::awaitable<Result<http::Response>> read(Api api, std::string target, Deadline deadline);

    /// Sends the request once. The answer is a success; everything else is the failure that it stands for.
    boost::asio::awaitable<Result<http::Response>> write(Api api, http::Request request, Deadline deadline);

    /// The same, and the answer may have any status. An Accept header of the request's own stays.
    boost::asio::awaitable<Result<http::Response>> exchange(Api api, http::Request request, Deadline deadline);

    /// One read, sent once: whether the network answers at all.
    boost::asio::awaitable<Result<void>> probe(Deadline deadline);

    /// nullopt when the answer is a success.
    std::optional<Failure> failure_in(Api api, const http::Response& response, Sent sent) const;

    const SpeakapOptions& options() const { return options_; }

    /// Whoever waits for a turn leaves without having sent anything, and nobody else is let in, until `open`.
    void close();
    void open();

    /// When the server's pause is over; nullopt when there is none.
    std::optional<Time> paused_until() const;

    Pacing pacing() const;
    LearntRates learnt_rates() const;
    void remember_rates(const LearntRates& rates);

    Clock& clock() { return clock_; }

private:
    boost::asio::awaitable<Result<http::Response>> send(Api api, http::Request request, Deadline deadline);
    void authorise(Api api, http::Request& request) const;
    void heed(const http::Response& response, Gate& gate, const pace::Turn& turn);
    void note_time(Duration took);
    std::size_t class_of(Api api, const std::string& method) const;

    SpeakapOptions options_;
    std::unique_ptr<http::Client> rest_;
    std::unique_ptr<http::Client> scim_;
    Clock& clock_;
    Gates gates_;
    std::array<pace::Flow, call_classes> flows_{};  ///< ours, at each of the gates
    std::deque<Duration> took_;                     ///< the newest calls
    std::mt19937_64 random_;
};

/// "speakap.rest", "speakap.scim": where a failure happened.
std::string_view where_of(Api api);

}  // namespace usersync::speakap

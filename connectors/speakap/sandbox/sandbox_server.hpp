#pragma once
// The sandbox as a server: what `usersyncd sandbox` runs.

#include "connectors/http/message.hpp"
#include "connectors/http/server.hpp"
#include "connectors/speakap/sandbox/lookup.hpp"
#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_judge.hpp"
#include "connectors/speakap/sandbox/sandbox_limits.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/ports/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

struct SandboxOptions {
    std::string address = "127.0.0.1";   ///< an IP address
    std::uint16_t port = 0;              ///< 0: any free one
    std::filesystem::path state_file;    ///< empty: the state lives in memory only
    std::filesystem::path network_file;  ///< used when there is no state file yet; empty: the default network
    double rate = 0;                     ///< calls per second and token; 0: as `rate_plan` says
    RatePlan rate_plan;                  ///< how the rate changes, and who else calls with our tokens
    Settling settling;                   ///< how long changes need until they show
    Duration latency{0};                 ///< before every answer
    double latency_sigma = 0;  ///< above 0: `latency` is the median of a log-normal distribution of this shape
    std::vector<FaultSpec> faults;
    double burst = 0;        ///< with `rate`: calls at once after a pause; 0: as `rate_plan` says
    std::uint64_t seed = 1;  ///< of latencies, and of faults that come by chance
    bool in_sync = false;    ///< every change is on the disk before its answer leaves, and not only with the system
    std::string certificate_file;  ///< PEM chain; empty: plain HTTP
    std::string key_file;
};

/// Where the sandbox is and how to get in.
struct SandboxAddresses {
    std::string rest;  ///< "http://127.0.0.1:41234"
    std::string scim;  ///< "http://127.0.0.1:41234/scim"; calls are {scim}/Users
    std::string network;
    std::string token;
    std::string scim_token;
    bool operator==(const SandboxAddresses&) const = default;
    /// One line of JSON with these five keys, without a line break.
    std::string to_json_line() const;
};

/// "127.0.0.1:0", "[::1]:8443" → address and port. `rejected`/"bad_listen_address".
struct ListenAddress {
    std::string address;
    std::uint16_t port = 0;
    bool operator==(const ListenAddress&) const = default;
};
Result<ListenAddress> parse_listen_address(std::string_view text);

/// A running sandbox. Every change is in the state file's journal before its answer leaves, so a kill loses nothing
/// that anybody was told; a change that cannot be saved is not made and answers 500. Lives on one thread.
///
/// A call meets the limit when it comes; after the latency it takes effect and is answered. The judge counts it.
class Sandbox {
public:
    /// Failures: those of `load_state`, `build_network`, `save_state` and `http::listen`; `rejected`/
    /// "cannot_read_network_file". The clock must outlive the sandbox.
    static Result<std::unique_ptr<Sandbox>> start(boost::asio::any_io_executor executor, Clock& clock,
                                                  SandboxOptions options);
    /// Not listening yet: use `start`.
    Sandbox(Clock& clock, SandboxOptions options, SandboxState state);
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    SandboxAddresses addresses() const;
    const SandboxState& state() const { return state_; }

    /// Answers as over the wire: after the waits, with faults and limits. Status 0: the connection closes without an
    /// answer. It must outlive the call.
    boost::asio::awaitable<http::Response> respond(http::Request request);

    /// Accepts nothing more, lets answers in progress finish until the deadline, and saves the log of calls.
    boost::asio::awaitable<void> stop(Deadline deadline);

private:
    struct Decision {
        http::Response response;
        Duration wait{0};  ///< before the answer leaves
    };

    std::optional<http::Response> refuse(const http::Request& request);
    Duration next_latency();
    Decision decide(const http::Request& request);
    http::Response perform(const http::Request& request, const Strike* strike);
    http::Response perform_watched(const http::Request& request, const Strike* strike);
    bool store(const http::Request& request);
    void record(const http::Request& request, int status, const Strike* strike);
    std::string bucket_of(const http::Request& request) const;

    Clock& clock_;
    SandboxOptions options_;
    SandboxState state_;
    Lookup lookup_;  ///< of `state_`
    SteadyTime start_;
    RateLimit limit_;
    FaultPlan faults_;
    Judge judge_;
    std::optional<StateFile> file_;  ///< none: the state lives in memory only
    std::mt19937_64 random_;         ///< of latencies
    std::unique_ptr<http::Server> server_;
};

}  // namespace usersync::sandbox

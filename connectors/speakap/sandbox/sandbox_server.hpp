#pragma once
// The sandbox as a server: what `usersyncd sandbox` runs.

#include "connectors/http/message.hpp"
#include "connectors/http/server.hpp"
#include "connectors/speakap/sandbox/lookup.hpp"
#include "connectors/speakap/sandbox/sandbox_faults.hpp"
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
    std::vector<FaultSpec> faults;
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

/// A running sandbox. Every change is in the state file before its answer leaves, so a kill loses nothing that
/// anybody was told; a change that cannot be saved is not made and answers 500. Lives on one thread.
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

    Decision decide(const http::Request& request);
    http::Response perform(const http::Request& request, const Strike* strike);
    http::Response perform_read(const http::Request& request, const Strike* strike);
    http::Response perform_change(const http::Request& request, const Strike* strike);
    http::Response refuse(const http::Request& request, std::chrono::seconds retry_after);
    void record(SandboxState& state, const http::Request& request, int status, const Strike* strike);
    std::string bucket_of(const http::Request& request) const;

    Clock& clock_;
    SandboxOptions options_;
    SandboxState state_;
    Lookup lookup_;  ///< of `state_`
    SteadyTime start_;
    RateLimit limit_;
    FaultPlan faults_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace usersync::sandbox

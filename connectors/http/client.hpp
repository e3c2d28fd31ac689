#pragma once
// One HTTP(S) exchange under a deadline: TLS always verified, sizes limited, connections kept.

#include "connectors/http/message.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace usersync::http {

/// How a new connection came about. Durations are real time.
struct ConnectionFacts {
    std::string address;  ///< "192.0.2.1:443"
    std::string tls;      ///< "TLSv1.3"; empty: plain
    Duration resolving{};
    Duration connecting{};
    Duration shaking{};  ///< hands, under TLS
};

struct ClientOptions {
    std::string base_url;  ///< "https://api.example" or "https://api.example/scim"; its path is put before every target
    std::string ca_file;   ///< PEM bundle to trust instead of the system's; empty: the system's
    std::size_t body_max = 64u << 20;                 ///< bytes of a response body
    std::size_t connections_max = 8;                  ///< kept connections; more callers wait for one
    Duration connect_max = std::chrono::seconds(10);  ///< for each address of the host, before the next one is tried
    /// From the request's last byte to the answer's first, and for the handshake of TLS before; nullopt: the exchange's
    /// deadline alone counts.
    std::optional<Duration> first_byte_max;
    std::string certificate_file;  ///< PEM chain that says who we are, where the server asks; empty: nobody
    Secret key;                    ///< its private key, PEM without passphrase
    /// Where a server goes on working behind a connection that broke, asking again is its caller's to decide.
    bool repeats_gets = true;
    std::function<void(const ConnectionFacts&)> on_connected;  ///< told of every new connection; must not throw
};

/// An HTTP client bound to one base URL.
///
/// Failures: `transient` for everything the network does (refused, reset, timed out, DNS), `blocked` for a
/// certificate that does not verify ("tls_not_trusted") and for ours that the server refuses
/// ("client_certificate_refused"). An address that never answers is "cannot_connect".
/// No byte of an answer within `first_byte_max` is "timed_out", as no whole one by the deadline is; no handshake
/// within it is "tls_failed".
/// Effect::none as long as no byte of the request left;
/// Effect::unknown after that. Any status is a success here. A connection is never used again after a failed or
/// timed-out exchange. A request on a kept connection that turns out to be closed before the first byte of an
/// answer is reported like any other lost answer; GET alone is repeated once on a new connection, if `repeats_gets`.
class Client {
public:
    virtual ~Client() = default;
    virtual boost::asio::awaitable<Result<Response>> send(Request request, Deadline deadline) = 0;
};

/// `blocked`/"bad_base_url" when the URL is unusable: plain http is accepted for loopback addresses only, since
/// a token would travel in the clear. `blocked`/"bad_ca_file" when the bundle cannot be read, "bad_certificate" when
/// ours cannot, or the key is not its own.
/// The client lives on `executor` (one thread) and must not outlive its context.
Result<std::unique_ptr<Client>> make_client(boost::asio::any_io_executor executor, ClientOptions options);

/// Checks a base URL as `make_client` does, without making anything.
Result<void> check_base_url(const std::string& base_url);

}  // namespace usersync::http

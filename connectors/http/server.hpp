#pragma once
// A small HTTP(S) server for the health listener and the sandbox: bounded in every direction.

#include "connectors/http/message.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace usersync::http {

struct ListenOptions {
    std::string address = "127.0.0.1";  ///< an IP address
    std::uint16_t port = 0;             ///< 0: any free one
    std::string certificate_file;       ///< PEM chain; empty: plain HTTP
    std::string key_file;
    std::string client_ca_file;  ///< PEM: whoever connects must show a certificate by one of these; empty: nobody must
    std::size_t body_max = 8u << 20;
    std::size_t connections_max = 256;  ///< more are closed at once
    Duration idle_max = std::chrono::seconds(60);
};

/// Answers one request. Must not throw; an exception becomes a 500 without detail.
using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

/// A listening server. Destroying it closes the listener and every connection at once.
class Server {
public:
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    /// Accepts nothing more, lets answers in progress finish until the deadline, closes the rest.
    virtual boost::asio::awaitable<void> stop(Deadline deadline) = 0;
};

/// Starts to accept at once. `blocked`/"cannot_listen" when the address is taken or not ours;
/// `blocked`/"bad_certificate" when the files do not fit.
Result<std::unique_ptr<Server>> listen(boost::asio::any_io_executor executor, ListenOptions options, Handler handler);

}  // namespace usersync::http

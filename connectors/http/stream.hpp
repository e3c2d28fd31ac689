#pragma once
// A connected TCP stream, plain or under TLS, so that client and server are written once for both.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace usersync::http {

/// What an operation moved before it ended, and how it ended.
struct Moved {
    std::size_t bytes = 0;
    boost::system::error_code error;
};

/// Errors come back as values, but for operation_aborted: that means cancelled, or closed by our own side, and
/// unwinds as boost::system::system_error.
class Stream {
public:
    virtual ~Stream() = default;
    /// Nothing to do for a plain stream.
    virtual boost::asio::awaitable<boost::system::error_code> handshake() = 0;
    virtual boost::asio::awaitable<Moved> read_some(boost::asio::mutable_buffer into) = 0;
    virtual boost::asio::awaitable<Moved> write_all(boost::asio::const_buffer from) = 0;
    virtual boost::asio::ip::tcp::socket& socket() = 0;
    /// Why the peer's certificate did not verify; "" when it did, or none was asked for.
    virtual std::string distrust() const = 0;
    /// "TLSv1.3" once hands are shaken; "" without TLS.
    virtual std::string protocol() const = 0;
};

std::unique_ptr<Stream> make_plain_stream(boost::asio::ip::tcp::socket socket);
/// For the accepting side. `context` must outlive the stream.
std::unique_ptr<Stream> make_tls_server_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context);
/// For the connecting side: asks for and verifies a certificate for `host`, a name or an IP address.
std::unique_ptr<Stream> make_tls_client_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context,
                                               const std::string& host, bool is_address);

/// Whether a peer ended the stream as it should, and not in the middle.
bool is_orderly_end(const boost::system::error_code& error);

/// Whether a peer says that it does not accept our certificate, or that there is none.
bool is_certificate_refusal(const boost::system::error_code& error);

}  // namespace usersync::http

#include "connectors/http/stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

namespace usersync::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

void unwind_when_aborted(const error_code& error) {
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
}

template <class Layer>
asio::awaitable<Moved> read_some_from(Layer& layer, asio::mutable_buffer into) {
    Moved moved;
    moved.bytes = co_await layer.async_read_some(into, asio::redirect_error(asio::use_awaitable, moved.error));
    unwind_when_aborted(moved.error);
    co_return moved;
}

template <class Layer>
asio::awaitable<Moved> write_all_to(Layer& layer, asio::const_buffer from) {
    Moved moved;
    moved.bytes = co_await asio::async_write(layer, from, asio::redirect_error(asio::use_awaitable, moved.error));
    unwind_when_aborted(moved.error);
    co_return moved;
}

class PlainStream final : public Stream {
public:
    explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<error_code> handshake() override { co_return error_code(); }
    asio::awaitable<Moved> read_some(asio::mutable_buffer into) override { return read_some_from(socket_, into); }
    asio::awaitable<Moved> write_all(asio::const_buffer from) override { return write_all_to(socket_, from); }
    tcp::socket& socket() override { return socket_; }
    std::string distrust() const override { return {}; }
    std::string protocol() const override { return {}; }

private:
    tcp::socket socket_;
};

using TlsLayer = asio::ssl::stream<tcp::socket>;

class TlsStream final : public Stream {
public:
    TlsStream(tcp::socket socket, asio::ssl::context& context, TlsLayer::handshake_type side)
        : layer_(std::move(socket), context), side_(side) {}

    asio::awaitable<error_code> handshake() override {
        error_code error;
        co_await layer_.async_handshake(side_, asio::redirect_error(asio::use_awaitable, error));
        unwind_when_aborted(error);
        co_return error;
    }
    asio::awaitable<Moved> read_some(asio::mutable_buffer into) override { return read_some_from(layer_, into); }
    asio::awaitable<Moved> write_all(asio::const_buffer from) override { return write_all_to(layer_, from); }
    tcp::socket& socket() override { return layer_.next_layer(); }
    std::string distrust() const override {
        const long verdict = SSL_get_verify_result(ssl());
        return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
    }
    std::string protocol() const override { return SSL_get_version(ssl()); }
    SSL* ssl() const { return const_cast<TlsLayer&>(layer_).native_handle(); }

private:
    TlsLayer layer_;
    TlsLayer::handshake_type side_;
};

/// The name or address that the certificate must be for. OpenSSL checks it within the handshake.
bool expect_peer(SSL* ssl, const std::string& host, bool is_address) {
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // What the macro SSL_set_tlsext_host_name does, without its C cast.
    auto* name = const_cast<char*>(host.c_str());
    const bool is_named = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
    return is_named && SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace

std::unique_ptr<Stream> make_plain_stream(tcp::socket socket) {
    return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> make_tls_server_stream(tcp::socket socket, asio::ssl::context& context) {
    return std::make_unique<TlsStream>(std::move(socket), context, TlsLayer::server);
}

std::unique_ptr<Stream> make_tls_client_stream(tcp::socket socket, asio::ssl::context& context, const std::string& host,
                                               bool is_address) {
    auto stream = std::make_unique<TlsStream>(std::move(socket), context, TlsLayer::client);
    if (!expect_peer(stream->ssl(), host, is_address)) {
        // Out of memory, or a name no certificate can hold: there is no connection without this check.
        throw boost::system::system_error(asio::error::invalid_argument, "cannot verify this host");
    }
    return stream;
}

bool is_orderly_end(const error_code& error) { return error == asio::error::eof; }

bool is_certificate_refusal(const error_code& error) {
    if (error.category() != asio::error::get_ssl_category()) return false;
    switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return true;
        default: return false;
    }
}

}  // namespace usersync::http

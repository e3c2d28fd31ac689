#pragma once
// HTTP/1.1 as bytes: messages written down, and read from whatever pieces arrive. Touches no socket.

#include "connectors/http/message.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::http {

enum class Persistence { keep, close };

/// Whether the message may be written: a method, target, header name or value with a space too many or a line
/// break in it could be read as something else at the other end. (The status and the body are always safe.)
bool is_sendable(const Request& request);
bool is_sendable(const Response& response);

/// The request's head and body. `Host`, and `Content-Length` where it belongs, are added; the caller's are dropped.
/// REQUIRES: is_sendable(request).
std::string encode(const Request& request, std::string_view authority, std::string_view path_before);

/// The response's head and, unless it answers a HEAD, its body. `Content-Length` and `Connection` are added.
/// REQUIRES: is_sendable(response).
std::string encode(const Response& response, Persistence persistence, bool answers_head);

/// How far a reader is.
enum class Progress {
    more,            ///< feed it more
    done,            ///< the message is complete
    malformed,       ///< not HTTP
    head_too_large,  ///< more than `head_max`
    body_too_large,  ///< more than the reader was told
    cut_off,         ///< the peer closed in the middle
};

constexpr std::size_t head_max = 64u << 10;

struct RequestHead {
    bool keep_alive = false;
    bool expects_continue = false;  ///< the client waits for "100 Continue" before it sends the body
};

/// Reads requests one after the other from one connection.
class RequestReader {
public:
    explicit RequestReader(std::size_t body_max);
    ~RequestReader();

    Progress feed(std::string_view bytes);
    /// The peer closed. `cut_off`, unless no byte of a next request had come: then `more`.
    Progress close();
    /// Once the head has been read.
    std::optional<RequestHead> head() const;
    /// The complete request; the reader goes on with what was fed beyond it, so ask `feed({})` first.
    Request take();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads the final response to one request; interim ones (1xx) are passed over.
class ResponseReader {
public:
    ResponseReader(std::size_t body_max, bool answers_head);
    ~ResponseReader();

    Progress feed(std::string_view bytes);
    /// The peer closed, which ends a body without a length. `orderly`: not cut off beneath TLS.
    Progress close(bool orderly);
    /// Whether a byte of an answer has come.
    bool has_begun() const;
    /// Whether the connection may carry another exchange. REQUIRES: done.
    bool keeps_connection() const;
    Response take();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// "Not Found"; "" for a status without a name.
std::string_view reason_of(int status);

}  // namespace usersync::http

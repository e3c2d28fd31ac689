#include "connectors/http/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace usersync::http {

namespace beast = boost::beast::http;

namespace {

bool is_token_character(char c) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= ' ' && byte != 0x7f) || c == '\t';
    });
}

bool are_sendable(const std::vector<Header>& headers) {
    return std::all_of(headers.begin(), headers.end(),
                       [](const Header& header) { return is_token(header.name) && is_value(header.value); });
}

/// Headers that say where a message ends or what becomes of the connection are ours alone to write.
bool is_framing(const Header& header) {
    constexpr std::array<std::string_view, 4> names = {"host", "content-length", "transfer-encoding", "connection"};
    const std::vector<Header> one = {header};
    return std::any_of(names.begin(), names.end(), [&](auto name) { return find_header(one, name).has_value(); });
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

void append_headers(std::string& text, const std::vector<Header>& headers) {
    for (const auto& header : headers) {
        if (!is_framing(header)) append_header(text, header.name, header.value);
    }
}

bool has_length(const Request& request) {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

Progress meaning_of(const boost::system::error_code& error) {
    if (error == beast::error::need_more) return Progress::more;
    if (error == beast::error::header_limit) return Progress::head_too_large;
    if (error == beast::error::body_limit || error == beast::error::buffer_overflow) return Progress::body_too_large;
    if (error == beast::error::partial_message) return Progress::cut_off;
    return Progress::malformed;
}

template <bool is_request>
using Parser = beast::parser<is_request, beast::string_body>;

template <bool is_request>
void prepare(Parser<is_request>& parser, std::size_t body_max) {
    parser.header_limit(static_cast<std::uint32_t>(head_max));
    parser.body_limit(body_max);
    parser.eager(true);
}

/// Puts what `buffer` holds into the parser; what stays in it waits for more, or belongs to the next message.
template <bool is_request>
Progress parse(Parser<is_request>& parser, std::string& buffer) {
    if (parser.is_done()) return Progress::done;
    if (buffer.empty()) return Progress::more;
    boost::system::error_code error;
    const auto used = parser.put(boost::asio::buffer(buffer), error);
    buffer.erase(0, used);
    if (error) return meaning_of(error);
    return parser.is_done() ? Progress::done : Progress::more;
}

template <class Message>
std::vector<Header> headers_of(const Message& message) {
    std::vector<Header> headers;
    for (const auto& field : message) {
        headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    return headers;
}

}  // namespace

bool is_sendable(const Request& request) {
    const auto& target = request.target;
    const bool plain = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    return is_token(request.method) && target.starts_with('/') && plain && are_sendable(request.headers);
}

bool is_sendable(const Response& response) {
    return response.status >= 200 && response.status <= 999 && are_sendable(response.headers);
}

std::string encode(const Request& request, std::string_view authority, std::string_view path_before) {
    std::string text;
    text.reserve(512 + request.body.size());
    text.append(request.method).append(" ").append(path_before).append(request.target).append(" HTTP/1.1\r\n");
    append_header(text, "Host", authority);
    append_headers(text, request.headers);
    if (has_length(request)) append_header(text, "Content-Length", std::to_string(request.body.size()));
    text.append("\r\n").append(request.body);
    return text;
}

std::string encode(const Response& response, Persistence persistence, bool answers_head) {
    std::string text;
    text.reserve(256 + response.body.size());
    text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason_of(response.status));
    text.append("\r\n");
    append_headers(text, response.headers);
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) append_header(text, "Content-Length", std::to_string(response.body.size()));
    if (persistence == Persistence::close) append_header(text, "Connection", "close");
    text.append("\r\n");
    if (has_body && !answers_head) text.append(response.body);
    return text;
}

std::string_view reason_of(int status) {
    const auto reason = beast::obsolete_reason(beast::int_to_status(static_cast<unsigned>(status)));
    if (reason == "<unknown-status>") return {};
    return {reason.data(), reason.size()};
}

struct RequestReader::State {
    explicit State(std::size_t max) : body_max(max) { next(); }

    void next() {
        parser.emplace();
        prepare(*parser, body_max);
    }

    std::size_t body_max;
    std::string buffer;
    std::optional<Parser<true>> parser;
};

RequestReader::RequestReader(std::size_t body_max) : state_(std::make_unique<State>(body_max)) {}
RequestReader::~RequestReader() = default;

Progress RequestReader::feed(std::string_view bytes) {
    state_->buffer.append(bytes);
    const auto progress = parse(*state_->parser, state_->buffer);
    if (!state_->parser->is_header_done()) return progress;
    // Beast takes a request with any other transfer coding for one without a body, and its body for the next request.
    const auto& message = state_->parser->get();
    if (message.count(beast::field::transfer_encoding) > 0 && !state_->parser->chunked()) return Progress::malformed;
    return progress;
}

Progress RequestReader::close() {
    if (state_->parser->is_done()) return Progress::done;
    return state_->parser->got_some() || !state_->buffer.empty() ? Progress::cut_off : Progress::more;
}

std::optional<RequestHead> RequestReader::head() const {
    const auto& parser = *state_->parser;
    if (!parser.is_header_done()) return std::nullopt;
    const bool expects = boost::beast::iequals(parser.get()[beast::field::expect], "100-continue");
    // An older client would have to be told that the connection stays; it is not worth a header.
    const bool keep_alive = parser.keep_alive() && parser.get().version() >= 11;
    return RequestHead{.keep_alive = keep_alive, .expects_continue = expects && !parser.is_done()};
}

Request RequestReader::take() {
    auto message = state_->parser->release();
    Request request{.method = std::string(message.method_string()),
                    .target = std::string(message.target()),
                    .headers = headers_of(message),
                    .body = std::move(message.body())};
    state_->next();
    return request;
}

struct ResponseReader::State {
    State(std::size_t max, bool head) : body_max(max), answers_head(head) { next(); }

    void next() {
        parser.emplace();
        prepare(*parser, body_max);
        parser->skip(answers_head);
    }

    std::size_t body_max;
    bool answers_head;
    bool has_begun = false;
    std::string buffer;
    std::optional<Parser<false>> parser;
};

ResponseReader::ResponseReader(std::size_t body_max, bool answers_head)
    : state_(std::make_unique<State>(body_max, answers_head)) {}
ResponseReader::~ResponseReader() = default;

Progress ResponseReader::feed(std::string_view bytes) {
    if (!bytes.empty()) state_->has_begun = true;
    state_->buffer.append(bytes);
    for (;;) {
        const auto progress = parse(*state_->parser, state_->buffer);
        const bool interim = progress == Progress::done && state_->parser->get().result_int() / 100 == 1 &&
                             state_->parser->get().result() != beast::status::switching_protocols;
        if (!interim) return progress;
        state_->next();
    }
}

Progress ResponseReader::close(bool orderly) {
    auto& parser = *state_->parser;
    if (parser.is_done()) return Progress::done;
    if (!parser.got_some() || !orderly) return Progress::cut_off;
    boost::system::error_code error;
    parser.put_eof(error);
    return error ? Progress::cut_off : Progress::done;
}

bool ResponseReader::has_begun() const { return state_->has_begun; }

bool ResponseReader::keeps_connection() const {
    // Bytes beyond the answer belong to no request of ours: whoever sends them is not to be trusted with the next.
    const bool upgraded = state_->parser->get().result() == beast::status::switching_protocols;
    return state_->parser->keep_alive() && state_->buffer.empty() && !upgraded;
}

Response ResponseReader::take() {
    auto message = state_->parser->release();
    return Response{.status = static_cast<int>(message.result_int()),
                    .headers = headers_of(message),
                    .body = std::move(message.body())};
}

}  // namespace usersync::http

#pragma once
// A system with a REST API on loopback, and the source that asks it: HTTPS, a token, pages by offset.

#include "connectors/http/server.hpp"
#include "connectors/rest/rest_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::test {

rest::TextTemplate text(std::string_view written);
rest::FieldPath path(std::string_view written);

http::Response json(std::string body, int status = 200);
/// The number behind `name=` in the query; 0 without it.
std::size_t number_in(const http::Request& request, std::string_view name);
std::string header_in(const http::Request& request, std::string_view name);
std::string path_in(const http::Request& request);

/// {"id":"0001","site":null} of the first `count` people, those from `from` on, at most `size`.
std::string people_json(std::size_t count, std::size_t from, std::size_t size);
/// The lines that these are in the record.
std::string people_lines(std::size_t count);

class RestWorld {
public:
    explicit RestWorld(http::ListenOptions listening = {});

    boost::asio::io_context context;
    ManualClock clock{context};
    Certificates certificates;
    TempDir state;
    /// What the system says; by default `people` by pages for the token "token-1".
    std::function<http::Response(const http::Request&)> answer;
    /// So long it says nothing at all, once.
    bool stalls_once = false;
    std::size_t people = 3;
    std::size_t tokens_given = 0;
    std::string token = "token-1";        ///< the one that is accepted
    std::vector<http::Request> requests;  ///< all of them
    rest_api::RestOptions options;        ///< of the source that is made next

    /// The same one until `restart`.
    Source& source();
    void restart() { source_.reset(); }
    std::string origin() const;

    /// Moves the clock whenever the source waits for it.
    Result<Fetched> fetch(Duration within = std::chrono::minutes(10));
    Result<void> acknowledge(const Delivery& delivery);
    Result<FetchedPerson> fetch_person(const std::string& key);
    template <class T>
    T drive(boost::asio::awaitable<T> call);

    /// How many requests had this path.
    std::size_t asked(std::string_view path) const;
    http::Response usual(const http::Request& request);

private:
    boost::asio::awaitable<http::Response> respond(http::Request request);

    std::unique_ptr<http::Server> server_;
    std::unique_ptr<Source> source_;
};

/// With a token by client credentials, pages of 1000 under /people, in which "rows" has the records.
rest::Connector people_connector(const std::string& origin);

template <class T>
T RestWorld::drive(boost::asio::awaitable<T> call) {
    std::optional<T> value;
    std::exception_ptr error;
    boost::asio::co_spawn(context, std::move(call), [&](std::exception_ptr e, T v) {
        error = e;
        value.emplace(std::move(v));
    });
    context.restart();
    while (!value) {
        if (context.run_one() == 0) throw std::logic_error("the source waits for something that never comes");
        if (!value && clock.sleepers() > 0) clock.advance_to_next();
    }
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

}  // namespace usersync::test

#include "connectors/ldap/ldap_source.hpp"

#include "connectors/ldap/directory.hpp"
#include "connectors/ldap/failures.hpp"
#include "connectors/session/breaker.hpp"
#include "connectors/session/connect.hpp"
#include "connectors/session/run_watched.hpp"
#include "core/base/deadline_passed.hpp"
#include "core/ports/live_delivery.hpp"

#include <algorithm>
#include <utility>

namespace usersync::ldap {

namespace asio = boost::asio;

namespace {

Fetched delivered(Found found, std::string name, Time when) {
    Fetched fetched;
    fetched.delivery = live_delivery(std::move(name), std::move(found.record), when);
    fetched.passed_over = std::move(found.referrals);
    return fetched;
}

class LdapSource final : public Source {
public:
    LdapSource(LdapOptions options, Clock& clock, asio::any_io_executor lane)
        : options_(std::make_shared<const LdapOptions>(std::move(options))), clock_(clock), lane_(std::move(lane)) {}

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        const Deadline until = session::real_deadline(deadline, clock_.steady_now());
        if (session::real_now() >= until) co_return deadline_passed("ldap");
        const Deadline connect_until = std::min(until, session::real_now() + options_->idle_max);
        auto connection = co_await session::connect_to("ldap", options_->host, options_->port, connect_until);
        if (!connection) co_return connection.error();
        auto breaker = session::make_breaker(*connection);
        if (!breaker) co_return transient("too_many_connections", "no descriptor is left");
        // Shares nothing with this coroutine, which it may outlive when the daemon is torn down.
        auto job = [options = options_, breaker, connection = std::move(*connection),
                    when = clock_.now()]() mutable -> Result<Fetched> {
            auto directory = open_directory(*options, std::move(connection), *breaker);
            if (!directory) return directory.error();
            auto found = read_directory(directory->get(), *options, *breaker);
            if (!found) return found.error();
            return delivered(std::move(*found), options->host, when);
        };
        session::CutWhenGone guard(breaker);
        auto result =
            co_await session::run_watched<Fetched>(lane_, std::move(job), std::move(guard), options_->idle_max, until);
        co_return session::with_reason(std::move(result), *breaker, options_->idle_max);
    }

    asio::awaitable<Result<void>> acknowledge(Delivery, Deadline) override { co_return Result<void>(); }

private:
    std::shared_ptr<const LdapOptions> options_;
    Clock& clock_;
    asio::any_io_executor lane_;
};

}  // namespace

std::unique_ptr<Source> make_ldap_source(LdapOptions options, Clock& clock, asio::any_io_executor lane) {
    return std::make_unique<LdapSource>(std::move(options), clock, std::move(lane));
}

}  // namespace usersync::ldap

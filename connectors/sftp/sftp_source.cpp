#include "connectors/sftp/sftp_source.hpp"

#include "connectors/pickup/pick_up.hpp"
#include "connectors/session/connect.hpp"
#include "connectors/session/run_watched.hpp"
#include "connectors/sftp/breaker.hpp"
#include "connectors/sftp/failures.hpp"
#include "connectors/sftp/login.hpp"
#include "connectors/sftp/remote_folder.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace usersync::sftp {

namespace asio = boost::asio;

namespace {

using Listing = std::vector<ingest::FileEntry>;

/// What is done with the folder once it is open; runs on the lane.
template <class T>
using Work = std::function<Result<T>(RemoteFolder&)>;

/// The order in which key types are asked for: what worked last time, then the server's choice, then one by one.
std::vector<HostKeyOffer> offers_after(HostKeyOffer last) {
    std::vector<HostKeyOffer> offers = {last};
    for (const auto offer : {HostKeyOffer::any, HostKeyOffer::ed25519, HostKeyOffer::ecdsa, HostKeyOffer::rsa}) {
        if (offer != last) offers.push_back(offer);
    }
    return offers;
}

Result<Fetched> pick_up(RemoteFolder& folder, const Listing& earlier, const ingest::PickupRules& rules) {
    const auto now = folder.list();
    if (!now) return now.error();
    const auto read_file = [&](const ingest::FileEntry& file) { return folder.read(file); };
    return pickup::pick_up(earlier, *now, rules, read_file);
}

class SftpSource final : public Source {
public:
    SftpSource(SftpOptions options, Clock& clock, asio::any_io_executor lane)
        : options_(std::make_shared<const SftpOptions>(std::move(options))), clock_(clock), lane_(std::move(lane)) {}

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        const auto& rules = options_->pickup;
        Work<Listing> look = [](RemoteFolder& folder) { return folder.list(); };
        auto listed = co_await in_folder<Listing>(std::move(look), deadline);
        if (!listed) co_return listed.error();
        const auto waiting = ingest::candidates(*listed, rules);
        if (waiting.empty()) co_return pickup::nothing_to_wait_for(*listed, rules);
        const SteadyTime second_look = clock_.steady_now() + rules.stable_for;
        if (second_look >= deadline) co_return pickup::no_time_to_wait(waiting, rules.stable_for);
        co_await clock_.sleep_until(second_look);
        Work<Fetched> pick = [earlier = std::move(*listed), rules](RemoteFolder& folder) {
            return pick_up(folder, earlier, rules);
        };
        auto fetched = co_await in_folder<Fetched>(std::move(pick), deadline);
        co_return fetched;
    }

    asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) override {
        if (options_->after_reading == AfterReading::keep) co_return Result<void>();
        Work<void> archive = [delivery = std::move(delivery), now = clock_.now()](RemoteFolder& folder) {
            return folder.archive(delivery, now);
        };
        auto archived = co_await in_folder<void>(std::move(archive), deadline);
        if (archived) co_return archived;
        Failure failure = archived.error();
        const bool answered = failure.kind != FailureKind::transient || failure.code == "connect_failed" ||
                              failure.code == "name_not_resolved";
        failure.effect = answered ? Effect::none : Effect::unknown;
        co_return failure;
    }

private:
    /// Opens the folder with the type of host key that is pinned, and does the work there once.
    template <class T>
    asio::awaitable<Result<T>> in_folder(Work<T> work, Deadline deadline) {
        if (options_->host_keys.empty()) {
            co_return blocked("host_key_not_pinned", "no host key is pinned, so no server can be trusted");
        }
        std::optional<Failure> mismatch;
        const auto offers = offers_after(offer_);
        for (const auto offer : offers) {
            auto copy = work;
            auto result = co_await attempt<T>(std::move(copy), offer, deadline);
            const std::string code = result ? "" : result.error().code;
            if (code == host_key_type_not_offered) continue;
            if (code != host_key_mismatch) {
                if (result) offer_ = offer;
                co_return result;
            }
            if (!mismatch) mismatch = result.error();
        }
        if (mismatch) co_return *mismatch;
        co_return blocked("no_common_algorithms", "the server has no host key of a type that is known here");
    }

    /// One connection from beginning to end.
    template <class T>
    asio::awaitable<Result<T>> attempt(Work<T> work, HostKeyOffer offer, Deadline deadline) {
        const Deadline until = session::real_deadline(deadline, clock_.steady_now());
        const Deadline connect_until = std::min(until, session::real_now() + options_->idle_max);
        auto connection = co_await session::connect_to("sftp", options_->host, options_->port, connect_until);
        if (!connection) co_return connection.error();
        auto breaker = make_breaker(*connection);
        if (!breaker) co_return transient("too_many_connections", "no descriptor is left");
        // Shared with the session on the lane, which may outlive this coroutine when the daemon is torn down.
        auto job = [options = options_, breaker, offer, work = std::move(work),
                    connection = std::move(*connection)]() mutable -> Result<T> {
            auto logged_in = log_in(*options, offer, std::move(connection), *breaker);
            if (!logged_in) return logged_in.error();
            auto folder = RemoteFolder::open(std::move(*logged_in), *options, *breaker);
            if (!folder) return folder.error();
            return work(*folder);
        };
        session::CutWhenGone guard(breaker);
        auto result =
            co_await session::run_watched<T>(lane_, std::move(job), std::move(guard), options_->idle_max, until);
        co_return session::with_reason(std::move(result), *breaker, options_->idle_max);
    }

    std::shared_ptr<const SftpOptions> options_;
    Clock& clock_;
    asio::any_io_executor lane_;
    HostKeyOffer offer_ = HostKeyOffer::any;
};

}  // namespace

std::unique_ptr<Source> make_sftp_source(SftpOptions options, Clock& clock, asio::any_io_executor lane) {
    return std::make_unique<SftpSource>(std::move(options), clock, std::move(lane));
}

}  // namespace usersync::sftp

#include "connectors/folder/folder_source.hpp"

#include "connectors/folder/local_folder.hpp"
#include "connectors/pickup/pick_up.hpp"
#include "core/async/run_on.hpp"
#include "core/base/deadline_passed.hpp"

#include <utility>

namespace usersync::folder {

namespace asio = boost::asio;

namespace {

using Listing = std::vector<ingest::FileEntry>;

Result<Fetched> pick_up(const FolderOptions& options, const Listing& earlier) {
    const auto now = list(options);
    if (!now) return now.error();
    const auto read_file = [&](const ingest::FileEntry& file) { return read(options, file); };
    return pickup::pick_up(earlier, *now, options.pickup, read_file);
}

class FolderSource final : public Source {
public:
    FolderSource(FolderOptions options, Clock& clock, asio::any_io_executor lane)
        : options_(std::move(options)), clock_(clock), lane_(std::move(lane)) {}

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        if (clock_.steady_now() >= deadline) co_return deadline_passed("folder");
        auto look = [options = options_] { return list(options); };
        auto listed = co_await run_on(lane_, std::move(look));
        if (!listed) co_return listed.error();
        const auto waiting = ingest::candidates(*listed, options_.pickup);
        if (waiting.empty()) co_return pickup::nothing_to_wait_for(*listed, options_.pickup);
        const SteadyTime second_look = clock_.steady_now() + options_.pickup.stable_for;
        if (second_look >= deadline) co_return pickup::no_time_to_wait(waiting, options_.pickup.stable_for);
        co_await clock_.sleep_until(second_look);
        auto pick = [options = options_, earlier = std::move(*listed)] { return pick_up(options, earlier); };
        auto fetched = co_await run_on(lane_, std::move(pick));
        co_return fetched;
    }

    asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) override {
        if (options_.after_reading == AfterReading::keep) co_return Result<void>();
        if (clock_.steady_now() >= deadline) co_return deadline_passed("folder");
        auto move = [options = options_, delivery = std::move(delivery), now = clock_.now()] {
            return archive(options, delivery, now);
        };
        auto archived = co_await run_on(lane_, std::move(move));
        co_return archived;
    }

private:
    FolderOptions options_;
    Clock& clock_;
    asio::any_io_executor lane_;
};

}  // namespace

std::unique_ptr<Source> make_folder_source(FolderOptions options, Clock& clock, asio::any_io_executor lane) {
    return std::make_unique<FolderSource>(std::move(options), clock, std::move(lane));
}

}  // namespace usersync::folder

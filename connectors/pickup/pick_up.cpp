#include "connectors/pickup/pick_up.hpp"

#include <utility>

namespace usersync::pickup {

Result<Fetched> pick_up(const Listing& earlier, const Listing& now, const ingest::PickupRules& rules,
                        const ReadFile& read) {
    auto choice = ingest::choose_file(earlier, now, rules);
    Fetched fetched;
    fetched.not_ready = std::move(choice.not_ready);
    fetched.passed_over = std::move(choice.passed_over);
    if (const auto& file = choice.too_large) {
        fetched.too_large =
            TooLarge{.name = file->name, .size = file->size, .size_max = rules.bytes_max, .modified = file->modified};
    }
    if (!choice.take) return fetched;
    auto bytes = read(*choice.take);
    if (!bytes) return bytes.error();
    const auto fingerprint = fingerprint_of(*bytes);
    fetched.delivery = Delivery{.name = std::move(choice.take->name),
                                .bytes = std::move(*bytes),
                                .fingerprint = fingerprint,
                                .size = choice.take->size,
                                .modified = choice.take->modified,
                                .superseded = std::move(choice.superseded)};
    return fetched;
}

Fetched nothing_to_wait_for(const Listing& listing, const ingest::PickupRules& rules) {
    Fetched fetched;
    fetched.passed_over = ingest::passed_over(listing, rules);
    return fetched;
}

Fetched no_time_to_wait(const Listing& candidates, Duration stable_for) {
    Fetched fetched;
    for (const auto& file : candidates) {
        fetched.not_ready.push_back(file.name + ": must stay unchanged for " + std::to_string(stable_for.count()) +
                                    " ms, which is longer than the time that is left");
    }
    return fetched;
}

}  // namespace usersync::pickup

#include "connectors/speakap/sandbox/sandbox_limits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace usersync::sandbox {

Result<double> parse_rate(std::string_view text) {
    double rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (error == std::errc() && rest == "/s" && std::isfinite(rate) && rate > 0) return rate;
    return Failure{.kind = FailureKind::rejected,
                   .code = "bad_rate",
                   .where = std::string(text),
                   .detail = "expected calls per second such as 10/s",
                   .effect = Effect::none,
                   .retry_after = std::nullopt};
}

namespace {

bool holds(Duration after, const std::optional<Duration>& until, Duration since_start) {
    return since_start >= after && (!until || since_start < *until);
}

}  // namespace

RateLimit::RateLimit(RatePlan plan, SteadyTime start) : plan_(std::move(plan)), start_(start) {}

double RateLimit::limit_at(Duration since_start) const {
    double limit = plan_.calls_per_second;
    for (const auto& change : plan_.changes) {
        if (calls_ < change.from_call || !holds(change.after, change.until, since_start)) continue;
        limit = change.calls_per_second;
    }
    return limit;
}

double RateLimit::left_for_us(const std::string& token, double limit, Duration since_start) const {
    constexpr double least_share = 0.05;
    double taken = 0;
    for (const auto& client : plan_.second_clients) {
        if (client.token == token && holds(client.after, client.until, since_start)) taken += client.calls_per_second;
    }
    return std::max(limit - taken, limit * least_share);
}

std::optional<std::chrono::seconds> RateLimit::refuse(const std::string& token, SteadyTime now) {
    ++calls_;
    const Duration since_start = now - start_;
    const double limit = limit_at(since_start);
    if (limit <= 0) return std::nullopt;
    const double rate = left_for_us(token, limit, since_start);
    const double burst = std::max(1.0, plan_.burst > 0 ? plan_.burst : rate);
    const Bucket full{.calls = burst, .at = now};
    const std::string whose = plan_.scope == RateScope::network ? "network" : token;
    Bucket& bucket = buckets_.try_emplace(whose, full).first->second;
    const double passed = std::chrono::duration<double>(now - bucket.at).count();
    bucket.calls = std::min(burst, bucket.calls + std::max(0.0, passed) * rate);
    bucket.at = now;
    constexpr double rounding = 1e-9;  // who waited exactly as long as told must not be refused again
    if (bucket.calls >= 1.0 - rounding) {
        bucket.calls = std::max(0.0, bucket.calls - 1.0);
        return std::nullopt;
    }
    const double wait = std::ceil((1.0 - bucket.calls) / rate);
    return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(std::max(1.0, wait)));
}

}  // namespace usersync::sandbox

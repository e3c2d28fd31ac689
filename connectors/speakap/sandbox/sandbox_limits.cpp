#include "connectors/speakap/sandbox/sandbox_limits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

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

RateLimit::RateLimit(double calls_per_second) : rate_(calls_per_second), burst_(std::max(1.0, calls_per_second)) {}

std::optional<std::chrono::seconds> RateLimit::refuse(const std::string& token, SteadyTime now) {
    if (rate_ <= 0) return std::nullopt;
    const Bucket full{.calls = burst_, .at = now};
    Bucket& bucket = buckets_.try_emplace(token, full).first->second;
    const double passed = std::chrono::duration<double>(now - bucket.at).count();
    bucket.calls = std::min(burst_, bucket.calls + std::max(0.0, passed) * rate_);
    bucket.at = now;
    constexpr double rounding = 1e-9;  // who waited exactly as long as told must not be refused again
    if (bucket.calls >= 1.0 - rounding) {
        bucket.calls = std::max(0.0, bucket.calls - 1.0);
        return std::nullopt;
    }
    const double wait = std::ceil((1.0 - bucket.calls) / rate_);
    return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(std::max(1.0, wait)));
}

}  // namespace usersync::sandbox

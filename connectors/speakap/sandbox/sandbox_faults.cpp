#include "connectors/speakap/sandbox/sandbox_faults.hpp"

#include <charconv>
#include <utility>

namespace usersync::sandbox {
namespace {

Failure bad_fault(std::string_view spec, std::string sentence) {
    return {.kind = FailureKind::rejected,
            .code = "bad_fault",
            .where = std::string(spec),
            .detail = std::move(sentence),
            .effect = Effect::none,
            .retry_after = std::nullopt};
}

std::optional<std::uint64_t> number_from(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> count_from(std::string_view text) {
    const auto number = number_from(text);
    return number && *number > 0 ? number : std::nullopt;
}

constexpr std::uint64_t wait_ms_max = 3'600'000;

std::optional<Fault> fault_from(std::string_view word) {
    constexpr std::string_view slow = "slow=";
    if (word.substr(0, slow.size()) == slow) {
        const auto ms = number_from(word.substr(slow.size()));
        if (!ms || *ms > wait_ms_max) return std::nullopt;
        Fault fault;
        fault.kind = FaultKind::slow;
        fault.wait = Duration(static_cast<Duration::rep>(*ms));
        return fault;
    }
    for (const auto kind :
         {FaultKind::lost, FaultKind::closed, FaultKind::error_500, FaultKind::error_503, FaultKind::too_many}) {
        if (to_string(kind) != word) continue;
        Fault fault;
        fault.kind = kind;
        return fault;
    }
    return std::nullopt;
}

/// Reads NTH into the spec; false when it is none of the three forms.
bool read_nth(std::string_view word, FaultSpec& spec) {
    constexpr std::string_view every = "every=";
    const bool stepped = word.substr(0, every.size()) == every;
    const auto count = stepped ? count_from(word.substr(every.size())) : count_from(word);
    if (word == "*") {
        spec.every = 1;
    } else if (!count) {
        return false;
    } else if (stepped) {
        spec.every = *count;
    } else {
        spec.nth = *count;
    }
    return true;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
    switch (kind) {
        case FaultKind::lost: return "lost";
        case FaultKind::closed: return "closed";
        case FaultKind::error_500: return "500";
        case FaultKind::error_503: return "503";
        case FaultKind::too_many: return "429";
        case FaultKind::slow: return "slow";
        case FaultKind::status: return "status";
        case FaultKind::no_effect: return "no_effect";
        case FaultKind::error_body: return "error_body";
        case FaultKind::partial: return "partial";
        case FaultKind::cut: return "cut";
        case FaultKind::html: return "html";
        case FaultKind::truncated: return "truncated";
    }
    return "";
}

bool has_effect(const Fault& fault) {
    if (fault.effect) return *fault.effect;
    switch (fault.kind) {
        case FaultKind::lost:
        case FaultKind::slow:
        case FaultKind::partial:
        case FaultKind::cut:
        case FaultKind::truncated: return true;
        case FaultKind::closed:
        case FaultKind::error_500:
        case FaultKind::error_503:
        case FaultKind::too_many:
        case FaultKind::status:
        case FaultKind::no_effect:
        case FaultKind::error_body:
        case FaultKind::html: return false;
    }
    return false;
}

Result<FaultSpec> parse_fault(std::string_view spec) {
    // A path may hold ':' itself: the method ends at the first colon, the last two parts begin at the last two.
    const auto first = spec.find(':');
    const auto last = spec.rfind(':');
    const auto middle = last == std::string_view::npos || last == 0 ? last : spec.rfind(':', last - 1);
    if (first == std::string_view::npos || middle == std::string_view::npos || middle <= first) {
        return bad_fault(spec, "expected METHOD:PATH-GLOB:NTH:WHAT");
    }
    FaultSpec read;
    read.method = std::string(spec.substr(0, first));
    read.path = std::string(spec.substr(first + 1, middle - first - 1));
    if (read.method.empty() || read.path.empty()) return bad_fault(spec, "the method or the path is empty");
    if (!read_nth(spec.substr(middle + 1, last - middle - 1), read)) {
        return bad_fault(spec, "NTH is a number from 1, every=K or *");
    }
    const auto fault = fault_from(spec.substr(last + 1));
    if (!fault) return bad_fault(spec, "WHAT is lost, closed, 500, 503, 429 or slow=MS");
    read.fault = *fault;
    return read;
}

bool glob_matches(std::string_view glob, std::string_view text) {
    // The usual two-pointer walk: on a mismatch, let the last star swallow one character more.
    std::size_t g = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

bool applies(const FaultSpec& spec, std::uint64_t count, Duration since_start) {
    if (spec.every > 0 && count % spec.every != 0) return false;
    if (spec.nth > 0 && count != spec.nth) return false;
    if (count < spec.from || (spec.to > 0 && count > spec.to)) return false;
    return since_start >= spec.after && (!spec.until || since_start < *spec.until);
}

FaultPlan::FaultPlan(std::vector<FaultSpec> specs, std::uint64_t seed)
    : specs_(std::move(specs)), counts_(specs_.size(), 0), random_(seed) {}

std::optional<Fault> FaultPlan::next(std::string_view method, std::string_view path, Duration since_start) {
    auto struck = strike(method, path, since_start);
    if (!struck) return std::nullopt;
    return std::move(struck->fault);
}

std::optional<Strike> FaultPlan::strike(std::string_view method, std::string_view path, Duration since_start) {
    std::optional<Strike> struck;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
        const auto& spec = specs_[i];
        if (spec.method != "*" && spec.method != method) continue;
        if (!glob_matches(spec.path, path)) continue;
        const bool due = applies(spec, ++counts_[i], since_start);
        if (!due || struck) continue;
        if (spec.share > 0 && std::uniform_real_distribution<double>(0, 1)(random_) >= spec.share) continue;
        struck = Strike{.fault = spec.fault,
                        .name = spec.name.empty() ? std::string(to_string(spec.fault.kind)) : spec.name};
    }
    return struck;
}

}  // namespace usersync::sandbox

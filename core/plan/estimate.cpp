#include "core/plan/estimate.hpp"

#include "core/plan/make_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace usersync::plan {
namespace {

using Seconds = double;

Seconds seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Duration duration_of(Seconds span) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(span + 0.0005));
}

enum class CallClass : std::uint8_t { rest_read, rest_write, scim };

/// Somebody may have changed by hand what these are about, so the adapter looks first.
bool looks_first(const What& what) {
    return std::holds_alternative<SuspendUser>(what) || std::holds_alternative<EndMembership>(what) ||
           std::holds_alternative<ChangeRole>(what) || std::holds_alternative<ChangeGroupRole>(what) ||
           std::holds_alternative<InviteAgain>(what);
}

std::size_t requests_of(const What& what) {
    if (!needs_call(what)) return 0;
    return looks_first(what) ? 2 : 1;
}

bool is_about_account(const What& what) {
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<ReactivateUser>(what) ||
           std::holds_alternative<UpdateProfile>(what) || std::holds_alternative<SuspendUser>(what);
}

bool is_invitation(const What& what) {
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<InviteAgain>(what);
}

/// The moments that a token bucket gives out.
class Moments {
public:
    Moments(double calls_per_second, double burst)
        : gap_(1.0 / calls_per_second), ahead_((burst - 1.0) / calls_per_second), rate_(calls_per_second) {}

    Seconds next(Seconds now) {
        const auto moment = std::max(now, steady_ - ahead_);
        steady_ = std::max(steady_, moment) + gap_;
        ++given_;
        return moment;
    }

    /// Nobody could have given out as many in less.
    Seconds at_best(double burst) const { return std::max(0.0, static_cast<double>(given_) - burst) / rate_; }

private:
    Seconds gap_;
    Seconds ahead_;  // how far the burst lets calls run before the steady pace
    double rate_;
    std::size_t given_ = 0;
    Seconds steady_ = 0;
};

class Rehearsal {
public:
    Rehearsal(const Plan& plan, const Pace& pace) : plan_(plan), pace_(pace), steps_(plan.operations.size()) {
        moments_.emplace(CallClass::rest_read, Moments(pace.calls_per_second, pace.burst));
        if (pace.write_per_second) moments_.emplace(CallClass::rest_write, Moments(*pace.write_per_second, pace.burst));
        if (pace.scim_per_second) moments_.emplace(CallClass::scim, Moments(*pace.scim_per_second, pace.burst));
        link();
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (steps_[i].unmet == 0) free(i);
        }
    }

    Estimate run() {
        for (;;) {
            start_what_may();
            if (answers_.empty()) break;
            const auto [when, operation] = answers_.top();
            answers_.pop();
            now_ = when;
            answered(operation);
        }
        Estimate found{.calls = calls_of(plan_), .requests = requests_, .longest = longest_};
        found.latency = {.of_call = pace_.latency, .from = pace_.latency_from};
        Seconds by_rate = 0;
        for (const auto& [call_class, moments] : moments_) by_rate = std::max(by_rate, moments.at_best(pace_.burst));
        by_rate += seconds(pace_.latency);
        const auto by_chain = static_cast<double>(longest_) * seconds(pace_.latency);
        if (found.calls > 0) found.ideal = duration_of(std::max(by_rate, by_chain));
        found.expected = duration_of(now_);
        return found;
    }

private:
    struct Step {
        std::size_t unmet = 0;
        std::size_t left = 0;   // requests
        std::size_t depth = 0;  // requests up to and with this one, one after the other
        bool shares_call = false;
        bool waits_to_retry = false;
        std::vector<std::size_t> next;
    };

    void link() {
        std::unordered_map<OperationKey, std::size_t> by_key;
        std::unordered_map<EmployeeKey, std::size_t> last_of_person;
        for (std::size_t i = 0; i < steps_.size(); ++i) by_key.emplace(plan_.operations[i].key, i);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const auto& [key, stage, change, after] = plan_.operations[i];
            steps_[i].left = requests_of(change.what);
            steps_[i].shares_call = pace_.invitations > 0 && is_invitation(change.what);
            const auto previous = last_of_person.find(change.employee);
            if (previous != last_of_person.end()) wait(i, previous->second);
            last_of_person[change.employee] = i;
            for (const auto& needed : after) {
                const auto at = by_key.find(needed);
                if (at != by_key.end()) wait(i, at->second);
            }
        }
    }

    void wait(std::size_t operation, std::size_t before) {
        steps_[before].next.push_back(operation);
        ++steps_[operation].unmet;
    }

    void free(std::size_t operation) {
        auto& step = steps_[operation];
        step.depth += step.left;
        longest_ = std::max(longest_, step.depth);
        if (step.left == 0) return ended(operation);
        (step.shares_call ? ready_to_share_ : ready_).insert(operation);
    }

    void start_what_may() {
        while (!ready_.empty() && under_way_ < pace_.concurrency) {
            const auto operation = *ready_.begin();
            ready_.erase(ready_.begin());
            ++under_way_;
            send(operation, now_);
        }
        while (!ready_to_share_.empty() && sharing_ < pace_.invitations) {
            const auto operation = *ready_to_share_.begin();
            ready_to_share_.erase(ready_to_share_.begin());
            ++sharing_;
            steps_[operation].left = 1;
            answers_.emplace(shared_moment() + seconds(pace_.latency), operation);
        }
    }

    /// One call takes many who are asked in at once.
    Seconds shared_moment() {
        const bool goes_along = shared_ && *shared_ >= now_ && in_shared_ < pace_.invitations;
        if (!goes_along) {
            shared_ = moments_of(CallClass::rest_write).next(now_);
            in_shared_ = 0;
            ++requests_;
        }
        ++in_shared_;
        return *shared_;
    }

    void send(std::size_t operation, Seconds from) {
        ++requests_;
        answers_.emplace(moments_of(class_of(operation)).next(from) + seconds(pace_.latency), operation);
    }

    /// Of its next request.
    CallClass class_of(std::size_t operation) const {
        const auto& what = plan_.operations[operation].change.what;
        if (looks_first(what) && steps_[operation].left > 1) return CallClass::rest_read;
        return is_about_account(what) ? CallClass::scim : CallClass::rest_write;
    }

    /// Those without a limit of their own wait with REST's reads.
    Moments& moments_of(CallClass call_class) {
        const auto own = moments_.find(call_class);
        return own == moments_.end() ? moments_.at(CallClass::rest_read) : own->second;
    }

    void answered(std::size_t operation) {
        auto& step = steps_[operation];
        if (std::exchange(step.waits_to_retry, false)) return send(operation, now_);
        failed_ += step.shares_call ? 0.0 : pace_.failures;
        if (failed_ >= 1.0) {
            failed_ -= 1.0;
            step.waits_to_retry = true;
            answers_.emplace(now_ + seconds(pace_.retry_wait), operation);
            return;
        }
        if (--step.left > 0) return send(operation, now_);
        --(step.shares_call ? sharing_ : under_way_);
        ended(operation);
    }

    void ended(std::size_t operation) {
        // As deep as somebody's operations are many.
        for (const auto next : steps_[operation].next) {
            steps_[next].depth = std::max(steps_[next].depth, steps_[operation].depth);
            if (--steps_[next].unmet == 0) free(next);
        }
    }

    using Answer = std::pair<Seconds, std::size_t>;
    const Plan& plan_;
    const Pace& pace_;
    std::map<CallClass, Moments> moments_;
    std::vector<Step> steps_;
    std::set<std::size_t> ready_;
    std::set<std::size_t> ready_to_share_;
    std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
    std::optional<Seconds> shared_;
    std::size_t in_shared_ = 0;
    std::size_t under_way_ = 0;
    std::size_t sharing_ = 0;
    std::size_t requests_ = 0;
    std::size_t longest_ = 0;
    double failed_ = 0.0;
    Seconds now_ = 0;
};

}  // namespace

std::string_view to_string(LatencyFrom from) {
    switch (from) {
        case LatencyFrom::assumed: return "assumed";
        case LatencyFrom::reads: return "reads";
        case LatencyFrom::ledger: return "ledger";
    }
    return "assumed";
}

Latency latency_of(const std::vector<Took>& newest, std::optional<Duration> reads, Duration assumed) {
    // A few may have been slow or fast by chance.
    constexpr std::size_t enough = 20;
    std::vector<Duration> spans;
    for (const auto& took : newest) {
        const auto requests = requests_of(took.what);
        if (requests > 0) spans.push_back(took.span / static_cast<Duration::rep>(requests));
    }
    if (spans.size() >= enough) {
        const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
        std::nth_element(spans.begin(), middle, spans.end());
        return {.of_call = std::max(*middle, Duration(1)), .from = LatencyFrom::ledger};
    }
    if (reads && *reads > Duration(0)) return {.of_call = *reads, .from = LatencyFrom::reads};
    return {.of_call = assumed, .from = LatencyFrom::assumed};
}

Estimate estimate(const Plan& plan, const Pace& pace) { return Rehearsal(plan, pace).run(); }

}  // namespace usersync::plan

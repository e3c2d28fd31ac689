#include "tests/core/apply/pacing_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <utility>

namespace usersync::test {

using namespace std::chrono_literals;

Plan plan_of(std::size_t people, std::size_t each) {
    Plan plan;
    for (std::size_t stage = 0; stage < each; ++stage) {
        for (std::size_t person = 0; person < people; ++person) {
            Operation operation;
            operation.key = OperationKey("op-" + std::to_string(stage) + "-" + std::to_string(person));
            operation.change.employee = EmployeeKey(std::to_string(100000 + person));
            operation.change.what = UpdateProfile{};
            if (stage > 0) {
                operation.after = {OperationKey("op-" + std::to_string(stage - 1) + "-" + std::to_string(person))};
            }
            plan.operations.push_back(std::move(operation));
        }
    }
    return plan;
}

namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// A token bucket that refuses by whole seconds, as most do.
class Server {
public:
    explicit Server(const PacingScenario& scenario)
        : scenario_(scenario), random_(scenario.seed), tokens_(scenario.burst), rate_(scenario.rate) {}

    struct Answer {
        int status = 200;
        bool is_lost = false;
        std::optional<Duration> retry_after;
        Duration latency{0};
    };

    bool is_away(SteadyTime now) const {
        const auto since = now.time_since_epoch();
        return since >= scenario_.away_from && since < scenario_.away_until;
    }

    Answer ask(SteadyTime now, std::optional<std::size_t> operation, PacingResult& result) {
        ++result.sent;
        result.moments.push_back(now);
        Answer answer{.latency = latency()};
        if (is_away(now)) {
            ++result.sent_while_away;
            answer.status = 503;
            return answer;
        }
        tokens_ = std::min(scenario_.burst, tokens_ + seconds(now - at_) * rate_);
        at_ = now;
        if (tokens_ < 1) {
            ++result.refused;
            answer.status = 429;
            answer.retry_after = std::max<Duration>(
                1s, std::chrono::ceil<std::chrono::seconds>(Duration(static_cast<int>((1 - tokens_) / rate_ * 1000))));
            return answer;
        }
        tokens_ -= 1;
        ++admitted;
        const auto coin = std::uniform_real_distribution<double>(0, 1)(random_);
        if (coin < scenario_.errors) {
            answer.status = 503;
            return answer;
        }
        answer.is_lost = coin < scenario_.errors + scenario_.lost;
        if (operation) carry_out(*operation, result);
        return answer;
    }

    bool is_done(std::size_t operation) const { return done_.contains(operation); }
    std::size_t admitted = 0;
    std::size_t admitted_before_change = 0;

private:
    void carry_out(std::size_t operation, PacingResult& result) {
        ++result.carried_out;
        if (!done_.insert(operation).second) ++result.twice;
        const auto people = scenario_.calls / scenario_.chain;
        if (operation >= people && !done_.contains(operation - people)) ++result.disorder;
        if (scenario_.lowered_after > 0 && result.carried_out == scenario_.lowered_after) {
            rate_ = scenario_.lowered_rate;
            admitted_before_change = admitted;
        }
    }
    Duration latency() {
        std::lognormal_distribution<double> spread(std::log(static_cast<double>(scenario_.latency.count())),
                                                   scenario_.sigma);
        return Duration(std::max<Duration::rep>(1, std::llround(spread(random_))));
    }

    const PacingScenario& scenario_;
    std::mt19937_64 random_;
    double tokens_;
    double rate_;
    SteadyTime at_{};
    std::set<std::size_t> done_;
};

/// Gate and executor as calculations.
class Simulation {
public:
    explicit Simulation(const PacingScenario& scenario)
        : scenario_(scenario),
          plan_(plan_of(scenario.calls / scenario.chain, scenario.chain)),
          run_(plan_, limits_of(scenario), scenario.seed),
          rate_(scenario.ours, scenario.remembered),
          server_(scenario) {}

    PacingResult drive() {
        for (;;) {
            run_.allow(at_once());
            auto step = run_.next(now_);
            std::optional<SteadyTime> wakes;
            if (const auto* call = std::get_if<apply::Call>(&step)) {
                waiting_.push_back({Kind::call, call->operation});
            } else if (const auto* look = std::get_if<apply::Look>(&step)) {
                waiting_.push_back({Kind::look, look->operation});
            } else if (const auto* check = std::get_if<apply::Check>(&step)) {
                waiting_.push_back({Kind::check, check->operation});
            } else if (std::holds_alternative<apply::Probe>(step)) {
                waiting_.push_back({Kind::probe, 0});
            } else if (const auto* wait = std::get_if<apply::WaitUntil>(&step)) {
                wakes = wait->when;
                pass(wakes);
            } else if (std::holds_alternative<apply::WaitForAnswer>(step)) {
                pass(wakes);
            } else if (std::holds_alternative<apply::Finished>(step)) {
                break;
            }
            send_what_may_go();
        }
        result_.makespan = last_answer_.time_since_epoch();
        result_.summary = run_.summary();
        result_.learnt = rate_.learnt();
        result_.ideal_s = ideal();
        return std::move(result_);
    }

private:
    enum class Kind { call, look, check, probe };
    struct Waiting {
        Kind kind;
        std::size_t operation;
    };
    struct UnderWay {
        Waiting what;
        pace::Turn turn;
        Server::Answer answer;
    };

    static apply::ApplyLimits limits_of(const PacingScenario& scenario) {
        auto limits = scenario.limits;
        limits.concurrency = scenario.concurrency_max;
        return limits;
    }

    std::size_t at_once() const {
        const auto all = std::accumulate(took_.begin(), took_.end(), Duration(0));
        const auto mean = took_.empty() ? all : all / static_cast<Duration::rep>(took_.size());
        return apply::people_at_once(rate_.calls_per_second(), mean, scenario_.concurrency_max);
    }

    void send_what_may_go() {
        while (!waiting_.empty() && rate_.free_at(now_) <= now_) {
            const auto what = waiting_.front();
            waiting_.pop_front();
            const auto turn = rate_.reserve(now_);
            const bool writes = what.kind == Kind::call;
            const auto answer = server_.ask(now_, writes ? std::optional(what.operation) : std::nullopt, result_);
            note_return();
            answers_.emplace(now_ + answer.latency, UnderWay{what, turn, answer});
        }
    }

    /// At full rate again: as many calls under way as a tenth of a second lets through.
    void note_return() {
        const auto back = SteadyTime(scenario_.away_until);
        if (scenario_.away_until == 0ms || now_ < back || result_.back_after > 0ms) return;
        const auto& sent = result_.moments;
        const auto few = static_cast<std::size_t>(rate_.calls_per_second() / 10);
        if (sent.size() <= few) return;
        const auto before = sent[sent.size() - 1 - few];
        if (before >= back && now_ - before <= 110ms) result_.back_after = now_ - back;
    }

    void pass(std::optional<SteadyTime> wakes) {
        std::optional<SteadyTime> next = wakes;
        const auto sooner = [&](SteadyTime when) { next = next ? std::min(*next, when) : when; };
        if (!answers_.empty()) sooner(answers_.begin()->first);
        if (!waiting_.empty()) sooner(rate_.free_at(now_));
        now_ = std::max(now_, next.value_or(now_ + 1ms));
        while (!answers_.empty() && answers_.begin()->first <= now_) {
            const auto under_way = answers_.begin()->second;
            answers_.erase(answers_.begin());
            tell(under_way);
        }
    }

    void tell(const UnderWay& under_way) {
        const auto& [what, turn, answer] = under_way;
        took_.push_back(answer.latency);
        if (took_.size() > 64) took_.pop_front();
        if (answer.status == 429) {
            rate_.refused(turn, now_, answer.retry_after);
        } else {
            rate_.passed(turn);
        }
        Failure failure{.kind = FailureKind::transient,
                        .code = answer.status == 429 ? "too_many_requests" : "service_unavailable",
                        .retry_after = answer.retry_after};
        const bool is_well = answer.status == 200 && !answer.is_lost;
        if (answer.is_lost) failure.code = "answer_lost";
        if (answer.is_lost && what.kind == Kind::call) failure.effect = Effect::unknown;
        last_answer_ = now_;
        using apply::ApplyRun;
        const auto seen = server_.is_done(what.operation) ? ApplyRun::Seen::in_effect : ApplyRun::Seen::not_in_effect;
        switch (what.kind) {
            case Kind::call:
                return is_well ? run_.call_succeeded(what.operation, ApplyRun::Effected::now)
                               : run_.call_failed(what.operation, failure, now_);
            case Kind::look:
                return is_well ? run_.looked(what.operation, seen, now_)
                               : run_.look_failed(what.operation, failure, now_);
            case Kind::check:
                return is_well ? run_.checked(what.operation, seen) : run_.check_failed(what.operation, failure, now_);
            case Kind::probe: return run_.probed(is_well ? std::optional<Failure>() : std::optional(failure), now_);
        }
    }

    double ideal() const {
        const auto all = static_cast<double>(server_.admitted);
        const auto latency = seconds(scenario_.latency);
        auto away = seconds(scenario_.away_until - scenario_.away_from);
        if (scenario_.lowered_after == 0) {
            return std::max(0.0, (all - scenario_.burst) / scenario_.rate) + latency + away;
        }
        const auto first = static_cast<double>(server_.admitted_before_change);
        return (first - scenario_.burst) / scenario_.rate + (all - first) / scenario_.lowered_rate + latency;
    }

    const PacingScenario& scenario_;
    Plan plan_;
    apply::ApplyRun run_;
    pace::AdaptiveRate rate_;
    Server server_;
    SteadyTime now_{};
    SteadyTime last_answer_{};
    std::deque<Waiting> waiting_;
    std::multimap<SteadyTime, UnderWay> answers_;
    std::deque<Duration> took_;
    PacingResult result_;
};

}  // namespace

PacingResult simulate(const PacingScenario& scenario) { return Simulation(scenario).drive(); }

std::string line_of(const PacingScenario& scenario, const PacingResult& result) {
    std::ostringstream line;
    line.setf(std::ios::fixed);
    line.precision(3);
    line << scenario.name << ": makespan " << seconds(result.makespan) << " s, ideal " << result.ideal_s << " s, ratio "
         << result.ratio() << ", sent " << result.sent << ", 429s " << result.refused << ", twice " << result.twice
         << ", disorder " << result.disorder;
    if (result.learnt) line << ", learnt " << *result.learnt << "/s";
    if (scenario.away_until > 0ms) {
        line << ", while away " << result.sent_while_away << ", back after " << result.back_after.count() << " ms";
    }
    return line.str();
}

}  // namespace usersync::test

#include "core/plan/estimate.hpp"

#include "core/plan/canary.hpp"
#include "core/plan/make_plan.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
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

/// Whether it was done is looked up for each membership.
std::size_t looks_after(const What& what) {
    if (const auto* add = std::get_if<AddToGroups>(&what)) return add->groups.size();
    if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) return remove->groups.size();
    return std::holds_alternative<InviteAgain>(what) ? 0 : 1;  // a second mail leaves no trace
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

/// A list in which newcomers are looked for. One reads it at a time, the others wait.
struct List {
    bool tells_by_page = false;        // or when it has ended
    std::vector<bool> known;           // by newcomer
    std::vector<std::size_t> waiting;  // operations; the first of them reads
    bool is_read = false;
    std::size_t offset = 0;
};

enum ListKind : std::size_t { list_of_users, list_of_memberships, list_kinds };

std::optional<ListKind> list_for(const What& what, const Pace& pace) {
    const bool is_for_groups =
        std::holds_alternative<AddToGroups>(what) || std::holds_alternative<RemoveFromGroups>(what);
    // The answer to an invitation names the account.
    if (is_for_groups && pace.invitations == 0) return list_of_users;
    if (std::holds_alternative<ChangeRole>(what)) return list_of_memberships;
    return std::nullopt;
}

class Rehearsal {
public:
    Rehearsal(const Plan& plan, const Pace& pace)
        : plan_(plan), pace_(pace), alone_(seconds(pace.latency)), steps_(plan.operations.size()) {
        if (pace.latency_alone > Duration(0)) alone_ = std::min(alone_, seconds(pace.latency_alone));
        moments_.emplace(CallClass::rest_read, Moments(pace.calls_per_second, pace.burst));
        if (pace.write_per_second) moments_.emplace(CallClass::rest_write, Moments(*pace.write_per_second, pace.burst));
        if (pace.scim_per_second) moments_.emplace(CallClass::scim, Moments(*pace.scim_per_second, pace.burst));
        link();
        canary_ = canary_of(plan, pace.canary, pace.canary_above);
        canary_left_ = canary_.size();
        is_canary_ = !canary_.empty();
        for (const auto i : canary_) steps_[i].in_canary = true;
        std::vector<std::size_t> first;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (steps_[i].unmet == 0) first.push_back(i);
        }
        for (const auto i : first) free(i);
    }

    Estimate run() {
        for (;;) {
            start_what_may();
            if (answers_.empty()) break;
            const auto [when, purpose, about] = answers_.top();
            answers_.pop();
            now_ = when;
            switch (purpose) {
                case Purpose::page: page_answered(lists_[about]); break;
                case Purpose::look_back: looked_back(about); break;
                case Purpose::change: answered(about); break;
            }
        }
        Estimate found{.calls = calls_of(plan_), .requests = requests_, .longest = longest_};
        found.latency = {.of_call = pace_.latency, .from = pace_.latency_from};
        Seconds by_rate = 0;
        for (const auto& [call_class, moments] : moments_) by_rate = std::max(by_rate, moments.at_best(pace_.burst));
        by_rate += alone_;
        const auto by_chain = static_cast<double>(longest_) * alone_;
        if (found.calls > 0) found.ideal = duration_of(std::max(by_rate, by_chain));
        found.expected = duration_of(now_);
        return found;
    }

private:
    enum class Purpose : std::uint8_t { change, page, look_back };

    struct Step {
        std::size_t unmet = 0;
        std::size_t left = 0;   // requests
        std::size_t depth = 0;  // requests up to and with this one, one after the other
        bool shares_call = false;
        bool waits_to_retry = false;
        bool in_canary = false;
        std::optional<std::size_t> makes;  // a newcomer
        std::optional<std::size_t> needs;  // likewise, whom `list` shows
        ListKind list = list_of_users;
        std::vector<std::size_t> next;
    };

    void link() {
        std::unordered_map<OperationKey, std::size_t> by_key;
        std::unordered_map<EmployeeKey, std::size_t> last_of_person;
        std::unordered_map<EmployeeKey, std::size_t> newcomers;
        for (std::size_t i = 0; i < steps_.size(); ++i) by_key.emplace(plan_.operations[i].key, i);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const auto& [key, stage, change, after] = plan_.operations[i];
            auto& step = steps_[i];
            step.left = requests_of(change.what);
            step.shares_call = pace_.invitations > 0 && is_invitation(change.what);
            const auto previous = last_of_person.find(change.employee);
            if (previous != last_of_person.end()) wait(i, previous->second);
            last_of_person[change.employee] = i;
            for (const auto& needed : after) {
                const auto at = by_key.find(needed);
                if (at != by_key.end()) wait(i, at->second);
            }
            if (pace_.page == 0) continue;
            if (std::holds_alternative<CreateUser>(change.what)) {
                step.makes = newcomers.emplace(change.employee, newcomers.size()).first->second;
            }
            const auto newcomer = newcomers.find(change.employee);
            const auto list = list_for(change.what, pace_);
            if (!list || newcomer == newcomers.end()) continue;
            step.needs = newcomer->second;
            step.list = *list;
        }
        for (auto& list : lists_) list.known.resize(newcomers.size());
        lists_[list_of_users].tells_by_page = true;
    }

    void wait(std::size_t operation, std::size_t before) {
        steps_[before].next.push_back(operation);
        ++steps_[operation].unmet;
    }

    void free(std::size_t operation) {
        auto& step = steps_[operation];
        if (step.left == 0) return ended(operation);
        if (is_canary_ && !step.in_canary) return held_.push_back(operation);
        const std::size_t look = step.needs && !is_known(step) ? 1 : 0;
        step.depth += look + step.left;
        longest_ = std::max(longest_, step.depth);
        (step.shares_call ? ready_to_share_ : ready_).insert(operation);
    }

    void start_what_may() {
        while (!to_look_back_.empty() && under_way_ < pace_.concurrency) {
            const auto operation = to_look_back_.back();
            to_look_back_.pop_back();
            ++under_way_;
            look_back(operation);
        }
        while (!ready_.empty() && under_way_ < pace_.concurrency) {
            const auto operation = *ready_.begin();
            ready_.erase(ready_.begin());
            ++under_way_;
            begin(operation);
        }
        while (!ready_to_share_.empty() && sharing_ < pace_.invitations) {
            const auto operation = *ready_to_share_.begin();
            ready_to_share_.erase(ready_to_share_.begin());
            ++sharing_;
            steps_[operation].left = 1;
            answers_.emplace(shared_moment() + time_of(Purpose::change), Purpose::change, operation);
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

    // ---- newcomers ----

    bool is_known(const Step& step) const { return lists_[step.list].known[*step.needs]; }

    void begin(std::size_t operation) {
        const auto& step = steps_[operation];
        if (!step.needs || is_known(step)) return send(operation);
        auto& list = lists_[step.list];
        list.waiting.push_back(operation);
        if (std::exchange(list.is_read, true)) return;
        list.offset = 0;
        read_page(list);
    }

    void read_page(const List& list) {
        request(CallClass::rest_read, Purpose::page, static_cast<std::size_t>(&list - lists_.data()));
    }

    void page_answered(List& list) {
        const auto shown = std::min(pace_.page, came_.size() - list.offset);
        for (std::size_t i = 0; i < shown; ++i) list.known[came_[list.offset + i]] = true;
        list.offset += shown;
        list.is_read = shown > 0;
        if (list.is_read) read_page(list);
        if (list.is_read && !list.tells_by_page) return;
        const auto waiting = std::exchange(list.waiting, {});
        for (const auto operation : waiting) {
            const bool reads = list.is_read && operation == waiting.front();
            if (reads) list.waiting.push_back(operation);
            // Whom it did not show came while it was read: then it is read once more.
            if (!reads) begin(operation);
        }
    }

    // ---- requests ----

    void send(std::size_t operation) { request(class_of(operation), Purpose::change, operation); }

    void request(CallClass call_class, Purpose purpose, std::size_t about) {
        ++requests_;
        answers_.emplace(moments_of(call_class).next(now_) + time_of(purpose), purpose, about);
    }

    Seconds time_of(Purpose purpose) const {
        return is_canary_ || purpose != Purpose::change ? alone_ : seconds(pace_.latency);
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
        if (std::exchange(step.waits_to_retry, false)) return send(operation);
        failed_ += step.shares_call ? 0.0 : pace_.failures;
        if (failed_ >= 1.0) {
            failed_ -= 1.0;
            step.waits_to_retry = true;
            answers_.emplace(now_ + seconds(pace_.retry_wait), Purpose::change, operation);
            return;
        }
        if (--step.left > 0) return send(operation);
        --(step.shares_call ? sharing_ : under_way_);
        ended(operation);
    }

    void ended(std::size_t operation) {
        const auto& step = steps_[operation];
        if (step.makes) came_.push_back(*step.makes);
        if (step.in_canary && --canary_left_ == 0) canary_ended();
        // As deep as somebody's operations are many.
        for (const auto next : step.next) {
            steps_[next].depth = std::max(steps_[next].depth, step.depth);
            if (--steps_[next].unmet == 0) free(next);
        }
    }

    // ---- the canary ----

    void canary_ended() {
        for (const auto operation : canary_) {
            const auto& what = plan_.operations[operation].change.what;
            auto& step = steps_[operation];
            step.left = needs_call(what) ? looks_after(what) : 0;
            canary_depth_ = std::max(canary_depth_, step.depth + step.left);
            if (step.left > 0) to_look_back_.push_back(operation);
        }
        longest_ = std::max(longest_, canary_depth_);
        looks_left_ = to_look_back_.size();
        if (looks_left_ == 0) open_to_all();
    }

    void look_back(std::size_t operation) {
        const auto& what = plan_.operations[operation].change.what;
        const bool by_scim = is_about_account(what) && !steps_[operation].shares_call;
        request(by_scim ? CallClass::scim : CallClass::rest_read, Purpose::look_back, operation);
    }

    void looked_back(std::size_t operation) {
        if (--steps_[operation].left > 0) return look_back(operation);
        --under_way_;
        if (--looks_left_ == 0) open_to_all();
    }

    void open_to_all() {
        is_canary_ = false;
        for (const auto operation : std::exchange(held_, {})) {
            steps_[operation].depth = canary_depth_;
            free(operation);
        }
    }

    using Answer = std::tuple<Seconds, Purpose, std::size_t>;
    const Plan& plan_;
    const Pace& pace_;
    Seconds alone_;
    std::map<CallClass, Moments> moments_;
    std::vector<Step> steps_;
    std::set<std::size_t> ready_;
    std::set<std::size_t> ready_to_share_;
    std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
    std::array<List, list_kinds> lists_;
    std::vector<std::size_t> came_;  // newcomers whose accounts are made, the oldest first
    std::vector<std::size_t> canary_;
    std::vector<std::size_t> held_;  // until that is over
    std::vector<std::size_t> to_look_back_;
    std::size_t canary_left_ = 0;
    std::size_t looks_left_ = 0;
    std::size_t canary_depth_ = 0;
    bool is_canary_ = false;
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

#include "core/pace/breaker.hpp"

#include <algorithm>

namespace usersync::pace {
namespace {

/// Between the half and the whole of it: many clients do not come back at once, and none comes back at once.
Duration jittered(Duration rest, std::uint64_t random) {
    const auto half = rest / 2;
    return half + Duration(static_cast<Duration::rep>(random % static_cast<std::uint64_t>(half.count() + 1)));
}

}  // namespace

Breaker::State Breaker::state(SteadyTime now) const {
    if (!is_open_) return State::closed;
    return now < open_until_ ? State::open : State::half_open;
}

bool Breaker::admit(SteadyTime now) {
    switch (state(now)) {
        case State::closed: return true;
        case State::open: return false;
        case State::half_open:
            if (probing_) return false;
            probing_ = true;
            return true;
    }
    return true;
}

void Breaker::succeeded() {
    failures_ = 0;
    rests_ = 0;
    is_open_ = false;
    probing_ = false;
}

void Breaker::failed(SteadyTime now, std::uint64_t random) {
    ++failures_;
    const bool was_probe = is_open_ && probing_;
    probing_ = false;
    if (is_open_ && !was_probe) return;  // sent before it opened
    if (!is_open_ && failures_ < limits_.failures_in_a_row) return;
    open(now, random);
}

void Breaker::trip(SteadyTime now, std::uint64_t random) {
    if (!is_open_) open(now, random);
}

void Breaker::probed_well() {
    failures_ = limits_.failures_in_a_row - 1;
    is_open_ = false;
    probing_ = false;
}

void Breaker::open(SteadyTime now, std::uint64_t random) {
    auto rest = limits_.first_rest;
    for (int i = 0; i < rests_ && rest < limits_.longest_rest; ++i) rest *= 2;
    ++rests_;
    is_open_ = true;
    probing_ = false;
    open_until_ = now + jittered(std::min(rest, limits_.longest_rest), random);
}

}  // namespace usersync::pace

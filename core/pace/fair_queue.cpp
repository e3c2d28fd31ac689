#include "core/pace/fair_queue.hpp"

#include "core/base/result.hpp"

#include <algorithm>

namespace usersync::pace {

FairQueue::Ticket FairQueue::add(Flow flow, double weight) {
    USERSYNC_INVARIANT(weight > 0, "whoever waits gets a turn");
    auto& state = flows_[flow];
    state.weight = weight;
    const auto start = std::max(now_, state.finish);
    state.finish = start + 1 / weight;
    if (++state.waiting == 1) ++backlogged_;
    const auto ticket = ++last_;
    waiting_.emplace(ticket, Place{.start = start, .flow = flow});
    order_.emplace(start, ticket);
    return ticket;
}

void FairQueue::leave(Ticket ticket, const Place& place) {
    order_.erase({place.start, ticket});
    if (--flows_[place.flow].waiting == 0) --backlogged_;
    waiting_.erase(ticket);
}

void FairQueue::remove(Ticket ticket) {
    const auto at = waiting_.find(ticket);
    if (at == waiting_.end()) return;
    const auto place = at->second;
    leave(ticket, place);
    // What it would have cost is given back; those of the flow who wait behind it keep their places.
    auto& state = flows_[place.flow];
    state.finish -= 1 / state.weight;
}

std::optional<FairQueue::Ticket> FairQueue::next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->second);
}

FairQueue::Ticket FairQueue::serve() {
    USERSYNC_INVARIANT(!order_.empty(), "somebody waits");
    const auto ticket = order_.begin()->second;
    const auto place = waiting_.at(ticket);
    now_ = std::max(now_, place.start);
    count_turn(place.flow);
    leave(ticket, place);
    return ticket;
}

void FairQueue::count_turn(Flow flow) {
    if (backlogged_ < 2) return;
    double weights = 0;
    for (const auto& [one, state] : flows_) weights += state.waiting > 0 ? state.weight : 0;
    for (auto& [one, state] : flows_) {
        if (state.waiting > 0) state.due += state.weight / weights;
    }
    flows_[flow].had += 1;
}

std::size_t FairQueue::waiting(Flow flow) const {
    const auto at = flows_.find(flow);
    return at == flows_.end() ? 0 : at->second.waiting;
}

std::optional<double> FairQueue::evenness() const {
    std::vector<double> shares;
    for (const auto& [flow, state] : flows_) {
        if (state.due >= 1) shares.push_back(state.had / state.due);
    }
    return shares.size() < 2 ? std::nullopt : std::optional(jain_index(shares));
}

double jain_index(const std::vector<double>& shares) {
    double sum = 0;
    double squares = 0;
    for (const auto share : shares) {
        sum += share;
        squares += share * share;
    }
    return squares == 0 ? 1.0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace usersync::pace

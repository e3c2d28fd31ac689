#pragma once
// Whose turn it is when several tenants wait for one credential (goals E7, E8).

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace usersync::pace {

/// One tenant's calls.
using Flow = std::uint64_t;

/// Start-time fair queueing: as long as two flows wait, each gets turns in proportion to its weight, whatever the
/// number of its calls. Within a flow, first come, first served. A flow that was away has saved nothing up.
class FairQueue {
public:
    using Ticket = std::uint64_t;

    /// `weight` REQUIRES: > 0.
    Ticket add(Flow flow, double weight = 1.0);
    /// Whoever does not want to wait any more. Unknown tickets are ignored.
    void remove(Ticket ticket);
    /// Who is next; nullopt when nobody waits.
    std::optional<Ticket> next() const;
    /// Gives the turn to whoever is next. REQUIRES: somebody waits.
    Ticket serve();

    std::size_t size() const { return waiting_.size(); }
    bool empty() const { return waiting_.empty(); }
    std::size_t waiting(Flow flow) const;
    /// Flows of which somebody waits.
    std::size_t flows_waiting() const { return backlogged_; }

    /// How even the turns were while several flows waited: Jain's index of turns had ÷ turns due. 1: exactly even;
    /// 1/n: one of n had all. nullopt while nobody had to share.
    std::optional<double> evenness() const;

private:
    struct State {
        double finish = 0;  ///< virtual time at which the last of its calls has had its turn
        double weight = 1;
        std::size_t waiting = 0;
        double had = 0;  ///< turns while others waited, too
        double due = 0;  ///< what was its share of these
    };
    struct Place {
        double start = 0;
        Flow flow = 0;
    };
    void leave(Ticket ticket, const Place& place);
    void count_turn(Flow flow);

    std::map<Flow, State> flows_;
    std::map<Ticket, Place> waiting_;
    std::set<std::pair<double, Ticket>> order_;
    double now_ = 0;  ///< virtual
    Ticket last_ = 0;
    std::size_t backlogged_ = 0;
};

/// (Σx)² / (n · Σx²); 1 where there is nothing to compare.
double jain_index(const std::vector<double>& shares);

}  // namespace usersync::pace

#pragma once
// The network that is kept in step: read it, change it one operation at a time, look whether a change is there.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/network.hpp"
#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync {

/// What the network answered to an operation that took effect.
struct Receipt {
    bool already_so = false;  ///< it was that way before (e.g. 409 on create, and the account is the one we meant)
    /// The account that was made, where nothing but its EID will tell whose it is: no interface took the employee's
    /// key.
    std::optional<UserEid> made = {};
    bool operator==(const Receipt&) const = default;
};

/// Calls per second of each class that has a limit of its own: "rest", "rest_write", "scim".
using ClassRates = std::map<std::string, double>;

/// How fast a network may be called at the moment, for its status and for how many calls are to be under way.
struct Pacing {
    double calls_per_second = 0;          ///< of the fastest class of calls
    ClassRates by_class = {};             ///< "rest" always, the others where they do not share its limit
    Duration call_time{0};                ///< the newest calls took so long, on average
    std::size_t shared_by = 1;            ///< tenants that use the same limit, and questions beside their runs
    std::optional<double> evenness = {};  ///< Jain's index of their turns; nullopt while none had to wait for another
    bool operator==(const Pacing&) const = default;
};

/// What was learnt of them.
using LearntRates = ClassRates;

enum class Found {
    in_effect,      ///< the network shows the operation's effect
    not_in_effect,  ///< it certainly does not
};

/// The network of one tenant.
///
/// Contract (tests/contract/network_contract.hpp): operations name people by EmployeeKey (the XID) and groups
/// by EID, a group that is to be made by kind and name; the adapter finds every other id itself. Every call is paced; a
/// server's Retry-After stands in Failure::retry_after. A failure whose effect is not certain says Effect::unknown.
/// `apply` never repeats a write by itself. Several `apply` and `find` may be under way at once for different people.
class Network {
public:
    virtual ~Network() = default;

    /// The whole network or a Failure; never a part of it. Checks first that it is the network we mean
    /// (`blocked`/"wrong_network" otherwise).
    /// A linked account shows the key as its XID, and `linked`.
    virtual boost::asio::awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) = 0;

    /// The same, where it can from what was read before and what the network says to have changed since: its calls are
    /// in proportion to the change. Whoever left the network without a trace may still be shown, so somebody must read
    /// the whole from time to time. Before any reading it is `read_all`.
    virtual boost::asio::awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) = 0;

    /// Performs one operation. REQUIRES: needs_call(operation.change.what), and a `read_all` before.
    virtual boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) = 0;

    /// Looks whether the operation's effect is there, by external id or natural key. Sends only reads. A failure
    /// that concerns this person alone is `rejected`, or `transient`/"not_visible_yet".
    virtual boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) = 0;

    /// What was sent is still answered; whatever waits for a turn, or comes now, ends as `transient`/"stopping" and is
    /// not sent. Until `let_in`.
    /// @{
    virtual void send_away() {}
    virtual void let_in() {}
    /// @}

    /// When calls go on that wait because the network has asked for it; nullopt when it has not, or that is over.
    virtual std::optional<Time> waits_until() const { return std::nullopt; }

    /// Whether it answers at all, by one harmless read, not repeated.
    virtual boost::asio::awaitable<Result<void>> probe(Deadline) { co_return Result<void>(); }

    /// nullopt: nobody paces the calls.
    virtual std::optional<Pacing> pacing() const { return std::nullopt; }

    /// Calls per second that were learnt from the network's refusals, to be kept; and those of an earlier time.
    /// @{
    virtual LearntRates learnt_rates() const { return {}; }
    virtual void remember_rates(const LearntRates&) {}
    /// @}
};

}  // namespace usersync

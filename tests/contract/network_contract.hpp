#pragma once
// What every Network owes its callers, whatever stands behind it.

#include "core/ports/network.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace usersync::test {

/// A network to be tested, in this state: a business unit "Store 12", a department "Checkout" and a topic group
/// "Football"; the employee "1001" (Anna de Boer, anna@shop.example, "Cashier"), an active member of "Store 12";
/// and somebody active without XID. Nobody was invited yet, and no call was made. Roles in groups can be given, and an
/// invitation can be sent again.
class NetworkWorld {
public:
    virtual ~NetworkWorld() = default;
    virtual boost::asio::io_context& context() = 0;
    virtual Network& network() = 0;
    /// Far enough for every call of one test.
    virtual Deadline deadline() = 0;
    virtual int invitations(const std::string& key) = 0;
    /// The person accepts the invitation.
    virtual void accept(const std::string& key) = 0;
    /// The next write takes effect, but its answer never arrives.
    virtual void lose_next_answer() = 0;
    /// From now on they are from outside the company.
    virtual void make_external(const std::string& key) = 0;
    /// Another application protects all of their memberships.
    virtual void lock(const std::string& key) = 0;
};

using NetworkWorldFactory = std::function<std::unique_ptr<NetworkWorld>()>;

/// Call from inside a TEST_CASE; each sentence of the contract is a SECTION with a world of its own.
void network_contract(const NetworkWorldFactory& make_world);

}  // namespace usersync::test

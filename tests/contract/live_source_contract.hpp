#pragma once
// What every Source owes that answers when it is asked, rather than being sent files: a program, a directory, an
// interface of another system.

#include "core/ports/source.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace usersync::test {

/// A system with people in it, and the source that asks it.
class LiveSourceWorld {
public:
    virtual ~LiveSourceWorld() = default;

    virtual boost::asio::io_context& context() = 0;
    virtual ManualClock& clock() = 0;
    /// The same one until something was changed here.
    virtual Source& source() = 0;

    /// From now on the system has so many people.
    virtual void set_people(std::size_t count) = 0;
    /// The bytes of a record of so many people.
    virtual std::string record_of(std::size_t count) const = 0;
    /// The next answer ends in the middle of the people. Thereafter they are whole again.
    virtual void break_off_once() = 0;
    /// The next answer begins and never goes on.
    virtual void stall_once() = 0;
    /// From now on a record may not be larger than this.
    virtual void set_bytes_max(std::size_t bytes) = 0;
};

Result<Fetched> fetch(LiveSourceWorld& world, Duration within = std::chrono::minutes(1));
Result<void> acknowledge(LiveSourceWorld& world, const Delivery& delivery);

/// Call inside a TEST_CASE: each promise is a SECTION with a fresh world.
void check_live_source_contract(const std::function<std::unique_ptr<LiveSourceWorld>()>& make_world);

}  // namespace usersync::test

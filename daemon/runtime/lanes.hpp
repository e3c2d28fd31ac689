#pragma once
// The threads on which blocking libraries and long computations run: bounded, and never the I/O thread.

#include "core/model/ids.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>

namespace usersync::runtime {

struct LaneSizes {
    std::size_t store = 2;    ///< SQLite; each tenant uses one at a time
    std::size_t sftp = 4;     ///< sessions that block at once
    std::size_t compute = 1;  ///< parsing, comparing, planning
};

/// Owns the threads. What runs there is run_on's business; nothing on a lane can be interrupted from here.
///
/// REQUIRES: used from one thread. Whatever may block for long has been told to stop before `join`. The lanes are
/// made before the io_context and die after it, since suspended coroutines hold on to a lane; they are joined
/// before it dies, since work on a lane comes back to it.
class Lanes {
public:
    explicit Lanes(LaneSizes sizes = {});
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;
    /// Joins.
    ~Lanes();

    /// Never runs two things of one tenant at once, and runs them in order.
    boost::asio::any_io_executor store(const TenantId& tenant);
    boost::asio::any_io_executor sftp();
    boost::asio::any_io_executor compute();

    /// Waits until everything handed over has run. Nothing runs afterwards.
    void join();

private:
    struct Pools;
    std::unique_ptr<Pools> pools_;
};

}  // namespace usersync::runtime

#pragma once
// Ends a blocking session from outside: libraries that block have no time limit of their own, or not for everything.

#include "connectors/session/descriptor.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace usersync::session {

enum class CutReason {
    none,
    idle,      ///< no progress for too long
    deadline,  ///< the caller's time is over
    stopped,   ///< nobody waits for the session any more
};

/// Holds a duplicate of the session's descriptor, so that the number cannot come to mean another connection while
/// the session may still be cut. The session counts its steps here; all methods may be called from any thread.
class Breaker {
public:
    explicit Breaker(Descriptor duplicate) : duplicate_(std::move(duplicate)) {}

    /// The session came one step further. The first step says that it has begun.
    void bump() noexcept { progress_.fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t progress() const noexcept { return progress_.load(std::memory_order_relaxed); }

    /// Shuts the connection down: whatever blocks on it comes back within milliseconds. The first reason stays.
    void cut(CutReason reason) noexcept;
    CutReason reason() const noexcept { return reason_.load(std::memory_order_acquire); }
    bool is_cut() const noexcept { return reason() != CutReason::none; }

private:
    Descriptor duplicate_;
    std::atomic<std::uint64_t> progress_{0};
    std::atomic<CutReason> reason_{CutReason::none};
};

/// A breaker for this connection, or null when no descriptor is left for it.
/// Shared by the watching coroutine and the session on the lane: either may be the last to let go.
std::shared_ptr<Breaker> make_breaker(const Descriptor& connection);

/// Cuts the session when it dies, so that no way out of the watching coroutine leaves the session unwatched.
/// Harmless once the session is over.
class CutWhenGone {
public:
    explicit CutWhenGone(std::shared_ptr<Breaker> breaker) : breaker_(std::move(breaker)) {}
    CutWhenGone(CutWhenGone&&) noexcept = default;
    CutWhenGone& operator=(CutWhenGone&&) = delete;
    ~CutWhenGone() {
        if (breaker_) breaker_->cut(CutReason::stopped);
    }

    Breaker& operator*() const { return *breaker_; }

private:
    std::shared_ptr<Breaker> breaker_;
};

/// Watches until it has cut the session or is cancelled, which cuts it as well. Real time.
boost::asio::awaitable<void> watch(CutWhenGone guard, Duration idle_max, Deadline deadline);

}  // namespace usersync::session

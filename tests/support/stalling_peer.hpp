#pragma once
// A TCP proxy that goes wrong where the test says: it stops answering, or hangs up, in the middle of a byte stream.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace usersync::test {

enum class Fault {
    stall,   ///< keeps the connection open and forwards nothing more, in either direction
    hang_up  ///< closes the connection
};

/// Stands in front of a server on loopback and counts what the server says. Connections are numbered from 0.
class StallingPeer {
public:
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    explicit StallingPeer(std::uint16_t server_port);
    ~StallingPeer();
    StallingPeer(const StallingPeer&) = delete;
    StallingPeer& operator=(const StallingPeer&) = delete;

    std::uint16_t port() const { return port_; }

    /// From now on; connection `number` lets exactly `bytes` of the server's bytes through.
    void fail_at(std::size_t number, std::size_t bytes, Fault fault);
    /// True once a connection has got to the point where it fails.
    bool has_failed() const { return failed_; }
    std::size_t connections() const;
    /// The server's bytes that went through.
    std::size_t bytes(std::size_t number) const;

private:
    struct Connection {
        std::size_t number = 0;
        int client = -1;
        int server = -1;
        std::atomic<std::size_t> bytes{0};
        std::thread thread;
    };
    void serve();
    void forward(Connection& connection);
    std::size_t still_allowed(const Connection& connection) const;

    std::uint16_t server_port_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> failed_{false};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;  // guards what follows
    std::vector<std::unique_ptr<Connection>> connections_;
    std::size_t number_ = never;
    std::size_t limit_ = never;
    Fault fault_ = Fault::stall;
    std::thread thread_;
};

}  // namespace usersync::test

#pragma once
// A password, token or private key. It cannot be printed, logged or compared by accident.

#include <string>
#include <utility>

namespace usersync {

/// Holds secret bytes and wipes them when it dies. There is no formatter and no stream operator, so that
/// logging one does not compile; `expose()` is the only way out and stands out in review.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    const std::string& expose() const { return bytes_; }
    bool empty() const { return bytes_.empty(); }

private:
    void wipe() noexcept;
    std::string bytes_;
};

}  // namespace usersync

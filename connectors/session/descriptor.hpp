#pragma once
// An open file descriptor with an owner.

#include <utility>

namespace usersync::session {

/// An open file descriptor; closed when it dies.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    bool is_open() const { return number_ >= 0; }

private:
    int number_ = -1;
};

}  // namespace usersync::session

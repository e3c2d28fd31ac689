#include "connectors/session/descriptor.hpp"

#include <unistd.h>

namespace usersync::session {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (is_open()) ::close(number_);
        number_ = other.release();
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (is_open()) ::close(number_);
}

}  // namespace usersync::session

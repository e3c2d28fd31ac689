#include "core/ports/live_delivery.hpp"

#include <utility>

namespace usersync {

Delivery live_delivery(std::string name, std::string bytes, Time when) {
    Delivery delivery;
    delivery.name = std::move(name);
    delivery.fingerprint = fingerprint_of(bytes);
    delivery.size = bytes.size();
    delivery.bytes = std::move(bytes);
    delivery.modified = when;
    delivery.is_live = true;
    return delivery;
}

}  // namespace usersync

#pragma once
// What a system answered that was asked just now, as a delivery.

#include "core/ports/source.hpp"

#include <string>

namespace usersync {

/// A live delivery of these bytes, with their fingerprint and size; `when` the system was asked.
Delivery live_delivery(std::string name, std::string bytes, Time when);

}  // namespace usersync

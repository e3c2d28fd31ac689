#pragma once
// Is this the customer's record, or that of another environment? The addresses in it tell.

#include "core/ingest/bounce.hpp"
#include "core/ingest/column_map.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace usersync::ingest {

/// Of the rows that have an address.
struct AddressCount {
    std::size_t addresses = 0;
    std::size_t others = 0;  ///< of other domains than those that are agreed
};

/// The domain is the whole of what follows the @: one below it is another one, as test environments have it.
void count_address(AddressCount& count, std::string_view address, const AddressDomains& domains);

/// "other_address_domains" when more addresses than may be are of other domains. Names nobody's domain, which may be a
/// person's name.
std::optional<Bounce> bounce_of(const AddressCount& count, const AddressDomains& domains);

}  // namespace usersync::ingest

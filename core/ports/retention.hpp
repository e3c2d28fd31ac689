#pragma once
// What a tenant's store need not keep for ever.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace usersync {

/// What was taken out of a store.
struct Purged {
    std::size_t deliveries = 0;  ///< whose bytes are gone
    std::size_t plans = 0;
    bool operator==(const Purged&) const = default;
};

class Retention {
public:
    virtual ~Retention() = default;

    /// Takes out what is older than `before` and decides nothing any more:
    ///
    /// | what                        | stays, however old                                                            |
    /// |-----------------------------|-------------------------------------------------------------------------------|
    /// | the bytes of deliveries     | those of the newest record and of the newest that may be believed              |
    /// | plans                       | the newest, the newest that was carried out, those that wait or may go on, what a person rejected, what took something back |
    ///
    /// Nothing that the ledger's chain is made of. In one transaction; failures are `broken`.
    virtual boost::asio::awaitable<Result<Purged>> purge(Time before) = 0;
};

}  // namespace usersync

#include "daemon/word_of_people.hpp"

#include <utility>

namespace usersync {

boost::asio::awaitable<Result<void>> tell_ledger(Tenant& tenant, PeopleWord word) {
    static_cast<void>(tenant);
    static_cast<void>(word);
    co_return Result<void>();
}

}  // namespace usersync

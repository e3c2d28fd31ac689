#include "daemon/retry_command.hpp"

#include "daemon/ask_tenant.hpp"

#include <optional>
#include <utility>

namespace usersync {

boost::asio::awaitable<Result<std::size_t>> forget_waits(Tenant& tenant, Clock& clock,
                                                         control::CommandRequest request) {
    const auto person = option_of(request, "person");
    const auto now = clock.now();
    auto key = person ? std::optional(EmployeeKey(*person)) : std::nullopt;
    auto forgiven = co_await tenant.store->pace().forgive(std::move(key), now);
    if (forgiven && person && *forgiven == 0) {
        co_return Failure{.kind = FailureKind::rejected,
                          .code = "nobody_waits",
                          .where = "retry",
                          .detail = "nothing was refused for this person in the newest run that tried"};
    }
    co_return forgiven;
}

}  // namespace usersync

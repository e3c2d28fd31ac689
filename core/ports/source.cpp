#include "core/ports/source.hpp"

namespace usersync {

boost::asio::awaitable<Result<FetchedPerson>> Source::fetch_person(EmployeeKey, Deadline) {
    co_return Failure{.kind = FailureKind::blocked,
                      .code = "reads_whole_only",
                      .where = "source",
                      .detail = "this source cannot be asked for one person"};
}

}  // namespace usersync

#include "daemon/word_of_people.hpp"

#include <utility>

namespace usersync {
namespace {

EntryKind kind_of(PeopleWord::What what) {
    switch (what) {
        case PeopleWord::What::rejection: return EntryKind::rejection;
        case PeopleWord::What::pause: return EntryKind::paused;
        case PeopleWord::What::resume: return EntryKind::resumed;
        case PeopleWord::What::hold: return EntryKind::held;
        case PeopleWord::What::release: return EntryKind::released;
    }
    return EntryKind::paused;
}

}  // namespace

boost::asio::awaitable<Result<void>> tell_ledger(Tenant& tenant, PeopleWord word) {
    LedgerEvent event{.kind = kind_of(word.what), .at = word.at, .run = {}, .facts = {}};
    event.facts.by = std::move(word.by);
    event.facts.why = std::move(word.reason);
    if (word.what == PeopleWord::What::rejection) event.facts.plan = word.object;
    const bool is_about_somebody = word.what == PeopleWord::What::hold || word.what == PeopleWord::What::release;
    if (is_about_somebody) event.employee = EmployeeKey(std::move(word.object));
    auto told = co_await tenant.store->ledger().record(std::move(event));
    co_return told;
}

}  // namespace usersync

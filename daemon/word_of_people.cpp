#include "daemon/word_of_people.hpp"

#include <optional>
#include <utility>

namespace usersync {
namespace {

/// The kind of entry; nullopt for what the ledger has no word for: the store keeps who holds whom, and why.
std::optional<EntryKind> kind_of(PeopleWord::What what) {
    switch (what) {
        case PeopleWord::What::rejection: return EntryKind::rejection;
        case PeopleWord::What::pause: return EntryKind::paused;
        case PeopleWord::What::resume: return EntryKind::resumed;
        case PeopleWord::What::hold:
        case PeopleWord::What::release: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

boost::asio::awaitable<Result<void>> tell_ledger(Tenant& tenant, PeopleWord word) {
    const auto kind = kind_of(word.what);
    if (!kind) co_return Result<void>();
    LedgerEvent event{.kind = *kind, .at = word.at, .run = {}, .facts = {}};
    event.facts.by = std::move(word.by);
    event.facts.why = std::move(word.reason);
    if (word.what == PeopleWord::What::rejection) event.facts.plan = std::move(word.object);
    auto told = co_await tenant.store->ledger().record(std::move(event));
    co_return told;
}

}  // namespace usersync

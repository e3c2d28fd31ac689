#pragma once
// The chain of a store: entries are added to it, and a file beside the store remembers how far it has come.

#include "core/base/result.hpp"
#include "core/model/ledger_entry.hpp"
#include "core/plan/plan.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>

namespace usersync::storage {

class Connection;
class Database;

/// An entry that is to be added; its place and its hash follow from what is there.
struct NewEntry {
    Time at{};
    EntryKind kind = EntryKind::intent;
    RunId run;
    OperationKey operation = {};
    EmployeeKey employee = {};
    EntryFacts facts;
};

/// Adds it within the transaction that is under way. Throws what SQLite throws.
void add_entry(Connection& connection, const NewEntry& entry);
ChainHead head_of(Connection& connection);

/// Entries for the rows of a store that was made before there was a chain, in the order of the rows.
void add_entries_of_rows(Connection& connection);

/// Used on the store's lane only, and outliving whoever uses it.
class LedgerChain {
public:
    /// Looks at what is remembered. Where nothing can be, since the chain is empty or was only just made, what there is
    /// now is remembered. A chain that cannot be read is no reason not to open the store: whoever asks hears of it.
    static std::unique_ptr<LedgerChain> open(Database& database, std::filesystem::path memory_file);

    /// As it was when the store was opened, or settled since.
    Result<Continuity> continuity() const;

    /// A transaction with entries is on disk: now and then the file is written. Until a chain that was put back is
    /// settled, it is left alone.
    void committed();
    /// Nothing more comes for now: the file is written if it does not say so already.
    void remember();
    /// That the store was put back stands in the chain.
    void settle();

private:
    LedgerChain(Database& database, std::filesystem::path memory_file);
    Result<Continuity> look();
    Result<ChainHead> head_now();
    void write();

    Database& database_;
    std::filesystem::path memory_file_;
    Continuity continuity_;
    std::optional<Failure> unreadable_;  ///< instead of that
    std::size_t not_remembered_ = 0;     ///< transactions since the file was written
};

}  // namespace usersync::storage

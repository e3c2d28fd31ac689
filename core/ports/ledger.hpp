#pragma once
// The ledger: a row per call, written before the call and settled after. No call without a durable intent. Behind the
// rows stands a chain of entries that are only added; the rows are what the entries say, kept for quick questions.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/ledger_counts.hpp"
#include "core/model/ledger_entry.hpp"
#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// How an operation ended.
enum class Outcome {
    done,        ///< it took effect
    already_so,  ///< it had taken effect before
    rejected,    ///< the network refused this one; it will not be sent again as it is
    gave_up,     ///< it could not be carried out in this run; the next run plans it anew
    skipped,     ///< never sent, because something it depends on did not happen
};
std::string_view to_string(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view text);

/// True when the operation's effect is there afterwards.
bool took_effect(Outcome outcome);

Failure intent_refused();

struct Settlement {
    OperationKey key;
    Outcome outcome = Outcome::done;
    std::string code;  ///< of the failure; empty when it took effect
    int attempts = 1;  ///< calls that were sent for it
    Duration took{0};  ///< from intent to settlement
    Time settled_at{};
    std::vector<OwnershipChange> ownership;  ///< takes effect in the same transaction
    bool operator==(const Settlement&) const = default;
};

struct Unsettled {
    RunId run;
    Operation operation;
    bool operator==(const Unsettled&) const = default;
};

/// A row of the ledger, as it tells somebody's history.
struct LedgerRow {
    RunId run;
    Operation operation;
    std::optional<Time> intended_at;  ///< absent: nothing was sent
    std::optional<Time> settled_at;   ///< absent: what became of it is not known yet
    std::optional<Outcome> outcome;   ///< likewise
    std::string code;                 ///< of the failure; empty when it took effect
    int attempts = 0;
    bool operator==(const LedgerRow&) const = default;
};

/// Counts of one run: kind of operation → outcome → how many.
using LedgerSummary = std::map<std::string, std::map<Outcome, std::size_t>>;

/// Something besides calls that the chain keeps.
struct LedgerEvent {
    EntryKind kind = EntryKind::paused;  ///< none of a call
    Time at{};
    RunId run;  ///< 0: of none
    EntryFacts facts;
    EmployeeKey employee = {};  ///< empty: about nobody in particular
    bool operator==(const LedgerEvent&) const = default;
};

/// Which part of the ledger is asked for; what is absent does not narrow it.
struct LedgerQuestion {
    std::optional<Time> since;
    std::optional<EmployeeKey> person;
    std::optional<RunId> run;
    std::size_t newest_max = 100'000;  ///< of what there is, so many of the newest
};

/// How much there is that has to do with a question, however little of it is read.
struct LedgerTotals {
    std::size_t calls = 0;
    std::map<std::string, std::size_t> effects;  ///< of these, by kind of operation, what took effect
    std::size_t events = 0;                      ///< entries that are of no call
    bool operator==(const LedgerTotals&) const = default;
};

/// What a walk along the whole chain found.
struct ChainReport {
    ChainHead head;                    ///< of what could be walked
    std::optional<BrokenLink> broken;  ///< absent: every entry is as it was written, and the rows say the same
    bool operator==(const ChainReport&) const = default;
};

/// Contract (tests/contract/ledger_contract.hpp): `intend` returns only when the intent is on disk, so that no
/// kill can make us forget a call. Ownership changes only together with a settled outcome. Failures are
/// `broken` ("store_full": no intent, so no call).
class Ledger {
public:
    virtual ~Ledger() = default;

    /// Intending the same operation twice in the same run is allowed (a retry); it stays one row. `broken`/
    /// "intent_refused" for another operation under the same key, and for one that was settled as anything but given
    /// up: it is not sent again.
    virtual boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) = 0;

    /// Settles an intended operation, or records one that was never sent (skipped, adopt) as one settled row.
    virtual boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) = 0;

    /// Intents without an outcome, oldest first: what a dead process may or may not have done.
    virtual boost::asio::awaitable<Result<std::vector<Unsettled>>> unsettled() = 0;

    virtual boost::asio::awaitable<Result<Ownership>> ownership() = 0;

    virtual boost::asio::awaitable<Result<LedgerSummary>> summary(RunId run) = 0;

    /// The rows about one person, those that were first written last in front, `rows_max` at most.
    virtual boost::asio::awaitable<Result<std::vector<LedgerRow>>> history(EmployeeKey employee,
                                                                           std::size_t rows_max) = 0;

    /// What took effect at `since` or later, by the moment at which it was settled.
    virtual boost::asio::awaitable<Result<LedgerCounts>> counts_since(Time since) = 0;

    /// Rows that have to do with the question, by when they were intended or settled; in the order in which they were
    /// first written.
    virtual boost::asio::awaitable<Result<std::vector<LedgerRow>>> calls(LedgerQuestion question) = 0;

    /// Of all of them; `newest_max` does not count.
    virtual boost::asio::awaitable<Result<LedgerTotals>> totals(LedgerQuestion question) = 0;

    /// Adds an entry about something that is no call.
    virtual boost::asio::awaitable<Result<void>> record(LedgerEvent event) = 0;

    /// Entries of the chain, oldest first. Those about a person: of their calls, and what was decided about them.
    virtual boost::asio::awaitable<Result<std::vector<LedgerEntry>>> entries(LedgerQuestion question) = 0;
    /// The entries that are of no call, the newest first.
    virtual boost::asio::awaitable<Result<std::vector<LedgerEntry>>> events(std::size_t newest_max) = 0;

    /// Walks along the whole chain, and compares the rows with it.
    virtual boost::asio::awaitable<Result<ChainReport>> verify() = 0;
    /// What was remembered of the chain outside the store when it was opened. Recording `restored` settles it.
    virtual boost::asio::awaitable<Result<Continuity>> continuity() = 0;
};

}  // namespace usersync

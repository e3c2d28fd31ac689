#pragma once
// The ledger as a chain: entries that are only ever added, each bound to everything before it by its hash.

#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"
#include "core/model/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// What an entry is about.
enum class EntryKind : std::uint8_t {
    intent,         ///< a call is about to be sent
    outcome,        ///< what became of it, or of something that needs no call
    approval,       ///< a person let a plan pass
    rejection,      ///< a person refused one
    rules_changed,  ///< other rules count from here on
    paused,         ///< a person stopped the tenant's runs
    resumed,        ///< and let them go on
    held,           ///< a person lets somebody stay, whatever the record says
    released,       ///< and lets them go by the record again
    restored,       ///< the store was found to have been put back from a backup
    undo,           ///< what a run did is taken back, by the calls that follow
    clock_ahead,    ///< the clock was found to be further than a run can come after the one before it
};
std::string_view to_string(EntryKind kind);
std::optional<EntryKind> entry_kind_from(std::string_view text);

/// Intents and outcomes: what there is one of for each call. Everything else is an event.
bool is_of_call(EntryKind kind);

/// What an entry says besides its place. What does not belong to its kind is empty. No personal data but keys.
struct EntryFacts {
    std::string what;                    ///< kind of the operation: "add_to_groups"
    std::string request;                 ///< fingerprint of the whole operation, in hex: of intents and outcomes
    std::string rule;                    ///< why: of intents
    std::string column;                  ///< likewise
    std::string outcome;                 ///< "done", "rejected", …
    std::string code;                    ///< of the failure
    int attempts = 0;                    ///< calls that were sent for it
    std::int64_t took_ms = 0;            ///< from intent to outcome
    std::string plan;                    ///< of approvals, rejections, undo
    std::string by;                      ///< who
    std::vector<std::string> hold = {};  ///< codes for which the plan had waited
    std::string rules;                   ///< fingerprint of the rules, in hex
    std::int64_t undone_run = 0;         ///< of undo
    std::string why;                     ///< a sentence of whoever did it, or of ours
    bool operator==(const EntryFacts&) const = default;
};

struct LedgerEntry {
    std::int64_t id = 0;  ///< its place in the chain: 1, 2, 3, … without gaps
    Time at{};
    EntryKind kind = EntryKind::intent;
    RunId run;               ///< 0: of none
    OperationKey operation;  ///< empty: of none
    EmployeeKey employee;    ///< empty: of nobody in particular
    std::string bytes;       ///< the facts, in their canonical form
    Fingerprint hash;
    bool operator==(const LedgerEntry&) const = default;
};

/// How long a chain is, and the hash of its last entry; all zeros when it is empty.
struct ChainHead {
    std::int64_t count = 0;
    Fingerprint hash;
    bool operator==(const ChainHead&) const = default;
};

/// The hash that `entry` has to have when it follows `before`.
Fingerprint chained(const Fingerprint& before, const LedgerEntry& entry);

/// The first entry that is not what was written.
struct BrokenLink {
    std::int64_t id = 0;
    std::string why;  ///< one sentence, without personal data
    bool operator==(const BrokenLink&) const = default;
};

/// Goes along a chain from its beginning, entry by entry.
class ChainCheck {
public:
    /// What is wrong with this entry. After that the walk is over.
    std::optional<BrokenLink> next(const LedgerEntry& entry);
    const ChainHead& head() const { return head_; }

private:
    ChainHead head_;
};

/// The first broken link of a whole chain, if there is one.
std::optional<BrokenLink> verify(const std::vector<LedgerEntry>& chain);

/// What stands beside the store about its chain, for whoever must know whether the store is the one that was left.
struct Continuity {
    enum class Memory : std::uint8_t {
        there,
        absent,      ///< no such file: a backup leaves it out
        unreadable,  ///< a power cut may do that to a file that nobody waits for
    };
    ChainHead now;
    Memory memory = Memory::there;
    ChainHead remembered;                        ///< where it is there
    std::optional<Fingerprint> hash_there = {};  ///< of the entry of that number; absent: the chain is shorter
    bool operator==(const Continuity&) const = default;
};

/// True when the chain is not the one that was left, or a longer one that begins with it.
bool was_put_back(const Continuity& continuity);

}  // namespace usersync

#pragma once
// What the entries of the ledger say: from operations and outcomes to canonical bytes, and back.

#include "core/base/result.hpp"
#include "core/model/ledger_entry.hpp"
#include "core/plan/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::plan {

/// Of an operation that is about to be sent. Its values stay out: the fingerprint stands for them.
EntryFacts facts_of(const Operation& operation);
/// The same, of one whose form is known already.
EntryFacts facts_of(const Operation& operation, std::string_view encoded_operation);
/// The name under which the chain knows an operation, from the form that `encode` gives it.
std::string request_of(std::string_view encoded_operation);

/// Canonical: equal facts give equal bytes.
std::string encode(const EntryFacts& facts);
/// Fails as `broken`/"bad_stored_entry" on anything that `encode` did not write.
Result<EntryFacts> decode_facts(std::string_view bytes);

/// The plan waits because the store was put back from a backup.
HoldReason restored_hold();

/// True while nobody has approved a plan since the store was last put back. `events`: the newest first; entries of
/// calls among them do not matter.
bool awaits_approval(const std::vector<LedgerEntry>& events);

/// People would leave by a clock that was found to be ahead: what waited for its time may not have waited.
HoldReason clock_hold();

/// True while nobody has approved a plan that waited for that, since the clock was last found ahead. As above.
bool awaits_word_about_clock(const std::vector<LedgerEntry>& events);

}  // namespace usersync::plan

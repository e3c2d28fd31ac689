#include "core/model/ledger_entry.hpp"

#include <array>

namespace usersync {

std::string_view to_string(EntryKind kind) {
    switch (kind) {
        case EntryKind::intent: return "intent";
        case EntryKind::outcome: return "outcome";
        case EntryKind::approval: return "approval";
        case EntryKind::rejection: return "rejection";
        case EntryKind::rules_changed: return "rules_changed";
        case EntryKind::paused: return "paused";
        case EntryKind::resumed: return "resumed";
        case EntryKind::held: return "held";
        case EntryKind::released: return "released";
        case EntryKind::restored: return "restored";
        case EntryKind::undo: return "undo";
        case EntryKind::clock_ahead: return "clock_ahead";
    }
    return "intent";
}

std::optional<EntryKind> entry_kind_from(std::string_view text) {
    for (const auto kind :
         std::array{EntryKind::intent, EntryKind::outcome, EntryKind::approval, EntryKind::rejection,
                    EntryKind::rules_changed, EntryKind::paused, EntryKind::resumed, EntryKind::held,
                    EntryKind::released, EntryKind::restored, EntryKind::undo, EntryKind::clock_ahead}) {
        if (to_string(kind) == text) return kind;
    }
    return std::nullopt;
}

bool is_of_call(EntryKind kind) { return kind == EntryKind::intent || kind == EntryKind::outcome; }

Fingerprint chained(const Fingerprint& before, const LedgerEntry& entry) {
    FingerprintBuilder builder;
    builder.add(before).add(static_cast<std::uint64_t>(entry.id));
    builder.add(static_cast<std::uint64_t>(entry.at.time_since_epoch().count())).add(to_string(entry.kind));
    builder.add(static_cast<std::uint64_t>(entry.run.value())).add(entry.operation.value());
    builder.add(entry.employee.value()).add(entry.bytes);
    return builder.finish();
}

std::optional<BrokenLink> ChainCheck::next(const LedgerEntry& entry) {
    const auto expected = head_.count + 1;
    if (entry.id > expected) {
        return BrokenLink{.id = expected, .why = "the entry is missing; the next one is " + std::to_string(entry.id)};
    }
    if (entry.id < expected) return BrokenLink{.id = entry.id, .why = "the entry stands where another belongs"};
    if (entry.hash != chained(head_.hash, entry)) {
        return BrokenLink{.id = entry.id, .why = "its hash is not that of its content and of everything before it"};
    }
    head_ = {.count = entry.id, .hash = entry.hash};
    return std::nullopt;
}

std::optional<BrokenLink> verify(const std::vector<LedgerEntry>& chain) {
    ChainCheck check;
    for (const auto& entry : chain) {
        if (auto broken = check.next(entry)) return broken;
    }
    return std::nullopt;
}

bool was_put_back(const Continuity& continuity) {
    switch (continuity.memory) {
        case Continuity::Memory::unreadable: return false;
        case Continuity::Memory::absent: return continuity.now.count > 0;
        case Continuity::Memory::there: break;
    }
    if (continuity.remembered.count == 0) return false;
    return continuity.hash_there != continuity.remembered.hash;
}

}  // namespace usersync

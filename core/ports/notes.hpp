#pragma once
// Where notes about refused deliveries are put, for a person to pass them on.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync {

struct BounceNote {
    std::string name;  ///< of `note_name`: sorts by time, tells the refusal, safe as a file name
    std::string text;  ///< a letter
    std::string json;  ///< the same for a program
    bool operator==(const BounceNote&) const = default;
};

/// "20261122T060000Z-0f3a5c7e9b1d2f40-medewerkers.xlsx": when, the first half of what tells this refusal from every
/// other, and which delivery. Of the delivery's name only letters, digits, dots, dashes and underscores of ASCII
/// remain, 100 at most; every other byte becomes '_'.
std::string note_name(Time at, const Fingerprint& refusal, std::string_view delivery);

/// What a note is about: its name without the time. The whole name, where it has none.
std::string_view note_subject(std::string_view name);

constexpr std::size_t notes_kept_max = 200;

/// Contract (tests/contract/note_box_contract.hpp): a note is there whole, text and JSON, or not at all. While one is
/// there, a later one about the same subject is not kept, so that a file that is refused at every run displaces no
/// other file's note. Beyond `notes_kept_max` the ones that come first by name go. Blocking: called on a lane, by one
/// at a time. `transient`/"note_not_written": a run goes on without its note. `rejected`/"bad_note_name" for a name
/// that is not as `note_name` makes it.
class NoteBox {
public:
    virtual ~NoteBox() = default;

    /// True when it was written, false when a note about its subject is there already.
    virtual Result<bool> put(const BounceNote& note) = 0;
};

/// Whether it may be a note's name: not empty, 200 bytes at most, of the letters above, not beginning with a dot.
bool is_note_name(std::string_view name);

}  // namespace usersync

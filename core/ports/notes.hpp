#pragma once
// Where notes about refused deliveries are put, for a person to pass them on.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync {

struct BounceNote {
    std::string name;  ///< of `note_name`: sorts by time, safe as a file name
    std::string text;  ///< a letter
    std::string json;  ///< the same for a program
    bool operator==(const BounceNote&) const = default;
};

/// "20261122T060000Z-medewerkers.xlsx": when, and which delivery. Of the delivery's name only letters, digits, dots,
/// dashes and underscores of ASCII remain, 100 at most; every other byte becomes '_'.
std::string note_name(Time at, std::string_view delivery);

constexpr std::size_t notes_kept_max = 200;

/// Contract (tests/contract/note_box_contract.hpp): a note is there whole, text and JSON, or not at all; the same name
/// again replaces it; beyond `notes_kept_max` the ones that come first by name go. Blocking: called on a lane, by one
/// at a time. `transient`/"note_not_written": a run goes on without its note. `rejected`/"bad_note_name" for a name
/// that is not as `note_name` makes it.
class NoteBox {
public:
    virtual ~NoteBox() = default;

    virtual Result<void> put(const BounceNote& note) = 0;
};

/// Whether it may be a note's name: not empty, 200 bytes at most, of the letters above, not beginning with a dot.
bool is_note_name(std::string_view name);

}  // namespace usersync

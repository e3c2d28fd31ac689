#pragma once
// Notes in memory, and a place that can be full on demand.

#include "core/ports/notes.hpp"

#include <map>
#include <optional>
#include <string>

namespace usersync::test {

/// Passes the contract of the port.
class FakeNoteBox final : public NoteBox {
public:
    Result<bool> put(const BounceNote& note) override;

    std::map<std::string, BounceNote> notes;  ///< by their names
    std::optional<Failure> write_failure;     ///< while it is set, nothing is kept and this is the answer
};

}  // namespace usersync::test

#pragma once
// What every NoteBox owes, as checks that an adapter joins by describing its world.

#include "core/ports/notes.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace usersync::test {

/// An empty place for notes.
class NoteWorld {
public:
    virtual ~NoteWorld() = default;

    virtual NoteBox& box() = 0;
    /// What is there, sorted by name.
    virtual std::vector<BounceNote> notes() const = 0;
    /// From now on nothing can be written.
    virtual void fill_up() = 0;
};

/// Call inside a TEST_CASE: each promise is a SECTION with a fresh world.
void check_note_box_contract(const std::function<std::unique_ptr<NoteWorld>()>& make_world);

}  // namespace usersync::test

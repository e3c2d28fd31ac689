#include "tests/fakes/fake_note_box.hpp"

namespace usersync::test {

Result<void> FakeNoteBox::put(const BounceNote& note) {
    if (write_failure) return *write_failure;
    if (!is_note_name(note.name)) {
        return Failure{.kind = FailureKind::rejected, .code = "bad_note_name", .where = "fake", .detail = {}};
    }
    notes[note.name] = note;
    while (notes.size() > notes_kept_max) notes.erase(notes.begin());
    return {};
}

}  // namespace usersync::test

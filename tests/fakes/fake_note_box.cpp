#include "tests/fakes/fake_note_box.hpp"

#include <algorithm>

namespace usersync::test {

Result<bool> FakeNoteBox::put(const BounceNote& note) {
    if (write_failure) return *write_failure;
    if (!is_note_name(note.name)) {
        return Failure{.kind = FailureKind::rejected, .code = "bad_note_name", .where = "fake", .detail = {}};
    }
    const auto is_same = [&](const auto& kept) { return note_subject(kept.first) == note_subject(note.name); };
    if (std::any_of(notes.begin(), notes.end(), is_same)) return false;
    notes[note.name] = note;
    while (notes.size() > notes_kept_max) notes.erase(notes.begin());
    return true;
}

}  // namespace usersync::test

#include "tests/fakes/fake_note_box.hpp"
#include "tests/contract/note_box_contract.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

class FakeWorld final : public NoteWorld {
public:
    NoteBox& box() override { return box_; }
    std::vector<BounceNote> notes() const override {
        std::vector<BounceNote> notes;
        for (const auto& [name, note] : box_.notes) notes.push_back(note);
        return notes;
    }
    void fill_up() override {
        box_.write_failure =
            Failure{.kind = FailureKind::transient, .code = "note_not_written", .where = "fake", .detail = {}};
    }

private:
    FakeNoteBox box_;
};

}  // namespace

TEST_CASE("the fake place for notes keeps the contract", "[contract][notes]") {
    check_note_box_contract([] { return std::make_unique<FakeWorld>(); });
}

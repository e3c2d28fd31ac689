#include "tests/contract/note_box_contract.hpp"

#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace usersync::test {
namespace {

constexpr auto six_in_the_morning =
    Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + std::chrono::hours(6);

BounceNote note(const std::string& name, const std::string& word = "Dear colleague") {
    return BounceNote{.name = name, .text = word + ",\n", .json = "{\"word\": \"" + word + "\"}\n"};
}

std::string name_at(std::size_t minute, const std::string& refusal) {
    return note_name(six_in_the_morning + std::chrono::minutes(minute), fingerprint_of(refusal), "r.csv");
}

void check_kept_notes(NoteWorld& world) {
    for (std::size_t minute = 0; minute < notes_kept_max + 3; ++minute) {
        REQUIRE(world.box().put(note(name_at(minute, std::to_string(minute)))));
    }
    const auto kept = world.notes();
    REQUIRE(kept.size() == notes_kept_max);
    CHECK(kept.front().name == name_at(3, "3"));
    CHECK(kept.front().name.starts_with("20261122T060300Z-"));
    CHECK(kept.back().name == name_at(notes_kept_max + 2, std::to_string(notes_kept_max + 2)));
}

void check_repetitions(NoteWorld& world) {
    REQUIRE(world.box().put(note(name_at(0, "other"), "other")));
    for (std::size_t minute = 1; minute < notes_kept_max + 3; ++minute) {
        const auto written = world.box().put(note(name_at(minute, "same"), "at " + std::to_string(minute)));
        REQUIRE(written);
        CHECK(*written == (minute == 1));
    }
    CHECK(world.notes() == std::vector{note(name_at(0, "other"), "other"), note(name_at(1, "same"), "at 1")});
}

void check_bad_names(NoteWorld& world) {
    for (const auto* name : {"", ".", "..", ".hidden", "a/b", "../up", "line\nbreak", "spa ce", "n\xC3\xA4me"}) {
        const auto put = world.box().put(note(name));
        CAPTURE(name);
        REQUIRE_FALSE(put);
        CHECK(put.error().kind == FailureKind::rejected);
        CHECK(put.error().code == "bad_note_name");
    }
    CHECK_FALSE(world.box().put(note(std::string(201, 'x'))));
    CHECK(world.notes().empty());
    CHECK(world.box().put(note(std::string(200, 'x'))));
}

void check_full_place(NoteWorld& world) {
    REQUIRE(world.box().put(note("one")));
    world.fill_up();
    const auto put = world.box().put(note("two"));
    REQUIRE_FALSE(put);
    CHECK(put.error().kind == FailureKind::transient);
    CHECK(put.error().code == "note_not_written");
    CHECK(world.notes() == std::vector{note("one")});
}

}  // namespace

void check_note_box_contract(const std::function<std::unique_ptr<NoteWorld>()>& make_world) {
    const auto world = make_world();

    SECTION("notes are there as they were put, whatever the delivery was called") {
        const auto refusal = Fingerprint::from_hex("0f3a5c7e9b1d2f400000000000000000");
        const auto first = note(note_name(six_in_the_morning, refusal, "../Mede\nwerkers \xC3\xA9\xFF.xlsx"), "one");
        const auto second = note(note_name(six_in_the_morning + std::chrono::seconds(1), refusal, ""), "two");
        REQUIRE(world->box().put(second));
        REQUIRE(world->box().put(first));
        CHECK(first.name == "20261122T060000Z-0f3a5c7e9b1d2f40-.._Mede_werkers____.xlsx");
        CHECK(world->notes() == std::vector{first, second});
    }
    SECTION("the same refusal again leaves the note that is there, and displaces no other") {
        check_repetitions(*world);
    }
    SECTION("the oldest notes go when there are too many") { check_kept_notes(*world); }
    SECTION("a name that is not safe is refused") { check_bad_names(*world); }
    SECTION("a note that cannot be written is a failure, and the others stay") { check_full_place(*world); }
}

}  // namespace usersync::test

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

void check_kept_notes(NoteWorld& world) {
    for (std::size_t minute = 0; minute < notes_kept_max + 3; ++minute) {
        REQUIRE(world.box().put(note(note_name(six_in_the_morning + std::chrono::minutes(minute), "r.csv"))));
    }
    const auto kept = world.notes();
    REQUIRE(kept.size() == notes_kept_max);
    CHECK(kept.front().name == "20261122T060300Z-r.csv");
    CHECK(kept.back().name == "20261122T092200Z-r.csv");
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
        const auto first = note(note_name(six_in_the_morning, "../Mede\nwerkers \xC3\xA9\xFF.xlsx"), "one");
        const auto second = note(note_name(six_in_the_morning + std::chrono::seconds(1), ""), "two");
        REQUIRE(world->box().put(second));
        REQUIRE(world->box().put(first));
        CHECK(first.name == "20261122T060000Z-.._Mede_werkers____.xlsx");
        CHECK(world->notes() == std::vector{first, second});
    }
    SECTION("the same name again replaces the note") {
        REQUIRE(world->box().put(note("same", "a longer first word")));
        REQUIRE(world->box().put(note("same", "second")));
        CHECK(world->notes() == std::vector{note("same", "second")});
    }
    SECTION("the oldest notes go when there are too many") { check_kept_notes(*world); }
    SECTION("a name that is not safe is refused") { check_bad_names(*world); }
    SECTION("a note that cannot be written is a failure, and the others stay") { check_full_place(*world); }
}

}  // namespace usersync::test

#include "storage/note_folder.hpp"

#include "tests/contract/note_box_contract.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

class FolderWorld final : public NoteWorld {
public:
    NoteBox& box() override { return box_; }
    std::vector<BounceNote> notes() const override {
        std::vector<BounceNote> notes;
        if (!std::filesystem::exists(folder_ / "notes")) return notes;
        for (const auto& file : std::filesystem::directory_iterator(folder_ / "notes")) {
            auto text = file.path();
            if (text.extension() != ".txt") continue;
            auto json = text;
            json.replace_extension(".json");
            notes.push_back({.name = text.stem(), .text = TempDir::read(text), .json = TempDir::read(json)});
        }
        std::sort(notes.begin(), notes.end(), [](const BounceNote& a, const BounceNote& b) { return a.name < b.name; });
        return notes;
    }
    // A folder in the way of the unfinished file: even root cannot write there.
    void fill_up() override { std::filesystem::create_directories(folder_ / "notes/.two.json.unfinished/x"); }

private:
    TempDir folder_;
    storage::NoteFolder box_{(folder_ / "notes").string()};
};

const BounceNote note{.name = "20261122T060000Z-record.csv", .text = "Dear colleague,\n", .json = "{}\n"};

}  // namespace

TEST_CASE("the folder for notes keeps the contract", "[storage][notes]") {
    check_note_box_contract([] { return std::make_unique<FolderWorld>(); });
}

TEST_CASE("notes may be read by the operators' group and by nobody else", "[storage][notes]") {
    const TempDir parent;
    const auto before = ::umask(0077);
    storage::NoteFolder box((parent / "notes").string());

    const auto put = box.put(note);
    ::umask(before);

    REQUIRE(put);
    CHECK(mode_of(parent / "notes") == 0750);
    CHECK(mode_of(parent / "notes/20261122T060000Z-record.csv.txt") == 0640);
    CHECK(mode_of(parent / "notes/20261122T060000Z-record.csv.json") == 0640);
}

TEST_CASE("a folder that is there keeps its mode, and what else lies in it stays", "[storage][notes]") {
    const TempDir parent;
    parent.write("notes/read me.txt", "mine");
    std::filesystem::permissions(parent / "notes", std::filesystem::perms(0700));
    storage::NoteFolder box((parent / "notes").string());

    for (std::size_t at = 0; at < notes_kept_max + 1; ++at) {
        REQUIRE(box.put({.name = "n" + std::to_string(1000 + at), .text = "t", .json = "{}"}));
    }

    CHECK(mode_of(parent / "notes") == 0700);
    CHECK(TempDir::read(parent / "notes/read me.txt") == "mine");
    CHECK_FALSE(std::filesystem::exists(parent / "notes/n1000.txt"));
    CHECK_FALSE(std::filesystem::exists(parent / "notes/n1000.json"));
    CHECK(std::filesystem::exists(parent / "notes/n1001.txt"));
}

TEST_CASE("what a crash left unfinished is written anew, and nothing unfinished stays", "[storage][notes]") {
    const TempDir parent;
    parent.write("notes/.20261122T060000Z-record.csv.txt.unfinished", "Dear coll");
    storage::NoteFolder box((parent / "notes").string());

    REQUIRE(box.put(note));

    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(parent / "notes")) {
        CHECK(file.path().filename().string().front() != '.');
        ++files;
    }
    CHECK(files == 2);
}

TEST_CASE("a note whose text a crash kept from being finished is written anew", "[storage][notes]") {
    const TempDir parent;
    parent.write("notes/20261122T055900Z-record.csv.json", "{}");
    storage::NoteFolder box((parent / "notes").string());

    const auto put = box.put(note);

    REQUIRE(put);
    CHECK(*put);
    CHECK_FALSE(std::filesystem::exists(parent / "notes/20261122T055900Z-record.csv.json"));
    CHECK(TempDir::read(parent / "notes/20261122T060000Z-record.csv.txt") == note.text);
}

TEST_CASE("a link where a note should be is replaced, never followed", "[storage][notes]") {
    const TempDir parent;
    const auto target = parent.write("elsewhere", "untouched");
    std::filesystem::create_directory(parent / "notes");
    std::filesystem::create_symlink(target, parent / "notes/20261122T060000Z-record.csv.txt");
    std::filesystem::create_symlink(target, parent / "notes/.20261122T060000Z-record.csv.txt.unfinished");
    storage::NoteFolder box((parent / "notes").string());

    REQUIRE(box.put(note));

    CHECK(TempDir::read(target) == "untouched");
    CHECK(TempDir::read(parent / "notes/20261122T060000Z-record.csv.txt") == note.text);
}

TEST_CASE("without a place for its folder a note is not written, and that is said", "[storage][notes]") {
    storage::NoteFolder box("/dev/null/folder/notes");

    const auto put = box.put(note);

    REQUIRE_FALSE(put);
    CHECK(put.error().code == "note_not_written");
    CHECK(put.error().detail.find("/dev/null") == std::string::npos);
}

#include "tests/architecture/arrows.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync::test;
namespace fs = std::filesystem;

namespace {

using Sentences = std::vector<std::string>;

const fs::path repository = USERSYNC_SOURCE_DIR;

ArrowTable table_of_the_page() { return read_arrow_table(TempDir::read(repository / "docs/architecture.md")); }

std::vector<fs::path> sources() {
    std::vector<fs::path> files;
    for (const auto* top : {"core", "connectors", "storage", "daemon", "tests"}) {
        for (const auto& file : fs::recursive_directory_iterator(repository / top)) {
            const auto extension = file.path().extension();
            if (extension == ".hpp" || extension == ".cpp") files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

const std::string small_page =
    "words\n"
    "| room | may include | foreign libraries |\n"
    "|---|---|---|\n"
    "| `core/base` | – | Boost.System (header) |\n"
    "| `core/diff` | `core/base` | nlohmann/json |\n"
    "| `storage` | `core/base`, `core/diff/policy.hpp` | Asio (header), SQLiteCpp, System |\n"
    "| `daemon` (root) | everything | – |\n"
    "| `tests` | everything | everything |\n"
    "\n"
    "| `core/late` | – | – |\n";

Sentences faults(const std::string& path, const std::string& source) {
    return forbidden_includes(read_arrow_table(small_page), path, source);
}

}  // namespace

TEST_CASE("the tree has no include that the architecture page does not allow", "[architecture]") {
    const auto table = table_of_the_page();
    REQUIRE(table.size() > 20);
    const auto files = sources();
    REQUIRE(files.size() > 50);

    Sentences forbidden;
    for (const auto& file : files) {
        const auto path = file.lexically_relative(repository).generic_string();
        for (auto& sentence : forbidden_includes(table, path, TempDir::read(file))) forbidden.push_back(sentence);
    }

    for (const auto& sentence : forbidden) FAIL_CHECK(sentence);
    CHECK(forbidden.empty());
}

TEST_CASE("every room of the architecture page is a folder", "[architecture]") {
    for (const auto& [room, row] : table_of_the_page()) {
        INFO(room);
        CHECK(fs::is_directory(repository / room.substr(0, room.find(' '))));
        for (const auto& other : row.may_include) {
            INFO(other);
            CHECK(fs::exists(repository / other));
        }
    }
}

TEST_CASE("every library of the architecture page is one whose headers are known", "[architecture]") {
    auto known = known_libraries();
    known.insert("everything");
    for (const auto& [room, row] : table_of_the_page()) {
        for (const auto& library : row.libraries) {
            INFO(room << ": " << library);
            CHECK(known.contains(library));
        }
    }
}

TEST_CASE("the arrows of the architecture page have no cycle", "[architecture]") {
    CHECK(find_cycle(table_of_the_page()) == Sentences{});
}

TEST_CASE("a table ends where its lines end", "[architecture]") {
    const auto table = read_arrow_table(small_page);

    CHECK(table.size() == 5);
    CHECK(table.at("core/diff").may_include == std::set<std::string>{"core/base"});
    CHECK(table.at("core/base").in_headers == std::set<std::string>{"Boost.System"});
    CHECK(table.at("core/base").may_include.empty());
    CHECK(read_arrow_table("no table here").empty());
}

TEST_CASE("an arrow that the table does not have is reported with file and line", "[architecture]") {
    CHECK(faults("core/diff/diff.cpp", "// why\n#include \"storage/database.hpp\"\n") ==
          Sentences{"core/diff/diff.cpp:2: core/diff may not include storage (\"storage/database.hpp\")"});
    CHECK(faults("core/diff/diff.cpp", "#include \"core/base/result.hpp\"\n#include \"core/diff/diff.hpp\"\n").empty());
    CHECK(faults("storage/x.cpp", "#include \"core/diff/policy.hpp\"\n").empty());
    CHECK(faults("storage/x.cpp", "#include \"core/diff/diff.hpp\"\n").size() == 1);
    CHECK(faults("storage/x.cpp", "  #  include \"core/diff/diff.hpp\"\n").size() == 1);
    CHECK(faults("storage/x.cpp", "#include \"../core/base/result.hpp\"\n").size() == 1);
}

TEST_CASE("a foreign header that the table does not have is reported", "[architecture]") {
    CHECK(faults("core/base/x.cpp", "#include <nlohmann/json.hpp>\n") ==
          Sentences{"core/base/x.cpp:1: core/base may not include nlohmann/json (<nlohmann/json.hpp>)"});
    CHECK(faults("core/diff/x.hpp", "#include <nlohmann/json.hpp>\n") ==
          Sentences{"core/diff/x.hpp:1: core/diff may include nlohmann/json in .cpp files only (<nlohmann/json.hpp>)"});
    CHECK(faults("core/diff/x.cpp", "#include <nlohmann/json.hpp>\n#include <vector>\n").empty());
    CHECK(faults("core/diff/x.cpp", "#include <curl/curl.h>\n") ==
          Sentences{"core/diff/x.cpp:1: nobody knows which library <curl/curl.h> belongs to"});
    CHECK(faults("storage/x.hpp", "#include <boost/asio/awaitable.hpp>\n#include <boost/system/error_code.hpp>\n")
              .empty());
}

TEST_CASE("core may include nothing that reaches files, threads or the operating system", "[architecture]") {
    for (const auto* header : {"fstream", "thread", "mutex", "filesystem", "unistd.h", "sys/socket.h", "iostream"}) {
        INFO(header);
        CHECK(faults("core/diff/x.cpp", std::string("#include <") + header + ">\n").size() == 1);
        CHECK(faults("storage/x.cpp", std::string("#include <") + header + ">\n").empty());
    }
}

TEST_CASE("nothing but the tests includes tests", "[architecture]") {
    CHECK(faults("daemon/compose.cpp", "#include \"tests/fakes/fake_source.hpp\"\n").size() == 1);
    CHECK(faults("tests/scenario/world.cpp", "#include \"tests/fakes/fake_source.hpp\"\n").empty());
}

TEST_CASE("a file in a folder without a room is reported", "[architecture]") {
    CHECK(faults("core/utils/x.cpp", "").size() == 1);
    CHECK(faults("daemon/new_room/x.cpp", "").size() == 1);
    CHECK(faults("daemon/main.cpp", "#include \"storage/database.hpp\"\n").empty());
    CHECK(faults("storage/x.cpp", "#include \"daemon/compose.hpp\"\n").size() == 1);
}

TEST_CASE("a cycle in the table is found", "[architecture]") {
    const auto table = read_arrow_table(
        "| room | may include | foreign libraries |\n"
        "| a | b | – |\n| b | c | – |\n| c | b | – |\n");

    CHECK(find_cycle(table) == Sentences{"b", "c", "b"});
}

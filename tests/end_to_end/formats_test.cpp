// Records as customers send them, through the whole program.

#include "core/record/write_xls.hpp"
#include "core/record/write_xlsx.hpp"
#include "tests/end_to_end/town.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

using Rows = std::vector<std::vector<std::string>>;

const Rows staff = {{"Staff of the shop"},
                    {},
                    {"ID", "Store", "Job", "Phone", "E-mail", "First", "Last"},
                    {"1001", "Store 12", "Store manager", "+31612345601", "p1001@town.example", "P1001", "Person"},
                    {"1002", "Store 12", "Cashier", "+31612345602", "p1002@town.example", "P1002", "Person"}};

/// Of the one file with this ending below the state folder's notes.
std::string note(const Town& town, const std::string& ending) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(town.dir() / "state" / "notes")) {
        if (entry.path().extension() != ending) continue;
        std::ifstream in(entry.path());
        return {std::istreambuf_iterator<char>(in), {}};
    }
    return {};
}

}  // namespace

TEST_CASE("the same people as xlsx today and as xls tomorrow are the same record", "[end_to_end][record]") {
    Town town;
    town.deliver_bytes("staff.xlsx", usersync::record::write_xlsx(staff, "Staff"));
    const auto first = town.usersyncd({"sync", "shop"});
    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 3);
    REQUIRE(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(town.people() == 2);

    town.deliver_bytes("staff.xls", usersync::record::write_xls(staff, "Staff"));
    const auto second = town.usersyncd({"sync", "shop", "--format", "json"});
    INFO(second.out << second.err);
    CHECK(second.exit_code == 0);
    CHECK(Json::parse(second.out).at("plan").at("calls") == 0);
    CHECK_FALSE(std::filesystem::exists(town.dir() / "inbox" / "staff.xlsx"));
    CHECK_FALSE(std::filesystem::exists(town.dir() / "inbox" / "staff.xls"));
}

TEST_CASE("a refused delivery leaves a note that can be sent to HR, and changes nobody", "[end_to_end][record]") {
    Town town;
    town.deliver_bytes("staff.csv", "Nr,Store,Job,Phone,E-mail,First,Last\n1001,a,b,c,p1001@town.example,P,Q\n");

    const auto refused = town.usersyncd({"sync", "shop"});

    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 4);
    CHECK(refused.err.find("key_column_missing") != std::string::npos);
    CHECK(town.people() == 0);
    const auto letter = note(town, ".txt");
    CHECK(letter.find("staff.csv") != std::string::npos);
    CHECK(letter.find("\"ID\"") != std::string::npos);
    CHECK(letter.find("p1001@town.example") == std::string::npos);
    const auto json = Json::parse(note(town, ".json"));
    CHECK(json.at("code") == "key_column_missing");
}

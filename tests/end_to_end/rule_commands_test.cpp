// Questions about rules as a consultant asks them: the real program on real files.

#include "tests/end_to_end/town.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> people{"1001,Store 12,Store manager,+31612345601", "1002,Store 12,Cashier,+31612345602",
                                      "1003,Store 14,Cashier,+31612345603"};

const std::string staff =
    "Employee ID,E-mail address,Location,Job title,Badge\n"
    "1,a@shop.example,Store 12,Cashier,007\n"
    "2,b@shop.example,Store 14,Cashier,8\n"
    "3,c@shop.example,Store 14,Manager,9\n";

Finished usersyncd(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(USERSYNC_BINARY_DIR) + "/usersyncd");
    return run_program(std::move(arguments));
}

void first_day(Town& town) {
    town.deliver("day1.csv", people);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
}

Json asked(Town& town, std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const auto finished = town.usersyncd(arguments);
    INFO(finished.out << finished.err);
    REQUIRE(finished.exit_code == exit_code);
    return Json::parse(finished.out);
}

}  // namespace

TEST_CASE("an expression is tried on a record that nobody configured", "[end_to_end][rules]") {
    const TempDir folder;
    const auto file = folder.write("staff.csv", staff).string();

    const auto found = usersyncd(
        {"match", "location == \"Store 14\" and job_title == \"Cashier\"", "--record", file, "--format", "json"});
    INFO(found.out << found.err);
    CHECK(found.exit_code == 0);
    const auto json = Json::parse(found.out);
    CHECK(json.at("matched") == 1);
    CHECK(json.at("total") == 3);
    CHECK(json.at("employees") == Json::array({"2"}));

    const auto by_heading = usersyncd({"match", "Badge < 9 and 'Job title' == \"Cashier\"", "--record", file});
    INFO(by_heading.err);
    CHECK(by_heading.out == "matches 2 of 3 employees\n  1\n  2\n");
}

TEST_CASE("a bad expression is underlined, with exit code 2", "[end_to_end][rules]") {
    const TempDir folder;
    const auto file = folder.write("staff.csv", staff).string();

    const auto bad = usersyncd({"match", "Locaton == \"Store 12\"", "--record", file});

    INFO(bad.err);
    CHECK(bad.exit_code == 2);
    CHECK(bad.out.empty());
    CHECK(bad.err.find("^^^^^^^") != std::string::npos);
    CHECK(usersyncd({"match", "location ==", "--record", file}).exit_code == 2);
    CHECK(usersyncd({"match", "location == \"A\"", "--record", (folder / "nothing.csv").string()}).exit_code == 2);
    CHECK(usersyncd({"match", "location == \"A\"", "--record", file, "--today", "tomorrow"}).exit_code == 2);
}

TEST_CASE("explain shows one person, and sends nothing", "[end_to_end][rules]") {
    Town town;
    first_day(town);

    const auto json = asked(town, {"explain", "shop", "1002", "--why-not", "Store 14"});

    CHECK(json.at("standing") == "wanted");
    CHECK(json.at("network") == "read");
    CHECK(json.at("actual").is_null());
    CHECK(json.at("pending").at("state") == "held");
    CHECK_FALSE(json.at("pending").at("operations").empty());
    const auto& reason = json.at("desired").at("groups").at(0).at("reasons").at(0);
    CHECK(reason.at("file") == "tenant.toml");
    CHECK(reason.at("line").is_number());
    CHECK(reason.at("value") == "Store 12");
    const auto& obstacle = json.at("why_not").at("ways").at(0).at("obstacles").at(0);
    CHECK(obstacle.at("field") == "location");
    CHECK(obstacle.at("wanted") == "is \"Store 14\"");
    CHECK(town.people() == 0);
}

TEST_CASE("explain says of a group that nobody knows that there is none", "[end_to_end][rules]") {
    Town town;
    first_day(town);

    const auto unknown = asked(town, {"explain", "shop", "1002", "--why-not", "Nonsense"}).at("why_not");
    CHECK(unknown.at("is_known") == false);
    CHECK(unknown.at("nearest").is_null());
    const auto text = town.usersyncd({"explain", "shop", "1002", "--why-not", "Stroe 14"}).out;
    INFO(text);
    CHECK(text.find("there is no such group, neither in the network nor in the rules; did you mean \"Store 14\"?") !=
          std::string::npos);
    CHECK(asked(town, {"explain", "shop", "1002", "--why-not", "Store 14"}).at("why_not").at("is_known") == true);
}

TEST_CASE("explain works beside a running daemon, and says so when nobody knows the person", "[end_to_end][rules]") {
    Town town;
    first_day(town);
    const auto daemon = town.serve();

    const auto text = town.usersyncd({"explain", "shop", "1001", "--offline"});
    INFO(text.out << text.err);
    CHECK(text.exit_code == 0);
    CHECK(text.out.find("Is: not looked at") != std::string::npos);
    CHECK(town.usersyncd({"explain", "shop", "9999"}).exit_code == 2);
    CHECK(town.usersyncd({"explain", "nowhere", "1001"}).exit_code == 2);
}

TEST_CASE("mapping check ends with 1 when something is open", "[end_to_end][rules]") {
    Town town;
    CHECK(town.usersyncd({"mapping", "check", "shop"}).exit_code == 2);
    first_day(town);
    CHECK(asked(town, {"mapping", "check", "shop"}).at("open") == 0);

    town.deliver("day2.csv", {"1002,Store 12,Cashier,+31612345602"});
    town.usersyncd({"sync", "shop"});
    const auto open = asked(town, {"mapping", "check", "shop"}, 1);
    CHECK(open.at("counts").at("matches_nobody") == 1);
}

TEST_CASE("the desired network comes from the snapshot or from a file", "[end_to_end][rules]") {
    Town town;
    first_day(town);

    const auto stored = asked(town, {"desired", "shop"});
    CHECK(stored.at("users").size() == 3);
    CHECK(stored.at("users").at(0).at("role").at("role") == "admin");

    const auto file = town.dir().write("other.csv",
                                       "ID,Store,Job,Phone,E-mail,First,Last\n"
                                       "7,Store 12,Cashier,+31612345607,p7@town.example,P7,Person\n");
    const auto other = asked(town, {"desired", "shop", "--record", file.string()});
    REQUIRE(other.at("users").size() == 1);
    CHECK(other.at("users").at(0).at("employee") == "7");
}

TEST_CASE("mapping diff tells who would move between the rules in force and a folder", "[end_to_end][rules]") {
    Town town;
    first_day(town);
    auto text = TempDir::read(town.dir() / "env/tenants/shop/tenant.toml");
    const std::string role = "'Store manager' = 'admin'";
    REQUIRE(text.find(role) != std::string::npos);
    text.replace(text.find(role), role.size(), "'Cashier' = 'admin'");
    const auto folder = town.dir().write("concept/tenant.toml", text).parent_path().string();

    const auto moves = asked(town, {"mapping", "diff", "shop", "current", folder});

    CHECK(moves.at("counts").at("people") == 3);
    CHECK(moves.at("counts").at("roles") == 3);
    CHECK(moves.at("counts").at("joins") == 0);
    CHECK(asked(town, {"mapping", "diff", "shop", folder, folder}).at("counts").at("people") == 0);
    CHECK(town.usersyncd({"mapping", "diff", "shop", "current", "ffffffffff"}).exit_code == 2);
    const auto version = asked(town, {"desired", "shop"}).at("rules").get<std::string>().substr(0, 12);
    CHECK(asked(town, {"mapping", "diff", "shop", version, "current"}).at("counts").at("people") == 0);
}

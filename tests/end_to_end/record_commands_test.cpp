// inspect, records and example-record, as a consultant calls them: the real program on real files.

#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <string>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

const std::string binary = std::string(USERSYNC_BINARY_DIR) + "/usersyncd";
const std::string golden = std::string(USERSYNC_SOURCE_DIR) + "/tests/golden/record/";

Finished usersyncd(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), binary);
    return run_program(std::move(arguments));
}

std::string written(const TempDir& folder, const std::string& name, const std::string& bytes) {
    const auto file = (folder / name).string();
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
}

Json inspected(const std::string& file, int exit_code = 0, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"inspect", file, "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto finished = usersyncd(arguments);
    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == exit_code);
    return Json::parse(finished.out);
}

constexpr const char* columns = R"(
[columns]
employee_id = 'Employee ID'
email = 'E-mail address'
first_name = 'First name'
infix = 'Infix'
last_name = 'Last name'
job_title = 'Job title'
phone = { column = 'Phone number', steps = [{ phone = 'NL' }] }
location = 'Location'
department = 'Department'
)";

}  // namespace

TEST_CASE("the example record comes as csv, xls and xlsx, and each is read back as the same people",
          "[end_to_end][record]") {
    const TempDir folder;
    const auto mapping = written(folder, "columns.toml", columns);
    std::set<std::string> people;
    for (const std::string format : {"csv", "xls", "xlsx"}) {
        INFO(format);
        const auto file = (folder / ("example." + format)).string();
        REQUIRE(usersyncd({"example-record", "--format", format, "--out", file}).exit_code == 0);

        const auto told = inspected(file);
        CHECK(told.at("format") == format);
        CHECK(told.at("container") == "none");
        CHECK(told.at("rows") == 3);
        CHECK(told.at("employees") == 3);
        CHECK(told.at("header_row") == 1);
        CHECK(told.at("verdict").at("outcome") == "complete");

        const auto read = usersyncd({"records", file, "--columns", mapping, "--format", "jsonl"});
        INFO(read.err);
        CHECK(read.exit_code == 0);
        people.insert(read.out);
    }
    REQUIRE(people.size() == 1);
    CHECK(people.begin()->find("\"employee_id\":\"000123\"") != std::string::npos);
    CHECK(people.begin()->find("\"phone\":\"+31201234567\"") != std::string::npos);
}

TEST_CASE("a file that nobody configured is told what it is, and a mapping is proposed that works at once",
          "[end_to_end][record]") {
    const TempDir folder;
    const auto file = (folder / "example.xlsx").string();
    REQUIRE(usersyncd({"example-record", "--format", "xlsx", "--out", file}).exit_code == 0);

    const auto told = inspected(file);
    const auto proposed = written(folder, "proposed.toml", told.at("mapping").get<std::string>());
    const auto read = usersyncd({"records", file, "--columns", proposed, "--format", "json"});

    INFO(told.at("mapping").get<std::string>() << read.err);
    CHECK(read.exit_code == 0);
    const auto people = Json::parse(read.out);
    REQUIRE(people.size() == 3);
    CHECK(people[0].at("employee_id") == "000123");
    CHECK(people[0].at("email") == "jan.van.der.berg@shop.example");
    CHECK(people[0].at("last_name") == "Berg");
    CHECK(people[1].at("locations").size() == 2);
}

TEST_CASE("inspect shows no value of anybody", "[end_to_end][record]") {
    const TempDir folder;
    const auto file = (folder / "example.csv").string();
    REQUIRE(usersyncd({"example-record", "--out", file}).exit_code == 0);
    for (const std::string format : {"text", "json"}) {
        const auto told = usersyncd({"inspect", file, "--format", format}).out;
        for (const std::string value : {"jan.van", "Berg", "Zoë", "1234", "Harbour"}) {
            INFO(format << " " << value);
            CHECK(told.find(value) == std::string::npos);
        }
    }
}

TEST_CASE("a refused file says why in one sentence, with exit code 1 from inspect and 3 from records",
          "[end_to_end][record]") {
    const TempDir folder;
    const auto mapping = written(folder, "columns.toml", columns);
    const auto wrong = written(folder, "wrong.csv", "Employe ID;E-mail address\n1;a@shop.example\n");

    const auto told = inspected(wrong, 1, {"--columns", mapping});
    CHECK(told.at("verdict").at("outcome") == "refused");
    CHECK(told.at("verdict").at("code") == "key_column_missing");
    const auto read = usersyncd({"records", wrong, "--columns", mapping});
    CHECK(read.exit_code == 3);
    CHECK(read.out.empty());
    CHECK(read.err.find("did you mean \"Employe ID\"?") != std::string::npos);

    CHECK(usersyncd({"inspect", (folder / "nothing.csv").string()}).exit_code == 2);
    const auto lock = usersyncd({"inspect", written(folder, "~$staff.xlsx", "x")});
    CHECK(lock.exit_code == 2);
    CHECK(lock.err.find("leaves beside a workbook that is open") != std::string::npos);
}

TEST_CASE("what is frozen is told with its row, and the others are printed", "[end_to_end][record]") {
    const TempDir folder;
    const auto mapping = written(folder, "columns.toml", "[columns]\nemployee_id = 'ID'\nemail = 'Mail'\n");
    const auto file = written(folder, "staff.csv", "ID,Mail\n1,a@shop.example\n2,nothing\n3,=1+1@shop.example\n");

    const auto told = inspected(file, 1, {"--columns", mapping});
    REQUIRE(told.at("issues").size() == 1);
    CHECK(told["issues"][0].at("severity") == "frozen");
    CHECK(told["issues"][0].at("line") == 3);
    CHECK(told["issues"][0].at("key") == "2");
    CHECK(told["issues"][0].at("column") == "Mail");
    CHECK(told.at("employees") == 2);

    const auto csv = usersyncd({"records", file, "--columns", mapping});
    CHECK(csv.exit_code == 1);
    CHECK(csv.out.find("\r\n3,'=1+1@shop.example,") != std::string::npos);
    CHECK(csv.err.find("1 frozen") != std::string::npos);
    CHECK(usersyncd({"records", file, "--columns", mapping, "--raw"}).out.find("\r\n3,=1+1@shop.example,") !=
          std::string::npos);
}

TEST_CASE("records printed as csv and as JSON are read back as the same people", "[end_to_end][record]") {
    const TempDir folder;
    const auto mapping = written(folder, "columns.toml", columns);
    const auto file = (folder / "example.csv").string();
    REQUIRE(usersyncd({"example-record", "--out", file}).exit_code == 0);
    const auto first = usersyncd({"records", file, "--columns", mapping, "--format", "json"});
    const auto csv = usersyncd({"records", file, "--columns", mapping, "--raw"});
    const auto again = written(folder, "again.toml", R"(
[columns]
employee_id = 'employee_id'
email = 'email'
first_name = 'first_name'
infix = 'infix'
last_name = 'last_name'
job_title = 'job_title'
phone = 'phone'
location = 'location'
department = 'department'
)");

    const auto second =
        usersyncd({"records", written(folder, "people.csv", csv.out), "--columns", again, "--format", "json"});

    INFO(second.err);
    CHECK(second.exit_code == 0);
    CHECK(second.out == first.out);
}

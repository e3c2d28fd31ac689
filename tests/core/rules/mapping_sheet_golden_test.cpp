#include "core/rules/mapping_sheet.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace usersync;
using namespace usersync::rules;

namespace {

const std::filesystem::path folder = std::filesystem::path(USERSYNC_SOURCE_DIR) / "tests/golden/mapping";
const FieldNames names({{.name = "location", .type = FieldType::list, .headings = {"Store"}}});

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The sheets whose names begin so.
std::vector<std::filesystem::path> sheets_of(const std::string& kind) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().rfind(kind, 0) == 0) files.push_back(entry.path());
    }
    return files;
}

Origin row(std::size_t line) { return {.file = "sheet", .line = line, .column = 0}; }
std::string id(std::size_t line) { return "sheet row " + std::to_string(line); }
WrittenCell stores(std::vector<std::string> values) { return {.field = "location", .values = std::move(values)}; }
WrittenGroup named(std::string kind, std::string text) {
    return {.kind = std::move(kind), .by = {}, .text = std::move(text)};
}

std::vector<WrittenGroupRule> expected_groups() {
    const Written managers{.text = "includes(job_title, \"manager\") and not (language == \"de\")", .origin = row(8)};
    return {
        {.id = id(4),
         .origin = row(4),
         .when = {.cells = {stores({"12"})}, .expression = {}},
         .group = named("business_unit", "Store 12 Harbour"),
         .business_unit = {},
         .department = {}},
        {.id = id(5),
         .origin = row(5),
         .when = {.cells = {stores({"14"})}, .expression = {}},
         .group = named("business_unit", "Store 14 Markt – Süd"),
         .business_unit = {},
         .department = {}},
        {.id = id(6),
         .origin = row(6),
         .when = {.cells = {{.field = "job_title", .values = {"Cashier"}}, stores({"12", "14"})}, .expression = {}},
         .group = named("topic", "Cashiers"),
         .business_unit = {},
         .department = {}},
        {.id = id(8),
         .origin = row(8),
         .when = {.cells = {stores({"*"})}, .expression = managers},
         .group = {.kind = {}, .by = "xid", .text = "managers"},
         .business_unit = {},
         .department = {}},
        {.id = id(9),
         .origin = row(9),
         .when = {.cells = {stores({"12"})}, .expression = {}},
         .group = {.kind = "local_department", .by = "name", .text = "Sales"},
         .business_unit = named("business_unit", "Store 12 Harbour"),
         .department = named("department", "Sales")},
    };
}

std::vector<WrittenRoleRule> expected_roles() {
    return {
        {.id = id(2),
         .origin = row(2),
         .when = {.cells = {}, .expression = Written{.text = "job_title == \"Store manager\"", .origin = row(2)}},
         .target = {},
         .role = "admin"},
        {.id = id(3),
         .origin = row(3),
         .when = {.cells = {stores({"12"})}, .expression = {}},
         .target = named("business_unit", "Store 12 Harbour"),
         .role = "Local editor"},
        {.id = id(4),
         .origin = row(4),
         .when = {.cells = {stores({"14", "20"})}, .expression = {}},
         .target = WrittenGroup{.kind = {}, .by = "eid", .text = "0123456789abcdef"},
         .role = "member"},
    };
}

}  // namespace

TEST_CASE("a sheet of groups says the same in every program that people keep it in", "[core][rules]") {
    const auto files = sheets_of("groups_");
    CHECK(files.size() == 10);
    for (const auto& file : files) {
        const auto bytes = bytes_of(file);
        CAPTURE(file.filename().string());

        const auto sheet = read_group_sheet(bytes, "sheet", names);

        CHECK(sheet.problems.empty());
        CHECK(sheet.rules == expected_groups());
    }
}

TEST_CASE("a sheet of roles says the same in every program that people keep it in", "[core][rules]") {
    const auto files = sheets_of("roles_");
    CHECK(files.size() == 10);
    for (const auto& file : files) {
        const auto bytes = bytes_of(file);
        CAPTURE(file.filename().string());

        const auto sheet = read_role_sheet(bytes, "sheet", names);

        CHECK(sheet.problems.empty());
        CHECK(sheet.rules == expected_roles());
    }
}

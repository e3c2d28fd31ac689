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

Origin cell(std::size_t line, std::size_t column) { return {.file = "sheet", .line = line, .column = column}; }
std::string id(std::size_t line) { return "sheet row " + std::to_string(line); }
WrittenCell stores(std::vector<std::string> values, std::size_t column) {
    return {.field = "location", .values = std::move(values), .column = column};
}
/// Its kind and its name stand side by side in both sheets.
WrittenGroup named(std::string kind, std::string text) {
    return {.kind = std::move(kind), .by = {}, .text = std::move(text), .kind_column = 4, .text_column = 5};
}
WrittenGroup above(std::string kind, std::string text, std::size_t column) {
    return {.kind = std::move(kind), .by = {}, .text = std::move(text), .text_column = column};
}

std::vector<WrittenGroupRule> expected_groups() {
    const Written managers{
        .text = "includes(job_title, \"manager\") and not (language == \"de\")", .origin = cell(8, 3), .in_cell = true};
    const WrittenCell cashiers{.field = "job_title", .values = {"Cashier"}, .column = 2};
    return {
        {.id = id(4),
         .origin = cell(4, 1),
         .when = {.cells = {stores({"12"}, 1)}, .expression = {}},
         .group = named("business_unit", "Store 12 Harbour"),
         .business_unit = {},
         .department = {}},
        {.id = id(5),
         .origin = cell(5, 1),
         .when = {.cells = {stores({"14"}, 1)}, .expression = {}},
         .group = named("business_unit", "Store 14 Markt – Süd"),
         .business_unit = {},
         .department = {}},
        {.id = id(6),
         .origin = cell(6, 1),
         .when = {.cells = {cashiers, stores({"12", "14"}, 1)}, .expression = {}},
         .group = named("topic", "Cashiers"),
         .business_unit = {},
         .department = {}},
        {.id = id(8),
         .origin = cell(8, 1),
         .when = {.cells = {stores({"*"}, 1)}, .expression = managers},
         .group = {.kind = {}, .by = "xid", .text = "managers", .by_column = 6, .text_column = 5},
         .business_unit = {},
         .department = {}},
        {.id = id(9),
         .origin = cell(9, 1),
         .when = {.cells = {stores({"12"}, 1)}, .expression = {}},
         .group = {.kind = "local_department",
                   .by = "name",
                   .text = "Sales",
                   .kind_column = 4,
                   .by_column = 6,
                   .text_column = 5},
         .business_unit = above("business_unit", "Store 12 Harbour", 7),
         .department = above("department", "Sales", 8)},
    };
}

std::vector<WrittenRoleRule> expected_roles() {
    const Written managers{.text = "job_title == \"Store manager\"", .origin = cell(2, 1), .in_cell = true};
    return {
        {.id = id(2),
         .origin = cell(2, 1),
         .when = {.cells = {}, .expression = managers},
         .target = {},
         .role = "admin",
         .role_column = 3},
        {.id = id(3),
         .origin = cell(3, 2),
         .when = {.cells = {stores({"12"}, 2)}, .expression = {}},
         .target = named("business_unit", "Store 12 Harbour"),
         .role = "Local editor",
         .role_column = 3},
        {.id = id(4),
         .origin = cell(4, 2),
         .when = {.cells = {stores({"14", "20"}, 2)}, .expression = {}},
         .target = WrittenGroup{.kind = {}, .by = "eid", .text = "0123456789abcdef", .by_column = 6, .text_column = 5},
         .role = "member",
         .role_column = 3},
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

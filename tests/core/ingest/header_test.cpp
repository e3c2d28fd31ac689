#include "core/ingest/header.hpp"

#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

#include <optional>

using namespace usersync;
using namespace usersync::ingest;

namespace {

using Texts = std::vector<std::string>;

const ColumnMap& two_columns() {
    static const auto map = test::columns({{Field::employee_id, "Employee ID"}, {Field::email, "E-mail"}});
    return map;
}

std::variant<Header, Bounce> find(std::string_view bytes, const ColumnMap& map = two_columns(),
                                  std::optional<std::size_t> row = std::nullopt) {
    auto opened = record::open_record(bytes, {}, {}, {"employee id", "e-mail"});
    REQUIRE(opened.has_value());
    return find_header(std::move(opened->rows), map, row);
}

Header found(std::string_view bytes, const ColumnMap& map = two_columns(),
             std::optional<std::size_t> row = std::nullopt) {
    auto header = find(bytes, map, row);
    if (const auto* bounce = std::get_if<Bounce>(&header)) FAIL(bounce->code);
    return std::move(std::get<Header>(header));
}

Bounce bounced(std::string_view bytes, const ColumnMap& map = two_columns(),
               std::optional<std::size_t> row = std::nullopt) {
    auto header = find(bytes, map, row);
    REQUIRE(std::holds_alternative<Bounce>(header));
    return std::get<Bounce>(header);
}

Texts keys_below(Header& header) {
    Texts keys;
    for (record::Row row; header.body->next(row).value();)
        keys.emplace_back(row.cells.at(header.columns.key.columns[0]));
    return keys;
}

}  // namespace

TEST_CASE("columns are found whatever their order, case and spacing", "[core][ingest][header]") {
    auto header = found("\xEF\xBB\xBF x ; E-MAIL;employee  id \r\n1;2;3");

    CHECK(header.names == Texts{"x", "E-MAIL", "employee  id"});
    CHECK(header.columns.key.columns == std::vector<std::size_t>{2});
    REQUIRE(header.columns.find(Field::email) != nullptr);
    CHECK(header.columns.find(Field::email)->columns == std::vector<std::size_t>{1});
    CHECK(header.columns.find(Field::location) == nullptr);
    CHECK(header.columns.used == std::vector<std::size_t>{1, 2});
    CHECK(keys_below(header) == Texts{"3"});
}

TEST_CASE("the header is found below titles and blank rows", "[core][ingest][header]") {
    auto header = found("Employees of the shop;\nas of;1 November\n\n;\nEmployee ID;E-mail\n7;a\n8;b\n");

    CHECK(header.line == 5);
    CHECK(keys_below(header) == Texts{"7", "8"});
}

TEST_CASE("when no row holds every mapped name, the one that holds most of them is the header",
          "[core][ingest][header]") {
    const auto map = test::columns(
        {{Field::employee_id, "ID"}, {Field::email, "E-mail"}, {Field::phone, "Phone"}, {Field::location, "Place"}});
    auto header = found("ID;of the export\nID;E-mail;Phone\n1;a;2\n", map);

    CHECK(header.line == 2);
    CHECK(keys_below(header) == Texts{"1"});
    REQUIRE(header.missing.size() == 1);
    CHECK(header.missing[0].field == "location");
    CHECK(header.missing[0].column == "Place");
}

TEST_CASE("a tenant may name the row of the header", "[core][ingest][header]") {
    const std::string_view bytes = "Employee ID;E-mail\nEmployee ID;x;E-mail\n7;8;9\n";

    CHECK(found(bytes).line == 1);
    auto second = found(bytes, two_columns(), 2);
    CHECK(second.names == Texts{"Employee ID", "x", "E-mail"});
    CHECK(keys_below(second) == Texts{"7"});
    CHECK(bounced(bytes, two_columns(), 9).code == "no_header");
}

TEST_CASE("several columns of one field are taken in the tenant's order", "[core][ingest][header]") {
    auto map = two_columns();
    map.fields[Field::location].columns = {"Second", "First", "Gone"};
    const auto header = found("Employee ID;First;Second;E-mail\n", map);

    REQUIRE(header.columns.find(Field::location) != nullptr);
    CHECK(header.columns.find(Field::location)->columns == std::vector<std::size_t>{2, 1});
    REQUIRE(header.missing.size() == 1);
    CHECK(header.missing[0].column == "Gone");
}

TEST_CASE("extra columns are found by the tenant's name for them", "[core][ingest][header]") {
    const auto map =
        test::columns({{Field::employee_id, "Employee ID"}}, {{"contract", "Contract type"}, {"shift", "Shift"}});
    const auto header = found("Employee ID;contract TYPE\n", map);

    REQUIRE(header.columns.extra.size() == 1);
    CHECK(header.columns.extra[0].first == "contract");
    CHECK(header.columns.extra[0].second.columns == std::vector<std::size_t>{1});
}

TEST_CASE("a record without a usable header is bounced", "[core][ingest][header]") {
    CHECK(bounced("Name;E-mail\n").code == "key_column_missing");
    CHECK(bounced("Employee ID;E-mail;e-MAIL\n").code == "duplicate_column");
    CHECK(bounced("Employee ID;employee id\n").code == "duplicate_column");
    CHECK(bounced("Employee ID;\"E-mail\n1;2\n").code == "bad_header");
    CHECK(found("Employee ID;x;X\n").doubled == Texts{"X"});
}

TEST_CASE("a bounce for the key column tells what was found, what was expected and what was probably meant",
          "[core][ingest][header]") {
    const auto bounce = bounced("Employe ID;E-mail;Place\n1;a;b\n");

    CHECK(bounce.code == "key_column_missing");
    CHECK(bounce.line == 1);
    REQUIRE(bounce.missing.size() == 1);
    CHECK(bounce.missing[0].nearest == "Employe ID");
    CHECK(bounce.columns_found == Texts{"Employe ID", "E-mail", "Place"});
    CHECK(bounce.columns_expected == Texts{"Employee ID", "E-mail"});
}

TEST_CASE("a record without a header has a person in its first row, who is not shown", "[core][ingest][header]") {
    const auto bounce = bounced("10234;Anna;anna@shop.example\n");

    CHECK(bounce.sentence.find("Anna") == std::string::npos);
    CHECK(bounce.sentence.find("Employee ID") != std::string::npos);
    CHECK(bounce.columns_found.empty());
}

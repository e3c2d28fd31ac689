#include "core/ingest/header.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;

namespace {

FieldMap two_fields() {
    FieldMap fields;
    fields.employee_id = "Employee ID";
    fields.email = "E-mail";
    return fields;
}

Header read(std::string_view bytes, FieldMap fields = two_fields(), RecordFormat format = {}) {
    auto header = read_header(bytes, fields, format);
    INFO((header ? std::string() : describe(header.error())));
    REQUIRE(header.has_value());
    return *header;
}

std::string code_of(std::string_view bytes, FieldMap fields = two_fields()) {
    const auto header = read_header(bytes, fields, RecordFormat{});
    return header ? "read" : header.error().code;
}

}  // namespace

TEST_CASE("the delimiter is found out from the header", "[core][ingest][header]") {
    CHECK(read("Employee ID,E-mail\n1").delimiter == ',');
    CHECK(read("Employee ID;E-mail\n1").delimiter == ';');
    CHECK(read("Employee ID\tE-mail\n1").delimiter == '\t');
    CHECK(read("Employee ID|E-mail\n1").delimiter == '|');
    CHECK(read("Employee ID;Name, first;Name, last;Place, country;E-mail\n").delimiter == ';');
    CHECK(read("\"Employee ID\";\"a,b,c,d,e\";E-mail\n").delimiter == ';');
}

TEST_CASE("with one mapped column found either way, more cells decide", "[core][ingest][header]") {
    FieldMap fields;
    fields.employee_id = "id";
    CHECK(read("id;a, b;c\n", fields).columns.employee_id == 0);
    CHECK(read("id;b;c;d\n", fields).delimiter == ';');
    CHECK(read("id\n", fields).names.size() == 1);
}

TEST_CASE("the tenant's delimiter wins over the sep= line, and that over the look of the header",
          "[core][ingest][header]") {
    CHECK(read("sep=;\nEmployee ID;E-mail\n").delimiter == ';');
    CHECK(read("SEP=:\r\nEmployee ID:E-mail\r\n").delimiter == ':');
    CHECK(read("\"sep=;\"\nEmployee ID;E-mail\n").body_line == 3);
    CHECK(read("\xEF\xBB\xBFsep=\t\nEmployee ID\tE-mail\n").delimiter == '\t');
    CHECK(read("sep=,\nEmployee ID;E-mail\n", two_fields(), {.delimiter = ';'}).delimiter == ';');
}

TEST_CASE("columns are found whatever their order, case and spacing", "[core][ingest][header]") {
    const auto header = read("\xEF\xBB\xBF x ; E-MAIL;employee  id \r\n1;2;3");

    CHECK(header.names == std::vector<std::string>{"x", "E-MAIL", "employee  id"});
    CHECK(header.columns.employee_id == 2);
    CHECK(header.columns.email == std::optional<std::size_t>(1));
    CHECK_FALSE(header.columns.location);
    CHECK(header.columns.used() == std::vector<std::size_t>{1, 2});
}

TEST_CASE("the body begins after the header, wherever that is", "[core][ingest][header]") {
    const std::string_view bytes = "\n  \nEmployee ID;\"E-\nmail\"\n1;2\n";
    FieldMap fields = two_fields();
    fields.email.reset();
    const auto header = read(bytes, fields);

    CHECK(bytes.substr(header.body) == "1;2\n");
    CHECK(header.body_line == 5);
}

TEST_CASE("a mapped column that is absent is no failure", "[core][ingest][header]") {
    CHECK_FALSE(read("Employee ID;Name\n").columns.email);
}

TEST_CASE("extra columns are found by the tenant's name for them", "[core][ingest][header]") {
    FieldMap fields = two_fields();
    fields.extra = {{"contract", "Contract type"}, {"shift", "Shift"}};
    const auto header = read("Employee ID;contract TYPE\n", fields);

    CHECK(header.columns.extra == std::vector<std::pair<std::string, std::size_t>>{{"contract", 1}});
}

TEST_CASE("a record without a usable header is bounced", "[core][ingest][header]") {
    CHECK(code_of("") == "empty_record");
    CHECK(code_of(" \r\n\t\n") == "empty_record");
    CHECK(code_of("\xEF\xBB\xBF") == "empty_record");
    CHECK(code_of("sep=;\n") == "empty_record");
    CHECK(code_of("Name;E-mail\n") == "key_column_missing");
    CHECK(code_of("Employee ID;E-mail;e-MAIL\n") == "duplicate_column");
    CHECK(code_of("Employee ID;employee id\n") == "duplicate_column");
    CHECK(code_of("Employee ID;x;x\n") == "read");
    CHECK(code_of("Employee ID;\"E-mail\n1;2\n") == "bad_header");
}

TEST_CASE("the message about a missing key column does not repeat what stands in the first line",
          "[core][ingest][header]") {
    const auto header = read_header("10234;Anna;anna@shop.example\n", two_fields(), RecordFormat{});

    REQUIRE_FALSE(header.has_value());
    CHECK(header.error().detail.find("Anna") == std::string::npos);
    CHECK(header.error().detail.find("Employee ID") != std::string::npos);
}

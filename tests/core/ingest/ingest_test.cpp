#include "core/ingest/ingest.hpp"

#include "core/ingest/normalise.hpp"
#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;
using test::Read;

namespace {

ColumnMap shop_columns() {
    return test::columns({{Field::employee_id, "Employee ID"},
                          {Field::email, "E-mail"},
                          {Field::first_name, "First name"},
                          {Field::infix, "Infix"},
                          {Field::last_name, "Last name"},
                          {Field::job_title, "Job title"},
                          {Field::phone, "Phone"},
                          {Field::location, "Location"},
                          {Field::department, "Department"}});
}

Read read(std::string_view bytes, const record::RecordFormat& format = {}) {
    return test::read_record(bytes, shop_columns(), format);
}

std::string failure_of(std::string_view bytes) { return test::bounce_code(bytes, shop_columns()); }

std::vector<std::string> keys_of(const std::vector<Employee>& employees) {
    std::vector<std::string> keys;
    for (const auto& employee : employees) keys.push_back(employee.key.value());
    return keys;
}

std::vector<std::string> keys_of(const std::vector<Frozen>& frozen) {
    std::vector<std::string> keys;
    for (const auto& person : frozen) keys.push_back(person.key.value());
    return keys;
}

std::vector<std::string> codes_of(const Read& ingested) {
    std::vector<std::string> codes;
    for (const auto& issue : ingested.issues) codes.push_back(std::to_string(issue.line) + " " + issue.code);
    return codes;
}

using Texts = std::vector<std::string>;

constexpr const char* short_header = "Employee ID;E-mail;Location\n";

Read read_rows(const std::string& rows) { return read(short_header + rows); }

}  // namespace

TEST_CASE("a row becomes an employee with every field that the record has", "[core][ingest]") {
    const auto ingested = read(
        "Employee ID;First name;Infix;Last name;E-mail;Location;Department;Job title;Phone\r\n"
        " 10234 ;Anna;van der;Bakker; A.Bakker@Shop.example ;Store 12|Store 7;Fresh;Cashier;+31 6 1\r\n");

    REQUIRE(ingested.employees.size() == 1);
    const auto& anna = ingested.employees.front();
    CHECK(anna.key == EmployeeKey("10234"));
    CHECK(anna.profile.email == std::optional<std::string>("a.bakker@shop.example"));
    CHECK(anna.profile.name == std::optional(PersonName{"Anna", "van der", "Bakker"}));
    CHECK(anna.profile.job_title == std::optional<std::string>("Cashier"));
    CHECK(anna.profile.phone == std::optional<std::string>("+31 6 1"));
    CHECK(anna.locations == Texts{"Store 12", "Store 7"});
    CHECK(anna.departments == Texts{"Fresh"});
    CHECK(ingested.issues.empty());
    CHECK(ingested.frozen.empty());
    CHECK(ingested.evidence == ReadEvidence{});
    CHECK(ingested.columns.size() == 9);
}

TEST_CASE("an absent column and an empty cell say nothing, unless the tenant reads empty as none", "[core][ingest]") {
    auto map = shop_columns();
    for (auto& [field, recipe] : map.fields) {
        if (field != Field::phone && field != Field::email) recipe.on_empty = OnEmpty::clear;
    }
    map.fields[Field::department].on_empty = OnEmpty::fallback;
    map.fields[Field::department].fallback = "Head office";
    const auto ingested =
        test::read_record("Employee ID;Phone;First name;Job title;Location;Department\n1;;;;;\n", map);

    REQUIRE(ingested.employees.size() == 1);
    const auto& person = ingested.employees.front();
    CHECK_FALSE(person.profile.email);                                  // absent
    CHECK_FALSE(person.profile.phone);                                  // keep
    CHECK(person.profile.job_title == std::optional<std::string>(""));  // clear
    CHECK(person.profile.name == std::optional(PersonName{}));
    CHECK(person.locations.empty());
    CHECK(person.locations_emptied);
    CHECK(person.departments == Texts{"Head office"});
    CHECK_FALSE(person.departments_emptied);
}

TEST_CASE("a record without any name column says nothing about names", "[core][ingest]") {
    CHECK_FALSE(read_rows("1;a@b.example;x\n").employees.front().profile.name);
}

TEST_CASE("extra columns are kept under the tenant's field name", "[core][ingest]") {
    const auto map =
        test::columns({{Field::employee_id, "id"}}, {{"contract", "Contract type"}, {"gone", "Not there"}});
    const auto ingested = test::read_record("id,contract type\n1, fixed \n", map);

    CHECK(ingested.employees.front().extra == std::map<std::string, std::string>{{"contract", "fixed"}});
}

TEST_CASE("the same people in another order are the same record", "[core][ingest]") {
    const auto one = read_rows("2;b@b.example;y\n1;a@b.example;x\n10;c@b.example;z\n");
    const auto other = read_rows("10;c@b.example;z\n1;a@b.example;x\n2;b@b.example;y\n");

    CHECK(one == other);
    CHECK(keys_of(one.employees) == Texts{"1", "10", "2"});
}

TEST_CASE("blank lines and rows of empty cells are passed over", "[core][ingest]") {
    const auto ingested = read_rows("1;a@b.example;x\n\n ; ;\n2;b@b.example;y\n\n  \n;;\n");

    CHECK(keys_of(ingested.employees) == Texts{"1", "2"});
    CHECK(ingested.issues.empty());
    CHECK(ingested.evidence == ReadEvidence{});
}

TEST_CASE("the last row needs no line break", "[core][ingest]") {
    const auto ingested = read_rows("1;a@b.example;x\n2;b@b.example;y");

    CHECK(ingested.employees.size() == 2);
    CHECK(ingested.evidence == ReadEvidence{});
}

TEST_CASE("a record that says nothing is bounced as a whole", "[core][ingest]") {
    CHECK(failure_of("") == "empty_record");
    CHECK(failure_of("  \r\n ") == "empty_record");
    CHECK(failure_of("Employee ID;E-mail") == "no_rows");
    CHECK(failure_of("Employee ID;E-mail\n\n;\n") == "no_rows");
    CHECK(failure_of("Name;E-mail\nAnna;a@b.example\n") == "key_column_missing");
    CHECK(failure_of("Employee ID;E-mail;E-mail\n1;a@b.example;a@b.example\n") == "duplicate_column");
    CHECK(failure_of(std::string_view("PK\x03\x04\0\0Employee ID", 17)) == "damaged_zip");
}

TEST_CASE("people may have no address where the tenant says that an empty cell means none", "[core][ingest]") {
    auto columns = shop_columns();
    columns.fields[Field::email].on_empty = OnEmpty::clear;

    const auto read = test::read_record(std::string(short_header) + "1;;x\n2;;y\n3;no address;z\n", columns, {});

    CHECK(keys_of(read.employees) == Texts{"1", "2"});
    CHECK(read.employees.at(0).profile.email == "");
    CHECK(codes_of(read) == Texts{"4 bad_email"});
}

TEST_CASE("a bad row freezes its own person and nobody else", "[core][ingest]") {
    struct Case {
        const char* row;
        const char* code;
        const char* column;
    };
    const std::vector<Case> cases = {
        {"7;no address;x", "bad_email", "E-mail"},
        {"7;;x", "email_missing", "E-mail"},
        {"7; \xC2\xA0;x", "email_missing", "E-mail"},
        {"7;a@b.example", "too_few_fields", ""},
        {"7", "too_few_fields", ""},
        {"7;a@b.example;x;y", "too_many_fields", ""},
        {"7;a@b.example;x;", "too_many_fields", ""},
        {"7;a@b.example;Caf\xE9", "bad_encoding", "Location"},
        {"7;\"a@b.example\"x;y", "text_after_quote", ""},
    };
    for (const auto& c : cases) {
        INFO(c.row);
        const auto ingested =
            read_rows(std::string("1;one@b.example;Caf\xC3\xA9\n") + c.row + "\n9;nine@b.example;x\n");

        CHECK(keys_of(ingested.employees) == Texts{"1", "9"});
        CHECK(keys_of(ingested.frozen) == Texts{"7"});
        CHECK(codes_of(ingested) == Texts{std::string("3 ") + c.code});
        REQUIRE(ingested.issues.size() == 1);
        CHECK(ingested.issues[0].column == c.column);
        CHECK(ingested.issues[0].key == std::optional(EmployeeKey("7")));
        CHECK(ingested.frozen[0].reason == "line 3: " + ingested.issues[0].message);
        CHECK(ingested.evidence == ReadEvidence{});
    }
}

TEST_CASE("a row whose person is unknown counts as unreadable", "[core][ingest]") {
    struct Case {
        const char* row;
        const char* code;
    };
    const std::vector<Case> cases = {
        {";a@b.example;x", "key_empty"},
        {"1,23457E+11;a@b.example;x", "key_rounded"},
        {"1.23457E+11;a@b.example;x", "key_rounded"},
        {"\"12\n34\";a@b.example;x", "key_unreadable"},
        {"\"7\"x;a@b.example;x", "text_after_quote"},
        {";a@b.example", "too_few_fields"},
    };
    for (const auto& c : cases) {
        INFO(c.row);
        const auto ingested = read_rows(std::string("1;one@b.example;x\n") + c.row + "\n");

        CHECK(keys_of(ingested.employees) == Texts{"1"});
        CHECK(ingested.frozen.empty());
        CHECK(codes_of(ingested) == Texts{std::string("3 ") + c.code});
        CHECK_FALSE(ingested.issues[0].key);
        CHECK(ingested.evidence == ReadEvidence{.unreadable_keys = 1});
    }
}

TEST_CASE("a shifted row may be somebody else's unless the key stands in the first column", "[core][ingest]") {
    const auto first = read("Employee ID;Last name;Phone\n7;Bakker; Anna;1\n");
    CHECK(keys_of(first.frozen) == Texts{"7"});
    CHECK(first.evidence.unreadable_keys == 0);

    const auto later = read("Last name;Employee ID;Phone\nBakker; Anna;7;1\n");
    CHECK(keys_of(later.frozen) == Texts{"Anna"});
    CHECK(later.evidence.unreadable_keys == 1);
}

TEST_CASE("two rows with one key freeze that person and name the lines", "[core][ingest]") {
    const auto ingested = read_rows("7;a@b.example;x\n8;c@b.example;x\n7;b@b.example;y\n");

    CHECK(keys_of(ingested.employees) == Texts{"8"});
    CHECK(keys_of(ingested.frozen) == Texts{"7"});
    CHECK(codes_of(ingested) == Texts{"2 duplicate_key", "4 duplicate_key"});
    CHECK(ingested.issues[0].message == "the same employee id stands on line 4, with another name or e-mail address");
    CHECK(ingested.issues[1].message == "the same employee id stands on line 2, with another name or e-mail address");
    CHECK(ingested.frozen[0].reason ==
          "line 2: the same employee id stands on line 4, with another name or e-mail address");
}

TEST_CASE("a key on very many rows is told in short", "[core][ingest]") {
    const auto ingested =
        read_rows("0;a@b.example;x\n0;a@b.example;x\n0;a@b.example;x\n0;a@b.example;x\n0;a@b.example;x\n");

    REQUIRE(ingested.issues.size() == 5);
    CHECK(ingested.issues[0].message == "the same employee id stands on lines 3, 4, 5 and 1 more");
}

TEST_CASE("one e-mail address for two people freezes both and names the lines", "[core][ingest]") {
    const auto ingested = read_rows("7;Same@b.example;x\n8;c@b.example;x\n9; same@B.example;y\n");

    CHECK(keys_of(ingested.employees) == Texts{"8"});
    CHECK(keys_of(ingested.frozen) == Texts{"7", "9"});
    CHECK(codes_of(ingested) == Texts{"2 duplicate_email", "4 duplicate_email"});
    CHECK(ingested.issues[0].message == "another person has the same e-mail address on line 4");
    CHECK(ingested.issues[1].column == "E-mail");
}

TEST_CASE("a person whose other row is broken is frozen, not taken from the good row", "[core][ingest]") {
    const auto ingested = read_rows("7;a@b.example;x\n7;b@b.example\n8;c@b.example;x\n");

    CHECK(keys_of(ingested.employees) == Texts{"8"});
    CHECK(keys_of(ingested.frozen) == Texts{"7"});
}

TEST_CASE("a record that was cut in the middle of a row says so", "[core][ingest]") {
    const auto cut = read_rows("1;a@b.example;x\n10234;anna@b.ex");
    CHECK(cut.evidence == ReadEvidence{.unreadable_keys = 0, .ended_in_mid_row = true});
    CHECK(keys_of(cut.frozen) == Texts{"10234"});

    const auto in_quote = read_rows("1;a@b.example;x\n2;b@b.example;\"Sto");
    CHECK(in_quote.evidence.ended_in_mid_row);
    CHECK(keys_of(in_quote.employees) == Texts{"1"});
    CHECK(keys_of(in_quote.frozen) == Texts{"2"});

    const auto ragged_inside = read_rows("1;a@b.example\n2;b@b.example;x\n");
    CHECK_FALSE(ragged_inside.evidence.ended_in_mid_row);
}

TEST_CASE("a quote left open loses nobody: the people behind it are frozen", "[core][ingest]") {
    const auto ingested = read_rows("1;a@b.example;x\n2;\"b@b.example;x\n3;c@b.example;x\n4;d@b.example;x\n");

    CHECK(keys_of(ingested.employees) == Texts{"1"});
    CHECK(keys_of(ingested.frozen) == Texts{"2", "3", "4"});
    CHECK(codes_of(ingested) == Texts{"3 quote_left_open", "4 inside_open_quote", "5 inside_open_quote"});
    CHECK(ingested.evidence.ended_in_mid_row);
}

TEST_CASE("a row over the limit freezes its person", "[core][ingest]") {
    record::RecordFormat format;
    format.row_bytes_max = 40;
    const auto ingested =
        read(std::string(short_header) + "1;a@b.example;" + std::string(50, 'x') + "\n2;b@b.example;y\n", format);

    CHECK(keys_of(ingested.employees) == Texts{"2"});
    CHECK(codes_of(ingested) == Texts{"2 row_too_long"});
}

TEST_CASE("bytes that are not UTF-8 in a column that nobody maps freeze nobody", "[core][ingest]") {
    CHECK(read("Employee ID;Remarks\n1;Caf\xE9\n2;Caf\xC3\xA9\n").employees.size() == 2);
}

TEST_CASE("issues come in the order of the rows and never hold a cell's value", "[core][ingest]") {
    const auto ingested = read_rows("9;secret-text;x\n7;a@b.example;x\n;q@b.example;x\n8;a@b.example;x\n");

    CHECK(codes_of(ingested) == Texts{"2 bad_email", "3 duplicate_email", "4 key_empty", "5 duplicate_email"});
    for (const auto& issue : ingested.issues) {
        CHECK(issue.message.find("secret-text") == std::string::npos);
        CHECK(issue.message.find("b.example") == std::string::npos);
    }
}

TEST_CASE("line numbers count the lines of the file, the header and quoted line breaks included", "[core][ingest]") {
    const auto ingested = read_rows("1;a@b.example;\"Store\n12\"\n\n2;bad;x\n");

    CHECK(codes_of(ingested) == Texts{"5 bad_email"});
}

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::config;
using Main = ingest::RowsPerPerson::Choice;

namespace {

TenantConfig tenant_with(const std::string& record) { return tenant_of(good_tenant + "[record]\n" + record + "\n"); }
Lines problems_with(const std::string& record) { return problems_of(good_tenant + "[record]\n" + record + "\n"); }

}  // namespace

TEST_CASE("the form of the record is found out unless the tenant says it", "[daemon][config]") {
    CHECK(tenant_of(good_tenant).format == record::RecordFormat{});

    const auto format = tenant_with(R"(format = 'csv'
encoding = 'windows-1252'
delimiter = 'tab'
quoting = 'backslash'
sheet = 'People'
header_row = 3
records = 'data.employees'
row_bytes_max = '64KiB')")
                            .format;
    CHECK(format == record::RecordFormat{.format = record::Format::csv,
                                         .encoding = "windows-1252",
                                         .delimiter = '\t',
                                         .backslash_escapes = true,
                                         .sheet = "People",
                                         .header_row = 3,
                                         .records = "data.employees",
                                         .row_bytes_max = 65536});
}

TEST_CASE("every format can be named", "[daemon][config]") {
    for (const auto* word :
         {"csv", "tsv", "xls", "xlsx", "ods", "spreadsheetml", "html", "mhtml", "json", "jsonl", "xml"}) {
        const auto format = tenant_with("format = '" + std::string(word) + "'").format.format;
        REQUIRE(format);
        CHECK(to_string(*format) == word);
    }
    CHECK(problems_with("format = 'exel'").size() == 1);
}

TEST_CASE("a form that no record has is an error", "[daemon][config]") {
    CHECK(problems_with("delimiter = '::'") ==
          Lines{"19:13: error: record.delimiter: expected one of \",\", \";\", \"|\", \"tab\""});
    CHECK(problems_with("header_row = 0") ==
          Lines{"19:14: error: record.header_row: expected a whole number, 1 to 1000000, got 0"});
    CHECK(problems_with("quoting = 'backslsh'") ==
          Lines{"19:11: error: record.quoting: expected one of \"doubled\", \"backslash\", got \"backslsh\", did you "
                "mean \"backslash\"?"});
}

TEST_CASE("several rows of one person freeze them unless the tenant says which one counts", "[daemon][config]") {
    const auto rule = [](const std::string& record) { return tenant_with(record).columns.rows_per_person; };
    CHECK(tenant_of(good_tenant).columns.rows_per_person == ingest::RowsPerPerson{});
    CHECK(rule("rows_per_person = 'freeze'").main == Main::none);
    CHECK(rule("rows_per_person = 'first'\nmerge_lists = false") ==
          ingest::RowsPerPerson{.main = Main::first, .column = {}, .value = {}, .merge_lists = false});
    CHECK(rule("rows_per_person = { flag = 'Main job', value = 'J' }") ==
          ingest::RowsPerPerson{.main = Main::flag, .column = "Main job", .value = "J"});
    CHECK(rule("rows_per_person = { highest = 'Share' }") ==
          ingest::RowsPerPerson{.main = Main::highest, .column = "Share", .value = {}});

    const auto with_start = with(good_tenant, "[columns]\n", "[columns]\nstart_date = 'Start'\n");
    CHECK(tenant_of(with_start + "[record]\nrows_per_person = 'latest_start'\n").columns.rows_per_person.main ==
          Main::latest_start);
}

TEST_CASE("a choice of the main row that nothing can be chosen by is an error", "[daemon][config]") {
    CHECK(problems_with("rows_per_person = 'latest_start'") ==
          Lines{"19:19: error: record.rows_per_person: no column is mapped to start_date: add columns.start_date"});
    CHECK(problems_with("rows_per_person = 'last'") ==
          Lines{"19:19: error: record.rows_per_person: expected one of \"freeze\", \"first\", \"latest_start\", got "
                "\"last\""});
    CHECK(problems_with("rows_per_person = { flag = 'Main job' }") ==
          Lines{"19:19: error: record.rows_per_person.value: missing"});
    CHECK(problems_with("rows_per_person = {}") == Lines{"19:19: error: record.rows_per_person.highest: missing"});
    CHECK(problems_with("rows_per_person = { flag = 'A', value = 'J', highest = 'B' }") ==
          Lines{"19:56: error: record.rows_per_person.highest: either flag or highest, not both"});
    CHECK(problems_with("rows_per_person = { highest = 'B', value = 'J' }") ==
          Lines{"19:44: error: record.rows_per_person.value: belongs to a flag: { flag = 'COLUMN', value = 'J' }"});
}

TEST_CASE("records that are encrypted for the service need its key", "[daemon][config]") {
    CHECK(!tenant_of(good_tenant).pgp.private_key);

    const auto pgp = tenant_with("pgp_key = { credential = 'key' }\npgp_passphrase = { credential = 'password' }").pgp;
    REQUIRE(pgp.private_key);
    CHECK(pgp.private_key->expose() == "secret");
    REQUIRE(pgp.passphrase);

    CHECK(problems_with("pgp_passphrase = { credential = 'password' }") ==
          Lines{"19:18: error: record.pgp_passphrase: there is no pgp_key that it could open"});
    CHECK(problems_with("pgp_key = 'BEGIN PGP PRIVATE KEY'") ==
          Lines{"19:11: error: record.pgp_key: expected { file = \"PATH\" } or { credential = \"NAME\" }: secrets do "
                "not stand in the configuration"});
}

TEST_CASE("rules may look at what a record says about the work", "[daemon][config]") {
    for (const std::string field : {"upn", "language", "start_date", "end_date", "status", "manager"}) {
        const auto rule = "[[role_mapping]]\nfield = '" + field + "'\nvalues = { 'A' = 'admin' }\n";
        const auto mapped = with(good_tenant, "[columns]\n", "[columns]\n" + field + " = 'Column'\n");
        const auto rules = tenant_of(mapped + rule).rules;
        CHECK(rules.names.field(rules.roles.front().when.cells.front().field).name == field);
        CHECK(problems_of(good_tenant + rule) ==
              Lines{"19:9: error: role_mapping[1].field: no column is mapped to " + field + ": add columns." + field});
    }
    CHECK(
        problems_of(good_tenant + "[[role_mapping]]\nfield = 'email'\nvalues = { 'a@b.example' = 'admin' }\n").empty());
}

TEST_CASE("whose addresses a record holds is said by their domains", "[daemon][config]") {
    const auto domains = [](const std::string& record) { return tenant_with(record).columns.address_domains; };
    CHECK(domains("").ours.empty());
    CHECK(domains("address_domains = ['Shop.example', 'brand.example']\nother_domains_share_max = '25%'") ==
          ingest::AddressDomains{.ours = {"shop.example", "brand.example"}, .other_domains_share_max = 0.25});
    CHECK(domains("address_domains = ['shop.example']").other_domains_share_max == 0.10);

    CHECK(problems_with("address_domains = ['@shop.example']").size() == 1);
    CHECK(problems_with("address_domains = ['shop']").size() == 1);
    const auto problems =
        problems_of(with(good_tenant, "email = 'Mail'\n", "") + "[record]\naddress_domains = ['shop.example']\n");
    CHECK(std::count_if(problems.begin(), problems.end(), [](const std::string& problem) {
              return problem.find("record.address_domains: no column is mapped to email") != std::string::npos;
          }) == 1);
}

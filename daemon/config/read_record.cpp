#include "core/base/ascii.hpp"
#include "core/ingest/normalise.hpp"
#include "daemon/config/readers.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::config {
namespace {

using ingest::OnEmpty;
using Main = ingest::RowsPerPerson::Choice;
using record::Format;

constexpr std::array<Choice<Format>, 11> formats{{{"csv", Format::csv},
                                                  {"tsv", Format::tsv},
                                                  {"xls", Format::xls},
                                                  {"xlsx", Format::xlsx},
                                                  {"ods", Format::ods},
                                                  {"spreadsheetml", Format::spreadsheetml},
                                                  {"html", Format::html},
                                                  {"mhtml", Format::mhtml},
                                                  {"json", Format::json},
                                                  {"jsonl", Format::jsonl},
                                                  {"xml", Format::xml}}};
constexpr std::array<Choice<bool>, 2> quotings{{{"doubled", false}, {"backslash", true}}};
constexpr std::array<Choice<OnEmpty>, 2> empty_cells{{{"keep", OnEmpty::keep}, {"clear", OnEmpty::clear}}};
constexpr std::array<Choice<Main>, 3> main_rows{
    {{"freeze", Main::none}, {"first", Main::first}, {"latest_start", Main::latest_start}}};

void read_delimiter(TableReader& record, record::RecordFormat& format) {
    std::string delimiter;
    record.text("delimiter", delimiter);
    if (delimiter == "tab") delimiter = "\t";
    constexpr std::string_view possible = ",;\t|";
    if (delimiter.size() == 1 && possible.find(delimiter) != std::string_view::npos) {
        format.delimiter = delimiter.front();
    } else if (!delimiter.empty()) {
        record.error("delimiter", "expected one of \",\", \";\", \"|\", \"tab\"");
    }
}

void read_format(TableReader& record, record::RecordFormat& format) {
    Format told = Format::csv;
    record.choice("format", told, formats);
    if (record.has("format")) format.format = told;
    record.text("encoding", format.encoding);
    read_delimiter(record, format);
    record.choice("quoting", format.backslash_escapes, quotings);
    record.text("sheet", format.sheet);
    std::size_t header_row = 0;
    record.whole("header_row", header_row, {.min = 1, .max = 1'000'000});
    if (header_row != 0) format.header_row = header_row;
    record.text("records", format.records);
    record.bytes("row_bytes_max", format.row_bytes_max);
}

/// Either { flag = 'COLUMN', value = 'J' } or { highest = 'COLUMN' }.
void read_main_row(TableReader& rule, ingest::RowsPerPerson& rows) {
    rule.text("flag", rows.column);
    rule.text("value", rows.value);
    const bool flag = rule.has("flag");
    rows.main = flag ? Main::flag : Main::highest;
    if (flag) rule.require({"value"});
    if (!flag && rule.has("value")) rule.error("value", "belongs to a flag: { flag = 'COLUMN', value = 'J' }");
    rule.text("highest", rows.column);
    if (flag && rule.has("highest")) rule.error("highest", "either flag or highest, not both");
    if (!flag) rule.require({"highest"});
}

void read_rows_per_person(TableReader& record, ingest::RowsPerPerson& rows) {
    record.flag("merge_lists", rows.merge_lists);
    const auto* value = record.raw("rows_per_person");
    if (value == nullptr) return;
    if (const auto* table = std::get_if<Table>(&value->content)) {
        auto rule = record.within(*table, value->at, record.path_of("rows_per_person"));
        return read_main_row(rule, rows);
    }
    record.choice("rows_per_person", rows.main, main_rows);
}

void read_address_domains(TableReader& record, ingest::AddressDomains& domains) {
    record.texts("address_domains", domains.ours);
    for (auto& domain : domains.ours) {
        domain = lower_case(domain);
        if (!ingest::is_email("a@" + domain)) {
            record.error("address_domains", "expected what follows the @ of an address, such as \"shop.example\"");
        }
    }
    record.share("other_domains_share_max", domains.other_domains_share_max);
}

void read_secret(TableReader& record, std::string_view key, std::optional<Secret>& target) {
    Secret secret;
    record.secret(key, secret);
    if (!secret.empty()) target = std::move(secret);
}

void read_pgp(TableReader& record, pgp::PgpOptions& pgp) {
    read_secret(record, "pgp_key", pgp.private_key);
    read_secret(record, "pgp_passphrase", pgp.passphrase);
    if (record.has("pgp_passphrase") && !record.has("pgp_key")) {
        record.error("pgp_passphrase", "there is no pgp_key that it could open");
    }
}

}  // namespace

RecordDefaults read_record(TableReader& root, TenantConfig& config) {
    RecordDefaults defaults;
    auto record = root.table("record");
    read_format(record, config.format);
    record.text("list_separators", defaults.list_separators, Empty::allowed);
    record.choice("empty_cell", defaults.on_empty, empty_cells);
    read_rows_per_person(record, config.columns.rows_per_person);
    read_pgp(record, config.pgp);
    read_address_domains(record, config.columns.address_domains);
    defaults.address_domains_at = record.at("address_domains");
    defaults.rows_per_person_at = record.at("rows_per_person");
    return defaults;
}

void check_record(TableReader& root, const RecordDefaults& defaults, const ingest::ColumnMap& map) {
    if (!map.address_domains.ours.empty() && map.fields.count(ingest::Field::email) == 0) {
        root.error_at(defaults.address_domains_at, "record.address_domains",
                      "no column is mapped to email: add columns.email");
    }
    const bool by_start = map.rows_per_person.main == Main::latest_start;
    if (!by_start || map.fields.count(ingest::Field::start_date) != 0) return;
    root.error_at(defaults.rows_per_person_at, "record.rows_per_person",
                  "no column is mapped to start_date: add columns.start_date");
}

}  // namespace usersync::config

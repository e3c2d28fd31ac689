#include "daemon/record_commands.hpp"

#include "core/ingest/example_record.hpp"
#include "core/ingest/inspection.hpp"
#include "core/record/write_csv.hpp"
#include "core/record/write_xls.hpp"
#include "core/record/write_xlsx.hpp"
#include "daemon/control/command.hpp"
#include "daemon/record/inspection_view.hpp"
#include "daemon/record/people_text.hpp"
#include "daemon/record_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace usersync {
namespace {

namespace fs = std::filesystem;
using control::ExitCode;

int ended(ExitCode code) { return static_cast<int>(code); }

/// nullopt after the reasons were told.
std::optional<Reading> reading_of_tenant(const cli::EnvironmentArguments& where, const std::string& name) {
    const auto tenant = tenant_or_complain(where, name);
    if (!tenant) return std::nullopt;
    return reading_of(*tenant);
}

std::optional<Reading> reading_of_file(const cli::EnvironmentArguments& where, const std::string& file) {
    const auto loaded = config::load_mapping(file, {.credentials_folder = where.credentials});
    for (const auto& problem : loaded.problems) std::cerr << describe(problem) << '\n';
    if (!loaded.config) return std::nullopt;
    return reading_of(*loaded.config);
}

bool is_open(const std::vector<RecordIssue>& issues) {
    return std::any_of(issues.begin(), issues.end(),
                       [](const RecordIssue& issue) { return issue.severity != IssueSeverity::warning; });
}

int write_out(const std::string& bytes, const std::string& out) {
    if (out.empty()) {
        std::cout << bytes << std::flush;
        return ended(std::cout ? ExitCode::done : ExitCode::failed);
    }
    std::ofstream file(out, std::ios::binary);
    if (!(file << bytes << std::flush)) return complain(ExitCode::failed, out + " cannot be written");
    return ended(ExitCode::done);
}

std::string example_as(const std::string& format) {
    const auto rows = ingest::example_record();
    if (format == "xls") return record::write_xls(rows, "Employees");
    if (format == "xlsx") return record::write_xlsx(rows, "Employees");
    const record::CsvStyle style{.delimiter = ';', .byte_order_mark = true};  // as Excel opens it with a double click
    std::string text(record::csv_opening(style));
    for (const auto& row : rows) record::append_csv_row(text, {row.begin(), row.end()}, style);
    return text;
}

}  // namespace

int inspect_file(const cli::Inspect& arguments) {
    std::optional<Reading> reading = Reading{};
    if (!arguments.tenant.empty()) reading = reading_of_tenant(arguments.where, arguments.tenant);
    if (!arguments.columns.empty()) reading = reading_of_file(arguments.where, arguments.columns);
    if (!reading) return ended(ExitCode::usage);
    const auto bytes = read_record_file(arguments.file);
    if (!bytes) return complain(ExitCode::usage, bytes.error().detail);
    const auto inspection = ingest::inspect(*bytes, reading->mapping, {}, reading->decrypt);
    const auto name = fs::path(arguments.file).filename().string();
    std::cout << (arguments.format == "json" ? record_view::inspection_json(inspection, name)
                                             : record_view::inspection_text(inspection, name));
    const bool good = !inspection.bounce && !is_open(inspection.issues) &&
                      inspection.judgement.completeness == Completeness::complete;
    return ended(good ? ExitCode::done : ExitCode::people_open);
}

int print_records(const cli::Records& arguments) {
    auto reading = arguments.columns.empty() ? reading_of_tenant(arguments.where, arguments.tenant)
                                             : reading_of_file(arguments.where, arguments.columns);
    if (!reading) return ended(ExitCode::usage);
    const auto bytes = read_record_file(arguments.file);
    if (!bytes) return complain(ExitCode::usage, bytes.error().detail);
    KnownPeople nobody;
    const auto& mapping = *reading->mapping;
    const auto outcome =
        ingest::ingest_bytes(*bytes, mapping.columns, mapping.format, {}, nobody, {}, reading->decrypt);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) {
        return complain(ExitCode::held, "refused (" + bounce->code + "): " + bounce->sentence);
    }
    const auto& people = std::get<ingest::Ingested>(outcome);
    if (arguments.format == "json") {
        std::cout << record_view::people_json(people.changed);
    } else if (arguments.format == "jsonl") {
        std::cout << record_view::people_json_lines(people.changed);
    } else {
        std::cout << record_view::people_csv(people.changed, !arguments.raw);
    }
    if (!is_open(people.issues)) return ended(ExitCode::done);
    std::cerr << people.frozen.size() << " frozen, " << people.facts.evidence.unreadable_keys
              << " rows of unknown people: see usersyncd inspect\n";
    return ended(ExitCode::people_open);
}

int print_example_record(const cli::ExampleRecord& arguments) {
    const bool is_text = arguments.format == "csv";
    if (!is_text && arguments.out.empty() && ::isatty(STDOUT_FILENO) == 1) {
        return complain(ExitCode::usage, "a workbook on a terminal helps nobody: give --out FILE, or redirect");
    }
    return write_out(example_as(arguments.format), arguments.out);
}

}  // namespace usersync

#include "daemon/record_commands.hpp"

#include "core/ingest/example_record.hpp"
#include "core/ingest/inspection.hpp"
#include "core/record/detect.hpp"
#include "core/record/write_csv.hpp"
#include "core/record/write_xls.hpp"
#include "core/record/write_xlsx.hpp"
#include "daemon/check.hpp"
#include "daemon/control/command.hpp"
#include "daemon/record/inspection_view.hpp"
#include "daemon/record/people_text.hpp"
#include "daemon/record_key.hpp"

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

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{1} << 30;

int ended(ExitCode code) { return static_cast<int>(code); }

int complain(ExitCode code, const std::string& sentence) {
    std::cerr << "usersyncd: " << sentence << '\n';
    return ended(code);
}

Failure unusable(std::string sentence) {
    return {.kind = FailureKind::rejected, .code = "file_unusable", .where = "file", .detail = std::move(sentence)};
}

Result<std::string> read_file(const std::string& file) {
    std::error_code error;
    if (!fs::exists(file, error)) return unusable(file + " does not exist");
    if (!fs::is_regular_file(file, error)) return unusable(file + " is not a file");
    if (record::is_lock_file_name(fs::path(file).filename().string())) {
        return unusable(file + " is what Excel leaves beside a workbook that is open, not the workbook itself");
    }
    const auto size = fs::file_size(file, error);
    if (!error && size > file_bytes_max) return unusable(file + " is larger than 1 GiB");
    std::ifstream in(file, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (error || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        return unusable(file + " cannot be read");
    }
    return bytes;
}

/// How a file is to be read, and the key for it.
struct Reading {
    std::optional<ingest::Mapping> mapping;
    record::Decrypt decrypt;
};

/// A key ring for as long as the command runs.
fs::path scratch_folder() {
    std::error_code ignored;
    const auto folder = fs::temp_directory_path(ignored);
    return folder.empty() ? "/tmp" : folder;
}

Reading reading_of(const config::TenantConfig& tenant) {
    return {
        .mapping =
            ingest::Mapping{.columns = tenant.columns, .format = tenant.format, .completeness = tenant.completeness},
        .decrypt = decrypt_by(tenant.pgp, scratch_folder(), {})};
}

/// nullopt after the reasons were told.
std::optional<Reading> reading_of_tenant(const cli::EnvironmentArguments& where, const std::string& name) {
    const auto config = load_or_complain(where);
    if (!config) return std::nullopt;
    const auto tenant = std::find_if(config->tenants.begin(), config->tenants.end(),
                                     [&](const auto& each) { return each.id.value() == name; });
    if (tenant == config->tenants.end()) {
        complain(ExitCode::usage, "there is no tenant " + name);
        return std::nullopt;
    }
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
    const auto bytes = read_file(arguments.file);
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
    const auto bytes = read_file(arguments.file);
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

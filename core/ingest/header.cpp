#include "core/ingest/header.hpp"

#include "core/record/csv.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <array>

namespace usersync::ingest {
namespace {

constexpr std::array<char, 4> delimiters = {',', ';', '\t', '|'};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Failure bounced(std::string code, std::string detail) {
    return {
        .kind = FailureKind::rejected, .code = std::move(code), .where = "core.ingest", .detail = std::move(detail)};
}

// Where the header row begins, and what a `sep=` line in front of it says.
struct Opening {
    std::size_t offset = 0;
    std::size_t line = 1;
    std::optional<char> delimiter;
};

std::optional<char> separator_line(std::string_view line) {
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    if (line.size() != 5 || fold_name(line.substr(0, 4)) != "sep=") return std::nullopt;
    const char delimiter = line.back();
    return delimiter == '"' ? std::nullopt : std::optional(delimiter);
}

std::size_t after_line_break(std::string_view bytes, std::size_t at) {
    if (at == std::string_view::npos) return bytes.size();
    return at + (bytes.substr(at, 2) == "\r\n" ? 2 : 1);
}

Opening find_opening(std::string_view bytes) {
    Opening opening;
    if (bytes.starts_with(byte_order_mark)) opening.offset = byte_order_mark.size();
    while (opening.offset < bytes.size()) {
        const auto line_end = bytes.find_first_of("\r\n", opening.offset);
        const auto line = bytes.substr(opening.offset, line_end - opening.offset);
        const auto separator = opening.delimiter ? std::nullopt : separator_line(line);
        if (!separator && !trim(line).empty()) break;
        if (separator) opening.delimiter = separator;
        opening.offset = after_line_break(bytes, line_end);
        ++opening.line;
    }
    return opening;
}

std::vector<std::string> mapped_names(const FieldMap& fields) {
    std::vector<std::string> names = {fold_name(fields.employee_id)};
    for (const auto* name : {&fields.email, &fields.first_name, &fields.infix, &fields.last_name, &fields.job_title,
                             &fields.phone, &fields.location, &fields.department}) {
        if (*name) names.push_back(fold_name(**name));
    }
    for (const auto& [field, column] : fields.extra) names.push_back(fold_name(column));
    return names;
}

struct HeaderRow {
    std::vector<std::string> names;
    std::vector<std::string> folded;
    std::size_t end = 0;
    std::size_t next_line = 1;
    bool sound = true;
};

HeaderRow split_header(std::string_view bytes, const Opening& opening, char delimiter, const RecordFormat& format) {
    CsvScanner scanner(bytes.substr(opening.offset), delimiter, format.row_bytes_max, opening.line);
    Row row;
    HeaderRow header;
    scanner.next(row);
    for (const auto cell : row.cells) {
        header.names.push_back(shown_as_utf8(trim(cell)));
        header.folded.push_back(fold_name(header.names.back()));
    }
    header.end = opening.offset + scanner.position();
    header.next_line = scanner.line();
    header.sound = row.flaw == RowFlaw::none;
    return header;
}

struct Score {
    std::size_t found = 0;
    std::size_t cells = 0;
    auto operator<=>(const Score&) const = default;
};

Score score_of(const HeaderRow& header, const std::vector<std::string>& wanted) {
    const auto is_there = [&header](const std::string& name) {
        return std::find(header.folded.begin(), header.folded.end(), name) != header.folded.end();
    };
    return {.found = static_cast<std::size_t>(std::count_if(wanted.begin(), wanted.end(), is_there)),
            .cells = header.names.size()};
}

char find_delimiter(std::string_view bytes, const Opening& opening, const FieldMap& fields,
                    const RecordFormat& format) {
    if (format.delimiter) return *format.delimiter;
    if (opening.delimiter) return *opening.delimiter;
    const auto wanted = mapped_names(fields);
    char best = delimiters.front();
    Score best_score;
    for (const char candidate : delimiters) {
        const auto score = score_of(split_header(bytes, opening, candidate, format), wanted);
        if (score > best_score) {
            best = candidate;
            best_score = score;
        }
    }
    return best;
}

// Looks columns up by name and remembers the first name that stands there twice.
class Lookup {
public:
    explicit Lookup(const HeaderRow& header) : header_(header) {}

    std::optional<std::size_t> find(const std::optional<std::string>& name) {
        if (!name) return std::nullopt;
        const auto wanted = fold_name(*name);
        const auto begin = header_.folded.begin();
        const auto end = header_.folded.end();
        const auto first = std::find(begin, end, wanted);
        if (first == end) return std::nullopt;
        if (std::find(first + 1, end, wanted) != end && twice_.empty()) twice_ = *name;
        return static_cast<std::size_t>(first - begin);
    }
    const std::string& twice() const { return twice_; }

private:
    const HeaderRow& header_;
    std::string twice_;
};

Columns find_columns(const FieldMap& fields, Lookup& lookup) {
    Columns columns;
    columns.email = lookup.find(fields.email);
    columns.first_name = lookup.find(fields.first_name);
    columns.infix = lookup.find(fields.infix);
    columns.last_name = lookup.find(fields.last_name);
    columns.job_title = lookup.find(fields.job_title);
    columns.phone = lookup.find(fields.phone);
    columns.location = lookup.find(fields.location);
    columns.department = lookup.find(fields.department);
    for (const auto& [field, name] : fields.extra) {
        if (const auto column = lookup.find(name)) columns.extra.emplace_back(field, *column);
    }
    return columns;
}

}  // namespace

std::vector<std::size_t> Columns::used() const {
    std::vector<std::size_t> all = {employee_id};
    for (const auto& column : {email, first_name, infix, last_name, job_title, phone, location, department}) {
        if (column) all.push_back(*column);
    }
    for (const auto& [field, column] : extra) all.push_back(column);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

Result<Header> read_header(std::string_view bytes, const FieldMap& fields, const RecordFormat& format) {
    const auto opening = find_opening(bytes);
    if (opening.offset >= bytes.size()) return bounced("empty_record", "the record is empty");
    const char delimiter = find_delimiter(bytes, opening, fields, format);
    auto row = split_header(bytes, opening, delimiter, format);
    if (!row.sound) return bounced("bad_header", "a quote in the header line is not closed properly");
    Lookup lookup(row);
    const auto key_column = lookup.find(fields.employee_id);
    // The cells found instead are not named: a record without a header has a person in its first line.
    if (!key_column) {
        return bounced("key_column_missing", "no column is named \"" + fields.employee_id + "\"; the header line has " +
                                                 std::to_string(row.names.size()) + " cells");
    }
    Header header;
    header.columns = find_columns(fields, lookup);
    header.columns.employee_id = *key_column;
    if (!lookup.twice().empty()) {
        return bounced("duplicate_column", "the column \"" + lookup.twice() + "\" stands in the header twice");
    }
    header.names = std::move(row.names);
    header.delimiter = delimiter;
    header.body = row.end;
    header.body_line = row.next_line;
    return header;
}

}  // namespace usersync::ingest

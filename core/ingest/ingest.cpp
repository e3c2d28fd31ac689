#include "core/ingest/ingest.hpp"

#include "core/record/csv.hpp"
#include "core/ingest/header.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace usersync::ingest {
namespace {

constexpr std::size_t lines_named_max = 3;

/// What is wrong with a row or a cell, before it is known whose row it is.
struct Fault {
    std::string code;
    std::string message;
    std::optional<std::size_t> column;
};

/// A row that has the right shape and a readable key.
struct Taken {
    std::size_t line = 0;
    Employee employee;
};

Fault key_fault(KeyFlaw flaw, std::size_t column) {
    switch (flaw) {
        case KeyFlaw::empty: return {"key_empty", "the employee id is empty", column};
        case KeyFlaw::scientific:
            return {"key_scientific", "the employee id was turned into a rounded number such as 1,2E+11", column};
        case KeyFlaw::none:
        case KeyFlaw::not_plain: break;
    }
    return {"key_unreadable", "the employee id is not plain text", column};
}

std::optional<Fault> quoting_fault(RowFlaw flaw) {
    switch (flaw) {
        case RowFlaw::none: return std::nullopt;
        case RowFlaw::text_after_quote:
            return Fault{"text_after_quote", "text follows a closing quote, so the cells are not certain", {}};
        case RowFlaw::quote_left_open: return Fault{"quote_left_open", "a quote is opened and never closed", {}};
        case RowFlaw::too_long: return Fault{"row_too_long", "the row is longer than a row may be", {}};
        case RowFlaw::in_doubt:
            return Fault{"inside_open_quote", "a broken quote in an earlier row may reach into this row", {}};
    }
    return std::nullopt;
}

Fault ragged_fault(std::size_t cells, std::size_t expected) {
    return {.code = cells < expected ? "too_few_fields" : "too_many_fields",
            .message = "the row has " + std::to_string(cells) + (cells == 1 ? " cell" : " cells") +
                       " where the header has " + std::to_string(expected),
            .column = std::nullopt};
}

bool is_blank(const Row& row) {
    const bool read_whole = row.flaw == RowFlaw::none || row.flaw == RowFlaw::in_doubt;
    return read_whole &&
           std::all_of(row.cells.begin(), row.cells.end(), [](std::string_view cell) { return trim(cell).empty(); });
}

// Up to three lines by number: a key that stands on a thousand rows must not make a thousand long sentences.
std::string other_lines(const std::vector<std::size_t>& lines, std::size_t own) {
    std::string text;
    std::size_t named = 0;
    for (const auto line : lines) {
        if (line == own) continue;
        if (named == lines_named_max) break;
        text += (named == 0 ? "" : ", ") + std::to_string(line);
        ++named;
    }
    const auto left = lines.size() - 1 - named;
    if (left > 0) text += " and " + std::to_string(left) + " more";
    return (named == 1 && left == 0 ? "line " : "lines ") + text;
}

/// Reads the rows of one record and settles at the end who can be used.
class Reader {
public:
    Reader(const Header& header, const RecordFormat& format)
        : header_(header), columns_(header.columns), used_(header.columns.used()), format_(format) {}

    void take(const Row& row);
    bool saw_rows() const { return rows_ > 0; }
    Ingested finish();

private:
    using Group = std::vector<const Taken*>;

    bool freeze_broken_row(const Row& row);
    std::optional<Fault> text_fault(const Row& row) const;
    std::optional<Fault> email_fault(const Row& row, const Employee& employee) const;
    void read_cells(const Row& row, Employee& employee) const;
    std::optional<PersonName> read_name(const Row& row) const;
    void report(std::size_t line, std::optional<EmployeeKey> key, const Fault& fault);
    void report_duplicate_keys(const Group& by_key);
    void report_same_key(const Group& group);
    void report_duplicate_emails();
    void report_same_email(const Group& group);
    static std::vector<std::size_t> lines_of(const Group& group);
    std::vector<Frozen> freeze_reported() const;

    const Header& header_;
    const Columns& columns_;
    std::vector<std::size_t> used_;
    const RecordFormat& format_;
    std::size_t rows_ = 0;
    std::deque<Taken> taken_;  // grows without moving what it holds
    std::vector<RecordIssue> issues_;
    ReadEvidence evidence_;
};

void Reader::report(std::size_t line, std::optional<EmployeeKey> key, const Fault& fault) {
    if (!key) ++evidence_.unreadable_keys;
    issues_.push_back({.line = line,
                       .key = std::move(key),
                       .column = fault.column ? header_.names[*fault.column] : std::string(),
                       .code = fault.code,
                       .message = fault.message});
}

// A row with a cell too many or too few has shifted somewhere. When the key stands in the first column nothing can
// have shifted before it; in any other column the person named is frozen, but the row may be somebody else's, so it
// counts as unreadable too and nobody is taken for absent.
bool Reader::freeze_broken_row(const Row& row) {
    const bool quote_broken = row.flaw == RowFlaw::text_after_quote || row.flaw == RowFlaw::quote_left_open;
    const bool ragged = !quote_broken && row.cells.size() != header_.names.size();
    const bool cut = ragged && !row.terminated;
    if (cut || row.flaw == RowFlaw::quote_left_open) evidence_.ended_in_mid_row = true;
    auto fault = ragged ? std::optional(ragged_fault(row.cells.size(), header_.names.size())) : quoting_fault(row.flaw);
    if (!fault) return false;
    std::optional<EmployeeKey> key;
    if (columns_.employee_id < row.cells.size()) {
        auto reading = read_key(row.cells[columns_.employee_id]);
        if (reading.flaw == KeyFlaw::none) key = std::move(reading.key);
    }
    if (key && ragged && columns_.employee_id > 0) ++evidence_.unreadable_keys;
    report(row.line, std::move(key), *fault);
    return true;
}

void Reader::take(const Row& row) {
    if (is_blank(row)) return;
    ++rows_;
    if (freeze_broken_row(row)) return;
    auto reading = read_key(row.cells[columns_.employee_id]);
    if (reading.flaw != KeyFlaw::none) {
        report(row.line, std::nullopt, key_fault(reading.flaw, columns_.employee_id));
        return;
    }
    auto employee = Employee{.key = std::move(reading.key)};
    auto fault = text_fault(row);
    if (!fault) {
        read_cells(row, employee);
        fault = email_fault(row, employee);
    }
    // Of a faulty row only the key is kept: it still counts when the same key stands on another row.
    if (fault) {
        report(row.line, employee.key, *fault);
        employee = Employee{.key = std::move(employee.key)};
    }
    taken_.push_back({.line = row.line, .employee = std::move(employee)});
}

std::optional<Fault> Reader::text_fault(const Row& row) const {
    if (is_utf8(row.bytes)) return std::nullopt;
    for (const auto column : used_) {
        if (!is_utf8(row.cells[column])) {
            return Fault{"bad_utf8", "the cell holds characters that are not UTF-8", column};
        }
    }
    return std::nullopt;
}

std::optional<Fault> Reader::email_fault(const Row& row, const Employee& employee) const {
    if (!columns_.email || employee.profile.email) return std::nullopt;
    if (trim(row.cells[*columns_.email]).empty()) {
        return Fault{"email_missing", "the e-mail address is missing", columns_.email};
    }
    return Fault{"bad_email", "the e-mail address is not valid", columns_.email};
}

std::optional<PersonName> Reader::read_name(const Row& row) const {
    if (!columns_.first_name && !columns_.infix && !columns_.last_name) return std::nullopt;
    const auto part = [&row](const std::optional<std::size_t>& column) {
        return column ? std::string(trim(row.cells[*column])) : std::string();
    };
    return PersonName{
        .first = part(columns_.first_name), .infix = part(columns_.infix), .last = part(columns_.last_name)};
}

void Reader::read_cells(const Row& row, Employee& employee) const {
    const auto text = [&row](const std::optional<std::size_t>& column) {
        return column ? std::optional(std::string(trim(row.cells[*column]))) : std::nullopt;
    };
    const auto list = [&row, this](const std::optional<std::size_t>& column) {
        return column ? split_list(row.cells[*column], format_.list_separators) : std::vector<std::string>();
    };
    if (columns_.email) employee.profile.email = parse_email(trim(row.cells[*columns_.email]));
    employee.profile.name = read_name(row);
    employee.profile.job_title = text(columns_.job_title);
    employee.profile.phone = text(columns_.phone);
    employee.locations = list(columns_.location);
    employee.departments = list(columns_.department);
    for (const auto& [field, column] : columns_.extra) employee.extra.emplace(field, trim(row.cells[column]));
}

std::vector<std::size_t> Reader::lines_of(const Group& group) {
    std::vector<std::size_t> lines;
    for (const auto* row : group) lines.push_back(row->line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

void Reader::report_duplicate_keys(const Group& by_key) {
    for (auto first = by_key.begin(); first != by_key.end();) {
        const auto& key = (*first)->employee.key;
        const auto last = std::find_if(first, by_key.end(), [&](const Taken* row) { return row->employee.key != key; });
        if (last - first > 1) report_same_key({first, last});
        first = last;
    }
}

void Reader::report_same_key(const Group& group) {
    const auto lines = lines_of(group);
    for (const auto* row : group) {
        const auto sentence = "the same employee id stands on " + other_lines(lines, row->line);
        report(row->line, row->employee.key, {"duplicate_key", sentence, columns_.employee_id});
    }
}

// Sorted by a hash first: comparing a million addresses that lie all over memory takes longer than reading them.
void Reader::report_duplicate_emails() {
    std::vector<std::pair<std::size_t, const Taken*>> rows;
    const auto email_of = [](const auto& row) -> const std::string& { return *row.second->employee.profile.email; };
    for (const auto& row : taken_) {
        if (const auto& email = row.employee.profile.email) rows.emplace_back(std::hash<std::string>{}(*email), &row);
    }
    std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : email_of(a) < email_of(b);
    });
    for (auto first = rows.begin(); first != rows.end();) {
        const auto differs = [&](const auto& row) {
            return row.first != first->first || email_of(row) != email_of(*first);
        };
        const auto last = std::find_if(first, rows.end(), differs);
        if (last - first > 1) {
            Group group;
            std::for_each(first, last, [&group](const auto& row) { group.push_back(row.second); });
            report_same_email(group);
        }
        first = last;
    }
}

void Reader::report_same_email(const Group& group) {
    const auto& key = group.front()->employee.key;
    const auto is_same_person = [&key](const Taken* row) { return row->employee.key == key; };
    if (std::all_of(group.begin(), group.end(), is_same_person)) return;
    const auto lines = lines_of(group);
    for (const auto* row : group) {
        const auto sentence = "another person has the same e-mail address on " + other_lines(lines, row->line);
        report(row->line, row->employee.key, {"duplicate_email", sentence, columns_.email});
    }
}

// REQUIRES: issues_ is sorted by line. The first issue of a person is the reason.
std::vector<Frozen> Reader::freeze_reported() const {
    std::map<EmployeeKey, std::string> reasons;
    for (const auto& issue : issues_) {
        if (issue.key) reasons.try_emplace(*issue.key, "line " + std::to_string(issue.line) + ": " + issue.message);
    }
    std::vector<Frozen> frozen;
    for (auto& [key, reason] : reasons) frozen.push_back({.key = key, .reason = reason});
    return frozen;
}

Ingested Reader::finish() {
    std::vector<Taken*> by_key;
    for (auto& row : taken_) by_key.push_back(&row);
    const auto key_below = [](const Taken* a, const Taken* b) { return a->employee.key < b->employee.key; };
    if (!std::is_sorted(by_key.begin(), by_key.end(), key_below)) {
        std::stable_sort(by_key.begin(), by_key.end(), key_below);
    }
    report_duplicate_keys({by_key.begin(), by_key.end()});
    report_duplicate_emails();
    std::stable_sort(issues_.begin(), issues_.end(),
                     [](const RecordIssue& a, const RecordIssue& b) { return a.line < b.line; });
    Ingested result;
    result.frozen = freeze_reported();
    const auto is_frozen = [&result](const EmployeeKey& key) {
        const auto at = std::lower_bound(result.frozen.begin(), result.frozen.end(), key,
                                         [](const Frozen& frozen, const EmployeeKey& k) { return frozen.key < k; });
        return at != result.frozen.end() && at->key == key;
    };
    result.employees.reserve(by_key.size());
    for (auto* row : by_key) {
        if (!is_frozen(row->employee.key)) result.employees.push_back(std::move(row->employee));
    }
    result.issues = std::move(issues_);
    result.columns = header_.names;
    result.evidence = evidence_;
    return result;
}

Failure bounced(const char* code, const char* detail) {
    return {.kind = FailureKind::rejected, .code = code, .where = "core.ingest", .detail = detail};
}

}  // namespace

Result<Ingested> ingest(std::string_view bytes, const FieldMap& fields, const RecordFormat& format) {
    if (bytes.find('\0') != std::string_view::npos) {
        return bounced("not_text", "the record holds zero bytes: it is a binary file, or text in UTF-16");
    }
    auto header = read_header(bytes, fields, format);
    if (!header) return header.error();
    Reader reader(*header, format);
    CsvScanner scanner(bytes.substr(header->body), header->delimiter, format.row_bytes_max, header->body_line);
    for (Row row; scanner.next(row);) reader.take(row);
    if (!reader.saw_rows()) return bounced("no_rows", "the record has a header and no rows");
    return reader.finish();
}

}  // namespace usersync::ingest

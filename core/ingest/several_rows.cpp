#include "core/ingest/several_rows.hpp"

#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace usersync::ingest {
namespace {

// "80", "80,5", "80.5 %": a spreadsheet in Dutch or German writes the comma.
std::optional<double> number_of(std::string text) {
    std::replace(text.begin(), text.end(), ',', '.');
    if (text.ends_with('%')) text.pop_back();
    const auto digits = trim(text);
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

/// The one row whose value is above all others'; nullopt when a value is missing in all, or two share the top.
template <class Value>
std::optional<std::size_t> highest(const std::vector<RowOfPerson>& rows, Value value) {
    std::optional<std::size_t> best;
    bool shared = false;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const auto own = value(rows[at]);
        if (!own) continue;
        if (!best || *own > *value(rows[*best])) {
            best = at;
            shared = false;
        } else if (*own == *value(rows[*best])) {
            shared = true;
        }
    }
    return shared ? std::nullopt : best;
}

std::optional<std::size_t> flagged(const std::vector<RowOfPerson>& rows, const std::string& value) {
    const auto wanted = fold_name(value);
    std::optional<std::size_t> found;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (fold_name(rows[at].marker) != wanted) continue;
        if (found) return std::nullopt;
        found = at;
    }
    return found;
}

std::optional<std::size_t> main_row(const std::vector<RowOfPerson>& rows, const RowsPerPerson& rule) {
    switch (rule.main) {
        case RowsPerPerson::Choice::none: return std::nullopt;
        case RowsPerPerson::Choice::first: return 0;
        case RowsPerPerson::Choice::flag: return flagged(rows, rule.value);
        case RowsPerPerson::Choice::latest_start:
            return highest(rows, [](const RowOfPerson& row) {
                const auto& start = row.employee.employment.start_date;
                return start && !start->empty() ? start : std::nullopt;
            });
        case RowsPerPerson::Choice::highest:
            return highest(rows, [](const RowOfPerson& row) { return number_of(row.marker); });
    }
    return std::nullopt;
}

void add_new(std::vector<std::string>& values, const std::vector<std::string>& more) {
    for (const auto& value : more) {
        if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
}

}  // namespace

std::optional<Employee> merge_rows(std::vector<RowOfPerson> rows, const RowsPerPerson& rule) {
    if (rows.size() == 1) return std::move(rows.front().employee);
    const auto main = main_row(rows, rule);
    if (!main) return std::nullopt;
    auto employee = std::move(rows[*main].employee);
    if (!rule.merge_lists) return employee;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (at == *main) continue;
        add_new(employee.locations, rows[at].employee.locations);
        add_new(employee.departments, rows[at].employee.departments);
    }
    employee.locations_emptied = employee.locations_emptied && employee.locations.empty();
    employee.departments_emptied = employee.departments_emptied && employee.departments.empty();
    return employee;
}

}  // namespace usersync::ingest

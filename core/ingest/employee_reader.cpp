#include "core/ingest/employee_reader.hpp"

#include "core/ingest/normalise.hpp"
#include "core/ingest/text_steps.hpp"

#include <algorithm>
#include <utility>

namespace usersync::ingest {
namespace {

using record::CellKind;
using record::Row;

constexpr std::size_t exact_digits_max = 15;  // a spreadsheet's numbers have no more

Fault key_fault(KeyFlaw flaw, std::size_t column) {
    switch (flaw) {
        case KeyFlaw::empty: return {"key_empty", "the employee id is empty", column};
        case KeyFlaw::scientific:
            return {"key_rounded", "the employee id was turned into a rounded number such as 1,2E+11", column};
        case KeyFlaw::error_text:
            return {"key_unreadable", "the employee id is an error that a spreadsheet reports, such as #N/A or ####",
                    column};
        case KeyFlaw::none:
        case KeyFlaw::not_plain: break;
    }
    return {"key_unreadable", "the employee id is not plain text", column};
}

// What a program makes of an id that it takes for a number: digits are lost, or it is no id at all.
std::optional<Fault> number_fault(std::string_view digits, std::size_t column) {
    const auto count = std::count_if(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool has_exponent = digits.find_first_of("eE") != std::string_view::npos;
    if (has_exponent || static_cast<std::size_t>(count) > exact_digits_max) {
        return Fault{"key_rounded",
                     "the employee id is a number of more than 15 digits or with an exponent, which may have been "
                     "rounded; it must be written as text",
                     column};
    }
    if (digits.find_first_of("-.") != std::string_view::npos) {
        return Fault{"key_unreadable", "the employee id is a negative number or one with a fraction", column};
    }
    return std::nullopt;
}

std::optional<Fault> cell_fault(CellKind kind, std::string_view trimmed, std::size_t column) {
    if (kind == CellKind::error || (kind == CellKind::text && is_error_text(trimmed))) {
        return Fault{"formula_error", "the cell holds an error that the spreadsheet reports, such as #N/A", column};
    }
    if (kind == CellKind::formula) {
        return Fault{"formula_error", "the cell holds a formula that was never computed", column};
    }
    return std::nullopt;
}

/// What of a key's cell can be told by its kind alone.
std::optional<Fault> key_cell_fault(CellKind kind, std::string_view cell, std::size_t column) {
    switch (kind) {
        case CellKind::text:
        case CellKind::absent: return std::nullopt;
        case CellKind::number: return number_fault(trim(cell), column);
        case CellKind::date:
            return Fault{"key_unreadable", "the employee id is a date, as spreadsheets make one of 12-3", column};
        case CellKind::boolean: return Fault{"key_unreadable", "the employee id is true or false", column};
        case CellKind::list: return Fault{"key_unreadable", "the employee id is a list of values", column};
        case CellKind::error:
        case CellKind::formula: return cell_fault(kind, cell, column);
    }
    return std::nullopt;
}

Fault several_values(const FieldColumns& field) {
    return {"several_values", "the record has a list of values where one value is meant",
            field.columns.empty() ? std::nullopt : std::optional(field.columns.front())};
}

bool is_plain_cell(const FieldColumns& field) { return field.columns.size() == 1 && field.recipe->steps.empty(); }

std::string& name_part(Employee& employee, std::string PersonName::*part) {
    auto& name = employee.profile.name;
    if (!name) name.emplace();
    return (*name).*part;
}

}  // namespace

EmployeeReader::EmployeeReader(const Columns& columns, const ColumnMap& map, bool check_text)
    : columns_(columns), map_(map), check_text_(check_text) {}

void EmployeeReader::take_lines(std::string_view list) {
    has_list_ = true;
    while (!list.empty()) {
        const auto line = list.substr(0, list.find('\n'));
        list.remove_prefix(std::min(line.size() + 1, list.size()));
        const auto text = trim(line);
        if (text.empty()) continue;
        values_.texts.emplace_back(text);
        values_.kinds.push_back(CellKind::text);
    }
}

std::optional<Fault> EmployeeReader::read_values(const Row& row, const FieldColumns& field, bool& said) {
    values_.texts.clear();
    values_.kinds.clear();
    has_list_ = false;
    said = field.columns.empty();  // a constant
    for (const auto column : field.columns) {
        const auto kind = row.kind(column);
        if (kind == CellKind::absent) continue;
        const auto text = trim(row.cells[column]);
        if (auto fault = cell_fault(kind, text, column)) return fault;
        said = true;
        if (kind == CellKind::list) {
            take_lines(row.cells[column]);
            continue;
        }
        if (text.empty()) continue;
        values_.texts.emplace_back(text);
        values_.kinds.push_back(kind);
    }
    if (field.recipe->steps.empty() || (values_.texts.empty() && !field.columns.empty())) return std::nullopt;
    if (const auto flaw = transform(field.recipe->steps, values_)) {
        return Fault{flaw->code, flaw->sentence,
                     field.columns.empty() ? std::nullopt : std::optional(field.columns.front())};
    }
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::read_text(const Row& row, const FieldColumns& field,
                                               std::optional<std::string>& text) {
    std::string joined;
    if (is_plain_cell(field)) {  // nearly every cell of nearly every record
        const auto column = field.columns.front();
        if (row.kind(column) == CellKind::absent) return std::nullopt;
        const auto text_of_cell = trim(row.cells[column]);
        if (auto fault = cell_fault(row.kind(column), text_of_cell, column)) return fault;
        if (row.kind(column) == CellKind::list) return several_values(field);
        joined = text_of_cell;
    } else {
        bool said = false;
        if (auto fault = read_values(row, field, said)) return fault;
        if (!said) return std::nullopt;
        if (has_list_ && values_.texts.size() > 1) return several_values(field);
        for (const auto& value : values_.texts) {
            if (!joined.empty()) joined += ' ';
            joined += value;
        }
    }
    if (joined.empty()) {
        switch (field.recipe->on_empty) {
            case OnEmpty::keep: return std::nullopt;
            case OnEmpty::clear: break;
            case OnEmpty::fallback: joined = field.recipe->fallback; break;
        }
    }
    text = std::move(joined);
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::read_list(const Row& row, const FieldColumns& field,
                                               std::vector<std::string>& list, bool& emptied) {
    bool said = false;
    if (auto fault = read_values(row, field, said)) return fault;
    for (auto& value : values_.texts) {
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
    }
    if (!list.empty() || !said) return std::nullopt;
    switch (field.recipe->on_empty) {
        case OnEmpty::keep: break;
        case OnEmpty::clear: emptied = true; break;
        case OnEmpty::fallback: list.push_back(field.recipe->fallback); break;
    }
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::read_email(const Row& row, const FieldColumns& columns, Employee& employee) {
    std::optional<std::string> text;
    if (auto fault = read_text(row, columns, text)) return fault;
    const auto column = columns.columns.empty() ? std::nullopt : std::optional(columns.columns.front());
    // "clear" says that somebody may have none; what becomes of them is up to the rules.
    if (text && text->empty() && columns.recipe->on_empty == OnEmpty::clear) {
        employee.profile.email = std::string();
        return std::nullopt;
    }
    if (!text || text->empty()) return Fault{"email_missing", "the e-mail address is missing", column};
    employee.profile.email = parse_email(*text);
    if (!employee.profile.email) return Fault{"bad_email", "the e-mail address is not valid", column};
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::read_field(const Row& row, Field field, const FieldColumns& columns,
                                                Employee& employee) {
    const auto part = [&](std::string PersonName::*member) {
        std::optional<std::string> text;
        auto fault = read_text(row, columns, text);
        name_part(employee, member) = text.value_or(std::string());
        return fault;
    };
    auto& employment = employee.employment;
    switch (field) {
        case Field::employee_id: break;
        case Field::email: return read_email(row, columns, employee);
        case Field::first_name: return part(&PersonName::first);
        case Field::infix: return part(&PersonName::infix);
        case Field::last_name: return part(&PersonName::last);
        case Field::name: {
            std::optional<std::string> text;
            if (auto fault = read_text(row, columns, text)) return fault;
            auto split = split_name(text.value_or(std::string()), map_.name_order, map_.infixes);
            employee.profile.name = PersonName{
                .first = std::move(split.first), .infix = std::move(split.infix), .last = std::move(split.last)};
            break;
        }
        case Field::job_title: return read_text(row, columns, employee.profile.job_title);
        case Field::phone: return read_text(row, columns, employee.profile.phone);
        case Field::location: return read_list(row, columns, employee.locations, employee.locations_emptied);
        case Field::department: return read_list(row, columns, employee.departments, employee.departments_emptied);
        case Field::upn: return read_text(row, columns, employment.upn);
        case Field::language: return read_text(row, columns, employment.language);
        case Field::start_date: return read_text(row, columns, employment.start_date);
        case Field::end_date: return read_text(row, columns, employment.end_date);
        case Field::status: return read_text(row, columns, employment.status);
        case Field::manager: return read_text(row, columns, employment.manager);
    }
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::text_fault(const Row& row) const {
    for (const auto column : columns_.used) {
        if (is_utf8(row.cells[column])) continue;
        return Fault{"bad_encoding", "the cell is written in another encoding than the rest of the record", column};
    }
    return std::nullopt;
}

std::optional<Fault> EmployeeReader::read_key(const Row& row, std::string& key) {
    const auto column = columns_.key.columns.front();
    for (const auto at : columns_.key.columns) {
        if (auto fault = key_cell_fault(row.kind(at), row.cells[at], at)) return fault;
    }
    std::string_view cell;
    std::optional<std::string> text;
    if (columns_.key.columns.size() == 1 && columns_.key.recipe->steps.empty()) {
        cell = row.cells[column];
    } else {
        // What a spreadsheet has rounded must not be padded into somebody else's id.
        for (const auto at : columns_.key.columns) {
            const auto reading = ingest::read_key(row.cells[at]);
            if (reading.flaw != KeyFlaw::none) return key_fault(reading.flaw, at);
        }
        if (auto fault = read_text(row, columns_.key, text)) return fault;
        cell = text ? std::string_view(*text) : std::string_view();
    }
    const auto flaw = key_flaw(cell);
    if (flaw != KeyFlaw::none) return key_fault(flaw, column);
    key = trim(cell);
    // Written with accents of their own, the same id would be another person.
    compose(key);
    return std::nullopt;
}

std::optional<std::string> EmployeeReader::address(const Row& row) {
    const auto* columns = columns_.find(Field::email);
    if (columns == nullptr) return std::nullopt;
    std::optional<std::string> text;
    if (read_text(row, *columns, text) || !text) return std::nullopt;
    return parse_email(*text);
}

std::optional<Fault> EmployeeReader::read(const Row& row, Employee& employee) {
    employee.profile = {};
    employee.locations.clear();
    employee.departments.clear();
    employee.extra.clear();
    employee.employment = {};
    employee.locations_emptied = false;
    employee.departments_emptied = false;
    if (check_text_) {
        if (auto fault = text_fault(row)) return fault;
    }
    for (const auto& [field, columns] : columns_.fields) {
        if (auto fault = read_field(row, field, columns, employee)) return fault;
    }
    for (const auto& [field, columns] : columns_.extra) {
        std::optional<std::string> text;
        if (auto fault = read_text(row, columns, text)) return fault;
        if (text) employee.extra.emplace(field, std::move(*text));
    }
    const auto& [start, end] = std::tie(employee.employment.start_date, employee.employment.end_date);
    if (start && end && !start->empty() && !end->empty() && *end < *start) {
        const auto* columns = columns_.find(Field::end_date);
        return Fault{"end_before_start", "the end date is before the start date",
                     columns->columns.empty() ? std::nullopt : std::optional(columns->columns.front())};
    }
    return std::nullopt;
}

}  // namespace usersync::ingest

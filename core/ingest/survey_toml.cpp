#include "core/base/ascii.hpp"
#include "core/ingest/heading.hpp"
#include "core/ingest/normalise.hpp"
#include "core/ingest/survey.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace usersync::ingest {
namespace {

constexpr std::size_t key_bytes_max = 60;

// A text as TOML: between single quotes as it stands, or between double quotes with escapes.
std::string quoted(std::string_view text) {
    const bool is_plain = std::none_of(text.begin(), text.end(), [](char c) { return c == '\'' || is_control(c); });
    if (is_plain) return '\'' + std::string(text) + '\'';
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string result = "\"";
    for (const char c : text) {
        if (is_control(c)) {
            const auto byte = static_cast<unsigned char>(c);
            result += std::string("\\u00") + hex[byte >> 4U] + hex[byte & 0xFU];
            continue;
        }
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

bool is_list(Field field) { return field == Field::location || field == Field::department; }
bool is_date(Field field) { return field == Field::start_date || field == Field::end_date; }

// A plus sign may belong to a name, "Research + Development", as a comma may.
std::string certain_separators(const ColumnSurvey& column) {
    std::string separators = column.separators;
    separators.erase(std::remove(separators.begin(), separators.end(), '+'), separators.end());
    return separators;
}

bool is_last_name_first(const ColumnSurvey& column) { return column.with_comma * 2 > column.filled; }

// What a column needs besides its name.
std::vector<Step> steps_of(const ColumnSurvey& column) {
    if (is_date(*column.role) && column.date_patterns.size() == 1) {
        return {step::Date{.pattern = column.date_patterns.front()}};
    }
    if (is_list(*column.role)) {
        auto separators = certain_separators(column);
        if (!separators.empty()) return {step::Split{.separators = std::move(separators)}};
    }
    return {};
}

// Of a date whose order the values do not tell, nothing is said that somebody might leave as it is.
bool is_undecided(const ColumnSurvey& column) {
    return is_date(*column.role) && column.look != Look::empty && column.date_patterns.size() != 1;
}

std::string step_toml(const Step& step) {
    if (const auto* date = std::get_if<step::Date>(&step)) return "{ date = " + quoted(date->pattern) + " }";
    if (const auto* split = std::get_if<step::Split>(&step)) return "{ split = " + quoted(split->separators) + " }";
    return {};
}

std::string recipe_toml(const std::string& column, const std::vector<Step>& steps) {
    if (steps.empty()) return quoted(column);
    std::string text = "{ column = " + quoted(column) + ", steps = [";
    for (std::size_t at = 0; at < steps.size(); ++at) text += (at == 0 ? " " : ", ") + step_toml(steps[at]);
    return text + " ] }";
}

std::string field_line(Field field, const ColumnSurvey& column, const std::vector<Step>& steps) {
    return std::string(to_string(field)) + " = " + recipe_toml(column.name, steps);
}

std::string undecided_lines(Field field, const ColumnSurvey& column) {
    if (column.date_patterns.empty()) {
        return "# The dates are not all written in one way, so that no pattern can read them.\n# " +
               field_line(field, column, {step::Date{.pattern = "dd-MM-yyyy"}}) + '\n';
    }
    std::string text = "# The dates do not tell their order: no day is later than the 12th. One of these is right:\n";
    for (const auto& pattern : column.date_patterns) {
        text += "# " + field_line(field, column, {step::Date{.pattern = pattern}}) + '\n';
    }
    return text;
}

std::string id_lines(const ColumnSurvey& column) {
    if (!column.zeros_may_be_lost) return {};
    return "# These are numbers of " + std::to_string(column.digits_min) + " to " + std::to_string(column.digits_max) +
           " digits. A spreadsheet may have taken zeros away from their front; if all should be equally long:\n" +
           "# employee_id = { column = " + quoted(column.name) +
           ", steps = [ { pad_left = " + std::to_string(column.digits_max) + " } ] }\n";
}

std::string list_lines(Field field, const ColumnSurvey& column) {
    if (!is_list(field) || !certain_separators(column).empty()) return {};
    const std::string doubtful = column.separators.empty() ? "," : column.separators;
    if (column.separators.empty() && column.with_comma == 0) return {};
    return "# Some values have a " + std::string(doubtful == "," ? "comma" : "plus sign") +
           " in them. If it stands between several values:\n# " +
           field_line(field, column, {step::Split{.separators = doubtful}}) + '\n';
}

std::string name_lines(Field field, const ColumnSurvey& column) {
    if (field != Field::name || !is_last_name_first(column)) return {};
    return "name_order = 'last_comma_first'\n";
}

const ColumnSurvey* column_of(const Survey& survey, Field field) {
    for (const auto& column : survey.columns) {
        if (column.role == field) return &column;
    }
    return nullptr;
}

std::string lines_of(Field field, const ColumnSurvey& column) {
    if (is_undecided(column)) return undecided_lines(field, column);
    return field_line(field, column, steps_of(column)) + "  # " + column.reason + '\n' +
           (field == Field::employee_id ? id_lines(column) : "") + list_lines(field, column) +
           name_lines(field, column);
}

// A key for rules, from the heading: "Soort dienstverband" → soort_dienstverband.
std::string key_of(const std::string& heading, std::set<std::string>& taken) {
    std::string key;
    std::string word;
    const auto end_word = [&] {
        const auto letters = squeezed(word);
        if (!letters.empty()) key += (key.empty() ? "" : "_") + letters;
        word.clear();
    };
    for (const char c : heading) {
        const bool is_letter = static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
                               (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter) {
            word += c;
        } else {
            end_word();
        }
    }
    end_word();
    key.resize(std::min(key.size(), key_bytes_max));
    if (key.empty()) key = "column";
    const bool is_field = field_from(key).has_value();
    auto unique = is_field ? key + "_2" : key;
    for (std::size_t number = 2; !taken.insert(unique).second; ++number) unique = key + '_' + std::to_string(number);
    return unique;
}

std::string extra_lines(const Survey& survey) {
    std::string text;
    std::set<std::string> taken;
    for (const auto& column : survey.columns) {
        if (column.role || column.name.empty()) continue;
        text += "# " + key_of(column.name, taken) + " = " + quoted(column.name) + "  # " +
                std::string(to_string(column.look)) + (column.reason.empty() ? "" : ": " + column.reason) + '\n';
    }
    if (text.empty()) return text;
    return "\n# The other columns, for rules: take the # away where one is needed, here too.\n# [columns.extra]\n" +
           text;
}

}  // namespace

ColumnMap propose(const Survey& survey) {
    ColumnMap map;
    for (const auto& column : survey.columns) {
        if (!column.role || is_undecided(column)) continue;
        map.fields[*column.role] = Recipe{.columns = {column.name}, .steps = steps_of(column)};
        if (column.role == Field::name && is_last_name_first(column)) map.name_order = NameOrder::last_comma_first;
    }
    return map;
}

std::string columns_toml(const Survey& survey) {
    if (!survey.has_header) {
        return "# No row was found that names the columns, so that no mapping can be proposed.\n"
               "# [columns]\n# employee_id = 'Employee ID'\n";
    }
    std::string text = "# Proposed from the headings and the look of the values. Please check every line.\n[columns]\n";
    if (column_of(survey, Field::employee_id) == nullptr) {
        text +=
            "# No column was found that tells employees apart. Please say which one it is:\n"
            "# employee_id = 'Employee ID'\n";
    }
    for (const auto field : all_fields()) {
        if (const auto* column = column_of(survey, field)) text += lines_of(field, *column);
    }
    return text + extra_lines(survey);
}

}  // namespace usersync::ingest

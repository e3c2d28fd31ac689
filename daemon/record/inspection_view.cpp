#include "daemon/record/inspection_view.hpp"

#include "core/ingest/normalise.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace usersync::record_view {
namespace {

using Json = nlohmann::ordered_json;
using ingest::Inspection;

constexpr std::size_t issues_shown_max = 20;

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : std::round(1000 * static_cast<double>(part) / static_cast<double>(whole)) / 1000;
}

/// Column name, folded → the fields that are made of it.
std::map<std::string, std::string> fields_by_column(const ingest::ColumnMap& columns) {
    std::map<std::string, std::string> fields;
    const auto add = [&](std::string_view field, const ingest::Recipe& recipe) {
        for (const auto& column : recipe.columns) {
            auto& text = fields[ingest::fold_name(column)];
            text += (text.empty() ? "" : ", ") + std::string(field);
        }
    };
    for (const auto& [field, recipe] : columns.fields) add(to_string(field), recipe);
    for (const auto& [field, recipe] : columns.extra) add(field, recipe);
    return fields;
}

std::string_view outcome(const Inspection& inspection) {
    return inspection.bounce ? "refused" : to_string(inspection.judgement.completeness);
}

std::vector<std::string> reasons(const Inspection& inspection) {
    if (inspection.bounce) return {inspection.bounce->sentence};
    return inspection.judgement.reasons;
}

Json json_of(const ingest::ColumnSurvey& column, std::size_t rows, const std::string& mapped_to) {
    return {{"name", column.name},
            {"role", column.role ? Json(to_string(*column.role)) : Json()},
            {"mapped_to", text_or_null(mapped_to)},
            {"reason", text_or_null(column.reason)},
            {"looks_like", to_string(column.look)},
            {"filled", column.filled},
            {"fill_rate", share(column.filled, rows)},
            {"distinct", column.distinct},
            {"samples", column.samples}};
}

Json json_of(const RecordIssue& issue) {
    return {{"severity", to_string(issue.severity)},
            {"sheet", text_or_null(issue.sheet)},
            {"line", issue.line == 0 ? Json() : Json(issue.line)},
            {"column", text_or_null(issue.column)},
            {"key", issue.key ? Json(issue.key->value()) : Json()},
            {"code", issue.code},
            {"message", issue.message}};
}

std::string delimiter_word(char delimiter) { return delimiter == '\t' ? "tab" : std::string("\"") + delimiter + "\""; }

std::string padded(std::string text, std::size_t width) {
    std::size_t letters = 0;
    for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1;
    if (letters < width) text.append(width - letters, ' ');
    return text;
}

std::string what_it_is(const Inspection& inspection) {
    const auto& found = inspection.found;
    std::string text(to_string(found.format));
    for (auto at = found.containers.rbegin(); at != found.containers.rend(); ++at) {
        text += " in " + std::string(to_string(*at));
    }
    if (!found.encoding.empty()) text += ", " + found.encoding;
    if (found.has_byte_order_mark) text += " with a byte order mark";
    if (found.mixed_encodings) text += ", but not everywhere";
    if (found.delimiter) text += ", delimiter " + delimiter_word(*found.delimiter);
    if (!found.sheet.empty()) {
        text += ", sheet \"" + found.sheet + "\"";
        if (found.sheets.size() > 1) text += " of " + std::to_string(found.sheets.size());
    }
    const auto line = inspection.facts.header_line != 0 ? inspection.facts.header_line : inspection.survey.header_line;
    if (line != 0) text += ", header in row " + std::to_string(line);
    return text;
}

std::string columns_text(const Inspection& inspection) {
    const auto fields = fields_by_column(inspection.columns);
    std::size_t width = 6;
    for (const auto& column : inspection.survey.columns)
        width = std::max(width, std::min<std::size_t>(column.name.size(), 30));
    std::string text =
        "\n  " + padded("column", width) + "  filled  distinct  field          looks like  samples (masked)\n";
    for (const auto& column : inspection.survey.columns) {
        const auto mapped = fields.find(ingest::fold_name(column.name));
        const auto percent = std::lround(100 * share(column.filled, inspection.survey.rows));
        std::string samples;
        for (const auto& sample : column.samples) samples += (samples.empty() ? "" : " | ") + sample;
        text += "  " + padded(column.name, width) + "  " + padded(std::to_string(percent) + " %", 6) + "  " +
                padded((column.is_more_than_distinct ? ">" : "") + std::to_string(column.distinct), 8) + "  " +
                padded(mapped == fields.end() ? "-" : mapped->second, 13) + "  " +
                padded(std::string(to_string(column.look)), 10) + "  " + samples + "\n";
    }
    return text;
}

std::string issue_text(const RecordIssue& issue) {
    std::string text = "  " + padded(std::string(to_string(issue.severity)), 8);
    if (issue.line != 0) text += " row " + std::to_string(issue.line);
    if (issue.key) text += " employee " + issue.key->value();
    if (!issue.column.empty()) text += " column \"" + issue.column + "\"";
    return text + ": " + issue.message + " (" + issue.code + ")\n";
}

std::string issues_text(const Inspection& inspection) {
    const auto& issues = inspection.issues;
    if (issues.empty()) return {};
    std::string text = "\n" + std::to_string(issues.size()) + (issues.size() == 1 ? " finding\n" : " findings\n");
    for (std::size_t at = 0; at < std::min(issues.size(), issues_shown_max); ++at) text += issue_text(issues[at]);
    if (issues.size() > issues_shown_max) {
        text += "  … and " + std::to_string(issues.size() - issues_shown_max) + " more; --format json has them all\n";
    }
    return text;
}

std::string bounce_text(const ingest::Bounce& bounce) {
    std::string text;
    for (const auto& missing : bounce.missing) {
        text += "  missing: \"" + missing.column + "\" for " + missing.field;
        if (missing.nearest) text += "; the nearest there is \"" + *missing.nearest + "\"";
        text += "\n";
    }
    return text;
}

}  // namespace

std::string inspection_text(const Inspection& inspection, std::string_view file) {
    const bool opened = !inspection.bounce || !inspection.survey.columns.empty();
    std::string text(file);
    text += opened ? ": " + what_it_is(inspection) + "\n" : "\n";
    if (opened) {
        text += columns_text(inspection);
        text += "\n" + std::to_string(inspection.survey.rows) + " rows, " + std::to_string(inspection.employees) +
                " employees" + (inspection.frozen > 0 ? ", " + std::to_string(inspection.frozen) + " frozen" : "") +
                "\n";
    }
    text += issues_text(inspection);
    text += "\nverdict: " + std::string(outcome(inspection)) + "\n";
    for (const auto& reason : reasons(inspection)) text += "  " + reason + "\n";
    if (inspection.bounce) text += bounce_text(*inspection.bounce);
    if (opened && inspection.is_proposed) {
        text += "\nproposed mapping, to be pasted into tenant.toml:\n\n" + columns_toml(inspection.survey);
    }
    return text;
}

std::string inspection_json(const Inspection& inspection, std::string_view file) {
    const auto& found = inspection.found;
    const bool opened = !inspection.bounce || !inspection.survey.columns.empty();
    Json containers = Json::array();
    for (const auto container : found.containers) containers.push_back(to_string(container));
    const auto line = inspection.facts.header_line != 0 ? inspection.facts.header_line : inspection.survey.header_line;
    Json json{{"file", file},
              {"container", containers.empty() ? Json("none") : containers.front()},
              {"containers", containers},
              {"format", opened ? Json(to_string(found.format)) : Json()},
              {"encoding", text_or_null(found.encoding)},
              {"delimiter", found.delimiter ? Json(std::string(1, *found.delimiter)) : Json()},
              {"sheet", text_or_null(found.sheet)},
              {"sheets", found.sheets},
              {"header_row", line == 0 ? Json() : Json(line)},
              {"columns", Json::array()},
              {"rows", inspection.survey.rows},
              {"employees", inspection.employees},
              {"frozen", inspection.frozen},
              {"issues", Json::array()}};
    const auto fields = fields_by_column(inspection.columns);
    for (const auto& column : inspection.survey.columns) {
        const auto mapped = fields.find(ingest::fold_name(column.name));
        json["columns"].push_back(
            json_of(column, inspection.survey.rows, mapped == fields.end() ? std::string() : mapped->second));
    }
    for (const auto& issue : inspection.issues) json["issues"].push_back(json_of(issue));
    json["verdict"] = {{"outcome", outcome(inspection)}, {"reasons", reasons(inspection)}};
    json["verdict"]["code"] = inspection.bounce ? Json(inspection.bounce->code) : Json();
    json["mapping"] = opened && inspection.is_proposed ? Json(columns_toml(inspection.survey)) : Json();
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace usersync::record_view

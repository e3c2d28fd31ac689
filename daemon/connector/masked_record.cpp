#include "daemon/connector/masked_record.hpp"

#include "core/ingest/header.hpp"
#include "core/record/open_record.hpp"
#include "core/record/text.hpp"
#include "core/record/write_csv.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/pseudonym.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::connector_view {
namespace {

bool are_lines(std::string_view bytes) {
    std::string_view line;
    while (rest::next_line(bytes, line)) {
        if (!rest::is_line(line)) return false;
    }
    return true;
}

/// A cell by itself as `pseudonymised` makes it: the same id is the same in every kind of record.
std::string masked_cell(std::string_view cell, bool is_key, std::uint64_t seed) {
    const auto line = rest::pseudonymised("{\"c\":" + rest::json_text(record::shown_as_utf8(cell)) + "}\n",
                                          is_key ? std::set<std::string>{"c"} : std::set<std::string>{}, seed);
    const auto members = rest::members_of(std::string_view(line).substr(0, line.size() - 1));
    return members.empty() ? std::string() : rest::text_of_value(members.front().value);
}

/// Where the header is, and which of its columns are ids; a record without one is masked whole.
struct Head {
    std::size_t line = 0;
    std::vector<bool> is_key;
};

Head head_of(record::OpenRecord opened, const ingest::Mapping& mapping) {
    auto found = ingest::find_header(std::move(opened.rows), mapping.columns, mapping.format.header_row);
    Head head;
    const auto* header = std::get_if<ingest::Header>(&found);
    if (header == nullptr) return head;
    head.line = header->line;
    const auto keys = key_columns(mapping.columns);
    for (const auto& name : header->names) head.is_key.push_back(keys.contains(name));
    for (const auto at : header->columns.key.columns) head.is_key[at] = true;
    if (const auto* manager = header->columns.find(ingest::Field::manager)) {
        for (const auto at : manager->columns) head.is_key[at] = true;
    }
    return head;
}

}  // namespace

std::set<std::string> key_columns(const ingest::ColumnMap& columns) {
    std::set<std::string> names;
    for (const auto field : {ingest::Field::employee_id, ingest::Field::manager}) {
        const auto recipe = columns.fields.find(field);
        if (recipe == columns.fields.end()) continue;
        names.insert(recipe->second.columns.begin(), recipe->second.columns.end());
    }
    return names;
}

Result<std::string> masked_record(const std::string& bytes, const ingest::Mapping& mapping,
                                  const record::Decrypt& decrypt, std::uint64_t seed) {
    if (are_lines(bytes)) return rest::pseudonymised(bytes, key_columns(mapping.columns), seed);
    const auto names = mapping.columns.column_names();
    const auto open = [&] { return record::open_record(bytes, mapping.format, {}, names, decrypt); };
    auto looked_at = open();
    if (!looked_at) return looked_at.error();
    const auto head = head_of(std::move(*looked_at), mapping);
    auto opened = open();
    if (!opened) return opened.error();
    std::string text;
    record::Row row;
    while (true) {
        const auto more = opened->rows->next(row);
        if (!more) return more.error();
        if (!*more) return text;
        std::vector<std::string> cells;
        for (std::size_t at = 0; at < row.cells.size(); ++at) {
            const bool is_key = at < head.is_key.size() && head.is_key[at];
            const bool is_name = head.line != 0 && row.line == head.line;
            cells.push_back(is_name ? record::shown_as_utf8(row.cells[at]) : masked_cell(row.cells[at], is_key, seed));
        }
        record::append_csv_row(text, {cells.begin(), cells.end()}, {});
    }
}

}  // namespace usersync::connector_view

#include "core/ingest/header.hpp"

#include "core/base/nearest.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <set>

namespace usersync::ingest {
namespace {

using record::Row;
using record::RowSource;

constexpr std::size_t rows_searched_max = 100;

/// A row that outlives the next one.
struct KeptRow {
    std::size_t line = 0;
    std::vector<std::string> cells;
    std::vector<record::CellKind> kinds;
    std::string bytes;
    record::RowFlaw flaw = record::RowFlaw::none;
    bool terminated = true;

    explicit KeptRow(const Row& row)
        : line(row.line),
          cells(row.cells.begin(), row.cells.end()),
          kinds(row.kinds),
          bytes(row.bytes),
          flaw(row.flaw),
          terminated(row.terminated) {}

    void show(Row& row) const {
        row.line = line;
        row.cells.assign(cells.begin(), cells.end());
        row.kinds = kinds;
        row.bytes = bytes;
        row.flaw = flaw;
        row.terminated = terminated;
    }
};

/// The rows that were looked at in search of the header, and then the others.
class Body final : public RowSource {
public:
    /// `rest` is null when the search came to the end.
    Body(std::vector<KeptRow> first, std::unique_ptr<RowSource> rest)
        : first_(std::move(first)), rest_(std::move(rest)) {}

    Result<bool> next(Row& row) override {
        if (at_ == first_.size() && !rest_) return false;
        if (at_ == first_.size()) return rest_->next(row);
        first_[at_++].show(row);
        return true;
    }

private:
    std::vector<KeptRow> first_;
    std::unique_ptr<RowSource> rest_;
    std::size_t at_ = 0;
};

struct Names {
    std::vector<std::string> shown;
    std::vector<std::string> folded;
};

Names names_of(const std::vector<std::string>& cells) {
    Names names;
    for (const auto& cell : cells) {
        names.shown.push_back(shown_as_utf8(trim(cell)));
        names.folded.push_back(fold_name(names.shown.back()));
    }
    return names;
}

bool has(const std::vector<std::string>& folded, const std::string& name) {
    return std::find(folded.begin(), folded.end(), fold_name(name)) != folded.end();
}

bool is_blank_heading(const Row& row) {
    return row.flaw == record::RowFlaw::none &&
           std::all_of(row.cells.begin(), row.cells.end(), [](std::string_view cell) { return trim(cell).empty(); });
}

struct Score {
    bool has_key = false;
    std::size_t found = 0;
    auto operator<=>(const Score&) const = default;
};

Score score_of(const KeptRow& row, const std::vector<std::string>& key, const std::vector<std::string>& wanted) {
    const auto names = names_of(row.cells);
    const auto is_there = [&names](const std::string& name) { return has(names.folded, name); };
    return {.has_key = std::all_of(key.begin(), key.end(), is_there),
            .found = static_cast<std::size_t>(std::count_if(wanted.begin(), wanted.end(), is_there))};
}

/// What the search came to: the rows that were read, and which of them is the header.
struct Search {
    std::vector<KeptRow> rows;
    std::optional<std::size_t> header;
    Score score;
    bool came_to_end = false;
};

std::variant<Search, Bounce> search(RowSource& source, const ColumnMap& map, std::optional<std::size_t> header_row) {
    const auto wanted = map.column_names();
    const auto& key = map.fields.at(Field::employee_id).columns;
    Search found;
    for (Row row; found.rows.size() < rows_searched_max;) {
        const auto more = source.next(row);
        if (!more) return bounce_of(more.error());
        found.came_to_end = !*more;
        if (!*more) break;
        if (is_blank_heading(row) || (header_row && row.line < *header_row)) continue;
        found.rows.emplace_back(row);
        const auto score = score_of(found.rows.back(), key, wanted);
        if (!found.header || score > found.score) {
            found.header = found.rows.size() - 1;
            found.score = score;
        }
        if (header_row || score.found == wanted.size()) break;
    }
    return found;
}

std::vector<std::string> real_names(const std::vector<std::string>& shown) {
    std::vector<std::string> names;
    for (const auto& name : shown) {
        if (!name.empty()) names.push_back(name);
    }
    return names;
}

std::optional<std::string> nearest_name(const std::string& wanted, const Names& names) {
    const auto close = nearest(fold_name(wanted), names.folded);
    if (!close) return std::nullopt;
    const auto at = std::find(names.folded.begin(), names.folded.end(), *close) - names.folded.begin();
    return names.shown[static_cast<std::size_t>(at)];
}

/// Finds the columns of every recipe, and what is wrong with them.
class Placing {
public:
    Placing(const ColumnMap& map, const Names& names) : map_(map), names_(names) {}

    Columns place();
    const std::vector<MissingColumn>& missing() const { return missing_; }
    const std::string& twice() const { return twice_; }

private:
    std::optional<std::size_t> find(std::string_view field, const std::string& name);
    FieldColumns place(std::string_view field, const Recipe& recipe);

    const ColumnMap& map_;
    const Names& names_;
    std::vector<MissingColumn> missing_;
    std::string twice_;
    std::set<std::size_t> used_;
};

std::optional<std::size_t> Placing::find(std::string_view field, const std::string& name) {
    const auto wanted = fold_name(name);
    const auto begin = names_.folded.begin();
    const auto end = names_.folded.end();
    const auto first = std::find(begin, end, wanted);
    if (first == end) {
        missing_.push_back({.field = std::string(field), .column = name, .nearest = nearest_name(name, names_)});
        return std::nullopt;
    }
    if (twice_.empty() && std::find(first + 1, end, wanted) != end) twice_ = name;
    const auto at = static_cast<std::size_t>(first - begin);
    used_.insert(at);
    return at;
}

FieldColumns Placing::place(std::string_view field, const Recipe& recipe) {
    FieldColumns placed{.recipe = &recipe, .columns = {}};
    for (const auto& name : recipe.columns) {
        if (const auto at = find(field, name)) placed.columns.push_back(*at);
    }
    return placed;
}

Columns Placing::place() {
    Columns columns;
    for (const auto& [field, recipe] : map_.fields) {
        auto placed = place(to_string(field), recipe);
        if (field == Field::employee_id) {
            columns.key = std::move(placed);
        } else if (placed.is_there()) {
            columns.fields.emplace_back(field, std::move(placed));
        }
    }
    for (const auto& [field, recipe] : map_.extra) {
        auto placed = place(field, recipe);
        if (placed.is_there()) columns.extra.emplace_back(field, std::move(placed));
    }
    if (const auto& column = map_.rows_per_person.column; !column.empty()) {
        columns.main_row = find("rows_per_person", column);
    }
    columns.used.assign(used_.begin(), used_.end());
    return columns;
}

std::vector<std::string> doubled_names(const Names& names) {
    std::set<std::string> seen;
    std::set<std::string> reported;
    std::vector<std::string> doubled;
    for (std::size_t at = 0; at < names.folded.size(); ++at) {
        const auto& name = names.folded[at];
        if (name.empty() || seen.insert(name).second) continue;
        if (reported.insert(name).second) doubled.push_back(names.shown[at]);
    }
    return doubled;
}

Bounce without_key_column(const ColumnMap& map, const Names& names, std::size_t line, bool some_found) {
    Bounce bounce{.code = "key_column_missing", .sentence = {}, .subject = {}, .sheet = {}, .line = line};
    for (const auto& name : map.fields.at(Field::employee_id).columns) {
        if (has(names.folded, name)) continue;
        if (bounce.subject.empty()) bounce.subject = name;
        auto close = some_found ? nearest_name(name, names) : std::nullopt;
        bounce.missing.push_back({.field = "employee_id", .column = name, .nearest = std::move(close)});
    }
    bounce.sentence = "no column is named \"" + bounce.subject + "\", which holds the employee id";
    if (const auto& close = bounce.missing.front().nearest) bounce.sentence += "; did you mean \"" + *close + "\"?";
    if (some_found) bounce.columns_found = real_names(names.shown);
    bounce.columns_expected = map.column_names();
    return bounce;
}

}  // namespace

bool FieldColumns::is_there() const {
    const auto is_constant = [](const Step& step) { return std::holds_alternative<step::Constant>(step); };
    return !columns.empty() ||
           (recipe->columns.empty() && std::any_of(recipe->steps.begin(), recipe->steps.end(), is_constant));
}

const FieldColumns* Columns::find(Field field) const {
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& entry) { return entry.first == field; });
    return at == fields.end() ? nullptr : &at->second;
}

Bounce bounce_of(const Failure& failure) {
    return {.kind = failure.kind, .code = failure.code, .sentence = failure.detail};
}

std::variant<Header, Bounce> find_header(std::unique_ptr<record::RowSource> rows, const ColumnMap& map,
                                         std::optional<std::size_t> header_row) {
    auto searched = search(*rows, map, header_row);
    if (auto* bounce = std::get_if<Bounce>(&searched)) return std::move(*bounce);
    auto& found = std::get<Search>(searched);
    if (!found.header) {
        if (header_row) {
            return Bounce{
                .code = "no_header",
                .sentence = "row " + std::to_string(*header_row) + ", which is to hold the header, is not there",
                .subject = std::to_string(*header_row)};
        }
        return Bounce{.code = "empty_record", .sentence = "the record is empty"};
    }
    const auto& row = found.rows[*found.header];
    const auto names = names_of(row.cells);
    // A row with a broken quote shows only its first cells: it may well be the header.
    const auto broken = std::find_if(found.rows.begin(), found.rows.end(),
                                     [](const KeptRow& kept) { return kept.flaw != record::RowFlaw::none; });
    if (broken != found.rows.end() && (!found.score.has_key || row.flaw != record::RowFlaw::none)) {
        return Bounce{.code = "bad_header",
                      .sentence = "a quote in the header is not closed properly",
                      .subject = {},
                      .sheet = {},
                      .line = broken->line};
    }
    if (!found.score.has_key) return without_key_column(map, names, row.line, found.score.found > 0);
    Header header;
    Placing placing(map, names);
    header.columns = placing.place();
    header.missing = placing.missing();
    header.line = row.line;
    if (const auto& twice = placing.twice(); !twice.empty()) {
        return Bounce{.code = "duplicate_column",
                      .sentence = "the column \"" + twice + "\" stands in the header twice",
                      .subject = twice,
                      .sheet = {},
                      .line = row.line,
                      .missing = {},
                      .columns_found = real_names(names.shown),
                      .columns_expected = map.column_names()};
    }
    header.names = names.shown;
    header.doubled = doubled_names(names);
    auto& kept = found.rows;
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(*found.header) + 1);
    if (found.came_to_end) rows.reset();
    header.body = std::make_unique<Body>(std::move(kept), std::move(rows));
    return header;
}

}  // namespace usersync::ingest

#include "core/ingest/ingest.hpp"

#include "core/ingest/address_domains.hpp"
#include "core/ingest/doubles.hpp"
#include "core/ingest/employee_reader.hpp"
#include "core/ingest/header.hpp"
#include "core/ingest/normalise.hpp"
#include "core/ingest/several_rows.hpp"
#include "core/model/employee_bytes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace usersync::ingest {
namespace {

using record::CellKind;
using record::Format;
using record::Row;
using record::RowFlaw;

const char* unit_of(Format format) {
    switch (format) {
        case Format::csv:
        case Format::tsv: return "line";
        case Format::xls:
        case Format::xlsx:
        case Format::ods:
        case Format::spreadsheetml:
        case Format::html:
        case Format::mhtml: return "row";
        case Format::json:
        case Format::jsonl:
        case Format::xml: return "record";
    }
    return "line";
}

bool has_lines(Format format) { return format == Format::csv || format == Format::tsv || format == Format::jsonl; }

bool counts_cells(Format format) { return format == Format::csv || format == Format::tsv; }

std::optional<Fault> flaw_fault(RowFlaw flaw) {
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

std::size_t count_of(std::string_view text, char c) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

// A quote that is opened by mistake in one row and closed by one in the same column of a later row leaves a row of the
// right width, with everybody in between within one cell. Such a cell begins with the rest of the first row, ends with
// the front of the last one, and holds as many delimiters as a row; an address over several lines does not.
bool hides_rows(std::string_view cell, std::size_t column, std::size_t columns, char delimiter) {
    const auto first = cell.find_first_of("\r\n");
    if (first == std::string_view::npos || columns < 2) return false;
    const auto last = cell.find_last_of("\r\n");
    return count_of(cell, delimiter) + 1 >= columns &&
           count_of(cell.substr(0, first), delimiter) + column + 1 >= columns &&
           count_of(cell.substr(last), delimiter) >= column;
}

bool is_blank(std::string_view cell) { return cell.empty() || (cell.front() <= ' ' && trim(cell).empty()); }

bool is_blank(const Row& row) {
    const bool read_whole = row.flaw == RowFlaw::none || row.flaw == RowFlaw::in_doubt;
    return read_whole && std::all_of(row.cells.begin(), row.cells.end(), [](auto cell) { return is_blank(cell); });
}

/// A row whose person is not known as such, beside their bytes in `PeopleBytes`.
struct NewRow {
    KnownPerson known;
    std::uint32_t line = 0;
    bool usable = true;  ///< otherwise only the key counts: it may stand on another row too
};

/// Reads the rows of one record and settles at the end who can be used.
class Reader {
public:
    Reader(const Header& header, const ColumnMap& map, const record::Found& found, KnownPeople& known,
           RecordEnding ending_before)
        : header_(header),
          columns_(header.columns),
          map_(map),
          found_(found),
          known_(known),
          unit_(unit_of(found.format)),
          counts_cells_(counts_cells(found.format)),
          has_lines_(has_lines(found.format) && found.containers.empty()),
          ends_with_line_break_(has_lines_ && ending_before == RecordEnding::line_break),
          several_rows_(map.rows_per_person.main != RowsPerPerson::Choice::none),
          employees_(header.columns, map, found.mixed_encodings),
          seen_(known.size(), 0),
          says_new_(known.size(), false) {
        result_.facts.header_line = header.line;
        result_.facts.columns = header.names;
        result_.facts.filled.assign(header.names.size(), 0);
        FingerprintBuilder reading;
        for (const auto& name : header.names) reading.add(name);
        reading.add(found.encoding).add(found.delimiter ? std::string(1, *found.delimiter) : std::string());
        seed_ = digest_of(reading.finish().hex()).low;
    }

    void take(Row& row);
    /// The key and the digest of a row that is sound; nullopt for any other.
    std::optional<std::pair<std::string_view, Digest>> glance(Row& row);
    bool saw_rows() const { return result_.facts.rows > 0; }
    const AddressCount& addresses() const { return addresses_; }
    void warn(std::string code, std::string column, std::string message);
    Ingested finish();

private:
    bool freeze_broken_row(const Row& row);
    bool is_ragged(const Row& row) const;
    std::optional<Fault> shape_fault(const Row& row) const;
    bool hides_others(const Row& row) const;
    void widen(Row& row) const;
    void count_filled(const Row& row);
    void count_address(const Row& row);
    Digest digest_of_row(const Row& row);
    bool is_known(const Row& row, const Digest& digest);
    void take_new(const Row& row, const Digest& digest);
    void report(std::size_t line, std::optional<EmployeeKey> key, const Fault& fault);
    void freeze(std::vector<RecordIssue> issues);
    std::string column_name(Field field) const;

    void settle_keys();
    void report_same_keys();
    void doubt_broken_keys();
    bool is_there(std::string_view key);
    void merge_rows_of_people();
    void report_same_emails();
    void sort_issues();
    void freeze_reported();
    void drop_frozen();
    void settle_known();

    const Header& header_;
    const Columns& columns_;
    const ColumnMap& map_;
    const record::Found& found_;
    KnownPeople& known_;
    const char* unit_;
    bool counts_cells_;
    bool has_lines_;             // and nothing else proves that the record is whole
    bool ends_with_line_break_;  // the last good record did
    bool several_rows_;
    EmployeeReader employees_;
    std::uint64_t seed_ = 0;

    Ingested result_;
    std::vector<NewRow> new_rows_;      // one per result_.changed
    std::vector<std::string> markers_;  // likewise, when several rows may be one person
    std::vector<std::uint32_t> seen_;   // per known person the first line with their key; 0: none yet
    std::vector<bool> says_new_;        // per known person: that line says something that was not known
    std::size_t numeric_keys_ = 0;
    AddressCount addresses_;
    std::vector<std::string> broken_keys_;  // of rows that are broken, yet say whose they are
    Employee employee_;                     // these three are kept between rows for their memory
    std::string key_;
    std::string flat_row_;
};

void Reader::warn(std::string code, std::string column, std::string message) {
    result_.issues.push_back({.severity = IssueSeverity::warning,
                              .sheet = found_.sheet,
                              .column = std::move(column),
                              .code = std::move(code),
                              .message = std::move(message)});
}

void Reader::report(std::size_t line, std::optional<EmployeeKey> key, const Fault& fault) {
    if (!key) ++result_.facts.evidence.unreadable_keys;
    result_.issues.push_back({.severity = key ? IssueSeverity::frozen : IssueSeverity::unknown,
                              .sheet = found_.sheet,
                              .line = line,
                              .key = std::move(key),
                              .column = fault.column ? header_.names[*fault.column] : std::string(),
                              .code = fault.code,
                              .message = fault.message});
}

void Reader::freeze(std::vector<RecordIssue> issues) {
    for (auto& issue : issues) {
        issue.sheet = found_.sheet;
        result_.issues.push_back(std::move(issue));
    }
}

std::string Reader::column_name(Field field) const {
    const auto* columns = field == Field::employee_id ? &columns_.key : columns_.find(field);
    return columns == nullptr || columns->columns.empty() ? std::string() : header_.names[columns->columns.front()];
}

bool Reader::hides_others(const Row& row) const {
    if (row.lines == 1 || !found_.delimiter) return false;
    for (std::size_t at = 0; at < row.cells.size(); ++at) {
        if (hides_rows(row.cells[at], at, header_.names.size(), *found_.delimiter)) return true;
    }
    return false;
}

bool Reader::is_ragged(const Row& row) const {
    const bool quote_broken = row.flaw == RowFlaw::text_after_quote || row.flaw == RowFlaw::quote_left_open;
    return counts_cells_ && !quote_broken && row.cells.size() != header_.names.size();
}

std::optional<Fault> Reader::shape_fault(const Row& row) const {
    if (is_ragged(row)) return ragged_fault(row.cells.size(), header_.names.size());
    if (auto fault = flaw_fault(row.flaw)) return fault;
    if (counts_cells_ && hides_others(row)) {
        return Fault{
            "quote_over_rows", "a quoted cell goes over several lines that look like rows of other people", {}};
    }
    if (ends_with_line_break_ && !row.terminated) {
        return Fault{"row_may_be_cut",
                     "the record does not end with a line break as the last good one did, so this row may be cut",
                     {}};
    }
    return std::nullopt;
}

// A row with a cell too many or too few has shifted somewhere. When the key stands in the first column nothing can
// have shifted before it; in any other column the person named is frozen, but the row may be somebody else's, so it
// counts as unreadable too and nobody is taken for absent. The same goes for a row that may hide others, and for the
// last one of a record that may be cut: if the key is what was cut, it is not even known who is to be frozen.
bool Reader::freeze_broken_row(const Row& row) {
    auto fault = shape_fault(row);
    if (!fault) return false;
    auto& evidence = result_.facts.evidence;
    const bool ragged = is_ragged(row);
    const bool cut = !row.terminated && (ragged || ends_with_line_break_);
    if (cut || row.flaw == RowFlaw::quote_left_open) evidence.ended_in_mid_row = true;
    const auto last_key_column = *std::max_element(columns_.key.columns.begin(), columns_.key.columns.end());
    const bool key_cut = cut && last_key_column + 1 >= row.cells.size();
    std::optional<EmployeeKey> key;
    if (last_key_column < row.cells.size() && !key_cut && !employees_.read_key(row, key_)) key = EmployeeKey(key_);
    const bool hides = fault->code == "quote_over_rows" || (ragged && row.lines > 1);
    if (key) {
        broken_keys_.push_back(key_);
        if (hides || fault->code == "row_may_be_cut" || (ragged && last_key_column > 0)) ++evidence.unreadable_keys;
    }
    report(row.line, std::move(key), *fault);
    return true;
}

void Reader::count_filled(const Row& row) {
    for (const auto column : columns_.used) {
        result_.facts.filled[column] += is_blank(row.cells[column]) ? 0 : 1;
    }
}

// Of a row that says nothing new, too: whether its address is ours is not among what is known of a person.
void Reader::count_address(const Row& row) {
    if (map_.address_domains.ours.empty()) return;
    if (const auto address = employees_.address(row)) {
        ingest::count_address(addresses_, *address, map_.address_domains);
    }
}

// Of a text the row as it stands; of a sheet its mapped cells, each with its length and kind, so that no two different
// rows look alike. The seed is the header: the same row below another one says something else.
Digest Reader::digest_of_row(const Row& row) {
    if (several_rows_ || found_.mixed_encodings) return {};
    if (!row.bytes.empty()) return digest_of(row.bytes, seed_);
    flat_row_.clear();
    for (const auto column : columns_.used) {
        const auto cell = row.cells[column];
        const auto size = static_cast<std::uint32_t>(cell.size());
        for (unsigned shift = 0; shift < 32; shift += 8) flat_row_ += static_cast<char>(size >> shift & 0xff);
        flat_row_ += static_cast<char>(row.kind(column));
        flat_row_ += cell;
    }
    return digest_of(flat_row_, seed_);
}

// True when the row is, byte for byte, the one that its person was read from: nothing else needs to be looked at. Only
// of their first row: a second one is a finding, so it is read like a new one.
bool Reader::is_known(const Row& row, const Digest& digest) {
    const auto at = several_rows_ ? std::nullopt : known_.find(key_);
    if (!at || seen_[*at] != 0) return false;
    seen_[*at] = static_cast<std::uint32_t>(row.line);
    const bool same = digest != Digest{} && known_.person(*at).row == digest;
    says_new_[*at] = !same;
    return same;
}

void Reader::take(Row& row) {
    if (is_blank(row)) return;
    ++result_.facts.rows;
    if (has_lines_) result_.facts.ending = row.terminated ? RecordEnding::line_break : RecordEnding::no_line_break;
    if (freeze_broken_row(row)) return;
    widen(row);
    count_filled(row);
    if (const auto fault = employees_.read_key(row, key_)) {
        report(row.line, std::nullopt, *fault);
        return;
    }
    if (row.kind(columns_.key.columns.front()) == CellKind::number) ++numeric_keys_;
    count_address(row);
    const auto digest = digest_of_row(row);
    if (!is_known(row, digest)) take_new(row, digest);
}

std::optional<std::pair<std::string_view, Digest>> Reader::glance(Row& row) {
    if (is_blank(row)) return std::nullopt;
    if (shape_fault(row)) return std::nullopt;
    widen(row);
    if (employees_.read_key(row, key_)) return std::nullopt;
    return std::pair{std::string_view(key_), digest_of_row(row)};
}

void Reader::widen(Row& row) const {
    if (row.cells.size() >= header_.names.size()) return;
    row.cells.resize(header_.names.size());
    if (!row.kinds.empty()) row.kinds.resize(header_.names.size(), CellKind::text);
}

void Reader::take_new(const Row& row, const Digest& digest) {
    employee_.key = EmployeeKey(key_);
    NewRow added{.known = {.row = digest}, .line = static_cast<std::uint32_t>(row.line)};
    if (const auto fault = employees_.read(row, employee_)) {
        // Of a faulty row only the key is kept: it still counts when the same key stands on another row.
        report(row.line, employee_.key, *fault);
        employee_ = Employee{.key = std::move(employee_.key)};
        added.usable = false;
    }
    const auto& email = employee_.profile.email;
    if (email && !email->empty()) added.known.email = email_mark(*email);
    added.known.name = name_mark(employee_.profile.name);
    result_.changed.add(employee_);
    if (added.usable && !several_rows_) added.known.content = fingerprint_of(result_.changed.bytes(new_rows_.size()));
    new_rows_.push_back(added);
    if (several_rows_) {
        const auto column = columns_.main_row;
        markers_.push_back(column ? std::string(trim(row.cells[*column])) : std::string());
    }
}

template <class T>
std::vector<T> in_order(std::vector<T> values, const std::vector<std::uint32_t>& order) {
    std::vector<T> sorted;
    sorted.reserve(order.size());
    for (const auto at : order) sorted.push_back(std::move(values[at]));
    return sorted;
}

void Reader::settle_keys() {
    const auto order = result_.changed.sort_by_key();
    const bool moved = !std::is_sorted(order.begin(), order.end());
    if (moved) new_rows_ = in_order(std::move(new_rows_), order);
    if (moved && several_rows_) markers_ = in_order(std::move(markers_), order);
    if (several_rows_) {
        merge_rows_of_people();
    } else {
        report_same_keys();
        doubt_broken_keys();
    }
}

// One of the rows with one key may be another person's, by a slip in the id: then that person only looks absent. Rows
// that are the same, or say the same name and address, are one person's.
bool is_same_person(const NewRow& a, const NewRow& b) {
    if (a.known.row != Digest{} && a.known.row == b.known.row) return true;
    return a.usable && b.usable && a.known.email == b.known.email && a.known.name == b.known.name;
}

void Reader::report_same_keys() {
    const auto& changed = result_.changed;
    const auto column = column_name(Field::employee_id);
    for (std::size_t first = 0; first < changed.size();) {
        const auto key = changed.key(first);
        const bool alone = first + 1 == changed.size() || changed.key(first + 1) != key;
        if (alone && known_.size() == 0) {
            ++first;
            continue;
        }
        std::vector<std::uint32_t> lines;
        bool same_person = true;
        std::size_t last = first;
        for (; last < changed.size() && changed.key(last) == key; ++last) {
            lines.push_back(new_rows_[last].line);
            same_person = same_person && is_same_person(new_rows_[first], new_rows_[last]);
        }
        const auto at = known_.find(key);
        if (at && seen_[*at] != 0 && !says_new_[*at]) {
            lines.push_back(seen_[*at]);
            same_person =
                same_person && is_same_person(new_rows_[first], {.known = known_.person(*at), .line = seen_[*at]});
        }
        if (lines.size() > 1) {
            if (!same_person) result_.facts.evidence.unreadable_keys += lines.size() - 1;
            freeze(same_key_issues(key, std::move(lines), column, unit_, same_person));
        }
        first = last;
    }
}

bool Reader::is_there(std::string_view key) {
    const auto& changed = result_.changed;
    std::size_t low = 0;
    for (std::size_t high = changed.size(); low < high;) {
        const auto middle = low + (high - low) / 2;
        if (changed.key(middle) < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < changed.size() && changed.key(low) == key) return true;
    const auto at = known_.find(key);
    return at && seen_[*at] != 0;
}

// What a broken row says besides its key is not known, so it may be another person's like any row with a key that
// stands on another one.
void Reader::doubt_broken_keys() {
    std::sort(broken_keys_.begin(), broken_keys_.end());
    for (std::size_t at = 0; at < broken_keys_.size(); ++at) {
        const bool repeated = at > 0 && broken_keys_[at - 1] == broken_keys_[at];
        if (repeated || is_there(broken_keys_[at])) ++result_.facts.evidence.unreadable_keys;
    }
}

void Reader::merge_rows_of_people() {
    const auto rows = std::exchange(result_.changed, {});
    const auto facts = std::exchange(new_rows_, {});
    for (std::size_t first = 0; first < rows.size();) {
        std::vector<RowOfPerson> of_person;
        bool usable = true;
        std::size_t last = first;
        for (; last < rows.size() && rows.key(last) == rows.key(first); ++last) {
            of_person.push_back({rows.employee(last), markers_[last]});
            usable = usable && facts[last].usable;
        }
        NewRow person{.known = {}, .line = facts[first].line, .usable = usable};
        auto merged = usable ? merge_rows(std::move(of_person), map_.rows_per_person) : std::nullopt;
        if (usable && !merged) {
            person.usable = false;
            report(
                person.line, EmployeeKey(std::string(rows.key(first))),
                {"no_main_row",
                 "which of the " + std::to_string(last - first) + " rows of this person is the main one cannot be told",
                 std::nullopt});
        }
        if (!merged) merged = Employee{.key = EmployeeKey(std::string(rows.key(first)))};
        if (const auto& email = merged->profile.email; email && !email->empty())
            person.known.email = email_mark(*email);
        person.known.name = name_mark(merged->profile.name);
        result_.changed.add(*merged);
        person.known.content = fingerprint_of(result_.changed.bytes(new_rows_.size()));
        new_rows_.push_back(person);
        first = last;
    }
}

// Two people who both were known and whose rows are unchanged had different addresses last time, and have them now. So
// only an address that is new can be somebody else's too.
void Reader::report_same_emails() {
    struct Holder {
        std::uint64_t email;
        std::uint32_t line;
        std::uint32_t at;
        bool is_new;
    };
    std::vector<Holder> holders;
    for (std::size_t at = 0; at < new_rows_.size(); ++at) {
        const auto email = new_rows_[at].known.email;
        if (email != 0) holders.push_back({email, new_rows_[at].line, static_cast<std::uint32_t>(at), true});
    }
    const auto by_email = [](const Holder& a, const Holder& b) {
        return a.email != b.email ? a.email < b.email : a.line < b.line;
    };
    std::sort(holders.begin(), holders.end(), by_email);
    std::vector<Holder> unchanged;
    if (!holders.empty()) {
        for (std::size_t at = 0; at < seen_.size(); ++at) {
            const auto email = known_.person(at).email;
            if (seen_[at] == 0 || says_new_[at] || email == 0) continue;
            const auto found = std::lower_bound(holders.begin(), holders.end(), email,
                                                [](const Holder& a, std::uint64_t b) { return a.email < b; });
            if (found == holders.end() || found->email != email) continue;
            unchanged.push_back({email, seen_[at], static_cast<std::uint32_t>(at), false});
        }
    }
    if (!unchanged.empty()) {
        holders.insert(holders.end(), unchanged.begin(), unchanged.end());
        std::sort(holders.begin(), holders.end(), by_email);
    }
    const auto key_of = [this](const Holder& holder) {
        return holder.is_new ? result_.changed.key(holder.at) : known_.key(holder.at);
    };
    for (auto first = holders.begin(); first != holders.end();) {
        const auto last = std::find_if(first, holders.end(), [&](const Holder& h) { return h.email != first->email; });
        if (last - first == 1) {  // nearly all of them
            first = last;
            continue;
        }
        std::vector<Sighting> people;
        std::set<std::string_view> keys;
        for (auto at = first; at != last; ++at) {
            people.push_back({key_of(*at), at->line});
            keys.insert(people.back().key);
        }
        if (keys.size() > 1) freeze(same_email_issues(people, column_name(Field::email), unit_));
        first = last;
    }
}

void Reader::sort_issues() {
    std::stable_sort(result_.issues.begin(), result_.issues.end(),
                     [](const RecordIssue& a, const RecordIssue& b) { return a.line < b.line; });
}

// REQUIRES: the issues are sorted by line. The first issue of a person is the reason.
void Reader::freeze_reported() {
    std::map<EmployeeKey, std::string> reasons;
    for (const auto& issue : result_.issues) {
        if (!issue.key || issue.severity == IssueSeverity::warning) continue;
        reasons.try_emplace(*issue.key, std::string(unit_) + " " + std::to_string(issue.line) + ": " + issue.message);
    }
    for (auto& [key, reason] : reasons) result_.frozen.push_back({.key = key, .reason = std::move(reason)});
}

void Reader::drop_frozen() {
    if (result_.frozen.empty()) return;
    const auto is_frozen = [this](std::string_view key) {
        const auto at =
            std::lower_bound(result_.frozen.begin(), result_.frozen.end(), key,
                             [](const Frozen& frozen, std::string_view k) { return frozen.key.value() < k; });
        return at != result_.frozen.end() && at->key.value() == key;
    };
    std::vector<bool> keep(result_.changed.size());
    std::vector<NewRow> kept;
    for (std::size_t at = 0; at < keep.size(); ++at) {
        keep[at] = !is_frozen(result_.changed.key(at));
        if (keep[at]) kept.push_back(new_rows_[at]);
    }
    result_.changed.retain(keep);
    new_rows_ = std::move(kept);
    for (const auto& frozen : result_.frozen) {
        const auto at = known_.find(frozen.key.value());
        if (at && seen_[*at] != 0) seen_[*at] = 0;
    }
}

// One walk over the known and the changed, both sorted by key: who is gone, who is as they were, what all of it is.
void Reader::settle_known() {
    FingerprintBuilder content;
    const auto& changed = result_.changed;
    std::size_t next = 0;
    result_.unchanged = 0;
    const auto add_changed_below = [&](std::string_view key) {
        for (; next < changed.size() && changed.key(next) < key; ++next) content.add(new_rows_[next].known.content);
    };
    for (std::size_t at = 0; at < known_.size(); ++at) {
        const auto key = known_.key(at);
        add_changed_below(key);
        if (next < changed.size() && changed.key(next) == key) {
            content.add(new_rows_[next++].known.content);
        } else if (seen_[at] != 0) {
            content.add(known_.person(at).content);
            ++result_.unchanged;
        } else {
            result_.gone.emplace_back(std::string(key));
        }
    }
    for (; next < changed.size(); ++next) content.add(new_rows_[next].known.content);
    result_.content = content.finish();
    for (const auto& row : new_rows_) result_.known.push_back(row.known);
}

Ingested Reader::finish() {
    if (numeric_keys_ > 0) {
        warn("numeric_key", column_name(Field::employee_id),
             std::to_string(numeric_keys_) +
                 " employee ids are numbers, so that zeros in front of them are lost; "
                 "they must be written as text");
    }
    settle_keys();
    report_same_emails();
    sort_issues();
    freeze_reported();
    drop_frozen();
    settle_known();
    result_.facts.people = result_.employee_count() + result_.frozen.size();
    result_.found = found_;
    return std::move(result_);
}

void warn_about_columns(const Header& header, const ColumnMap& map, const std::vector<std::string>& before,
                        Reader& reader) {
    for (const auto& missing : header.missing) {
        reader.warn("column_missing", missing.column,
                    "the column \"" + missing.column + "\" for " + missing.field + " is not there" +
                        (missing.nearest ? "; did you mean \"" + *missing.nearest + "\"?" : ""));
    }
    for (const auto& name : header.doubled) {
        reader.warn("doubled_column", name, "the column \"" + name + "\" stands in the header twice");
    }
    if (before.empty()) return;
    std::set<std::string> expected;
    for (const auto& name : before) expected.insert(fold_name(name));
    for (const auto& name : map.column_names()) expected.insert(fold_name(name));
    for (const auto& name : header.names) {
        if (name.empty() || expected.count(fold_name(name)) != 0) continue;
        reader.warn("unknown_column", name, "the column \"" + name + "\" is new and not mapped");
    }
}

void warn_about_encoding(const std::string& encoding, Reader& reader) {
    reader.warn("encoding_assumed", {},
                "letters with accents are read as " + encoding +
                    ", which nothing in the record proves; the setting `encoding` says what it is");
}

const std::string& column_of_key(const ColumnMap& map) {
    static const std::string none;
    const auto& columns = map.fields.at(Field::employee_id).columns;
    return columns.empty() ? none : columns.front();
}

bool has_key_column(record::OpenRecord other, const ColumnMap& map) {
    ColumnMap key_only;
    key_only.fields = {{Field::employee_id, map.fields.at(Field::employee_id)}};
    const auto found = find_header(std::move(other.rows), key_only, std::nullopt);
    return std::holds_alternative<Header>(found);
}

// People on a second sheet are not read, and would look absent without a word.
void warn_about_sheet(Ingested& ingested, const std::string& other, const std::string& column) {
    const auto& read = ingested.found.sheet;
    RecordIssue issue{.severity = IssueSeverity::warning,
                      .sheet = read,
                      .column = column,
                      .code = "other_sheet",
                      .message = "the sheet \"" + read + "\" is read, and the sheet \"" + other +
                                 "\" has the column \"" + column +
                                 "\" too; the setting `sheet` says which one holds the employees"};
    ingested.issues.insert(ingested.issues.begin(), std::move(issue));
}

Bounce located(Bounce bounce, const record::Found& found, const std::vector<std::string>& before) {
    bounce.sheet = found.sheet;
    bounce.columns_before = before;
    return bounce;
}

}  // namespace

Fingerprint reading_of(const Fingerprint& settings, std::uint64_t version) {
    return FingerprintBuilder().add(settings).add(version).finish();
}

std::variant<Ingested, Bounce> ingest(record::OpenRecord record, const ColumnMap& map,
                                      const record::RecordFormat& format, KnownPeople& known,
                                      const RecordBefore& before) {
    const auto& found = record.found;
    auto searched = find_header(std::move(record.rows), map, format.header_row);
    if (auto* bounce = std::get_if<Bounce>(&searched)) return located(std::move(*bounce), found, before.columns);
    const auto& header = std::get<Header>(searched);
    Reader reader(header, map, found, known, before.ending);
    if (found.encoding_assumed) warn_about_encoding(found.encoding, reader);
    warn_about_columns(header, map, before.columns, reader);
    for (Row row;;) {
        const auto more = header.body->next(row);
        if (!more) return located(bounce_of(more.error()), found, before.columns);
        if (!*more) break;
        reader.take(row);
    }
    if (!reader.saw_rows()) {
        return located({.code = "no_rows", .sentence = "the record has a header and no rows"}, found, before.columns);
    }
    if (auto bounce = bounce_of(reader.addresses(), map.address_domains)) {
        return located(std::move(*bounce), found, before.columns);
    }
    return reader.finish();
}

std::variant<KnownPeople, Bounce> know_rows(record::OpenRecord record, const ColumnMap& map,
                                            const record::RecordFormat& format) {
    auto searched = find_header(std::move(record.rows), map, format.header_row);
    if (auto* bounce = std::get_if<Bounce>(&searched)) return located(std::move(*bounce), record.found, {});
    const auto& header = std::get<Header>(searched);
    KnownPeople nobody;
    Reader reader(header, map, record.found, nobody, RecordEnding::whole);
    std::vector<std::pair<std::string, Digest>> rows;
    for (Row row;;) {
        const auto more = header.body->next(row);
        if (!more) return located(bounce_of(more.error()), record.found, {});
        if (!*more) break;
        if (const auto seen = reader.glance(row)) rows.emplace_back(seen->first, seen->second);
    }
    const auto below = [](const auto& a, const auto& b) { return a.first < b.first; };
    if (!std::is_sorted(rows.begin(), rows.end(), below)) std::sort(rows.begin(), rows.end(), below);
    KnownPeople known;
    known.reserve(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const bool twice = (at > 0 && rows[at - 1].first == rows[at].first) ||
                           (at + 1 < rows.size() && rows[at + 1].first == rows[at].first);
        if (!twice) known.add(rows[at].first, {.row = rows[at].second});
    }
    return known;
}

std::variant<Ingested, Bounce> ingest_bytes(std::string_view bytes, const ColumnMap& map,
                                            const record::RecordFormat& format, const record::RecordLimits& limits,
                                            KnownPeople& known, const RecordBefore& before,
                                            const record::Decrypt& decrypt) {
    std::vector<std::string> names;
    for (const auto& name : map.column_names()) names.push_back(fold_name(name));
    auto opened = record::open_record(bytes, format, limits, names, decrypt);
    if (!opened) return located(bounce_of(opened.error()), {}, before.columns);
    auto outcome = ingest(std::move(*opened), map, format, known, before);
    auto* ingested = std::get_if<Ingested>(&outcome);
    if (ingested == nullptr || format.sheet || ingested->found.visible_sheets.size() < 2) return outcome;
    for (const auto& sheet : ingested->found.visible_sheets) {
        if (sheet == ingested->found.sheet) continue;
        auto other_format = format;
        other_format.sheet = sheet;
        auto other = record::open_record(bytes, other_format, limits, names, decrypt);
        if (!other || !has_key_column(std::move(*other), map)) continue;
        warn_about_sheet(*ingested, sheet, column_of_key(map));
        break;
    }
    return outcome;
}

}  // namespace usersync::ingest

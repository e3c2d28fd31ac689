#include "core/base/nearest.hpp"
#include "daemon/config/readers.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

constexpr std::array<Choice<GroupKind>, 4> kinds{{{"business_unit", GroupKind::business_unit},
                                                  {"department", GroupKind::department},
                                                  {"local_department", GroupKind::local_department},
                                                  {"topic", GroupKind::topic}}};
constexpr std::array<Choice<GroupRef::By>, 3> ways{
    {{"name", GroupRef::By::name}, {"eid", GroupRef::By::eid}, {"xid", GroupRef::By::xid}}};

/// What rules may look at besides the tenant's own fields: what is said about the work, not what is shown of the
/// person.
constexpr std::array<ingest::Field, 9> rule_fields{
    ingest::Field::location, ingest::Field::department, ingest::Field::job_title,
    ingest::Field::upn,      ingest::Field::language,   ingest::Field::start_date,
    ingest::Field::end_date, ingest::Field::status,     ingest::Field::manager};

/// The fields that rules may look at, and whether the tenant has a column for each.
std::map<std::string, bool> fields_of(const ingest::ColumnMap& columns) {
    std::map<std::string, bool> known;
    for (const auto field : rule_fields) known[std::string(to_string(field))] = columns.fields.count(field) != 0;
    for (const auto& [field, recipe] : columns.extra) known[field] = true;
    return known;
}

std::string read_field(TableReader& block, const ingest::ColumnMap& columns) {
    std::string field;
    block.text("field", field);
    if (field.empty()) return field;
    const auto known = fields_of(columns);
    const auto found = known.find(field);
    if (found != known.end()) {
        if (!found->second) block.error("field", "no column is mapped to " + field + ": add columns." + field);
        return field;
    }
    std::vector<std::string> names;
    for (const auto& [name, mapped] : known) names.push_back(name);
    const auto meant = nearest(field, names);
    block.error("field",
                "no field is called \"" + field + "\"" +
                    (meant ? ", did you mean \"" + *meant + "\"?" : ": fields of your own stand in columns.extra"));
    return field;
}

/// '*' would be a rule of its own kind; what people want by it can be said plainly.
constexpr std::string_view any_value_advice =
    "a row is for one value: values = \"same\" maps each value to the group of its name, roles.default is for the rest";

/// One line of a mapping: a value of the record, and what it leads to.
struct Row {
    std::string value;
    std::vector<std::string> targets;
    Position at;
    std::string path;    ///< for problems
    std::string origin;  ///< for reasons
};

class MappingReader {
public:
    MappingReader(TableReader& root, const ingest::ColumnMap& columns, rules::RuleSet& rules)
        : root_(root), columns_(columns), rules_(rules) {}

    void read_groups();
    void read_roles();

private:
    std::string origin(std::string_view mapping, std::size_t index, Position at) const;
    std::vector<Row> read_rows(TableReader& block, std::string_view mapping, std::size_t index);
    void read_targets(const Value& value, Row& row);
    void read_group_block(std::size_t index);
    void add_every_value(TableReader& block, std::size_t index, const std::string& field, const GroupRef& group);
    void add_group_row(const Row& row, const std::string& field, const GroupRef& group);
    void claim_group(const Row& row, const std::string& field, const GroupRef& group);
    void read_role_block(std::size_t index);

    /// A field and a kind of groups. Groups named by EID or XID have the kind that is written beside them, or none.
    using Lane = std::pair<std::string, std::optional<GroupKind>>;

    TableReader& root_;
    const ingest::ColumnMap& columns_;
    rules::RuleSet& rules_;
    std::map<Lane, std::size_t> same_lines_;  ///< values = "same", by line
    std::map<std::pair<Lane, std::string>, std::size_t> value_lines_;
    std::map<GroupRef, std::pair<std::string, std::size_t>> group_fields_;
    std::map<std::pair<std::string, std::string>, std::size_t> role_lines_;
};

std::string MappingReader::origin(std::string_view mapping, std::size_t index, Position at) const {
    const auto file = std::filesystem::path(root_.reading().file).filename().string();
    return std::string(mapping) + "[" + std::to_string(index + 1) + "] (" + file + ":" + std::to_string(at.line) + ")";
}

void MappingReader::read_targets(const Value& value, Row& row) {
    const auto expect = [&](const Value& wrong) {
        root_.error_at(wrong.at, row.path, "expected a text or an array of texts, got " + describe(wrong));
    };
    const auto add = [&](const Value& one) {
        const auto* text = std::get_if<std::string>(&one.content);
        if (text == nullptr || text->empty()) return expect(one);
        row.targets.push_back(*text);
    };
    if (const auto* several = std::get_if<Array>(&value.content)) {
        if (several->empty()) return expect(value);
        for (const auto& one : *several) add(one);
    } else {
        add(value);
    }
}

std::vector<Row> MappingReader::read_rows(TableReader& block, std::string_view mapping, std::size_t index) {
    std::vector<Row> rows;
    const auto* values = block.raw("values");
    if (values == nullptr) return rows;
    const auto* table = std::get_if<Table>(&values->content);
    if (table == nullptr) {
        block.error("values", "expected a table of values of the record, got " + describe(*values));
        return rows;
    }
    for (const auto& entry : *table) {
        Row row{.value = entry.key,
                .targets = {},
                .at = entry.at,
                .path = block.path_of("values") + ".\"" + entry.key + "\"",
                .origin = origin(mapping, index, entry.at)};
        const bool trimmed = !entry.key.empty() && entry.key.front() != ' ' && entry.key.back() != ' ';
        if (!trimmed) root_.error_at(row.at, row.path, "never found: values are trimmed when the record is read");
        if (entry.key == "*") root_.error_at(row.at, row.path, std::string(any_value_advice));
        read_targets(entry.value, row);
        rows.push_back(std::move(row));
    }
    return rows;
}

void MappingReader::read_groups() {
    const auto count = root_.rows("group_mapping");
    for (std::size_t index = 0; index < count; ++index) read_group_block(index);
}

void MappingReader::read_group_block(std::size_t index) {
    auto block = root_.row("group_mapping", index);
    block.require({"field", "values"});
    const auto field = read_field(block, columns_);
    GroupRef group;
    GroupKind kind = GroupKind::topic;
    block.choice("by", group.by, ways);
    block.choice("kind", kind, kinds);
    if (block.has("kind")) group.kind = kind;
    if (!group.kind && group.by == GroupRef::By::name) block.require({"kind"});

    const auto* values = block.raw("values");
    const auto* word = values == nullptr ? nullptr : std::get_if<std::string>(&values->content);
    if (word == nullptr) {
        for (const auto& row : read_rows(block, "group_mapping", index)) add_group_row(row, field, group);
    } else if (*word == "same") {
        add_every_value(block, index, field, group);
    } else {
        block.error("values", "expected a table of values, or \"same\" when each group has its value's own name");
    }
}

void MappingReader::add_every_value(TableReader& block, std::size_t index, const std::string& field,
                                    const GroupRef& group) {
    if (group.by != GroupRef::By::name)
        return block.error("values", "\"same\" names groups, so it goes with by = \"name\"");
    const Lane lane{field, group.kind};
    const auto at = block.at("values");
    const auto taken = value_lines_.lower_bound({lane, ""});
    if (taken != value_lines_.end() && taken->first.first == lane) {
        return block.error("values", "line " + std::to_string(taken->second) + " already maps " + field +
                                         " to groups of this kind: \"same\" would add a second one");
    }
    const auto [same, fresh] = same_lines_.emplace(lane, at.line);
    if (!fresh) return block.error("values", "line " + std::to_string(same->second) + " says so already");
    rules_.groups.push_back({.field = field,
                             .value = "*",
                             .group = {.by = group.by, .kind = group.kind, .text = {}},
                             .origin = origin("group_mapping", index, at)});
}

void MappingReader::add_group_row(const Row& row, const std::string& field, const GroupRef& group) {
    const Lane lane{field, group.kind};
    if (const auto same = same_lines_.find(lane); same != same_lines_.end()) {
        return root_.error_at(row.at, row.path,
                              "line " + std::to_string(same->second) + " maps every " + field +
                                  " to the group of its own name: this would be a second group of that kind");
    }
    const auto [earlier, fresh] = value_lines_.emplace(std::pair{lane, row.value}, row.at.line);
    if (!fresh) {
        return root_.error_at(row.at, row.path,
                              "line " + std::to_string(earlier->second) +
                                  " maps this value to a group of this kind already; several groups are written in one "
                                  "row, as an array");
    }
    for (const auto& target : row.targets) {
        const GroupRef named{.by = group.by, .kind = group.kind, .text = target};
        claim_group(row, field, named);
        rules_.groups.push_back({.field = field, .value = row.value, .group = named, .origin = row.origin});
    }
}

/// Several values of one field may fill one group; two fields may not, since neither could then empty it.
void MappingReader::claim_group(const Row& row, const std::string& field, const GroupRef& group) {
    const auto [claim, fresh] = group_fields_.emplace(group, std::pair{field, row.at.line});
    const auto& [claimed_by, line] = claim->second;
    if (fresh || claimed_by == field) return;
    root_.error_at(row.at, row.path,
                   describe(group) + " is filled from " + claimed_by + " already (line " + std::to_string(line) +
                       "); one group is filled from one field");
}

void MappingReader::read_roles() {
    const auto count = root_.rows("role_mapping");
    for (std::size_t index = 0; index < count; ++index) read_role_block(index);
}

void MappingReader::read_role_block(std::size_t index) {
    auto block = root_.row("role_mapping", index);
    block.require({"field", "values"});
    const auto field = read_field(block, columns_);
    for (const auto& row : read_rows(block, "role_mapping", index)) {
        const auto [earlier, fresh] = role_lines_.emplace(std::pair{field, row.value}, row.at.line);
        if (!fresh) {
            root_.error_at(row.at, row.path, "never used: line " + std::to_string(earlier->second) + " decides first");
        } else if (row.targets.size() > 1) {
            root_.error_at(row.at, row.path, "a person has one role in the network");
        } else if (!row.targets.empty()) {
            rules_.roles.push_back(
                {.field = field, .value = row.value, .role = RoleId(row.targets.front()), .origin = row.origin});
        }
    }
}

}  // namespace

void read_mappings(TableReader& root, const ingest::ColumnMap& columns, rules::RuleSet& rules) {
    MappingReader reader(root, columns, rules);
    reader.read_groups();
    reader.read_roles();
}

}  // namespace usersync::config

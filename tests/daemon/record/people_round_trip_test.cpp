// Whatever writes people writes them so that they are read back the same.

#include "core/record/write_csv.hpp"
#include "core/record/write_xls.hpp"
#include "core/record/write_xlsx.hpp"
#include "daemon/record/people_text.hpp"
#include "tests/core/ingest/read_record.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace usersync;
using namespace usersync::ingest;

namespace {

using Random = std::mt19937;
using Texts = std::vector<std::string>;
using Table = std::vector<Texts>;

constexpr unsigned seeds = 60;

std::string word(Random& random, const Texts& alphabet, std::size_t letters_max) {
    std::string text;
    const auto letters = 1 + random() % letters_max;
    for (std::size_t at = 0; at < letters; ++at) text += alphabet[random() % alphabet.size()];
    return text;
}

/// Anything that people write, with every sign that means something to one of the formats; trimmed, as cells are read.
std::string text(Random& random) {
    static const Texts alphabet{"a", "B", "z", "0", "7", "é", "ß", "Ж", "店", "🏪", " ",  "\"", "'",       ",",
                                ";", "<", ">", "&", "=", "+", "-", "@", "#",  "/", "\\", ".",  "_",       "(",
                                ")", "{", "}", "[", "]", ":", "%", "$", "!",  "?", "\t", "\n", "_x0041_", "&amp;"};
    auto made = word(random, alphabet, 14);
    const auto first = made.find_first_not_of(" \t\n");
    // A cell of number signs alone is what a spreadsheet shows for a value that does not fit, and is refused.
    if (first == std::string::npos || made.find_first_not_of("# \t\n") == std::string::npos) return "a";
    return made.substr(first, made.find_last_not_of(" \t\n") + 1 - first);
}

std::string digits(Random& random, std::size_t count) {
    std::string text;
    for (std::size_t at = 0; at < count; ++at) text += static_cast<char>('0' + random() % 10);
    return text;
}

std::string date(Random& random) {
    return "20" + digits(random, 2) + "-0" + std::to_string(1 + random() % 9) + "-1" + digits(random, 1);
}

/// One, or several of which none is the same twice.
Texts list(Random& random, bool may_be_several) {
    Texts made;
    const auto count = may_be_several ? 1 + random() % 4 : 1;
    for (std::size_t at = 0; at < count; ++at) {
        auto value = text(random);
        // In a list of JSON a line break stands between two values.
        std::replace(value.begin(), value.end(), '\n', ' ');
        if (std::find(made.begin(), made.end(), value) == made.end()) made.push_back(std::move(value));
    }
    return made;
}

Employee employee(Random& random, const std::string& key, bool with_several) {
    Employee made;
    made.key = EmployeeKey(key);
    made.profile.email = "p" + key + "@shop.example";
    made.profile.name = PersonName{.first = text(random), .infix = "van der", .last = text(random)};
    made.profile.job_title = text(random);
    made.profile.phone = "+3120" + digits(random, 7);
    made.locations = list(random, with_several);
    made.departments = list(random, with_several);
    made.employment.upn = text(random);
    made.employment.language = "nl";
    made.employment.start_date = "19" + date(random).substr(2);
    made.employment.end_date = date(random);
    made.employment.status = text(random);
    made.employment.manager = digits(random, 6);
    made.extra = {{"cost_centre", text(random)}, {"region", text(random)}};
    return made;
}

/// Sorted by key, as they are read.
std::vector<Employee> people(Random& random, bool with_several) {
    std::set<std::string> keys;
    const auto count = 1 + random() % 9;
    while (keys.size() < count) keys.insert(digits(random, 6));
    std::vector<Employee> made;
    for (const auto& key : keys) made.push_back(employee(random, key, with_several));
    return made;
}

PeopleBytes bytes_of(const std::vector<Employee>& people) {
    PeopleBytes bytes;
    for (const auto& person : people) bytes.add(person);
    return bytes;
}

/// Each column by the name that the writers give it.
ColumnMap written_columns() {
    std::map<Field, std::string> fields;
    for (const auto field : all_fields()) {
        if (field != Field::name) fields[field] = std::string(to_string(field));
    }
    return test::columns(fields, {{"cost_centre", "cost_centre"}, {"region", "region"}});
}

/// JSON has its lists under a name of their own, and the tenant's own fields in an object.
ColumnMap json_columns() {
    auto map = written_columns();
    map.fields[Field::location] = Recipe{.columns = {"locations"}, .steps = {}, .fallback = {}};
    map.fields[Field::department] = Recipe{.columns = {"departments"}, .steps = {}, .fallback = {}};
    for (auto& [field, recipe] : map.extra) recipe.columns = {"extra." + field};
    return map;
}

std::string as_csv(const Table& table, char delimiter, bool byte_order_mark) {
    record::CsvStyle style;
    style.delimiter = delimiter;
    style.byte_order_mark = byte_order_mark;
    std::string text(record::csv_opening(style));
    for (const auto& row : table) record::append_csv_row(text, {row.begin(), row.end()}, style);
    return text;
}

void check_read_back(const std::string& writer, const std::string& bytes, const ColumnMap& map,
                     const std::vector<Employee>& people, const record::RecordFormat& format = {}) {
    CAPTURE(writer);
    const auto read = test::read_record(bytes, map, format);
    CHECK(read.issues.empty());
    CHECK(read.frozen.empty());
    CHECK((read.employees == people));
    CHECK(content_fingerprint(read.employees) == content_fingerprint(people));
}

}  // namespace

TEST_CASE("random people are the same after every table that we write was read back", "[daemon][record][property]") {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto made = people(random, true);
        const auto table = record_view::people_table(bytes_of(made));

        check_read_back("csv with commas", as_csv(table, ',', false), written_columns(), made);
        check_read_back("csv with semicolons and a mark", as_csv(table, ';', true), written_columns(), made);
        check_read_back("csv with tabs", as_csv(table, '\t', false), written_columns(), made);
        check_read_back("xls", record::write_xls(table, "Staff"), written_columns(), made);
        check_read_back("xlsx", record::write_xlsx(table, "Staff"), written_columns(), made);
        check_read_back("records --format csv --raw", record_view::people_csv(bytes_of(made), false), written_columns(),
                        made);
    }
}

// One location and one department each: several are still glued together when they come from a JSON list.
TEST_CASE("random people are the same after the JSON that we write was read back", "[daemon][record][property]") {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto made = people(random, true);

        check_read_back("records --format json", record_view::people_json(bytes_of(made)), json_columns(), made);
        // A single line could be any JSON, so it must be said.
        record::RecordFormat lines;
        if (made.size() == 1) lines.format = record::Format::jsonl;
        check_read_back("records --format jsonl", record_view::people_json_lines(bytes_of(made)), json_columns(), made,
                        lines);
    }
}

TEST_CASE("random people whose cells look like no formula are the same after csv for spreadsheets was read back",
          "[daemon][record][property]") {
    std::size_t checked = 0;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        auto made = people(random, true);
        const auto is_formula = [](const std::string& value) { return value.find_first_of("=+-@\t\r") == 0; };
        auto map = written_columns();
        map.fields[Field::phone].steps = {step::StripApostrophe{}};
        std::erase_if(made, [&](const Employee& person) {
            auto texts = person.locations;
            texts.insert(texts.end(), person.departments.begin(), person.departments.end());
            for (const auto& [field, value] : person.extra) texts.push_back(value);
            for (const auto& value : {person.profile.name->first, person.profile.name->last, *person.profile.job_title,
                                      *person.employment.upn, *person.employment.status}) {
                texts.push_back(value);
            }
            return std::any_of(texts.begin(), texts.end(), is_formula);
        });
        if (made.empty()) continue;
        checked += made.size();

        check_read_back("records --format csv", record_view::people_csv(bytes_of(made), true), map, made);
    }
    CHECK(checked > seeds / 2);
}

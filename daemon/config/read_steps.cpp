#include "daemon/config/read_steps.hpp"

#include "core/base/nearest.hpp"
#include "core/ingest/text_steps.hpp"
#include "core/ingest/transform.hpp"
#include "daemon/config/lookup_file.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace usersync::config {
namespace {

using ingest::Step;
namespace step = ingest::step;
using Otherwise = step::Lookup::Otherwise;

constexpr std::array<Choice<Otherwise>, 3> otherwise_words{
    {{"keep", Otherwise::keep}, {"empty", Otherwise::empty}, {"freeze", Otherwise::freeze}}};

struct Example {
    std::string_view word;
    std::string_view written;
};
constexpr std::array<Example, 7> with_value{{{"pad_left", "{ pad_left = 6 }"},
                                             {"split", "{ split = ',;' }"},
                                             {"join", "{ join = ' ' }"},
                                             {"constant", "{ constant = 'nl' }"},
                                             {"date", "{ date = 'dd-MM-yyyy' }"},
                                             {"phone", "{ phone = 'NL' }"},
                                             {"lookup", "{ lookup = { 'A' = 'B' } }"}}};
constexpr std::array<std::string_view, 8> alone{"lower", "upper", "title", "strip_apostrophe",
                                                "nfc",   "email", "join",  "split"};

std::optional<Step> step_of(std::string_view word, const std::string& list_separators) {
    if (word == "lower") return step::ToCase{step::Case::lower};
    if (word == "upper") return step::ToCase{step::Case::upper};
    if (word == "title") return step::ToCase{step::Case::title};
    if (word == "strip_apostrophe") return step::StripApostrophe{};
    if (word == "nfc") return step::Nfc{};
    if (word == "email") return step::Email{};
    if (word == "join") return step::Join{};
    if (word == "split") return step::Split{list_separators.empty() ? "|" : list_separators};
    return std::nullopt;
}

/// Rows of a lookup on their way into its table, each with its place in case that it is said twice.
class LookupTable {
public:
    explicit LookupTable(step::Lookup& lookup) : lookup_(lookup) {}

    /// The line that says so already; 0 when it is new.
    std::size_t add(std::string from, const std::string& to, std::size_t line) {
        if (lookup_.any_case) ingest::change_case(from, step::Case::lower);
        const auto [earlier, fresh] = lines_.emplace(from, line);
        if (fresh) lookup_.table.emplace(std::move(from), to);
        return fresh ? 0 : earlier->second;
    }

private:
    step::Lookup& lookup_;
    std::map<std::string, std::size_t> lines_;
};

class StepsReader {
public:
    StepsReader(TableReader& field, const std::string& list_separators)
        : field_(field), list_separators_(list_separators) {}

    void read(std::vector<Step>& steps);

private:
    std::optional<Step> read_word(const Value& value, const std::string& word, const std::string& path);
    std::optional<Step> read_table(const Value& value, const Table& table, const std::string& path);
    std::optional<Step> read_one(TableReader& one, std::string_view word);
    std::optional<Step> read_lookup(TableReader& one);
    void read_rows(TableReader& one, const Table& rows, step::Lookup& lookup);
    void read_file(TableReader& one, const std::string& name, step::Lookup& lookup);

    TableReader& field_;
    const std::string& list_separators_;
};

std::optional<Step> StepsReader::read_word(const Value& value, const std::string& word, const std::string& path) {
    if (auto one = step_of(word, list_separators_)) return one;
    const auto example =
        std::find_if(with_value.begin(), with_value.end(), [&](const Example& known) { return known.word == word; });
    if (example != with_value.end()) {
        field_.error_at(value.at, path, word + " needs a value: " + std::string(example->written));
        return std::nullopt;
    }
    const auto& words = step_words();
    auto known = words.alone;
    known.insert(known.end(), words.with_value.begin(), words.with_value.end());
    const auto meant = nearest(word, known);
    field_.error_at(value.at, path,
                    "no step is called \"" + word + "\"" + (meant ? ", did you mean \"" + *meant + "\"?" : ""));
    return std::nullopt;
}

void StepsReader::read_rows(TableReader& one, const Table& rows, step::Lookup& lookup) {
    LookupTable table(lookup);
    for (const auto& [from, at, value] : rows) {
        const auto path = one.path_of("lookup") + ".\"" + from + "\"";
        const auto* to = std::get_if<std::string>(&value.content);
        if (to == nullptr) {
            one.error_at(value.at, path, "expected a text in quotes, got " + describe(value));
        } else if (const auto line = table.add(from, *to, at.line)) {
            one.error_at(at, path, "line " + std::to_string(line) + " is the same without regard to case");
        }
    }
    if (rows.empty()) one.error("lookup", "the table is empty");
}

void StepsReader::read_file(TableReader& one, const std::string& name, step::Lookup& lookup) {
    const auto bytes = one.open(name);
    if (!bytes) return one.error("lookup", name + " " + bytes.error().detail);
    const auto rows = lookup_rows(*bytes, name);
    if (!rows) return one.error("lookup", rows.error().detail);
    LookupTable table(lookup);
    for (const auto& row : *rows) {
        const auto line = table.add(row.from, row.to, row.line);
        if (line == 0) continue;
        return one.error("lookup", name + ", line " + std::to_string(row.line) + ": line " + std::to_string(line) +
                                       " is about the same value");
    }
    if (rows->empty()) one.error("lookup", name + " is empty");
}

std::optional<Step> StepsReader::read_lookup(TableReader& one) {
    step::Lookup lookup;
    one.flag("any_case", lookup.any_case);
    one.choice("otherwise", lookup.otherwise, otherwise_words);
    const auto* value = one.raw("lookup");
    if (const auto* rows = std::get_if<Table>(&value->content)) {
        read_rows(one, *rows, lookup);
    } else if (const auto* name = std::get_if<std::string>(&value->content); name != nullptr && !name->empty()) {
        read_file(one, *name, lookup);
    } else {
        one.error("lookup",
                  "expected a table of values, or the name of a file with two columns, got " + describe(*value));
    }
    // What is wrong with an empty table has been said above.
    return lookup.table.empty() ? std::nullopt : std::optional<Step>(std::move(lookup));
}

std::optional<Step> StepsReader::read_one(TableReader& one, std::string_view word) {
    const auto* value = one.raw(word);
    if (word == "lookup") return read_lookup(one);
    if (word == "pad_left") {
        const auto* width = std::get_if<std::int64_t>(&value->content);
        if (width != nullptr && *width >= 0) return step::PadLeft{static_cast<std::size_t>(*width)};
        one.error(word, "expected a whole number, got " + describe(*value));
        return std::nullopt;
    }
    const auto* text = std::get_if<std::string>(&value->content);
    if (text == nullptr) {
        one.error(word, "expected a text in quotes, got " + describe(*value));
        return std::nullopt;
    }
    if (word == "split") return step::Split{*text};
    if (word == "join") return step::Join{*text};
    if (word == "constant") return step::Constant{*text};
    if (word == "date") return step::Date{*text};
    return step::Phone{*text};
}

std::optional<Step> StepsReader::read_table(const Value& value, const Table& table, const std::string& path) {
    auto one = field_.within(table, value.at, path);
    std::vector<std::string_view> there;
    for (const auto& known : with_value) {
        if (one.raw(known.word) != nullptr) there.push_back(known.word);
    }
    const bool of_lookup = one.raw("otherwise") != nullptr || one.raw("any_case") != nullptr;
    if (there.empty() && (table.empty() || of_lookup)) field_.error_at(value.at, path, "names no step");
    if (there.size() > 1) {
        field_.error_at(value.at, path, "each step stands in braces of its own: { pad_left = 6 }, { join = ' ' }");
    }
    if (there.size() != 1) return std::nullopt;
    const auto word = there.front();
    if (of_lookup && word != "lookup") {
        one.error(one.has("otherwise") ? "otherwise" : "any_case", "only a lookup has this");
    }
    auto read = read_one(one, word);
    if (!read) return std::nullopt;
    if (const auto wrong = ingest::check_step(*read)) {
        one.error(word, *wrong);
        return std::nullopt;
    }
    return read;
}

void StepsReader::read(std::vector<Step>& steps) {
    const auto* value = field_.raw("steps");
    if (value == nullptr) return;
    const auto* array = std::get_if<Array>(&value->content);
    if (array == nullptr) {
        return field_.error("steps", "expected an array of steps, got " + describe(*value));
    }
    steps.clear();
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto& element = (*array)[i];
        const auto path = field_.path_of("steps") + "[" + std::to_string(i + 1) + "]";
        std::optional<Step> one;
        if (const auto* word = std::get_if<std::string>(&element.content)) {
            one = read_word(element, *word, path);
        } else if (const auto* table = std::get_if<Table>(&element.content)) {
            one = read_table(element, *table, path);
        } else {
            field_.error_at(element.at, path, "expected a word or { key = value }, got " + describe(element));
        }
        if (one) steps.push_back(std::move(*one));
    }
}

}  // namespace

void read_steps(TableReader& field, const std::string& list_separators, std::vector<Step>& steps) {
    StepsReader(field, list_separators).read(steps);
}

const StepWords& step_words() {
    static const StepWords words = [] {
        StepWords all;
        for (const auto word : alone) all.alone.emplace_back(word);
        for (const auto& example : with_value) all.with_value.emplace_back(example.word);
        return all;
    }();
    return words;
}

}  // namespace usersync::config

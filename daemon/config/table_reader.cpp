#include "daemon/config/table_reader.hpp"

#include "core/base/nearest.hpp"
#include "core/base/result.hpp"
#include "daemon/config/quantity.hpp"
#include "daemon/config/secret_file.hpp"

#include <algorithm>
#include <sstream>

namespace usersync::config {
namespace {

const Table no_entries;

/// "group_mapping[2].field" is the key "group_mapping.field" wherever it stands.
std::string without_indexes(std::string_view path) {
    std::string key;
    bool inside = false;
    for (const char c : path) {
        if (c == '[') inside = true;
        if (!inside) key += c;
        if (c == ']') inside = false;
    }
    return key;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "\"" : ", \"") + word + "\"";
    return text;
}

std::string shown(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

std::optional<double> as_number(const Value& value) {
    if (const auto* real = std::get_if<double>(&value.content)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&value.content)) return static_cast<double>(*whole);
    return std::nullopt;
}

}  // namespace

void Reading::note(Severity severity, Position at, std::string path, std::string message, std::string code) {
    problems.push_back({.file = file,
                        .line = at.line,
                        .column = at.column,
                        .path = std::move(path),
                        .message = std::move(message),
                        .severity = severity,
                        .excerpt = {},
                        .code = std::move(code)});
}

Result<std::string> Reading::open(const std::string& name) {
    const auto plain = std::filesystem::path(name).lexically_normal().string();
    const auto known = std::find_if(used.begin(), used.end(), [&](const RuleFile& one) { return one.name == plain; });
    if (known != used.end()) return known->bytes;
    auto bytes = files(plain);
    if (bytes) used.push_back({.name = plain, .bytes = *bytes});
    return bytes;
}

std::string Reading::name() const { return std::filesystem::path(file).filename().string(); }

namespace {

/// The rest of the text from this line and column on. Columns count characters, not bytes.
std::string_view text_at(std::string_view text, Position at) {
    for (std::size_t line = 1; line < at.line; ++line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    for (std::size_t column = 1; column < at.column && !text.empty(); ++column) {
        text.remove_prefix(1);
        while (!text.empty() && continues(text.front())) text.remove_prefix(1);
    }
    return text;
}

}  // namespace

Origin Reading::origin_of_text(Position at) const {
    auto origin = origin_of(at);
    const auto rest = text_at(text, at);
    const auto begins = [&](std::string_view quotes) { return rest.substr(0, quotes.size()) == quotes; };
    if (begins("'\'\'") || begins("\"\"\"")) {
        const auto behind = rest.substr(3);
        const bool on_next_line = behind.substr(0, 1) == "\n" || behind.substr(0, 2) == "\r\n";
        origin.line += on_next_line ? 1 : 0;
        origin.column = on_next_line ? 1 : origin.column + 3;
    } else if (begins("'")) {
        ++origin.column;
    } else if (begins("\"")) {
        const auto end = rest.find_first_of("\\\"", 1);
        const bool has_escape = end != std::string_view::npos && rest[end] == '\\';
        origin.column += has_escape ? 0 : 1;
    }
    return origin;
}

TableReader::TableReader(Reading& reading, const Table& root)
    : TableReader(reading, root, Position{.line = 1, .column = 1}, "", Presence::there) {}

TableReader::TableReader(Reading& reading, const Table& table, Position at, std::string path, Presence presence)
    : reading_(reading), table_(table), at_(at), path_(std::move(path)), presence_(presence) {}

TableReader::~TableReader() {
    for (const auto& entry : table_) {
        if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
        const auto meant = nearest(entry.key, asked_);
        error_at(entry.at, path_of(entry.key), meant ? "unknown key, did you mean " + *meant + "?" : "unknown key");
    }
}

const Value* TableReader::take(std::string_view key) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
    reading_.keys.insert(without_indexes(path_of(key)));
    const auto* entry = find(table_, key);
    return entry == nullptr ? nullptr : &entry->value;
}

template <class T>
const T* TableReader::take_as(std::string_view key, std::string_view expected) {
    const auto* value = take(key);
    if (value == nullptr) return nullptr;
    const auto* typed = std::get_if<T>(&value->content);
    if (typed == nullptr) wrong_type(key, expected, *value);
    return typed;
}

void TableReader::wrong_type(std::string_view key, std::string_view expected, const Value& value) {
    error(key, "expected " + std::string(expected) + ", got " + describe(value));
}

void TableReader::text(std::string_view key, std::string& target, Empty empty) {
    const auto* text = take_as<std::string>(key, "a text in quotes");
    if (text == nullptr) return;
    if (text->empty() && empty == Empty::refused) return error(key, "must not be empty");
    target = *text;
}

void TableReader::text(std::string_view key, std::optional<std::string>& target) {
    std::string found;
    text(key, found);
    if (!found.empty()) target = std::move(found);
}

void TableReader::written(std::string_view key, std::optional<rules::Written>& target) {
    std::string found;
    text(key, found);
    if (!found.empty()) {
        target = rules::Written{.text = std::move(found), .origin = reading_.origin_of_text(at(key))};
    }
}

void TableReader::texts(std::string_view key, std::vector<std::string>& target) {
    const auto* array = take_as<Array>(key, "an array of texts");
    if (array == nullptr) return;
    std::vector<std::string> found;
    for (const auto& value : *array) {
        const auto* text = std::get_if<std::string>(&value.content);
        if (text == nullptr || text->empty()) {
            error_at(value.at, path_of(key), "expected an array of texts, got " + describe(value) + " in it");
            return;
        }
        found.push_back(*text);
    }
    target = std::move(found);
}

void TableReader::flag(std::string_view key, bool& target) {
    if (const auto* flag = take_as<bool>(key, "true or false")) target = *flag;
}

void TableReader::duration(std::string_view key, Duration& target, DurationRange range) {
    const auto* value = take(key);
    if (value == nullptr) return;
    const auto* text = std::get_if<std::string>(&value->content);
    const auto duration = text == nullptr ? std::nullopt : parse_duration(*text);
    if (!duration) return wrong_type(key, "a duration such as \"15m\"", *value);
    if (*duration < range.min) return wrong_type(key, "at least " + format_duration(range.min), *value);
    if (*duration > range.max) return wrong_type(key, "at most " + format_duration(range.max), *value);
    target = *duration;
}

void TableReader::duration(std::string_view key, std::optional<Duration>& target, DurationRange range) {
    constexpr Duration none{-1};
    Duration found = none;
    duration(key, found, range);
    if (found != none) target = found;
}

std::optional<double> TableReader::share_of(std::string_view key, double max) {
    const auto* value = take(key);
    if (value == nullptr) return std::nullopt;
    // A bare number above 1 is refused even where growth is possible: 5 might mean 5% as well as 500%.
    const auto* text = std::get_if<std::string>(&value->content);
    const auto share = text != nullptr ? parse_percent(*text) : as_number(*value);
    if (!share || *share < 0.0 || *share > (text != nullptr ? max : 1.0)) {
        wrong_type(key, "a share such as \"5%\", or a number from 0 to 1", *value);
        return std::nullopt;
    }
    return share;
}

void TableReader::share(std::string_view key, double& target) {
    if (const auto share = share_of(key, 1.0)) target = *share;
}

void TableReader::growth(std::string_view key, double& target) {
    constexpr double growth_max = 1000.0;
    if (const auto share = share_of(key, growth_max)) target = *share;
}

void TableReader::rate(std::string_view key, double& target) {
    const auto* value = take(key);
    if (value == nullptr) return;
    constexpr double per_second_max = 10000.0;
    const auto* text = std::get_if<std::string>(&value->content);
    const auto rate = text != nullptr ? parse_rate(*text) : as_number(*value);
    if (!rate || !(*rate > 0.0) || *rate > per_second_max) {
        return wrong_type(key, "a rate such as \"10/s\" or \"300/min\", or a number per second", *value);
    }
    target = *rate;
}

void TableReader::number(std::string_view key, double& target, double min, double max) {
    const auto* value = take(key);
    if (value == nullptr) return;
    const auto number = as_number(*value);
    if (!number || !(*number >= min) || *number > max) {
        return wrong_type(key, "a number from " + shown(min) + " to " + shown(max), *value);
    }
    target = *number;
}

std::optional<std::int64_t> TableReader::whole_of(std::string_view key, WholeRange range) {
    const auto* value = take(key);
    if (value == nullptr) return std::nullopt;
    const auto* number = std::get_if<std::int64_t>(&value->content);
    if (number != nullptr && *number >= range.min && *number <= range.max) return *number;
    const bool open = range.max == WholeRange{}.max;
    const auto upper = open ? " or more" : " to " + std::to_string(range.max);
    wrong_type(key, "a whole number, " + std::to_string(range.min) + upper, *value);
    return std::nullopt;
}

std::optional<std::uint64_t> TableReader::size_of(std::string_view key) {
    const auto* value = take(key);
    if (value == nullptr) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value->content);
    const auto size = text == nullptr ? std::nullopt : parse_size(*text);
    if (!size || *size == 0) {
        wrong_type(key, "a size such as \"64KiB\" or \"256MiB\"", *value);
        return std::nullopt;
    }
    return size;
}

std::optional<std::size_t> TableReader::choose(std::string_view key, const std::vector<std::string>& words) {
    const auto* value = take(key);
    if (value == nullptr) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value->content);
    const auto found = text == nullptr ? words.end() : std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const auto meant = text == nullptr ? std::nullopt : nearest(*text, words);
    error(key, "expected one of " + listed(words) + ", got " + describe(*value) +
                   (meant ? ", did you mean \"" + *meant + "\"?" : ""));
    return std::nullopt;
}

std::filesystem::path TableReader::resolve(const std::string& text) const {
    return (reading_.folder / text).lexically_normal();
}

void TableReader::path(std::string_view key, std::filesystem::path& target) {
    std::string found;
    text(key, found);
    if (!found.empty()) target = resolve(found);
}

void TableReader::secret(std::string_view key, Secret& target) {
    const auto* value = take(key);
    if (value == nullptr) return;
    constexpr const char* expected = "expected { file = \"PATH\" } or { credential = \"NAME\" }";
    const auto* table = std::get_if<Table>(&value->content);
    // Whatever stands here may be the secret itself, so it is not shown.
    if (table == nullptr) return error(key, std::string(expected) + ": secrets do not stand in the configuration");

    std::string file;
    std::string credential;
    {
        TableReader reference(reading_, *table, value->at, path_of(key), Presence::there);
        reference.text("file", file);
        reference.text("credential", credential);
    }
    if (file.empty() == credential.empty()) return error(key, expected);
    if (!credential.empty() && (credential.front() == '.' || credential.find('/') != std::string::npos)) {
        return error(key, "a credential is a plain name, without a folder");
    }
    if (!reading_.wants_secrets) return;
    if (!credential.empty() && reading_.credentials_folder.empty()) {
        return error(key, "no credentials were handed to this service, so \"" + credential + "\" cannot be read");
    }
    auto secret = file.empty() ? read_credential(reading_.credentials_folder, credential)
                               : read_secret(resolve(file), SecretHome::file);
    if (!secret) return error(key, secret.error().detail);
    target = std::move(*secret);
}

TableReader TableReader::table(std::string_view key) {
    const auto* table = take_as<Table>(key, "a table");
    return TableReader(reading_, table == nullptr ? no_entries : *table, at(key), path_of(key),
                       table == nullptr ? Presence::absent : Presence::there);
}

std::size_t TableReader::rows(std::string_view key) {
    const auto* value = take(key);
    if (value == nullptr) return 0;
    const auto* array = std::get_if<Array>(&value->content);
    const auto is_table = [](const Value& element) { return std::holds_alternative<Table>(element.content); };
    if (array == nullptr || !std::all_of(array->begin(), array->end(), is_table)) {
        wrong_type(key, "tables, each under [[" + path_of(key) + "]]", *value);
        return 0;
    }
    return array->size();
}

TableReader TableReader::row(std::string_view key, std::size_t index) {
    const auto* value = take(key);
    USERSYNC_INVARIANT(value != nullptr, "a row is asked for only where rows() counted it");
    const auto& element = std::get<Array>(value->content).at(index);
    return TableReader(reading_, std::get<Table>(element.content), element.at,
                       path_of(key) + "[" + std::to_string(index + 1) + "]", Presence::there);
}

TableReader TableReader::within(const Table& table, Position at, std::string path) {
    return TableReader(reading_, table, at, std::move(path), Presence::there);
}

const Value* TableReader::raw(std::string_view key) { return take(key); }

bool TableReader::has(std::string_view key) const { return find(table_, key) != nullptr; }

void TableReader::require(std::initializer_list<std::string_view> keys) {
    if (presence_ == Presence::absent) return;
    for (const auto key : keys) {
        if (!has(key)) error(key, "missing");
    }
}

Position TableReader::at(std::string_view key) const {
    const auto* entry = find(table_, key);
    return entry == nullptr ? at_ : entry->value.at;
}

std::string TableReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void TableReader::error(std::string_view key, std::string message) {
    error_at(at(key), path_of(key), std::move(message));
}

void TableReader::warn(std::string_view key, std::string message) {
    reading_.note(Severity::warning, at(key), path_of(key), std::move(message));
}

void TableReader::error_at(Position at, std::string path, std::string message) {
    reading_.note(Severity::error, at, std::move(path), std::move(message));
}

}  // namespace usersync::config

#pragma once
// Reads one table of a configuration file key by key, and notes everything that is wrong with it.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/model/reason.hpp"
#include "core/rules/written_rules.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/config_files.hpp"
#include "daemon/config/document.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {

/// What reading one file needs and leaves behind, beside its values.
struct Reading {
    std::string file;                          ///< as problems name it
    std::filesystem::path folder;              ///< relative paths begin here
    std::filesystem::path credentials_folder;  ///< empty: there are none
    ConfigFiles files;                         ///< beside this one; names count from `folder`
    bool wants_secrets = true;                 ///< false: neither they nor other files of the machine are looked at
    std::string text;                          ///< of this file
    std::vector<RuleFile> used;                ///< every file that was opened, in that order
    std::vector<ConfigProblem> problems;
    std::set<std::string> keys;  ///< every key that was asked for, whether the file has it or not

    void note(Severity severity, Position at, std::string path, std::string message, std::string code = "bad_setting");
    /// The bytes of a file, by its name as it is written. Failures as those of `ConfigFiles`.
    Result<std::string> open(const std::string& name);
    /// The file's own name: "tenant.toml".
    std::string name() const;
    Origin origin_of(Position at) const { return {.file = name(), .line = at.line, .column = at.column}; }
    /// Where the characters of the text at this position begin, if the file shows them as they are: behind its quotes.
    /// Of a text with escapes: where its quotes begin.
    Origin origin_of_text(Position at) const;
};

enum class Empty { refused, allowed };

struct WholeRange {
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

struct DurationRange {
    Duration min{0};
    Duration max = std::chrono::hours(24 * 366);
};

template <class E>
struct Choice {
    std::string_view word;
    E value;
};

/// A table under reading. Each getter leaves its target as it is when the key is absent or its value is wrong; a
/// wrong one is noted. When the reader dies it notes every key that nobody asked for: what nothing reads is a mistake.
/// The document and the Reading must outlive it.
class TableReader {
public:
    /// The root table of a file.
    TableReader(Reading& reading, const Table& root);
    TableReader(const TableReader&) = delete;
    TableReader& operator=(const TableReader&) = delete;
    ~TableReader();

    void text(std::string_view key, std::string& target, Empty empty = Empty::refused);
    void text(std::string_view key, std::optional<std::string>& target);
    /// A text with its place.
    void written(std::string_view key, std::optional<rules::Written>& target);
    void texts(std::string_view key, std::vector<std::string>& target);
    void flag(std::string_view key, bool& target);
    void duration(std::string_view key, Duration& target, DurationRange range = {});
    void duration(std::string_view key, std::optional<Duration>& target, DurationRange range = {});
    void share(std::string_view key, double& target);
    /// Like `share`, but more than everything is possible: "300%".
    void growth(std::string_view key, double& target);
    void rate(std::string_view key, double& target);
    void number(std::string_view key, double& target, double min, double max);
    void bytes(std::string_view key, std::integral auto& target) {
        if (const auto size = size_of(key)) target = static_cast<std::decay_t<decltype(target)>>(*size);
    }
    void whole(std::string_view key, std::integral auto& target, WholeRange range = {}) {
        if (const auto number = whole_of(key, range)) target = static_cast<std::decay_t<decltype(target)>>(*number);
    }
    /// A path; a relative one counts from the file it stands in.
    void path(std::string_view key, std::filesystem::path& target);
    void secret(std::string_view key, Secret& target);
    template <class E, std::size_t N>
    void choice(std::string_view key, E& target, const std::array<Choice<E>, N>& choices) {
        std::vector<std::string> words;
        for (const auto& choice : choices) words.emplace_back(choice.word);
        if (const auto chosen = choose(key, words)) target = choices[*chosen].value;
    }

    /// A table within; an empty one when it is absent.
    TableReader table(std::string_view key);
    /// How many tables `[[key]]` has, and the one at this index (from 0). REQUIRES: index < rows(key).
    std::size_t rows(std::string_view key);
    TableReader row(std::string_view key, std::size_t index);
    /// A table that a raw value holds. REQUIRES: it belongs to the document.
    TableReader within(const Table& table, Position at, std::string path);
    /// The value as it stands, for shapes that no getter knows; nullptr when it is absent.
    const Value* raw(std::string_view key);

    bool has(std::string_view key) const;
    /// False for the empty table that stands in for one that is absent, or is something else.
    bool is_there() const { return presence_ == Presence::there; }
    /// Notes each of these that is absent.
    void require(std::initializer_list<std::string_view> keys);

    /// Where the key's value stands; where the table begins when it is absent.
    Position at(std::string_view key) const;
    Position at() const { return at_; }
    const std::string& path() const { return path_; }
    std::string path_of(std::string_view key) const;
    void error(std::string_view key, std::string message);
    void warn(std::string_view key, std::string message);
    void error_at(Position at, std::string path, std::string message);
    void note(ConfigProblem problem) { reading_.problems.push_back(std::move(problem)); }
    const Reading& reading() const { return reading_; }
    /// The bytes of a file beside this one.
    Result<std::string> open(const std::string& name) { return reading_.open(name); }
    Origin origin() const { return reading_.origin_of(at_); }
    Origin origin_of(Position at) const { return reading_.origin_of(at); }

private:
    /// What stands in a table's place: nothing there means that a missing key within is not worth a word.
    enum class Presence { there, absent };
    TableReader(Reading& reading, const Table& table, Position at, std::string path, Presence presence);

    const Value* take(std::string_view key);
    template <class T>
    const T* take_as(std::string_view key, std::string_view expected);
    void wrong_type(std::string_view key, std::string_view expected, const Value& value);
    std::optional<std::int64_t> whole_of(std::string_view key, WholeRange range);
    std::optional<std::uint64_t> size_of(std::string_view key);
    std::optional<double> share_of(std::string_view key, double max);
    std::optional<std::size_t> choose(std::string_view key, const std::vector<std::string>& words);
    std::filesystem::path resolve(const std::string& text) const;

    Reading& reading_;
    const Table& table_;
    Position at_;
    std::string path_;
    Presence presence_;
    std::vector<std::string> asked_;
};

}  // namespace usersync::config

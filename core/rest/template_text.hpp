#pragma once
// Texts with blanks: "https://{environment}.rest.example/{connector}?from={since}".

#include "core/base/secret.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::rest {

/// What a tenant fills in, by name. A setting that is a list has several texts; one that is left empty has none.
struct Values {
    std::map<std::string, std::vector<std::string>, std::less<>> settings;
    std::map<std::string, Secret, std::less<>> secrets;
};

/// What the engine fills in. The names are those of `engine_words()`.
using Words = std::map<std::string, std::string, std::less<>>;

/// cursor, offset, page, limit: of paging; since, now: times; key: of the person or record that is asked for;
/// now_seconds, expires_seconds, not_before, expires, unique, token_url: of assertions.
const std::vector<std::string>& engine_words();

/// `{name}` is a setting or a word of the engine, `{secret:name}` a secret, `{{` a brace. A brace that no lower-case
/// letter follows is itself, so that JSON needs no escapes.
struct TextTemplate {
    enum class Kind : std::uint8_t { literal, value, secret };
    struct Part {
        Kind kind = Kind::literal;
        std::string text;  ///< the literal, or the name
        bool operator==(const Part&) const = default;
    };
    std::vector<Part> parts;

    bool empty() const { return parts.empty(); }
    bool names(std::string_view name) const;  ///< whether a setting or word of that name is in it
    bool operator==(const TextTemplate&) const = default;
};

/// Or a sentence about what is wrong.
std::variant<TextTemplate, std::string> parse_template(std::string_view text);

/// Where a text goes, and so how what is filled in is written there. Literals are as they are; in a query they are
/// encoded as far as they must be.
///
/// | place        | a value becomes                                                                                  |
/// |--------------|--------------------------------------------------------------------------------------------------|
/// | plain        | itself; a list is joined by ','                                                                  |
/// | url          | itself: it was checked as a part of a host or as a URL                                           |
/// | path, query  | percent-encoded; a list is joined by ',' after that                                              |
/// | header       | itself; one with a control character has no value                                                |
/// | xml          | with the five entities                                                                           |
/// | json         | within quotes: escaped, a list joined by ','. Outside of quotes: a string, a number where the    |
/// |              | engine counts (offset, page, limit, …_seconds), an array where the setting is a list (`lists`),  |
/// |              | null where there is none                                                                         |
enum class Place : std::uint8_t { plain, url, path, query, header, xml, json };

/// Whether {key} can stand in a filter between quotes, in a list and in JSON, and mean itself there. Whoever has
/// another key is found by reading everybody.
bool can_be_asked_for(std::string_view key);

/// nullopt: something that is named has no value (except outside of quotes in JSON). What is left empty has none.
std::optional<std::string> filled(const TextTemplate& text, const Values& values, const Words& words, Place place,
                                  const std::vector<std::string>& lists = {});

}  // namespace usersync::rest

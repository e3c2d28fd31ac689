#include "core/rest/template_text.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"
#include "core/rest/json_line.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rest {
namespace {

bool is_name(char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; }

bool is_count(std::string_view name) {
    return name == "offset" || name == "page" || name == "limit" || name == "now_seconds" || name == "expires_seconds";
}

// What is filled in at one place: several texts of a list.
std::optional<std::vector<std::string>> texts_of(const TextTemplate::Part& part, const Values& values,
                                                 const Words& words) {
    if (part.kind == TextTemplate::Kind::secret) {
        const auto secret = values.secrets.find(part.text);
        if (secret == values.secrets.end() || secret->second.empty()) return std::nullopt;
        return std::vector<std::string>{secret->second.expose()};
    }
    if (const auto word = words.find(part.text); word != words.end()) return std::vector<std::string>{word->second};
    const auto setting = values.settings.find(part.text);
    if (setting == values.settings.end() || setting->second.empty()) return std::nullopt;
    if (setting->second.size() == 1 && setting->second.front().empty()) return std::nullopt;
    return setting->second;
}

template <class Write>
std::string joined(const std::vector<std::string>& texts, Write write) {
    std::string all;
    for (const auto& text : texts) {
        if (!all.empty()) all += ',';
        all += write(text);
    }
    return all;
}

std::string in_json(const TextTemplate::Part& part, const std::vector<std::string>& texts, bool is_list) {
    if (!is_list) return is_count(part.text) ? texts.front() : json_text(texts.front());
    return "[" + joined(texts, json_text) + "]";
}

std::string within_quotes(const std::string& text) {
    const auto quoted = json_text(text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string itself(const std::string& text) { return text; }

// Follows a literal piece of JSON: whether what comes next stands within quotes.
bool quotes_after(std::string_view literal, bool within) {
    for (std::size_t at = 0; at < literal.size(); ++at) {
        if (within && literal[at] == '\\') {
            ++at;
        } else if (literal[at] == '"') {
            within = !within;
        }
    }
    return within;
}

}  // namespace

const std::vector<std::string>& engine_words() {
    static const std::vector<std::string> words = {"cursor", "offset",    "page",           "limit",      "since",
                                                   "now",    "key",       "now_seconds",    "not_before", "expires",
                                                   "unique", "token_url", "expires_seconds"};
    return words;
}

bool TextTemplate::names(std::string_view name) const {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Part& part) { return part.kind == Kind::value && part.text == name; });
}

std::variant<TextTemplate, std::string> parse_template(std::string_view text) {
    TextTemplate parsed;
    std::string literal;
    const auto end_literal = [&] {
        if (!literal.empty()) parsed.parts.push_back({TextTemplate::Kind::literal, std::exchange(literal, {})});
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] != '{' || (next != '{' && !is_lower(next))) {
            literal += text[at];
            continue;
        }
        if (next == '{') {
            literal += text[at++];
            continue;
        }
        auto name = text.substr(at + 1);
        const auto end = name.find('}');
        if (end == std::string_view::npos) return "'{' at byte " + std::to_string(at) + " is not closed by '}'";
        name = name.substr(0, end);
        at += end + 1;
        auto kind = TextTemplate::Kind::value;
        if (name.starts_with("secret:")) {
            kind = TextTemplate::Kind::secret;
            name.remove_prefix(7);
        }
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_name)) {
            return "'{" + std::string(name) + "}' is no name: names have a-z, 0-9 and '_'";
        }
        end_literal();
        parsed.parts.push_back({kind, std::string(name)});
    }
    end_literal();
    return parsed;
}

bool can_be_asked_for(std::string_view key) {
    return !key.empty() && !has_control(key) && key.find_first_of("'\"\\,;*%") == std::string_view::npos;
}

std::optional<std::string> filled(const TextTemplate& text, const Values& values, const Words& words, Place place,
                                  const std::vector<std::string>& lists) {
    std::string all;
    bool within = false;
    for (const auto& part : text.parts) {
        if (part.kind == TextTemplate::Kind::literal) {
            all += place == Place::query ? query_literal(part.text) : part.text;
            if (place == Place::json) within = quotes_after(part.text, within);
            continue;
        }
        const auto texts = texts_of(part, values, words);
        if (!texts && place == Place::json && !within) {
            all += "null";
            continue;
        }
        if (!texts) return std::nullopt;
        switch (place) {
            case Place::plain:
            case Place::url: all += joined(*texts, itself); break;
            case Place::path:
            case Place::query: all += joined(*texts, percent_encoded); break;
            case Place::header:
                if (std::any_of(texts->begin(), texts->end(), has_control)) return std::nullopt;
                all += joined(*texts, itself);
                break;
            case Place::xml: all += joined(*texts, xml_escaped); break;
            case Place::json: {
                const bool is_list = std::find(lists.begin(), lists.end(), part.text) != lists.end();
                all += within ? joined(*texts, within_quotes) : in_json(part, *texts, is_list);
                break;
            }
        }
    }
    return all;
}

}  // namespace usersync::rest

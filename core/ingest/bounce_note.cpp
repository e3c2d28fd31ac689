#include "core/ingest/bounce_words.hpp"
#include "core/ingest/normalise.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace usersync::ingest {
namespace {

constexpr std::size_t text_width = 78;
constexpr std::size_t name_letters_max = 80;
constexpr std::size_t columns_listed_max = 60;

bool continues_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t letters_in(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_letter));
}

// A name fit for one line of a letter: without line breaks and control characters, and not longer than a line.
std::string one_line(std::string_view text) {
    std::string line;
    std::size_t letters = 0;
    for (const char byte : shown_as_utf8(text)) {
        if (!continues_letter(byte) && ++letters > name_letters_max) return line + "…";
        const bool is_control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
        line += is_control ? ' ' : byte;
    }
    return line;
}

using Placeholder = std::pair<std::string_view, std::string_view>;

std::string filled_in(std::string_view pattern, std::initializer_list<Placeholder> values) {
    std::string text;
    while (!pattern.empty()) {
        const auto* found = std::find_if(values.begin(), values.end(),
                                         [&](const Placeholder& value) { return pattern.starts_with(value.first); });
        if (found == values.end()) {
            text += pattern.front();
            pattern.remove_prefix(1);
        } else {
            text += found->second;
            pattern.remove_prefix(found->first.size());
        }
    }
    return text;
}

// A heading that is no heading: when a record comes without one, its first row of people must not end up in a letter.
bool looks_like_a_value(std::string_view heading) {
    if (heading.find('@') != std::string_view::npos) return true;
    const auto digits = std::count_if(heading.begin(), heading.end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto letters = std::count_if(heading.begin(), heading.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    });
    return digits > 0 && (letters == 0 || (digits > letters && digits >= 5));
}

std::vector<std::string> shown(const std::vector<std::string>& headings, const NoteWords& words) {
    std::vector<std::string> names;
    for (const auto& heading : headings) {
        names.push_back(looks_like_a_value(heading) ? std::string(words.not_shown) : one_line(heading));
    }
    return names;
}

std::string subject_of(const Bounce& bounce) {
    if (bounce.subject.empty() || bounce.subject.find('@') != std::string::npos) return {};
    return " (\"" + one_line(bounce.subject) + "\")";
}

std::string_view field_name(const NoteWords& words, std::string_view field) {
    for (const auto& known : words.fields) {
        if (known.field == field) return known.name;
    }
    return field;
}

std::string missing_sentence(const MissingColumn& missing, const NoteWords& words) {
    const auto column = one_line(missing.column);
    const auto nearest = missing.nearest && !looks_like_a_value(*missing.nearest) ? one_line(*missing.nearest) : "";
    return filled_in(nearest.empty() ? words.missing : words.missing_near,
                     {{"{column}", column}, {"{field}", field_name(words, missing.field)}, {"{nearest}", nearest}});
}

// Everything that the letter and the JSON say, once for both.
struct Said {
    std::string title;
    std::string received;
    std::string wrong;
    std::string advice;
    std::vector<std::string> missing;
    std::vector<std::string> columns_found;
    std::vector<std::string> columns_expected;
    std::vector<std::string> columns_before;
};

void say_reason(Said& said, const Bounce& bounce, const NoteWords& words) {
    for (const auto& reason : words.reasons) {
        if (reason.code != bounce.code) continue;
        said.wrong = filled_in(reason.wrong, {{"{subject}", subject_of(bounce)}});
        said.advice = reason.advice;
        return;
    }
    said.wrong = std::string(words.other_wrong) + ' ' + (bounce.sentence.empty() ? bounce.code : bounce.sentence);
    said.advice = words.other_advice;
}

Said say(const Bounce& bounce, const BounceContext& context, const NoteWords& words) {
    Said said;
    const auto delivery = one_line(context.delivery);
    const auto received = one_line(context.received_at);
    said.title = filled_in(words.title, {{"{delivery}", delivery}});
    said.received = filled_in(received.empty() ? words.received_undated : words.received,
                              {{"{delivery}", delivery}, {"{received}", received}});
    say_reason(said, bounce, words);
    for (const auto& missing : bounce.missing) said.missing.push_back(missing_sentence(missing, words));
    said.columns_found = shown(bounce.columns_found, words);
    said.columns_expected = shown(bounce.columns_expected, words);
    said.columns_before = shown(bounce.columns_before, words);
    return said;
}

// ---- the letter

void add_paragraph(std::string& text, std::string_view paragraph, std::string_view indent = "") {
    std::string line(indent);
    std::string_view rest = paragraph;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        const auto word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const bool is_first = line.size() == indent.size();
        if (!is_first && letters_in(line) + 1 + letters_in(word) > text_width) {
            text += line + '\n';
            line = indent;
        } else if (!is_first) {
            line += ' ';
        }
        line += word;
    }
    text += line + '\n';
}

void add_heading(std::string& text, std::string_view heading) {
    text += '\n';
    text += heading;
    text += '\n';
}

std::string place(const Bounce& bounce, const NoteWords& words) {
    std::string text;
    if (!bounce.sheet.empty()) text = std::string(words.sheet) + " \"" + one_line(bounce.sheet) + '"';
    if (bounce.line == 0) return text;
    if (!text.empty()) text += ", ";
    return text + std::string(words.line) + ' ' + std::to_string(bounce.line);
}

void add_columns(std::string& text, std::string_view label, const std::vector<std::string>& columns,
                 const NoteWords& words) {
    if (columns.empty()) return;
    std::string line = std::string(label) + ": ";
    const auto listed = std::min(columns.size(), columns_listed_max);
    for (std::size_t at = 0; at < listed; ++at) line += (at == 0 ? "\"" : ", \"") + columns[at] + '"';
    if (listed < columns.size()) {
        line += ", " + filled_in(words.and_more, {{"{count}", std::to_string(columns.size() - listed)}});
    }
    text += '\n';
    add_paragraph(text, line);
}

void add_reference(std::string& text, const Bounce& bounce, const BounceContext& context, const NoteWords& words) {
    text += '\n';
    text += words.reference;
    text += ": " + one_line(context.tenant) + " / " + one_line(bounce.code) + '\n';
}

nlohmann::json missing_json(const Bounce& bounce, const Said& said) {
    auto list = nlohmann::json::array();
    for (std::size_t at = 0; at < bounce.missing.size(); ++at) {
        const auto& missing = bounce.missing[at];
        const bool has_nearest = missing.nearest && !looks_like_a_value(*missing.nearest);
        list.push_back({{"field", missing.field},
                        {"column", missing.column},
                        {"nearest", has_nearest ? nlohmann::json(*missing.nearest) : nlohmann::json()},
                        {"sentence", said.missing[at]}});
    }
    return list;
}

std::string_view code_of(Language language) {
    switch (language) {
        case Language::en: return "en";
        case Language::nl: return "nl";
        case Language::de: return "de";
    }
    return "en";
}

}  // namespace

std::string note_text(const Bounce& bounce, const BounceContext& context, Language language) {
    const auto& words = note_words(language);
    const auto said = say(bounce, context, words);
    std::string text = said.title + "\n\n";
    text += words.salutation;
    text += "\n\n";
    add_paragraph(text, said.received);
    add_heading(text, words.wrong_heading);
    add_paragraph(text, said.wrong, "  ");
    if (const auto where = place(bounce, words); !where.empty()) add_paragraph(text, where + '.', "  ");
    for (const auto& sentence : said.missing) add_paragraph(text, sentence, "  ");
    add_columns(text, words.columns_found, said.columns_found, words);
    add_columns(text, words.columns_expected, said.columns_expected, words);
    add_columns(text, words.columns_before, said.columns_before, words);
    add_heading(text, words.advice_heading);
    add_paragraph(text, said.advice, "  ");
    add_heading(text, words.assurance_heading);
    add_paragraph(text, words.assurance, "  ");
    text += '\n';
    text += words.closing;
    text += '\n';
    add_reference(text, bounce, context, words);
    return text;
}

std::string note_json(const Bounce& bounce, const BounceContext& context, Language language) {
    const auto& words = note_words(language);
    const auto said = say(bounce, context, words);
    const nlohmann::json note = {
        {"tenant", context.tenant},
        {"delivery", context.delivery},
        {"received_at", context.received_at},
        {"language", code_of(language)},
        {"code", bounce.code},
        {"title", said.title},
        {"wrong", said.wrong},
        {"advice", said.advice},
        {"assurance", words.assurance},
        {"sentence", bounce.sentence},
        {"sheet", bounce.sheet.empty() ? nlohmann::json() : nlohmann::json(bounce.sheet)},
        {"line", bounce.line == 0 ? nlohmann::json() : nlohmann::json(bounce.line)},
        {"missing", missing_json(bounce, said)},
        {"columns_found", said.columns_found},
        {"columns_expected", said.columns_expected},
        {"columns_before", said.columns_before},
    };
    // A file name need not be UTF-8.
    return note.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace usersync::ingest

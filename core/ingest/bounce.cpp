#include "core/ingest/bounce.hpp"

#include "core/base/ascii.hpp"
#include "core/ingest/bounce_words.hpp"

namespace usersync::ingest {

// "nl", "NL" and "nl-NL" are Dutch; "nld" and "nlx" are nothing that we know.
std::optional<Language> language_from(std::string_view text) {
    if (text.size() < 2 || (text.size() > 2 && text[2] != '-' && text[2] != '_')) return std::nullopt;
    const std::string code = {lower(text[0]), lower(text[1])};
    if (code == "en") return Language::en;
    if (code == "nl") return Language::nl;
    if (code == "de") return Language::de;
    return std::nullopt;
}

const NoteWords& note_words(Language language) {
    switch (language) {
        case Language::en: return english_words();
        case Language::nl: return dutch_words();
        case Language::de: return german_words();
    }
    return english_words();
}

}  // namespace usersync::ingest

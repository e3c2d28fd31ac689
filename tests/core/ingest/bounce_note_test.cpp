#include "core/ingest/bounce_words.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

using namespace usersync::ingest;

namespace {

constexpr std::array languages = {Language::en, Language::nl, Language::de};

// Those of core/record/open_record.hpp, of Bounce::code, and of the decryptor.
const std::vector<std::string> codes = {
    "empty_record",     "unknown_format",    "password_protected", "encrypted_zip",
    "lock_file",        "zip_several_files", "zip_empty",          "damaged_zip",
    "damaged_gzip",     "pgp_no_key",        "pgp_wrong_key",      "pgp_bad_passphrase",
    "pgp_bad_key",      "damaged_pgp",       "too_large_unpacked", "too_deep",
    "doctype_refused",  "damaged_workbook",  "excel_95",           "no_such_sheet",
    "damaged_json",     "damaged_xml",       "no_records",         "bad_encoding",
    "unknown_encoding", "not_text",          "too_many_columns",   "too_many_rows",
    "cell_too_long",    "no_header",         "key_column_missing", "duplicate_column",
    "bad_header",       "no_rows",           "file_too_large",     "other_address_domains"};

BounceContext context() {
    return {.tenant = "shop", .delivery = "medewerkers.xlsx", .received_at = "2026-11-22 06:00 (Europe/Amsterdam)"};
}

Bounce key_column_missing() {
    Bounce bounce;
    bounce.code = "key_column_missing";
    bounce.sentence = "the column \"Personeelsnummer\" is not in the header";
    bounce.subject = "Personeelsnummer";
    bounce.sheet = "Blad1";
    bounce.line = 3;
    bounce.missing = {{.field = "employee_id", .column = "Personeelsnummer", .nearest = "Personeelsnr"},
                      {.field = "email", .column = "E-mail werk", .nearest = {}}};
    bounce.columns_found = {"Personeelsnr", "Naam", "Größe"};
    bounce.columns_expected = {"Personeelsnummer", "Naam", "E-mail werk"};
    bounce.columns_before = {"Personeelsnummer", "Naam", "E-mail werk", "Kostenplaats"};
    return bounce;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// As if every line break and indentation were one space, so that where a line is broken does not matter.
std::string unwrapped(const std::string& text) {
    std::string flat;
    for (const char letter : text) {
        const char shown = letter == '\n' ? ' ' : letter;
        if (shown != ' ' || flat.empty() || flat.back() != ' ') flat += shown;
    }
    return flat;
}

std::string letter(const Bounce& bounce, Language language) {
    return unwrapped(note_text(bounce, context(), language));
}

}  // namespace

TEST_CASE("the note about a missing key column is a letter that can be sent as it is", "[core][ingest][note]") {
    CHECK(note_text(key_column_missing(), context(), Language::en) ==
          R"(Your employee record could not be used: medewerkers.xlsx

Dear Sir or Madam,

We received your employee record "medewerkers.xlsx" on 2026-11-22 06:00
(Europe/Amsterdam). We could not use it.

What is wrong
  The column that tells employees apart, their employee ID, is not there
  ("Personeelsnummer").
  Sheet "Blad1", Row 3.
  Not found: the column "Personeelsnummer" (employee ID). Is it the one that
  is now called "Personeelsnr"?
  Not found: the column "E-mail werk" (e-mail address).

Columns in this file: "Personeelsnr", "Naam", "Größe"

Columns that we expect: "Personeelsnummer", "Naam", "E-mail werk"

Columns in the last good file: "Personeelsnummer", "Naam", "E-mail werk",
"Kostenplaats"

What you can do
  Please give the column its agreed name again, or tell us its new name.

What this means for your employees
  Nothing has changed: nobody was added, changed or removed because of this
  file. Your network stays as it is until a file that is in order arrives;
  that one is used as always.

Kind regards,
User Sync

Reference: shop / key_column_missing
)");
}

TEST_CASE("every reason to refuse a record has a sentence and advice of its own in every language",
          "[core][ingest][note]") {
    for (const auto language : languages) {
        std::set<std::string> known;
        for (const auto& reason : note_words(language).reasons) {
            known.insert(std::string(reason.code));
            CAPTURE(reason.code);
            CHECK(reason.wrong.size() > 25);
            CHECK(reason.wrong.ends_with('.'));
            CHECK(reason.advice.size() > 25);
            CHECK((reason.advice.ends_with('.') || reason.advice.ends_with('?')));
        }
        CHECK(known == std::set<std::string>(codes.begin(), codes.end()));
        CHECK(known.size() == note_words(language).reasons.size());
    }
}

TEST_CASE("no sentence is the same in two languages, and nothing of the pattern is left in a note",
          "[core][ingest][note]") {
    for (const auto& code : codes) {
        Bounce bounce;
        bounce.code = code;
        bounce.subject = "Blad1";
        CAPTURE(code);
        const auto english = letter(bounce, Language::en);
        const auto dutch = letter(bounce, Language::nl);
        const auto german = letter(bounce, Language::de);
        CHECK(english != dutch);
        CHECK(dutch != german);
        for (const auto& text : {english, dutch, german}) {
            CHECK_FALSE(holds(text, "{"));
            CHECK_FALSE(holds(text, "}"));
            CHECK(holds(text, "medewerkers.xlsx"));
        }
    }
}

TEST_CASE("every note says that nobody was changed or removed", "[core][ingest][note]") {
    for (const auto& code : codes) {
        Bounce bounce;
        bounce.code = code;
        CHECK(holds(letter(bounce, Language::en), "nobody was added, changed or removed"));
        CHECK(holds(letter(bounce, Language::nl), "is niemand toegevoegd, gewijzigd of verwijderd"));
        CHECK(holds(letter(bounce, Language::de), "wurde niemand hinzugefügt, geändert oder entfernt"));
    }
}

TEST_CASE("the missing column, its field and the probable one are named in the reader's language",
          "[core][ingest][note]") {
    CHECK(holds(letter(key_column_missing(), Language::nl),
                "Niet gevonden: de kolom \"Personeelsnummer\" (personeelsnummer). Is dat de kolom die nu "
                "\"Personeelsnr\" heet?"));
    CHECK(holds(letter(key_column_missing(), Language::de),
                "Nicht gefunden: die Spalte \"E-mail werk\" (E-Mail-Adresse)."));
    CHECK(holds(letter(key_column_missing(), Language::nl), "Blad \"Blad1\", Rij 3."));
    CHECK(holds(letter(key_column_missing(), Language::de),
                "Spalten in der letzten guten Datei: \"Personeelsnummer\", \"Naam\", \"E-mail werk\", "
                "\"Kostenplaats\""));
}

TEST_CASE("the letter and the JSON say the same", "[core][ingest][note]") {
    for (const auto language : languages) {
        const auto json = nlohmann::json::parse(note_json(key_column_missing(), context(), language));
        const auto text = letter(key_column_missing(), language);

        for (const auto* key : {"title", "wrong", "advice", "assurance", "tenant", "delivery", "received_at", "code"}) {
            CAPTURE(key);
            CHECK(holds(text, json.at(key).get<std::string>()));
        }
        for (const auto* key : {"columns_found", "columns_expected", "columns_before"}) {
            for (const auto& column : json.at(key)) CHECK(holds(text, '"' + column.get<std::string>() + '"'));
        }
        REQUIRE(json.at("missing").size() == 2);
        for (const auto& missing : json.at("missing")) CHECK(holds(text, missing.at("sentence").get<std::string>()));
        CHECK(json.at("missing")[0].at("nearest") == "Personeelsnr");
        CHECK(json.at("missing")[1].at("nearest").is_null());
        CHECK(json.at("sheet") == "Blad1");
        CHECK(json.at("line") == 3);
        CHECK(json.at("sentence") == key_column_missing().sentence);
        CHECK(language_from(json.at("language").get<std::string>()) == language);
    }
}

TEST_CASE("a reason that is not known yet still gives a sensible note", "[core][ingest][note]") {
    Bounce bounce;
    bounce.code = "comet_struck";
    bounce.sentence = "the record was struck by a comet";
    for (const auto language : languages) {
        const auto text = letter(bounce, language);
        CHECK(holds(text, "the record was struck by a comet"));
        CHECK(holds(text, "shop / comet_struck"));
        CHECK(holds(text, std::string(note_words(language).assurance)));
    }
    bounce.sentence.clear();
    CHECK(holds(letter(bounce, Language::nl), "in het Engels: comet_struck"));
}

TEST_CASE("no note holds a person's value, even when people stand where the header should be", "[core][ingest][note]") {
    auto bounce = key_column_missing();
    bounce.columns_found = {"000123", "j.jansen@shop.example", "06-12345678", "12-03-1987", "Naam"};
    bounce.missing[0].nearest = "0001234567";
    bounce.subject = "j.jansen@shop.example";
    for (const auto language : languages) {
        const auto both = note_text(bounce, context(), language) + note_json(bounce, context(), language);
        for (const auto* value : {"123", "jansen", "1987"}) {
            CAPTURE(value);
            CHECK_FALSE(holds(both, value));
        }
        CHECK(holds(both, "Naam"));
        CHECK(holds(both, std::string(note_words(language).not_shown)));
    }
}

TEST_CASE("names that would break the letter are made harmless", "[core][ingest][note]") {
    auto bounce = key_column_missing();
    bounce.sheet = "Bl\nad\t1";
    bounce.columns_found = {"two\r\nlines", std::string(5000, 'x'), "bad \xff byte", "{column}"};
    auto strange = context();
    strange.delivery = "rec\nord\xff.csv";

    const auto text = note_text(bounce, strange, Language::en);
    const auto json = nlohmann::json::parse(note_json(bounce, strange, Language::en));

    CHECK(holds(text, "rec ord\xEF\xBF\xBD.csv"));
    CHECK(holds(text, "\"Bl ad 1\""));
    CHECK(holds(text, "\"{column}\""));
    CHECK_FALSE(holds(text, std::string(100, 'x')));
    CHECK(json.at("columns_found")[0] == "two  lines");
}

TEST_CASE("a record of very many columns does not make an endless letter", "[core][ingest][note]") {
    auto bounce = key_column_missing();
    bounce.columns_found.assign(16'384, "column");

    const auto text = note_text(bounce, context(), Language::nl);

    CHECK(text.size() < 10'000);
    CHECK(holds(unwrapped(text), "en nog 16324"));
}

TEST_CASE("no line of a letter is longer than a mail program shows", "[core][ingest][note]") {
    for (const auto language : languages) {
        for (const auto& code : codes) {
            Bounce bounce;
            bounce.code = code;
            const auto text = note_text(bounce, context(), language);
            std::size_t letters = 0;
            for (const char byte : text) {
                if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++letters;
                if (byte == '\n') letters = 0;
                REQUIRE(letters <= 78);
            }
        }
    }
}

TEST_CASE("a language is known by its code, with or without a country", "[core][ingest][note]") {
    CHECK(language_from("en") == Language::en);
    CHECK(language_from("NL") == Language::nl);
    CHECK(language_from("nl-BE") == Language::nl);
    CHECK(language_from("de_AT") == Language::de);
    for (const auto* text : {"", "n", "fr", "nld", "dutch"}) CHECK_FALSE(language_from(text).has_value());
}

namespace {

using Names = std::set<std::string>;

/// Every `name` in these letters.
Names quoted_names(std::string_view letters) {
    Names names;
    for (auto begin = letters.find('`'); begin != std::string_view::npos; begin = letters.find('`')) {
        const auto end = letters.find('`', begin + 1);
        if (end == std::string_view::npos) break;
        names.insert(std::string(letters.substr(begin + 1, end - begin - 1)));
        letters.remove_prefix(end + 1);
    }
    return names;
}

/// The keys in the first column of the page's table about the note.
Names keys_on_the_page() {
    std::ifstream page(std::string(USERSYNC_SOURCE_DIR) + "/docs/formats.md");
    Names keys;
    bool in_table = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("| key of the note |")) {
            in_table = true;
        } else if (in_table && !line.starts_with("|")) {
            break;
        } else if (in_table) {
            keys.merge(quoted_names(line.substr(0, line.find('|', 1))));
        }
    }
    return keys;
}

Names keys_of(const nlohmann::json& object) {
    Names keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
}

}  // namespace

TEST_CASE("the JSON note always has the keys that docs/formats.md lists, and no other", "[core][ingest][note]") {
    const auto keys = keys_on_the_page();
    REQUIRE(keys.size() > 10);
    Bounce nothing_to_say;
    nothing_to_say.code = "empty_record";
    for (const auto& bounce : {key_column_missing(), nothing_to_say}) {
        CHECK(keys_of(nlohmann::json::parse(note_json(bounce, context(), Language::nl))) == keys);
    }

    const auto note = nlohmann::json::parse(note_json(nothing_to_say, context(), Language::nl));
    CHECK(note.at("sheet").is_null());
    CHECK(note.at("line").is_null());
    for (const auto* list : {"missing", "columns_found", "columns_expected", "columns_before"}) {
        CHECK(note.at(list) == nlohmann::json::array());
    }
}

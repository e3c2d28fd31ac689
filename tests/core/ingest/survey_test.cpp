#include "core/ingest/survey.hpp"

#include "core/ingest/heading.hpp"
#include "core/ingest/transform.hpp"
#include "tests/core/ingest/list_of_rows.hpp"

#include <toml++/toml.h>

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>
#include <sstream>

using namespace usersync;
using namespace usersync::ingest;
using namespace usersync::test;

namespace {

Survey surveyed(Rows rows) {
    ListOfRows source(std::move(rows));
    return survey(source);
}

const ColumnSurvey& column(const Survey& survey, const std::string& name) {
    for (const auto& found : survey.columns) {
        if (found.name == name) return found;
    }
    FAIL("there is no column " << name);
    return survey.columns.front();
}

/// A value that a column with this role would hold, for the person of this number.
std::string value_of(const std::string& field, std::size_t person) {
    const auto number = std::to_string(person);
    static const std::vector<std::string> names = {"Anna", "Bram", "Chloë", "Dirk", "Eva", "Finn", "Greta", "Henk"};
    static const std::vector<std::string> surnames = {"Jansen", "de Vries", "Müller", "Dupont", "O'Neill"};
    if (field == "employee_id" || field == "manager") return "00" + std::to_string(1000 + person);
    if (field == "email" || field == "upn") return "person" + number + "@shop.example";
    if (field == "first_name") return names[person % names.size()];
    if (field == "infix") return person % 2 == 0 ? "van" : "";
    if (field == "last_name") return surnames[person % surnames.size()];
    if (field == "name") return names[person % names.size()] + " " + surnames[person % surnames.size()];
    if (field == "phone") return "+31 6 1234 " + std::to_string(1000 + person);
    if (field == "start_date" || field == "end_date") return std::to_string(10 + person % 18) + "-03-2019";
    if (field == "language") return person % 2 == 0 ? "nl" : "de";
    if (field == "status") return person % 2 == 0 ? "Actief" : "Inactief";
    if (field == "number") return std::to_string(person * 7 % 11);
    if (field == "iban") return "NL91ABNA04171643" + std::to_string(10 + person % 3);
    if (field == "birth") return std::to_string(10 + person % 18) + "-01-1980";
    return "Team " + std::string(1, static_cast<char>('A' + person % 5));
}

using Heading = std::pair<std::string, std::string>;  // heading → its field, or what else stands below it

Rows record_of(const std::vector<Heading>& headings) {
    Rows rows(1);
    for (const auto& [heading, field] : headings) rows[0].push_back(heading);
    for (std::size_t person = 0; person < 30; ++person) {
        std::vector<std::string> cells;
        for (const auto& [heading, field] : headings) cells.push_back(value_of(field, person));
        rows.push_back(std::move(cells));
    }
    return rows;
}

void check_roles(const std::vector<Heading>& headings) {
    const auto found = surveyed(record_of(headings));
    REQUIRE(found.has_header);
    REQUIRE(found.columns.size() == headings.size());
    for (std::size_t at = 0; at < headings.size(); ++at) {
        const auto& [heading, field] = headings[at];
        const auto expected = field_from(field);
        const auto& role = found.columns[at].role;
        CAPTURE(heading, field, found.columns[at].reason);
        CHECK((role ? std::string(to_string(*role)) : "none") == (expected ? field : "none"));
    }
}

std::vector<std::string> roles(const std::vector<std::string>& names) {
    std::vector<std::string> fields;
    for (const auto& name : names) {
        const auto matches = match_heading(name);
        fields.push_back(matches.empty() ? "none" : std::string(to_string(matches.front().field)));
    }
    return fields;
}

/// The table as TOML reads it, with the lines of the further columns uncommented.
toml::table parsed(const std::string& toml) {
    std::istringstream lines(toml);
    std::string uncommented;
    bool is_extra = false;
    for (std::string line; std::getline(lines, line);) {
        is_extra = is_extra || line == "# [columns.extra]";
        uncommented += (is_extra ? line.substr(2) : line) + '\n';
    }
    return toml::parse(uncommented);
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

// ---- roles

TEST_CASE("the headings of Dutch records are understood", "[core][ingest][survey]") {
    SECTION("as AFAS exports them") {
        check_roles({{"Medewerker", "employee_id"},
                     {"Roepnaam", "first_name"},
                     {"Voorletters", "text"},
                     {"Voorvoegsel", "infix"},
                     {"Achternaam", "last_name"},
                     {"E-mail werk", "email"},
                     {"Telefoonnr. werk", "phone"},
                     {"Functie omschrijving", "job_title"},
                     {"Afdeling", "department"},
                     {"Werklocatie", "location"},
                     {"Datum in dienst", "start_date"},
                     {"Datum uit dienst", "end_date"},
                     {"Geboortedatum", "birth"},
                     {"Percentage deeltijd", "number"}});
    }
    SECTION("as an office writes them") {
        check_roles({{"Pers.nr.", "employee_id"},
                     {"Voornaam", "first_name"},
                     {"Tussenvoegsel", "infix"},
                     {"Naam", "last_name"},
                     {"Mobiel", "phone"},
                     {"E-mailadres", "email"},
                     {"Vestiging", "location"},
                     {"Team", "department"},
                     {"Functie", "job_title"},
                     {"Status", "status"},
                     {"Taal", "language"},
                     {"IBAN", "iban"}});
    }
    SECTION("as Visma and Nmbrs export them") {
        check_roles({{"Medewerkernummer", "employee_id"},
                     {"Volledige naam", "name"},
                     {"E-mail (zakelijk)", "email"},
                     {"Organisatorische eenheid", "department"},
                     {"Functienaam", "job_title"},
                     {"Standplaats", "location"},
                     {"Personeelsnummer leidinggevende", "manager"},
                     {"Gebruikersnaam", "upn"},
                     {"Indiensttreding", "start_date"},
                     {"Einddatum", "end_date"}});
    }
}

TEST_CASE("the headings of English records are understood", "[core][ingest][survey]") {
    SECTION("as Workday exports them") {
        check_roles({{"Employee_ID", "employee_id"},
                     {"Preferred_First_Name", "first_name"},
                     {"Preferred_Last_Name", "last_name"},
                     {"Primary_Work_Email", "email"},
                     {"Business_Title", "job_title"},
                     {"Supervisory_Organization", "department"},
                     {"Location", "location"},
                     {"Hire_Date", "start_date"},
                     {"Termination_Date", "end_date"},
                     {"Manager_Employee_ID", "manager"},
                     {"Worker_Status", "status"},
                     {"Date_of_Birth", "birth"},
                     {"Work_Phone", "phone"}});
    }
    SECTION("as the example record has them") {
        check_roles({{"Employee ID", "employee_id"},
                     {"Email address", "email"},
                     {"First name", "first_name"},
                     {"Infix", "infix"},
                     {"Last name", "last_name"},
                     {"Job title", "job_title"},
                     {"Phone number", "phone"},
                     {"Location(s)", "location"},
                     {"Department(s)", "department"}});
    }
    SECTION("as BambooHR and directories have them") {
        check_roles({{"employeeNumber", "employee_id"},
                     {"displayName", "name"},
                     {"workEmail", "email"},
                     {"userPrincipalName", "upn"},
                     {"jobTitle", "job_title"},
                     {"mobilePhone", "phone"},
                     {"department", "department"},
                     {"preferredLanguage", "language"},
                     {"homeEmail", "private"}});
    }
}

TEST_CASE("the headings of German records are understood", "[core][ingest][survey]") {
    SECTION("as Personio exports them") {
        check_roles({{"Personalnummer", "employee_id"},
                     {"Vorname", "first_name"},
                     {"Nachname", "last_name"},
                     {"E-Mail", "email"},
                     {"Position", "job_title"},
                     {"Abteilung", "department"},
                     {"Standort", "location"},
                     {"Eintrittsdatum", "start_date"},
                     {"Vertragsende", "end_date"},
                     {"Beschäftigungsstatus", "status"},
                     {"Diensthandy", "phone"},
                     {"Geburtsdatum", "birth"}});
    }
    SECTION("as SAP exports them") {
        check_roles({{"PERNR", "employee_id"},
                     {"VORNA", "first_name"},
                     {"NACHN", "last_name"},
                     {"WERKS", "location"},
                     {"ORGEH", "department"},
                     {"STELL", "job_title"},
                     {"BEGDA", "start_date"},
                     {"ENDDA", "end_date"},
                     {"USRID", "upn"}});
    }
    SECTION("as an office writes them") {
        check_roles({{"Pers.-Nr.", "employee_id"},
                     {"Name, Vorname", "name"},
                     {"Mailadresse", "email"},
                     {"Stellenbezeichnung", "job_title"},
                     {"Niederlassung", "location"},
                     {"Organisationseinheit", "department"},
                     {"Anmeldename", "upn"},
                     {"Sprache", "language"},
                     {"Telefon dienstlich", "phone"}});
    }
}

TEST_CASE("the headings of French records are understood", "[core][ingest][survey]") {
    check_roles({{"Matricule", "employee_id"},
                 {"Nom", "last_name"},
                 {"Prénom", "first_name"},
                 {"Adresse e-mail professionnelle", "email"},
                 {"Téléphone portable", "phone"},
                 {"Intitulé du poste", "job_title"},
                 {"Service", "department"},
                 {"Établissement", "location"},
                 {"Date d'entrée", "start_date"},
                 {"Date de sortie", "end_date"},
                 {"Statut", "status"},
                 {"Langue", "language"},
                 {"Date de naissance", "birth"}});
}

TEST_CASE("a heading is known whatever its case, accents and signs", "[core][ingest][survey]") {
    CHECK(squeezed("Pers.-Nr.") == "persnr");
    CHECK(squeezed("  PRÉNOM d’usage ") == "prenomdusage");
    CHECK(squeezed("Straße Łódź, Århus") == "strasselodzarhus");
    CHECK(roles({"PERSONEELSNUMMER", "personeels nummer", "Personeels-Nummer"}) ==
          std::vector<std::string>(3, "employee_id"));
    CHECK(roles({"Führungskraft", "Fuehrungskraft", "FÜHRUNGSKRAFT"}) == std::vector<std::string>(3, "manager"));
    CHECK(roles({"", "???", "\xff\xfe", "Kostenplaats", "Salaris"}) == std::vector<std::string>(5, "none"));
}

TEST_CASE("what a heading says about somebody else is not the employee's", "[core][ingest][survey]") {
    CHECK(roles({"Geboortedatum", "Achternaam partner", "Telefoon noodcontact", "Emergency contact phone"}) ==
          std::vector<std::string>(4, "none"));
    CHECK(roles({"E-mail leidinggevende"}) == std::vector<std::string>{"manager"});
}

TEST_CASE("of two columns for one field the likelier one gets it, and each field has one column",
          "[core][ingest][survey]") {
    check_roles({{"Personeelsnummer", "employee_id"},
                 {"E-mail privé", "email2"},
                 {"E-mail werk", "email"},
                 {"Afdelingscode", "code"},
                 {"Afdeling", "department"},
                 {"Voornamen", "first"},
                 {"Roepnaam", "first_name"}});
}

TEST_CASE("values that contradict their heading do not get the field, and it is said why", "[core][ingest][survey]") {
    const auto found = surveyed(record_of(
        {{"Personeelsnummer", "employee_id"}, {"E-mail", "name"}, {"Datum in dienst", "name"}, {"Contact", "email"}}));

    CHECK_FALSE(column(found, "E-mail").role.has_value());
    CHECK(column(found, "E-mail").reason == "a usual heading for email, but the values do not look so");
    CHECK_FALSE(column(found, "Datum in dienst").role.has_value());
    CHECK(column(found, "Contact").role == Field::email);
    CHECK(column(found, "Contact").reason == "the values look so, though the heading does not say it");
}

TEST_CASE("ids are found by their look when no heading says that they are ids", "[core][ingest][survey]") {
    const auto found = surveyed(record_of({{"Voornaam", "first_name"}, {"Sorteercode", "employee_id"}}));

    CHECK(column(found, "Sorteercode").role == Field::employee_id);
    CHECK(holds(column(found, "Sorteercode").reason, "though the heading does not say"));
}

TEST_CASE("ids that occur more than once are the ids still, with a question", "[core][ingest][survey]") {
    auto rows = record_of({{"Personeelsnummer", "employee_id"}, {"Afdeling", "department"}});
    rows.push_back(rows.back());

    const auto found = surveyed(rows);

    CHECK(column(found, "Personeelsnummer").role == Field::employee_id);
    CHECK(holds(column(found, "Personeelsnummer").reason, "several rows per person?"));
    CHECK(column(found, "Personeelsnummer").distinct == 30);
}

TEST_CASE("two columns of one name are not proposed", "[core][ingest][survey]") {
    const auto found = surveyed(
        record_of({{"Personeelsnummer", "employee_id"}, {"Afdeling", "department"}, {"afdeling ", "department"}}));

    CHECK_FALSE(found.columns[1].role.has_value());
    CHECK_FALSE(found.columns[2].role.has_value());
    CHECK(propose(found).fields.size() == 1);
}

// ---- the header

TEST_CASE("the header is found below titles and blank rows", "[core][ingest][survey]") {
    auto rows = record_of({{"Personeelsnummer", "employee_id"}, {"Naam", "name"}, {"E-mail", "email"}});
    rows.insert(rows.begin(), {{"Personeelslijst", "", ""}, {"Bedrijf", "Shop BV"}, {}, {"Datum", "22-11-2026"}});

    const auto found = surveyed(rows);

    CHECK(found.has_header);
    CHECK(found.header_line == 5);
    CHECK(found.rows == 30);
}

TEST_CASE("headings that nobody knows are a header when there are values below them", "[core][ingest][survey]") {
    const auto found = surveyed({{"Alfa", "Beta", "Gamma"}, {"1", "x", "y"}, {"2", "z", "y"}, {"3", "x", "y"}});

    CHECK(found.has_header);
    CHECK(found.columns[0].name == "Alfa");
    CHECK(found.rows == 3);
}

TEST_CASE("a record without a header is not given one of its people", "[core][ingest][survey]") {
    SECTION("people with numbers and addresses") {
        const auto found = surveyed({{"1", "Anna", "anna@shop.example"}, {"2", "Bram", "bram@shop.example"}});
        CHECK_FALSE(found.has_header);
        CHECK(found.rows == 2);
        CHECK(found.columns[2].look == Look::email);
        CHECK(found.columns[2].name.empty());
        CHECK(propose(found).fields.empty());
        CHECK(holds(columns_toml(found), "No row was found that names the columns"));
    }
    SECTION("people with names alone") {
        const auto found = surveyed({{"Anna", "Jansen", "Utrecht"}, {"Bram", "de Vries", "Delft"}});
        CHECK_FALSE(found.has_header);
        CHECK_FALSE(holds(columns_toml(found), "Anna"));
    }
}

TEST_CASE("a record of one column has a header when its heading is known", "[core][ingest][survey]") {
    CHECK(surveyed({{"E-mail"}, {"anna@shop.example"}}).has_header);
    CHECK_FALSE(surveyed({{"Iets"}, {"anna@shop.example"}}).has_header);
}

TEST_CASE("a record with named values has its names before its first row", "[core][ingest][survey]") {
    ListOfRows source({{"k", "v"}, {"Anna", "Jansen"}}, 0);

    const auto found = survey(source);

    CHECK(found.has_header);
    CHECK(found.header_line == 0);
    CHECK(found.columns[0].name == "k");
    CHECK(found.rows == 1);
}

// ---- what the values look like

TEST_CASE("fill rate and distinct values are counted", "[core][ingest][survey]") {
    const auto found = surveyed(
        {{"Personeelsnummer", "Afdeling", "Leeg"}, {"1", "A", " "}, {"2", "A", ""}, {"3", "\xC2\xA0"}, {}, {"4", "B"}});

    CHECK(found.rows == 4);
    CHECK(column(found, "Personeelsnummer").filled == 4);
    CHECK(column(found, "Afdeling").filled == 3);
    CHECK(column(found, "Afdeling").distinct == 2);
    CHECK(column(found, "Leeg").filled == 0);
    CHECK(column(found, "Leeg").look == Look::empty);
}

TEST_CASE("distinct values are counted up to a bound, and then it is said", "[core][ingest][survey]") {
    class Many final : public record::RowSource {
    public:
        Result<bool> next(record::Row& row) override {
            if (at_ == 120'000) return false;
            id_ = at_ == 0 ? "Personeelsnummer" : std::to_string(1'000'000 + at_);
            row = {};
            row.line = ++at_;
            row.cells = {id_, "same"};
            return true;
        }

    private:
        std::size_t at_ = 0;
        std::string id_;
    };
    Many source;

    const auto found = survey(source);

    CHECK(found.rows == 119'999);
    CHECK(found.columns[0].is_more_than_distinct);
    CHECK(found.columns[0].distinct == 100'000);
    CHECK(found.columns[0].role == Field::employee_id);
    CHECK(found.columns[1].distinct == 1);
    CHECK_FALSE(found.columns[1].is_more_than_distinct);
}

TEST_CASE("values are told apart by their look", "[core][ingest][survey]") {
    const auto look = [](const std::vector<std::string>& values, const std::string& heading = "K") {
        Rows rows = {{heading, "Personeelsnummer", "E-mail"}};
        for (const auto& value : values) rows.push_back({value, "1", "a@b.example"});
        return std::string(to_string(surveyed(rows).columns[0].look));
    };

    CHECK(look({"a@b.example", "c.d@e.example"}) == "email");
    CHECK(look({"01-02-2026", "2-3-2026"}) == "date");
    CHECK(look({"2026-03-01T00:00:00", "2026-03-02T00:00:00"}) == "date");
    CHECK(look({"20260301", "19991231"}) == "date");
    CHECK(look({"Ja", "nee", "JA"}) == "boolean");
    CHECK(look({"true", "false"}) == "boolean");
    CHECK(look({"80%", "100 %"}) == "percentage");
    CHECK(look({"80", "37,5", "100"}, "Deeltijdpercentage") == "percentage");
    CHECK(look({"80", "37,5", "80"}) == "number");
    CHECK(look({"+31 6 12345678", "020-1234567"}) == "phone");
    CHECK(look({"E-0012", "E-0013"}) == "id");
    CHECK(look({"00123", "00124"}) == "id");
    CHECK(look({"Anna", "Chloë", "Jean-Luc"}) == "name");
    CHECK(look({"van de kust", "3e etage links"}) == "text");
}

TEST_CASE("the way in which dates are written is told when their days tell it", "[core][ingest][survey]") {
    const auto patterns = [](const std::vector<std::string>& dates) {
        Rows rows = {{"Personeelsnummer", "Datum in dienst"}};
        for (const auto& date : dates) rows.push_back({std::to_string(rows.size()), date});
        return surveyed(rows).columns[1].date_patterns;
    };
    using Patterns = std::vector<std::string>;

    CHECK(patterns({"31-12-2025", "01-02-2026"}) == Patterns{"dd-MM-yyyy"});
    CHECK(patterns({"12/31/2025", "01/02/2026"}) == Patterns{"MM/dd/yyyy"});
    CHECK(patterns({"31.12.2025", "1.2.2026"}) == Patterns{"d.M.yyyy"});
    CHECK(patterns({"2025-12-31"}) == Patterns{"yyyy-MM-dd"});
    CHECK(patterns({"20251231"}) == Patterns{"yyyyMMdd"});
    CHECK(patterns({"2025-12-31 00:00:00"}) == Patterns{"yyyy-MM-dd *"});
    CHECK(patterns({"01/02/2026", "03/04/2026"}) == Patterns{"dd/MM/yyyy", "MM/dd/yyyy"});
    CHECK(patterns({"25-12-99", "31-12-99"}) == Patterns{"dd-MM-yy"});
    CHECK(patterns({"31.1.25"}) == Patterns{"d.M.yy", "yy.M.d"});
    CHECK(patterns({"01-02-03"}) == Patterns{"dd-MM-yy", "MM-dd-yy", "yy-MM-dd"});
    CHECK(patterns({"31-12-2025", "12-31-2025"}).empty());
    CHECK(patterns({"31-12-2025", "31/12/2025"}).empty());
    CHECK(patterns({"46082", "45000"}) == Patterns{"excel"});
}

TEST_CASE("every proposed date pattern is one that the mapping knows, and reads the dates", "[core][ingest][survey]") {
    for (const auto* date : {"31-12-2025", "12/31/2025", "2025.12.31", "20251231", "31.1.99", "2025-12-31T08:30:00",
                             "31-12-2025 00:00", "46022"}) {
        const auto found = surveyed({{"Personeelsnummer", "Einddatum"}, {"1", date}, {"2", date}, {"3", date}});
        const auto map = propose(found);
        CAPTURE(date);
        REQUIRE(map.fields.count(Field::end_date) == 1);
        const auto& steps = map.fields.at(Field::end_date).steps;
        REQUIRE(steps.size() == 1);
        CHECK_FALSE(check_step(steps[0]).has_value());
        Values values;
        values.texts = {date};
        CHECK_FALSE(transform(steps, values).has_value());
        CHECK((values.texts[0] == "2025-12-31" || values.texts[0] == "1999-01-31"));
    }
}

TEST_CASE("cells that the spreadsheet shows as dates need no order", "[core][ingest][survey]") {
    ListOfRows source({{"Personeelsnummer", "Startdatum"}, {"1", "2026-03-01"}, {"2", "2026-03-02T08:30:00"}});
    source.set_kind(1, record::CellKind::date);

    const auto found = survey(source);

    CHECK(found.columns[1].look == Look::date);
    CHECK(found.columns[1].date_patterns == std::vector<std::string>{"yyyy-MM-dd"});
    CHECK(found.columns[1].role == Field::start_date);
}

TEST_CASE("ids that are numbers of different lengths may have lost their zeros", "[core][ingest][survey]") {
    const auto lost = surveyed({{"Personeelsnummer", "E-mail"}, {"12", "a@b.example"}, {"1012", "c@d.example"}});
    const auto kept = surveyed({{"Personeelsnummer", "E-mail"}, {"0012", "a@b.example"}, {"1012", "c@d.example"}});

    CHECK(lost.columns[0].zeros_may_be_lost);
    CHECK(lost.columns[0].digits_min == 2);
    CHECK(lost.columns[0].digits_max == 4);
    CHECK(holds(columns_toml(lost), "pad_left = 4"));
    CHECK_FALSE(kept.columns[0].zeros_may_be_lost);
    CHECK_FALSE(holds(columns_toml(kept), "pad_left"));
}

TEST_CASE("damage ends the survey and is told, with what was seen before it", "[core][ingest][survey]") {
    ListOfRows source(record_of({{"Personeelsnummer", "employee_id"}, {"E-mail", "email"}}));
    source.fail_at_end(Failure{.kind = FailureKind::rejected, .code = "damaged_zip", .where = "zip", .detail = {}});

    const auto found = survey(source);

    REQUIRE(found.failure.has_value());
    CHECK(found.failure->code == "damaged_zip");
    CHECK(found.rows == 30);
    CHECK(found.columns[1].role == Field::email);
}

TEST_CASE("rows with a broken quote are counted and not believed", "[core][ingest][survey]") {
    auto rows = record_of({{"Personeelsnummer", "employee_id"}, {"E-mail", "email"}});
    ListOfRows source(rows);
    source.break_row(3);

    const auto found = survey(source);

    CHECK(found.rows == 30);
    CHECK(found.flawed_rows == 1);
    CHECK(found.columns[0].filled == 29);
}

TEST_CASE("an empty record, and one of too many columns, are surveyed as well", "[core][ingest][survey]") {
    const auto empty = surveyed({});
    CHECK_FALSE(empty.has_header);
    CHECK(empty.columns.empty());

    Rows wide(3, std::vector<std::string>(survey_columns_max + 7, "v"));
    for (std::size_t at = 0; at < wide[0].size(); ++at) wide[0][at] = "column " + std::to_string(at);
    wide[0][0] = "Personeelsnummer";
    wide[0][1] = "E-mail";
    const auto found = surveyed(wide);
    CHECK(found.columns.size() == survey_columns_max);
    CHECK(found.columns_left_out == 7);
}

// ---- masks

TEST_CASE("sample values show their shape and nothing else", "[core][ingest][survey]") {
    const auto samples = [](const std::vector<std::string>& values) {
        Rows rows = {{"Personeelsnummer", "Naam"}};
        for (const auto& value : values) rows.push_back({std::to_string(rows.size()), value});
        return surveyed(rows).columns[1].samples;
    };
    using Samples = std::vector<std::string>;

    CHECK(samples({"Jan Jansen", "Chloë O'Neill", "Al"}) == Samples{"Xxx Xxxxxx", "Xxxxx X'Xxxxx", "Xx"});
    CHECK(samples({"j.jansen@shop.example"}) == Samples{"x.xxxxxx@xxxx.xxxxxx…"});
    CHECK(samples({"+31 6 1234"}) == Samples{"+99 9 9999"});
    CHECK(samples({"A", "B", "C", "AB"}) == Samples{"X", "XX"});
    CHECK(samples({"a", "b", "ab", "abc", "abcd"}) == Samples{"x", "xx", "xxx"});
    CHECK(samples({"x", "Xx", "-"}) == Samples{".", ".."});
    CHECK(samples({"line\nbreak"}) == Samples{"xxxx xxxxx"});
}

TEST_CASE("no real value is shown, whatever the record holds", "[core][ingest][survey][property]") {
    const auto seed = GENERATE(range(1U, 41U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random); };
    const auto anything = [&] {
        std::string text;
        for (auto left = below(30); left > 0; --left) text += static_cast<char>(below(256));
        return text;
    };
    Rows rows = {{"Personeelsnummer", "E-mail", anything(), anything(), "Datum in dienst"}};
    std::set<std::string> values;
    for (unsigned row = 0; row < 30 + below(200); ++row) {
        std::vector<std::string> cells;
        for (unsigned cell = 0; cell < 1 + below(7); ++cell) {
            // A mark that no mask can hold, and that no heading or reason has.
            const auto value = below(3) == 0 ? anything() : "Qz7" + anything() + "q8Z";
            cells.push_back(value);
            values.insert(value);
        }
        rows.push_back(std::move(cells));
    }
    ListOfRows source(rows);
    source.set_kind(below(6), static_cast<record::CellKind>(below(7)));

    const auto found = survey(source);
    auto shown = columns_toml(found);
    for (const auto& column : found.columns) {
        for (const auto& sample : column.samples) {
            CHECK(values.count(sample) == 0);
            shown += sample + '\n';
        }
        CHECK(column.samples.size() <= 3);
        shown += column.reason + column.separators;
    }

    if (found.has_header) CHECK(found.header_line == 1);
    CHECK_FALSE(holds(shown, "Qz7"));
    CHECK_FALSE(holds(shown, "q8Z"));
    CHECK_NOTHROW(parsed(columns_toml(found)));
    CHECK(propose(found).fields.size() <= 16);
}

// ---- as TOML

TEST_CASE("the proposal is a table that can be pasted, with a reason for each line", "[core][ingest][survey]") {
    auto rows = record_of({{"Personeelsnummer", "employee_id"},
                           {"E-mail werk", "email"},
                           {"Naam", "name"},
                           {"Vestiging", "location"},
                           {"Datum in dienst", "start_date"},
                           {"Einddatum", "end_date"},
                           {"Soort dienstverband", "kind"},
                           {"100% 'echt'", "number"}});
    for (std::size_t at = 1; at < rows.size(); ++at) {
        rows[at][2] = "Jansen, Anna";
        rows[at][3] = at % 2 == 0 ? "Utrecht; Delft" : "Utrecht";
        rows[at][5] = "0" + std::to_string(1 + at % 9) + "-11-2027";
    }

    const auto table = parsed(columns_toml(surveyed(rows)));
    CHECK(table["columns"]["location"]["steps"][0]["split"].value<std::string>() == ";");
    CHECK(table["columns"]["extra"]["100_echt"].value<std::string>() == "100% 'echt'");
    CHECK(columns_toml(surveyed(rows)) ==
          R"(# Proposed from the headings and the look of the values. Please check every line.
[columns]
employee_id = 'Personeelsnummer'  # a usual heading for it; all values differ
email = 'E-mail werk'  # a usual heading for it
name = 'Naam'  # a usual heading for it
name_order = 'last_comma_first'
location = { column = 'Vestiging', steps = [ { split = ';' } ] }  # a usual heading for it
start_date = { column = 'Datum in dienst', steps = [ { date = 'dd-MM-yyyy' } ] }  # a usual heading for it
# The dates do not tell their order: no day is later than the 12th. One of these is right:
# end_date = { column = 'Einddatum', steps = [ { date = 'dd-MM-yyyy' } ] }
# end_date = { column = 'Einddatum', steps = [ { date = 'MM-dd-yyyy' } ] }

# The other columns, for rules: take the # away where one is needed, here too.
# [columns.extra]
# soort_dienstverband = 'Soort dienstverband'  # name
# 100_echt = "100% 'echt'"  # percentage
)");
}

TEST_CASE("the proposed mapping says the same as the table", "[core][ingest][survey]") {
    auto rows = record_of({{"Personeelsnummer", "employee_id"},
                           {"Naam", "name"},
                           {"Afdeling", "department"},
                           {"Datum in dienst", "start_date"},
                           {"Einddatum", "end_date"}});
    for (std::size_t at = 1; at < rows.size(); ++at) {
        rows[at][2] = "Research + Development";
        rows[at][4] = "01-02-2027";
    }

    const auto found = surveyed(rows);
    const auto map = propose(found);

    CHECK(map.fields.at(Field::employee_id) == Recipe{.columns = {"Personeelsnummer"}, .steps = {}});
    CHECK(map.fields.at(Field::start_date).steps == std::vector<Step>{step::Date{.pattern = "dd-MM-yyyy"}});
    CHECK(map.fields.count(Field::end_date) == 0);
    CHECK(map.fields.at(Field::department).steps.empty());
    CHECK(holds(columns_toml(found), "# department = { column = 'Afdeling', steps = [ { split = '+' } ] }"));
    CHECK(map.name_order == NameOrder::first_infix_last);
}

TEST_CASE("a heading with quotes, line breaks or control characters stays valid TOML", "[core][ingest][survey]") {
    const auto toml = columns_toml(surveyed({{"Personeels\nnummer", "E-mail", "l'un \"et\" l\\autre\x01", "Ünïque"},
                                             {"1", "a@b.example", "3", "x"},
                                             {"2", "c@d.example", "4", "y"}}));

    CHECK(holds(toml, "employee_id = 'Personeels nummer'"));
    const auto table = parsed(toml);
    CHECK(table["columns"]["extra"]["l_un_et_l_autre"].value<std::string>() == "l'un \"et\" l\\autre\x01");
    CHECK(holds(toml, "= \"l'un \\\"et\\\" l\\\\autre\\u0001\"  # id"));
    CHECK(holds(toml, "# unique = 'Ünïque'"));
}

TEST_CASE("without ids the table says that a person must name their column", "[core][ingest][survey]") {
    const auto found = surveyed({{"Voornaam", "Achternaam"}, {"Anna", "Jansen"}, {"Anna", "Jansen"}});

    CHECK(holds(columns_toml(found), "# employee_id = 'Employee ID'"));
    CHECK(propose(found).fields.count(Field::employee_id) == 0);
}

TEST_CASE("a heading may be a number, and a person's values may be usual headings", "[core][ingest][survey]") {
    const auto years = surveyed({{"Personeelsnummer", "Naam", "E-mail", "2025"},
                                 {"1", "Jan", "a@b.example", "8"},
                                 {"2", "Bo", "c@d.example", "9"}});
    CHECK(years.header_line == 1);
    CHECK(years.columns[3].name == "2025");

    const auto people = surveyed({{"Numer", "Stanowisko", "Zespół"}, {"1", "Manager", "Team"}, {"2", "Kasa", "Dom"}});
    CHECK(people.header_line == 1);
}

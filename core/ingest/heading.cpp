#include "core/ingest/heading.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <utility>

namespace usersync::ingest {
namespace {

/// Usual headings of a field, the preferred first, as a customer would write them, apart by '|'. With '=' in front, a
/// heading counts only as a whole: it is too common a word to mean the field wherever it stands.
struct UsualHeadings {
    Field field;
    std::string_view english;
    std::string_view dutch;
    std::string_view german;
    std::string_view french;
};

constexpr std::array usual_headings = {
    UsualHeadings{
        Field::employee_id,
        "Employee ID|Employee Number|Employee No|Emp ID|Emp No|=Employee|Personnel Number|Personnel No|Pers. No.|"
        "Staff Number|Staff ID|Worker ID|=Worker|Payroll Number|Payroll ID|Person Number|Person ID|Badge Number|"
        "Associate ID|=PERNR|=User ID|=External ID|=ID|=No|=Number|=Key",
        "Personeelsnummer|Personeelsnr|Pers.nr.|Persnr|Medewerkernummer|Medewerkernr|Medew.nr.|Medewerker ID|"
        "=Medewerker|Werknemernummer|Werknemersnummer|Werknemernr|Werknemer ID|=Werknemer|Persoonsnummer|Persoon ID|"
        "Stamnummer|Registratienummer|=Registratienr|=Nummer|=Nr|=Sleutel",
        "Personalnummer|Personalnr|Pers.-Nr.|PersNr|Mitarbeiternummer|Mitarbeiternr|Mitarbeiter-ID|MA-Nummer|MA-Nr|"
        "=Mitarbeiter|Stammnummer|Stamm-Nr|Personal-ID|Ausweisnummer|=Nummer|=Nr",
        "Matricule|Numéro de matricule|Matricule salarié|N° matricule|Numéro employé|N° employé|Numéro d'employé|"
        "ID employé|Identifiant employé|Identifiant salarié|Numéro salarié|=Identifiant|Code salarié"},
    UsualHeadings{Field::email,
                  "Work Email|Business Email|Company Email|Email Work|Primary Work Email|Email Address|E-mail Address|"
                  "Email|E-mail|Mail Address|=Mail|Primary Email",
                  "E-mail werk|E-mailadres werk|Werk e-mail|E-mail zakelijk|Zakelijk e-mailadres|Zakelijke e-mail|"
                  "E-mailadres|Emailadres|Mailadres",
                  "E-Mail dienstlich|Dienstliche E-Mail|E-Mail geschäftlich|Geschäftliche E-Mail|E-Mail-Adresse|"
                  "Mailadresse|E-Mail (Arbeit)|Email Arbeit",
                  "Email professionnel|Adresse email professionnelle|E-mail pro|Courriel professionnel|Adresse e-mail|"
                  "Adresse email|Courriel|Adresse électronique|Adresse mail|Mail professionnel"},
    UsualHeadings{Field::first_name,
                  "Preferred First Name|Preferred Name|Known As|First Name|Firstname|Given Name|Legal First Name|"
                  "Forename|=First|Nickname|=FNAME|=Given",
                  "Roepnaam|Voornaam|Voornamen|=Vnaam", "Rufname|Vorname|Vornamen|Vname|=VORNA",
                  "Prénom usuel|Prénom d'usage|Prénom|Prénoms"},
    UsualHeadings{Field::infix, "Infix|Name Prefix|Last Name Prefix|Surname Prefix|Middle Name|=Prefix",
                  "Tussenvoegsel|Tussenvoegsels|Voorvoegsel|Voorvoegsels|Voorv.|=Tussenv|=Tv|=Vv|=VORSW",
                  "Namenszusatz|Vorsatzwort|Namensvorsatz|Namenspräfix", "Particule"},
    UsualHeadings{Field::last_name,
                  "Preferred Last Name|Last Name|Lastname|Surname|Family Name|Legal Last Name|=Last|=LNAME",
                  "Achternaam|Familienaam|Gebruiksachternaam|=Geboortenaam|=Anaam|=Eigennaam",
                  "Nachname|Familienname|Zuname|=NACHN|=Geburtsname", "Nom de famille|Nom d'usage|Nom usuel|=Nom"},
    UsualHeadings{Field::name, "Full Name|Display Name|Employee Name|Worker Name|Legal Name|=Name",
                  "Volledige naam|Weergavenaam|Naam medewerker|Medewerkernaam|Naam werknemer|=Naam|=Naam voluit",
                  "Vollständiger Name|Anzeigename|Mitarbeitername|Name Mitarbeiter|=Name, Vorname|=Vor- und Nachname",
                  "Nom complet|Nom et prénom|Nom prénom|Nom du salarié|Prénom et nom"},
    UsualHeadings{Field::job_title,
                  "Job Title|Business Title|Position Title|Job Profile|Job Name|Function Title|=Title|=Function|"
                  "=Position|=Job|=Role|Job Description|=STELL|Job Classification",
                  "Functieomschrijving|Functienaam|Functietitel|Functie omschrijving|Functie|=Beroep|=Rol",
                  "Stellenbezeichnung|Positionsbezeichnung|Funktionsbezeichnung|Jobtitel|Berufsbezeichnung|"
                  "Tätigkeit|Funktion|=Stelle|=Planstelle",
                  "Intitulé du poste|Intitulé de poste|Libellé emploi|Libellé poste|Titre du poste|Fonction|=Poste|"
                  "=Emploi|=Métier"},
    UsualHeadings{Field::phone,
                  "Work Phone|Business Phone|Work Mobile|Mobile Phone|Phone Number|Telephone Number|Cell Phone|"
                  "Telephone|Phone|=Mobile|=Tel|=Cell|=Mobile Number",
                  "Telefoon werk|Telefoonnummer werk|Mobiel werk|Zakelijk mobiel|Telefoonnummer zakelijk|"
                  "Mobiele telefoon|Telefoonnummer|Mobiel nummer|Telefoon|Telefoonnr|Tel. werk|=Mobiel|=GSM|=Tel.nr.",
                  "Telefon dienstlich|Diensthandy|Dienstliche Telefonnummer|Mobil geschäftlich|Telefonnummer|"
                  "Mobilnummer|Rufnummer|Handynummer|Telefon|=Mobil|=Handy|=Tel.-Nr.",
                  "Téléphone professionnel|Téléphone portable|Numéro de téléphone|Téléphone mobile|Téléphone|"
                  "=Portable|=Tél|=Mobile"},
    UsualHeadings{Field::location,
                  "Work Location|Location Name|Office Location|Business Site|Location|Locations|Store Name|=Store|"
                  "=Site|=Office|=Branch|=Plant|Workplace|=Location(s)|Personnel Subarea|Personnel Area",
                  "Werklocatie|Vestigingsnaam|Vestiging|Locatienaam|Locatie|Locaties|Filiaalnaam|Filiaal|Standplaats|"
                  "Werkplek|=Winkel|=Kantoor",
                  "Arbeitsort|Standort|Standorte|Niederlassung|Betriebsstätte|Betriebsstaette|Filiale|Dienstort|"
                  "Arbeitsstätte|=Werk|=Büro|Personalteilbereich|=Personalbereich|=WERKS|=BTRTL",
                  "Lieu de travail|Site de travail|Établissement|Agence|Lieu d'affectation|=Site|=Magasin|=Lieu"},
    UsualHeadings{Field::department,
                  "Department Name|Department|Departments|Organizational Unit|Organisational Unit|Organization Unit|"
                  "Org Unit|Supervisory Organization|=Dept|=Team|=Division|=Department(s)|Business Unit|=Unit",
                  "Afdelingsnaam|Afdeling|Afdelingen|Organisatorische eenheid|Organisatie-eenheid|OE-naam|=Team|"
                  "=OE|=Dienst|Org. eenheid",
                  "Abteilungsname|Abteilung|Abteilungen|Organisationseinheit|Org.-Einheit|Orgeinheit|Fachbereich|"
                  "=Bereich|=Team|=ORGEH|=Referat",
                  "Nom du département|Département|Unité organisationnelle|Unité d'organisation|Direction|=Service|"
                  "=Équipe|=Pôle"},
    UsualHeadings{Field::upn,
                  "User Principal Name|UPN|Username|User Name|Login Name|Login|Account Name|SAM Account Name|"
                  "Windows Account|Network ID|=USRID|=AD Account",
                  "Inlognaam|Gebruikersnaam|Aanmeldnaam|Accountnaam|Login naam",
                  "Benutzername|Anmeldename|Loginname|Benutzerkennung|Benutzerkonto",
                  "Nom d'utilisateur|Identifiant de connexion|Nom de connexion|Compte utilisateur"},
    UsualHeadings{Field::language,
                  "Preferred Language|Language|Language Code|Correspondence Language|=Locale|=SPRSL|=Lang",
                  "Voorkeurstaal|Taalcode|Correspondentietaal|=Taal|=Taal code",
                  "Korrespondenzsprache|Sprachcode|"
                  "Sprache|Sprachschlüssel",
                  "Langue préférée|Langue|Code langue"},
    UsualHeadings{Field::start_date,
                  "Hire Date|Start Date|Employment Start Date|Date of Hire|Date Hired|Contract Start Date|"
                  "Original Hire Date|Joining Date|Date Joined|Entry Date|=Hired|=Start|=BEGDA|Date of Joining",
                  "Datum in dienst|In dienst|Indienst|Datum indiensttreding|Indiensttreding|In dienst per|"
                  "Startdatum|Begindatum|Ingangsdatum|Aanvangsdatum|Begin dienstverband|Datum in",
                  "Eintrittsdatum|Eintritt|Einstellungsdatum|Vertragsbeginn|Beschäftigungsbeginn|Startdatum|"
                  "=Beginn|Beginndatum",
                  "Date d'entrée|Date d'embauche|Date d'arrivée|Date de début|Début de contrat|Date de début de "
                  "contrat|Date d'ancienneté"},
    UsualHeadings{Field::end_date,
                  "Termination Date|End Date|Employment End Date|Last Working Day|Last Day of Work|Contract End Date|"
                  "Leaving Date|Date Left|Exit Date|=Terminated|=End|=ENDDA|Last Day",
                  "Datum uit dienst|Uit dienst|Uitdienst|Datum uitdiensttreding|Uitdiensttreding|Uit dienst per|"
                  "Einddatum|Einde dienstverband|Datum einde dienstverband|Laatste werkdag|Datum uit",
                  "Austrittsdatum|Austritt|Vertragsende|Beschäftigungsende|Enddatum|Letzter Arbeitstag|=Ende|"
                  "Kündigungsdatum",
                  "Date de sortie|Date de départ|Date de fin|Fin de contrat|Date de fin de contrat"},
    UsualHeadings{Field::status, "Employment Status|Employee Status|Worker Status|Status|Active Status|=Active|=STAT2",
                  "Dienstverbandstatus|Medewerkerstatus|Status medewerker|Status dienstverband|=Actief",
                  "Beschäftigungsstatus|Mitarbeiterstatus|=Aktiv|Personalstatus",
                  "Statut salarié|Situation|=Statut|=Actif"},
    UsualHeadings{Field::manager,
                  "Manager ID|Manager Employee ID|Manager Number|Supervisor ID|Supervisor Employee ID|Manager|"
                  "Supervisor|Reports To|Line Manager|=Reports To ID",
                  "Personeelsnummer leidinggevende|Leidinggevende nummer|Leidinggevende|Direct leidinggevende|"
                  "Medewerkernummer manager|=Chef",
                  "Personalnummer Vorgesetzter|Vorgesetzter|Vorgesetzte|Vorgesetzten-ID|Führungskraft|Fuehrungskraft|"
                  "Teamleiter|Vorgesetzter Personalnummer",
                  "Matricule responsable|Matricule manager|Matricule supérieur|Supérieur hiérarchique|Responsable|"
                  "=N+1|Manager N+1"},
};

// A heading with one of these speaks of somebody else, or of a day that is not about the employment.
constexpr std::array other_person = {"geboorte",    "birth",      "geburt",        "naissance",     "partner",
                                     "noodcontact", "emergency",  "notfall",       "urgence",       "spouse",
                                     "conjoint",    "ehepartner", "contactperson", "contactpersoon"};
constexpr std::array manager_words = {"leidinggevende", "manager",   "supervisor",  "vorgesetzte", "fuhrungskraft",
                                      "fuehrungskraft", "superieur", "responsable", "teamleiter"};
constexpr std::array private_words = {"prive",    "privat",    "private",     "thuis",    "home",
                                      "personal", "personnel", "personnelle", "domicile", "personlich"};
constexpr std::array code_words = {"code", "nummer", "number", "nr", "id", "key", "kurzel", "afkorting", "kuerzel"};
constexpr std::array percentage_words = {"percent", "procent",        "prozent",  "pourcent",
                                         "pct",     "parttimefactor", "deeltijd", "beschaftigungsgrad"};

constexpr int whole_score = 100;
constexpr int rank_cost_max = 20;
constexpr int part_score = 35;
constexpr int part_share_score = 40;
constexpr std::size_t part_letters_min = 5;
constexpr int private_cost = 25;
constexpr int code_cost = 15;
constexpr std::size_t heading_bytes_max = 200;

// Latin letters with accents, from U+00C0, as the letters that they are built on; '-' where there is none.
constexpr std::string_view latin_1 =
    "aaaaaaaceeeeiiiidnooooo-ouuuuyts"
    "aaaaaaaceeeeiiiidnooooo-ouuuuyty";
constexpr std::string_view latin_a =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_1.size() == 64 && latin_a.size() == 128);

char base_of_two_bytes(unsigned char first, unsigned char second) {
    const unsigned point = ((first & 0x1FU) << 6U) | (second & 0x3FU);
    if (point >= 0xC0 && point < 0x100) return latin_1[point - 0xC0];
    if (point >= 0x100 && point < 0x100 + latin_a.size()) return latin_a[point - 0x100];
    return '-';
}

void add_letter(std::string& to, char letter) {
    if (letter >= 'A' && letter <= 'Z') to += static_cast<char>(letter - 'A' + 'a');
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) to += letter;
}

struct Known {
    Field field;
    std::string text;  ///< squeezed
    int rank_cost;
    bool only_whole;
};

void add_known(std::vector<Known>& all, Field field, std::string_view list) {
    int rank = 0;
    while (!list.empty()) {
        const auto end = std::min(list.find('|'), list.size());
        auto heading = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const bool only_whole = heading.starts_with('=');
        if (only_whole) heading.remove_prefix(1);
        all.push_back({field, squeezed(heading), std::min(rank++, rank_cost_max), only_whole});
    }
}

const std::vector<Known>& known_headings() {
    static const std::vector<Known> known = [] {
        std::vector<Known> all;
        for (const auto& usual : usual_headings) {
            for (const auto list : {usual.english, usual.dutch, usual.german, usual.french}) {
                add_known(all, usual.field, list);
            }
        }
        return all;
    }();
    return known;
}

template <class Words>
bool contains_any(std::string_view text, const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

template <class Words>
bool ends_with_any(std::string_view text, const Words& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.ends_with(word); });
}

bool is_named(Field field) {
    return field == Field::job_title || field == Field::location || field == Field::department;
}

int score_of_part(std::string_view heading, const Known& known) {
    if (known.only_whole || known.text.size() < part_letters_min) return 0;
    if (heading.find(known.text) == std::string_view::npos) return 0;
    if (contains_any(heading, other_person)) return 0;
    if (known.field != Field::manager && contains_any(heading, manager_words)) return 0;
    int score = part_score + part_share_score * static_cast<int>(known.text.size()) / static_cast<int>(heading.size());
    if (is_named(known.field) && ends_with_any(heading, code_words)) score -= code_cost;
    const bool is_private =
        (known.field == Field::email || known.field == Field::phone) && contains_any(heading, private_words);
    return is_private ? score - private_cost : score;
}

}  // namespace

std::string squeezed(std::string_view heading) {
    std::string text;
    for (std::size_t at = 0; at < heading.size(); ++at) {
        const auto first = static_cast<unsigned char>(heading[at]);
        const bool is_two_bytes = first >= 0xC3 && first <= 0xC5 && at + 1 < heading.size();
        if (first == 0xC3 && is_two_bytes && static_cast<unsigned char>(heading[at + 1]) == 0x9F) text += 's';  // ß
        add_letter(text,
                   is_two_bytes ? base_of_two_bytes(first, static_cast<unsigned char>(heading[at + 1])) : heading[at]);
        if (is_two_bytes) ++at;
    }
    return text;
}

std::vector<HeadingMatch> match_heading(std::string_view heading) {
    const auto text = squeezed(heading.substr(0, heading_bytes_max));
    std::map<Field, HeadingMatch> best;
    for (const auto& known : known_headings()) {
        const bool is_whole = text == known.text;
        const int score = is_whole ? whole_score - known.rank_cost : score_of_part(text, known);
        auto& match = best[known.field];
        if (score > match.score) match = {.field = known.field, .score = score, .is_whole = is_whole};
    }
    std::vector<HeadingMatch> matches;
    for (const auto& [field, match] : best) {
        if (match.score > 0) matches.push_back(match);
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const HeadingMatch& a, const HeadingMatch& b) { return a.score > b.score; });
    return matches;
}

bool is_known_heading(std::string_view heading) {
    const auto text = squeezed(heading.substr(0, heading_bytes_max));
    const auto& known = known_headings();
    return !text.empty() &&
           std::any_of(known.begin(), known.end(), [&](const Known& candidate) { return candidate.text == text; });
}

bool says_percentage(std::string_view heading) {
    return heading.find('%') != std::string_view::npos ||
           contains_any(squeezed(heading.substr(0, heading_bytes_max)), percentage_words);
}

}  // namespace usersync::ingest

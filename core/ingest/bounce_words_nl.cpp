#include "core/ingest/bounce_words.hpp"

#include <array>

namespace usersync::ingest {
namespace {

constexpr std::array fields = {
    FieldName{"employee_id", "personeelsnummer"},
    FieldName{"email", "e-mailadres"},
    FieldName{"first_name", "voornaam"},
    FieldName{"infix", "tussenvoegsel"},
    FieldName{"last_name", "achternaam"},
    FieldName{"name", "volledige naam"},
    FieldName{"job_title", "functie"},
    FieldName{"phone", "telefoonnummer"},
    FieldName{"location", "locatie"},
    FieldName{"department", "afdeling"},
    FieldName{"upn", "aanmeldnaam"},
    FieldName{"language", "taal"},
    FieldName{"start_date", "eerste dag"},
    FieldName{"end_date", "laatste dag"},
    FieldName{"status", "status"},
    FieldName{"manager", "leidinggevende"},
};

constexpr std::array reasons = {
    // ---- the file as a whole
    Reason{"empty_record", "Het bestand is leeg: er staat geen enkele tekst in.",
           "Wilt u nagaan of de export is voltooid en het bestand opnieuw aanleveren?"},
    Reason{"unknown_format", "Het bestand is van een soort die wij niet kunnen lezen.",
           "Wilt u het personeelsbestand aanleveren als CSV, als Excel-werkmap (.xlsx of .xls) of in de afgesproken "
           "vorm?"},
    Reason{"password_protected", "De werkmap is met een wachtwoord beveiligd, waardoor wij haar niet kunnen openen.",
           "Wilt u de werkmap zonder wachtwoord opslaan (en zonder vertrouwelijkheidslabel dat haar versleutelt) en "
           "opnieuw aanleveren?"},
    Reason{"lock_file",
           "Het bestand is een tijdelijk bestand dat Excel aanmaakt zolang een werkmap geopend is (de naam begint met "
           "~$), niet de werkmap zelf.",
           "Wilt u de werkmap sluiten en de werkmap zelf aanleveren?"},
    Reason{"file_too_large",
           "Het bestand is groter dan een afgesproken personeelsbestand kan zijn; daarom hebben wij het niet gelezen.",
           "Wilt u nagaan of het juiste bestand is aangeleverd, en bladen en kolommen verwijderen die er niet in "
           "horen? Is het bestand werkelijk zo groot, laat het ons dan weten, zodat wij er ruimte voor maken."},
    Reason{"too_large_unpacked",
           "Het bestand bevat veel meer dan bij een personeelsbestand hoort; wij zijn gestopt met lezen.",
           "Wilt u nagaan of het juiste bestand is aangeleverd, en bladen en kolommen verwijderen die er niet in "
           "horen?"},
    Reason{"too_deep", "Het bestand is dieper genest dan voor een personeelsbestand nodig is.",
           "Wilt u nagaan of het juiste bestand is aangeleverd?"},
    Reason{"not_text", "Het bestand lijkt op tekst, maar bevat tekens die in een tekst niet voorkomen.",
           "Wilt u het personeelsbestand opnieuw exporteren en aanleveren? Als het met een ander programma is bewerkt, "
           "laat die stap dan alstublieft weg."},
    Reason{"bad_encoding",
           "De tekens in het bestand passen niet bij de afgesproken codering, waardoor namen verminkt zouden worden.",
           "Wilt u het personeelsbestand exporteren als UTF-8 (in Excel: \"CSV UTF-8\"), of ons laten weten welke "
           "codering uw systeem gebruikt?"},
    Reason{"unknown_encoding", "Het bestand is geschreven in een codering die wij niet met zekerheid kennen{subject}.",
           "Wilt u het personeelsbestand exporteren als UTF-8 (in Excel: \"CSV UTF-8\")?"},
    Reason{"too_many_columns", "Het bestand heeft meer kolommen dan een personeelsbestand kan hebben.",
           "Wilt u nagaan of de kolommen met het afgesproken teken gescheiden zijn en of het juiste bestand is "
           "aangeleverd?"},
    Reason{"too_many_rows", "Het bestand heeft meer rijen dan een personeelsbestand kan hebben.",
           "Wilt u nagaan of het juiste bestand is aangeleverd?"},
    Reason{"cell_too_long", "Een cel in het bestand bevat veel meer tekst dan een waarde kan zijn.",
           "Wilt u nagaan of ergens een aanhalingsteken niet is gesloten, en het bestand opnieuw aanleveren?"},
    // ---- zip, gzip
    Reason{"encrypted_zip", "Het zip-bestand is met een wachtwoord beveiligd, waardoor wij het niet kunnen openen.",
           "Wilt u een zip-bestand zonder wachtwoord aanleveren, of het personeelsbestand niet inpakken?"},
    Reason{
        "zip_several_files",
        "Het zip-bestand bevat meerdere bestanden, en wij kunnen niet bepalen welk daarvan het personeelsbestand is.",
        "Wilt u precies één bestand in het zip-bestand opnemen, of het personeelsbestand niet inpakken?"},
    Reason{"zip_empty", "Het zip-bestand bevat geen bestand.",
           "Wilt u het personeelsbestand erin opnemen en het opnieuw aanleveren?"},
    Reason{"damaged_zip", "Het zip-bestand is beschadigd of niet volledig overgedragen.",
           "Wilt u het bestand opnieuw aanleveren? Als dit nog eens gebeurt, maak het zip-bestand dan alstublieft "
           "opnieuw."},
    Reason{"damaged_gzip", "Het gecomprimeerde bestand is beschadigd of niet volledig overgedragen.",
           "Wilt u het bestand opnieuw aanleveren? Als dit nog eens gebeurt, comprimeer het dan alstublieft opnieuw."},
    // ---- pgp
    Reason{"pgp_no_key", "Het bestand is versleuteld, en er is geen sleutel afgesproken waarmee wij het kunnen openen.",
           "Wilt u ons om de sleutel vragen waarmee u kunt versleutelen, of het personeelsbestand zonder "
           "PGP-versleuteling aanleveren?"},
    Reason{"pgp_wrong_key", "Het bestand is versleuteld, maar niet voor onze sleutel{subject}.",
           "Wilt u het personeelsbestand versleutelen met de openbare sleutel die u van ons hebt gekregen? Als u niet "
           "zeker weet welke dat is, neem dan contact met ons op."},
    Reason{"pgp_bad_passphrase",
           "Het bestand is versleuteld, en onze eigen sleutel kon niet worden gebruikt om het te openen.",
           "U hoeft niets te doen: de fout ligt bij ons en is daar gemeld."},
    Reason{"pgp_bad_key",
           "Het bestand is versleuteld, en onze eigen sleutel kon niet worden gebruikt om het te openen.",
           "U hoeft niets te doen: de fout ligt bij ons en is daar gemeld."},
    Reason{"damaged_pgp",
           "Het versleutelde bestand is beschadigd, niet volledig overgedragen, of versleuteld zonder de beveiliging "
           "tegen wijzigingen.",
           "Wilt u het personeelsbestand opnieuw versleutelen en aanleveren, met een actuele versie van uw "
           "versleutelprogramma?"},
    // ---- workbooks
    Reason{"damaged_workbook", "De werkmap is beschadigd of niet volledig overgedragen.",
           "Wilt u de werkmap openen, controleren, opnieuw opslaan en aanleveren?"},
    Reason{"excel_95", "De werkmap is opgeslagen in de vorm van Excel 95 of ouder, die wij niet kunnen lezen.",
           "Wilt u haar opslaan als actuele Excel-werkmap (.xlsx) of als CSV?"},
    Reason{"no_such_sheet", "De werkmap bevat het afgesproken blad niet{subject}.",
           "Wilt u het blad weer de afgesproken naam geven, of ons de nieuwe naam laten weten?"},
    // ---- JSON, XML
    Reason{"damaged_json", "Het JSON-bestand is niet goed gevormd; mogelijk is het niet volledig overgedragen.",
           "Wilt u het personeelsbestand opnieuw exporteren en aanleveren?"},
    Reason{"damaged_xml", "Het XML-bestand is niet goed gevormd; mogelijk is het niet volledig overgedragen.",
           "Wilt u het personeelsbestand opnieuw exporteren en aanleveren?"},
    Reason{"doctype_refused",
           "Het XML-bestand bevat een documenttypedeclaratie (DOCTYPE), die wij om veiligheidsredenen weigeren.",
           "Wilt u het personeelsbestand zonder DOCTYPE exporteren?"},
    Reason{"no_records", "Op de afgesproken plaats in het bestand hebben wij geen medewerkers gevonden{subject}.",
           "Wilt u nagaan of de export is veranderd, en ons laten weten of de nieuwe vorm zo blijft?"},
    // ---- the table
    Reason{"no_header", "Wij hebben de rij met de namen van de kolommen niet gevonden.",
           "Wilt u boven de medewerkers één rij opnemen met de namen van de kolommen?"},
    Reason{"key_column_missing",
           "De kolom waaraan medewerkers te herkennen zijn, het personeelsnummer, ontbreekt{subject}.",
           "Wilt u de kolom weer de afgesproken naam geven, of ons de nieuwe naam laten weten?"},
    Reason{"duplicate_column",
           "Een kolom die wij gebruiken komt meer dan één keer voor{subject}, en wij kunnen niet bepalen welke bedoeld "
           "is.",
           "Wilt u een van beide verwijderen of een andere naam geven?"},
    Reason{"bad_header", "De rij met de namen van de kolommen is niet te lezen.",
           "Wilt u die rij controleren, vooral de aanhalingstekens, en het bestand opnieuw aanleveren?"},
    Reason{"other_address_domains",
           "Er zijn meer e-mailadressen dan afgesproken van andere domeinen dan de uwe{subject}, zoals in testgegevens "
           "of in het bestand van een ander bedrijf.",
           "Controleer of de export uit de juiste omgeving komt en lever het bestand opnieuw aan. Hebben uw "
           "medewerkers nu adressen van een ander domein, laat het ons dan weten."},
    Reason{"no_rows", "Het bestand bevat de namen van de kolommen, maar geen enkele medewerker.",
           "Wilt u nagaan of de export met de juiste selectie is gemaakt, en het bestand opnieuw aanleveren?"},
};

constexpr NoteWords words = {
    .title = "Uw personeelsbestand kon niet worden gebruikt: {delivery}",
    .salutation = "Geachte heer of mevrouw,",
    .received =
        "Wij hebben uw personeelsbestand \"{delivery}\" ontvangen op {received}. Wij konden het niet gebruiken.",
    .received_undated = "Wij hebben uw personeelsbestand \"{delivery}\" ontvangen. Wij konden het niet gebruiken.",
    .wrong_heading = "Wat er niet klopt",
    .sheet = "Blad",
    .line = "Rij",
    .missing = "Niet gevonden: de kolom \"{column}\" ({field}).",
    .missing_near = "Niet gevonden: de kolom \"{column}\" ({field}). Is dat de kolom die nu \"{nearest}\" heet?",
    .columns_found = "Kolommen in dit bestand",
    .columns_expected = "Kolommen die wij verwachten",
    .columns_before = "Kolommen in het laatste goede bestand",
    .and_more = "en nog {count}",
    .not_shown = "(niet getoond)",
    .advice_heading = "Wat u kunt doen",
    .assurance_heading = "Wat dit betekent voor uw medewerkers",
    .assurance =
        "Er is niets veranderd: door dit bestand is niemand toegevoegd, gewijzigd of verwijderd. Uw netwerk "
        "blijft zoals het is tot er een bestand komt dat in orde is; dat wordt verwerkt zoals altijd.",
    .closing = "Met vriendelijke groet,\nUser Sync",
    .reference = "Kenmerk",
    .other_wrong = "Het bestand kon niet worden gelezen. De melding luidt, in het Engels:",
    .other_advice =
        "Wilt u het bestand controleren en opnieuw aanleveren? Als niet duidelijk is wat er bedoeld wordt, "
        "stuur ons dan alstublieft dit bericht.",
    .fields = fields,
    .reasons = reasons,
};

}  // namespace

const NoteWords& dutch_words() { return words; }

}  // namespace usersync::ingest

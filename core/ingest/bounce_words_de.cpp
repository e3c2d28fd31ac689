#include "core/ingest/bounce_words.hpp"

#include <array>

namespace usersync::ingest {
namespace {

constexpr std::array fields = {
    FieldName{"employee_id", "Personalnummer"},
    FieldName{"email", "E-Mail-Adresse"},
    FieldName{"first_name", "Vorname"},
    FieldName{"infix", "Namenszusatz"},
    FieldName{"last_name", "Nachname"},
    FieldName{"name", "vollständiger Name"},
    FieldName{"job_title", "Funktion"},
    FieldName{"phone", "Telefonnummer"},
    FieldName{"location", "Standort"},
    FieldName{"department", "Abteilung"},
    FieldName{"upn", "Anmeldename"},
    FieldName{"language", "Sprache"},
    FieldName{"start_date", "erster Tag"},
    FieldName{"end_date", "letzter Tag"},
    FieldName{"status", "Status"},
    FieldName{"manager", "Führungskraft"},
};

constexpr std::array reasons = {
    // ---- the file as a whole
    Reason{"empty_record", "Die Datei ist leer: Sie enthält keinerlei Text.",
           "Bitte prüfen Sie, ob der Export vollständig war, und liefern Sie die Datei erneut."},
    Reason{"unknown_format", "Die Datei hat keine Form, die wir lesen können.",
           "Bitte liefern Sie die Personalliste als CSV, als Excel-Arbeitsmappe (.xlsx oder .xls) oder in der "
           "vereinbarten Form."},
    Reason{"password_protected",
           "Die Arbeitsmappe ist mit einem Kennwort geschützt, sodass wir sie nicht öffnen können.",
           "Bitte speichern Sie sie ohne Kennwort (und ohne Vertraulichkeitsbezeichnung, die sie verschlüsselt), und "
           "liefern Sie sie erneut."},
    Reason{"lock_file",
           "Die Datei ist eine temporäre Datei, die Excel anlegt, solange eine Arbeitsmappe geöffnet ist (ihr Name "
           "beginnt mit ~$), nicht die Arbeitsmappe selbst.",
           "Bitte schließen Sie die Arbeitsmappe und liefern Sie die Arbeitsmappe selbst."},
    Reason{"file_too_large",
           "Die Datei ist größer, als eine Personalliste nach Absprache sein kann; wir haben sie nicht gelesen.",
           "Bitte prüfen Sie, ob die richtige Datei geliefert wurde, und entfernen Sie Blätter und Spalten, die nicht "
           "dazugehören. Ist die Liste wirklich so groß, sagen Sie es uns bitte, damit wir Platz dafür schaffen."},
    Reason{"too_large_unpacked",
           "Die Datei enthält weit mehr, als zu einer Personalliste gehört; wir haben das Lesen abgebrochen.",
           "Bitte prüfen Sie, ob die richtige Datei geliefert wurde, und entfernen Sie Blätter und Spalten, die nicht "
           "dazugehören."},
    Reason{"too_deep", "Die Datei ist tiefer verschachtelt, als es für eine Personalliste nötig ist.",
           "Bitte prüfen Sie, ob die richtige Datei geliefert wurde."},
    Reason{
        "not_text", "Die Datei sieht aus wie Text, enthält aber Zeichen, die in einem Text nicht vorkommen.",
        "Bitte exportieren und liefern Sie die Personalliste erneut. Falls sie mit einem anderen Programm bearbeitet "
        "wurde, lassen Sie diesen Schritt bitte weg."},
    Reason{"bad_encoding",
           "Die Zeichen der Datei passen nicht zur vereinbarten Kodierung, sodass Namen verstümmelt würden.",
           "Bitte exportieren Sie die Personalliste als UTF-8 (in Excel: \"CSV UTF-8\"), oder teilen Sie uns mit, "
           "welche Kodierung Ihr System verwendet."},
    Reason{"unknown_encoding", "Die Datei ist in einer Kodierung geschrieben, die wir nicht sicher kennen{subject}.",
           "Bitte exportieren Sie die Personalliste als UTF-8 (in Excel: \"CSV UTF-8\")."},
    Reason{"too_many_columns", "Die Datei hat mehr Spalten, als eine Personalliste haben kann.",
           "Bitte prüfen Sie, ob die Spalten durch das vereinbarte Zeichen getrennt sind und ob die richtige Datei "
           "geliefert wurde."},
    Reason{"too_many_rows", "Die Datei hat mehr Zeilen, als eine Personalliste haben kann.",
           "Bitte prüfen Sie, ob die richtige Datei geliefert wurde."},
    Reason{"cell_too_long", "Eine Zelle der Datei enthält weit mehr Text, als ein Wert haben kann.",
           "Bitte prüfen Sie, ob irgendwo ein Anführungszeichen nicht geschlossen wurde, und liefern Sie die Datei "
           "erneut."},
    // ---- zip, gzip
    Reason{"encrypted_zip", "Die Zip-Datei ist mit einem Kennwort geschützt, sodass wir sie nicht öffnen können.",
           "Bitte liefern Sie eine Zip-Datei ohne Kennwort oder die Personalliste ungepackt."},
    Reason{"zip_several_files",
           "Die Zip-Datei enthält mehrere Dateien, und wir können nicht erkennen, welche davon die Personalliste ist.",
           "Bitte legen Sie genau eine Datei in die Zip-Datei, oder liefern Sie die Personalliste ungepackt."},
    Reason{"zip_empty", "Die Zip-Datei enthält keine Datei.",
           "Bitte legen Sie die Personalliste hinein und liefern Sie sie erneut."},
    Reason{"damaged_zip", "Die Zip-Datei ist beschädigt oder wurde nicht vollständig übertragen.",
           "Bitte liefern Sie die Datei erneut. Falls es wieder geschieht, erstellen Sie die Zip-Datei bitte neu."},
    Reason{"damaged_gzip", "Die komprimierte Datei ist beschädigt oder wurde nicht vollständig übertragen.",
           "Bitte liefern Sie die Datei erneut. Falls es wieder geschieht, komprimieren Sie sie bitte neu."},
    // ---- pgp
    Reason{"pgp_no_key",
           "Die Datei ist verschlüsselt, und es ist kein Schlüssel vereinbart, mit dem wir sie öffnen "
           "könnten.",
           "Bitte fragen Sie uns nach dem Schlüssel, mit dem Sie verschlüsseln können, oder liefern Sie die "
           "Personalliste ohne PGP-Verschlüsselung."},
    Reason{"pgp_wrong_key", "Die Datei ist verschlüsselt, aber nicht für unseren Schlüssel{subject}.",
           "Bitte verschlüsseln Sie die Personalliste mit dem öffentlichen Schlüssel, den Sie von uns erhalten haben. "
           "Falls Sie nicht sicher sind, welcher das ist, fragen Sie uns bitte."},
    Reason{"pgp_bad_passphrase",
           "Die Datei ist verschlüsselt, und unser eigener Schlüssel konnte nicht verwendet werden, um sie zu öffnen.",
           "Sie müssen nichts tun: Der Fehler liegt bei uns und wurde dort gemeldet."},
    Reason{"pgp_bad_key",
           "Die Datei ist verschlüsselt, und unser eigener Schlüssel konnte nicht verwendet werden, um sie zu öffnen.",
           "Sie müssen nichts tun: Der Fehler liegt bei uns und wurde dort gemeldet."},
    Reason{"damaged_pgp",
           "Die verschlüsselte Datei ist beschädigt, wurde nicht vollständig übertragen oder ist ohne den Schutz vor "
           "Veränderungen verschlüsselt.",
           "Bitte verschlüsseln und liefern Sie die Personalliste erneut, mit einer aktuellen Version Ihres "
           "Verschlüsselungsprogramms."},
    // ---- workbooks
    Reason{"damaged_workbook", "Die Arbeitsmappe ist beschädigt oder wurde nicht vollständig übertragen.",
           "Bitte öffnen und prüfen Sie sie, speichern Sie sie neu und liefern Sie sie erneut."},
    Reason{"excel_95",
           "Die Arbeitsmappe wurde in der Form von Excel 95 oder älter gespeichert, die wir nicht lesen "
           "können.",
           "Bitte speichern Sie sie als aktuelle Excel-Arbeitsmappe (.xlsx) oder als CSV."},
    Reason{"no_such_sheet", "Die Arbeitsmappe hat das vereinbarte Blatt nicht{subject}.",
           "Bitte geben Sie dem Blatt wieder den vereinbarten Namen, oder teilen Sie uns den neuen Namen mit."},
    // ---- JSON, XML
    Reason{"damaged_json", "Die JSON-Datei ist nicht wohlgeformt; vielleicht wurde sie nicht vollständig übertragen.",
           "Bitte exportieren und liefern Sie die Personalliste erneut."},
    Reason{"damaged_xml", "Die XML-Datei ist nicht wohlgeformt; vielleicht wurde sie nicht vollständig übertragen.",
           "Bitte exportieren und liefern Sie die Personalliste erneut."},
    Reason{"doctype_refused",
           "Die XML-Datei enthält eine Dokumenttypdeklaration (DOCTYPE), die wir aus Sicherheitsgründen ablehnen.",
           "Bitte exportieren Sie die Personalliste ohne DOCTYPE."},
    Reason{"no_records", "An der vereinbarten Stelle der Datei haben wir keine Mitarbeitenden gefunden{subject}.",
           "Bitte prüfen Sie, ob sich der Export geändert hat, und teilen Sie uns mit, ob die neue Form so bleibt."},
    // ---- the table
    Reason{"no_header", "Wir haben die Zeile mit den Namen der Spalten nicht gefunden.",
           "Bitte liefern Sie die Personalliste mit einer Zeile über den Mitarbeitenden, die die Spalten benennt."},
    Reason{"key_column_missing",
           "Die Spalte, an der Mitarbeitende zu erkennen sind, die Personalnummer, fehlt{subject}.",
           "Bitte geben Sie der Spalte wieder den vereinbarten Namen, oder teilen Sie uns den neuen Namen mit."},
    Reason{"duplicate_column",
           "Eine Spalte, die wir verwenden, kommt mehr als einmal vor{subject}, und wir können nicht erkennen, welche "
           "gemeint ist.",
           "Bitte entfernen Sie eine der beiden, oder geben Sie ihr einen anderen Namen."},
    Reason{"bad_header", "Die Zeile mit den Namen der Spalten ist nicht lesbar.",
           "Bitte prüfen Sie diese Zeile, vor allem die Anführungszeichen, und liefern Sie die Datei erneut."},
    Reason{
        "other_address_domains",
        "Mehr E-Mail-Adressen als vereinbart gehören zu anderen Domains als den Ihren{subject}, wie in Testdaten oder "
        "in der Datei eines anderen Unternehmens.",
        "Bitte prüfen Sie, ob der Export aus der richtigen Umgebung stammt, und liefern Sie die Datei noch einmal. "
        "Wenn Ihre Beschäftigten jetzt Adressen einer anderen Domain haben, sagen Sie uns bitte Bescheid."},
    Reason{"no_rows", "Die Datei enthält die Namen der Spalten, aber keine einzige Person.",
           "Bitte prüfen Sie, ob der Export mit der richtigen Auswahl erstellt wurde, und liefern Sie die Datei "
           "erneut."},
};

constexpr NoteWords words = {
    .title = "Ihre Personalliste konnte nicht verwendet werden: {delivery}",
    .salutation = "Sehr geehrte Damen und Herren,",
    .received = "wir haben Ihre Personalliste \"{delivery}\" am {received} erhalten. Wir konnten sie nicht verwenden.",
    .received_undated = "wir haben Ihre Personalliste \"{delivery}\" erhalten. Wir konnten sie nicht verwenden.",
    .wrong_heading = "Was nicht stimmt",
    .sheet = "Blatt",
    .line = "Zeile",
    .missing = "Nicht gefunden: die Spalte \"{column}\" ({field}).",
    .missing_near = "Nicht gefunden: die Spalte \"{column}\" ({field}). Ist es die, die jetzt \"{nearest}\" heißt?",
    .columns_found = "Spalten in dieser Datei",
    .columns_expected = "Spalten, die wir erwarten",
    .columns_before = "Spalten in der letzten guten Datei",
    .and_more = "und {count} weitere",
    .not_shown = "(nicht gezeigt)",
    .advice_heading = "Was Sie tun können",
    .assurance_heading = "Was das für Ihre Mitarbeitenden bedeutet",
    .assurance =
        "Es hat sich nichts geändert: Durch diese Datei wurde niemand hinzugefügt, geändert oder entfernt. Ihr "
        "Netzwerk bleibt, wie es ist, bis eine Datei eintrifft, die in Ordnung ist; sie wird verarbeitet wie "
        "immer.",
    .closing = "Mit freundlichen Grüßen\nUser Sync",
    .reference = "Kennzeichen",
    .other_wrong = "Die Personalliste konnte nicht gelesen werden. Die Meldung lautet auf Englisch:",
    .other_advice =
        "Bitte prüfen Sie die Datei und liefern Sie sie erneut. Falls nicht klar ist, was gemeint ist, "
        "senden Sie uns bitte diese Nachricht.",
    .fields = fields,
    .reasons = reasons,
};

}  // namespace

const NoteWords& german_words() { return words; }

}  // namespace usersync::ingest

#include "core/ingest/bounce_words.hpp"

#include <array>

namespace usersync::ingest {
namespace {

constexpr std::array fields = {
    FieldName{"employee_id", "employee ID"}, FieldName{"email", "e-mail address"},
    FieldName{"first_name", "first name"},   FieldName{"infix", "infix"},
    FieldName{"last_name", "last name"},     FieldName{"name", "full name"},
    FieldName{"job_title", "job title"},     FieldName{"phone", "phone number"},
    FieldName{"location", "location"},       FieldName{"department", "department"},
    FieldName{"upn", "sign-in name"},        FieldName{"language", "language"},
    FieldName{"start_date", "first day"},    FieldName{"end_date", "last day"},
    FieldName{"status", "status"},           FieldName{"manager", "manager"},
};

constexpr std::array reasons = {
    // ---- the file as a whole
    Reason{"empty_record", "The file is empty: it holds no text at all.",
           "Please check whether the export was completed, and deliver the file again."},
    Reason{"unknown_format", "The file is none of the kinds that we can read.",
           "Please deliver the record as CSV, as an Excel workbook (.xlsx or .xls), or in the form that was agreed."},
    Reason{"password_protected", "The workbook is protected by a password, so that we cannot open it.",
           "Please save it without a password (and without a confidentiality label that encrypts it), and deliver it "
           "again."},
    Reason{"lock_file",
           "The file is a temporary file that Excel makes while a workbook is open (its name begins with ~$), not the "
           "workbook itself.",
           "Please close the workbook and deliver the workbook itself."},
    Reason{"file_too_large", "The file is larger than any employee record that has been agreed, so we did not read it.",
           "Please check whether the right file was delivered, and remove sheets and columns that do not belong to it. "
           "If the record is really this large, please tell us, so that we can make room for it."},
    Reason{
        "too_large_unpacked", "The file holds far more than an employee record should; we stopped reading it.",
        "Please check whether the right file was delivered, and remove sheets and columns that do not belong to it."},
    Reason{"too_deep", "The file is nested more deeply than any employee record needs to be.",
           "Please check whether the right file was delivered."},
    Reason{"not_text", "The file looks like text but holds characters that do not occur in text.",
           "Please export the record again and deliver it. If it was edited with another program, please leave that "
           "step out."},
    Reason{"bad_encoding",
           "The characters of the file do not fit the encoding that was agreed, so that names would be garbled.",
           "Please export the record as UTF-8 (in Excel: \"CSV UTF-8\"), or tell us which encoding your system "
           "writes."},
    Reason{"unknown_encoding", "The file is written in an encoding that we do not know for certain{subject}.",
           "Please export the record as UTF-8 (in Excel: \"CSV UTF-8\")."},
    Reason{"too_many_columns", "The file has more columns than an employee record can have.",
           "Please check whether columns are separated by the agreed character, and whether the right file was "
           "delivered."},
    Reason{"too_many_rows", "The file has more rows than an employee record can have.",
           "Please check whether the right file was delivered."},
    Reason{"cell_too_long", "A cell of the file holds far more text than a value can be.",
           "Please check whether a quotation mark in a text has been left open, and deliver the file again."},
    // ---- zip, gzip
    Reason{"encrypted_zip", "The zip file is protected by a password, so that we cannot open it.",
           "Please deliver the record in a zip file without a password, or not zipped at all."},
    Reason{"zip_several_files",
           "The zip file holds several files, and we cannot tell which of them is the employee record.",
           "Please put exactly one file into the zip file, or deliver the record without zipping it."},
    Reason{"zip_empty", "The zip file holds no file.", "Please put the employee record into it and deliver it again."},
    Reason{"damaged_zip", "The zip file is damaged or was not transferred completely.",
           "Please deliver the file again. If this happens again, please make the zip file anew."},
    Reason{"damaged_gzip", "The compressed file is damaged or was not transferred completely.",
           "Please deliver the file again. If this happens again, please compress the record anew."},
    // ---- pgp
    Reason{"pgp_no_key", "The file is encrypted, and no key has been agreed by which we could open it.",
           "Please ask us for the key that records are to be encrypted with, or deliver the record without PGP "
           "encryption."},
    Reason{"pgp_wrong_key", "The file is encrypted, but not for our key{subject}.",
           "Please encrypt the record with the public key that you got from us. If you are not sure which one that "
           "is, please ask us."},
    Reason{"pgp_bad_passphrase", "The file is encrypted, and our own key could not be used to open it.",
           "You need not do anything: the fault lies with us, and has been reported there."},
    Reason{"pgp_bad_key", "The file is encrypted, and our own key could not be used to open it.",
           "You need not do anything: the fault lies with us, and has been reported there."},
    Reason{"damaged_pgp",
           "The encrypted file is damaged, was not transferred completely, or is encrypted without the protection "
           "against changes.",
           "Please encrypt and deliver the record again, with a current version of your encryption program."},
    // ---- workbooks
    Reason{"damaged_workbook", "The workbook is damaged or was not transferred completely.",
           "Please open it, check it, save it again and deliver it."},
    Reason{"excel_95", "The workbook was saved in the form of Excel 95 or older, which we cannot read.",
           "Please save it as a current Excel workbook (.xlsx) or as CSV."},
    Reason{"no_such_sheet", "The workbook does not have the sheet that was agreed{subject}.",
           "Please give the sheet its agreed name again, or tell us the new name."},
    // ---- JSON, XML
    Reason{"damaged_json", "The JSON file is not well formed; perhaps it was not transferred completely.",
           "Please export the record again and deliver it."},
    Reason{"damaged_xml", "The XML file is not well formed; perhaps it was not transferred completely.",
           "Please export the record again and deliver it."},
    Reason{"doctype_refused", "The XML file holds a document type declaration (DOCTYPE), which we refuse for safety.",
           "Please export the record without a DOCTYPE."},
    Reason{"no_records", "We did not find any employees at the agreed place in the file{subject}.",
           "Please check whether the export has changed, and tell us if the new form is to stay."},
    // ---- the table
    Reason{"no_header", "We did not find the row that holds the names of the columns.",
           "Please deliver the record with one row that names the columns, above the employees."},
    Reason{"key_column_missing", "The column that tells employees apart, their employee ID, is not there{subject}.",
           "Please give the column its agreed name again, or tell us its new name."},
    Reason{"duplicate_column",
           "A column that we use is there more than once{subject}, and we cannot tell which one is meant.",
           "Please remove one of the two, or give it another name."},
    Reason{"bad_header", "The row that holds the names of the columns cannot be read.",
           "Please check that row, above all its quotation marks, and deliver the file again."},
    Reason{"other_address_domains",
           "More e-mail addresses than agreed are of other domains than yours{subject}, as in test data or in the "
           "record of another company.",
           "Please check whether the export comes from the right environment, and deliver the file again. If your "
           "employees now have addresses of another domain, please tell us."},
    Reason{"no_rows", "The file holds the names of the columns, but not a single employee.",
           "Please check whether the export was made with the right selection, and deliver the file again."},
};

constexpr NoteWords words = {
    .title = "Your employee record could not be used: {delivery}",
    .salutation = "Dear Sir or Madam,",
    .received = "We received your employee record \"{delivery}\" on {received}. We could not use it.",
    .received_undated = "We received your employee record \"{delivery}\". We could not use it.",
    .wrong_heading = "What is wrong",
    .sheet = "Sheet",
    .line = "Row",
    .missing = "Not found: the column \"{column}\" ({field}).",
    .missing_near = "Not found: the column \"{column}\" ({field}). Is it the one that is now called \"{nearest}\"?",
    .columns_found = "Columns in this file",
    .columns_expected = "Columns that we expect",
    .columns_before = "Columns in the last good file",
    .and_more = "and {count} more",
    .not_shown = "(not shown)",
    .advice_heading = "What you can do",
    .assurance_heading = "What this means for your employees",
    .assurance =
        "Nothing has changed: nobody was added, changed or removed because of this file. Your network stays as "
        "it is until a file that is in order arrives; that one is used as always.",
    .closing = "Kind regards,\nUser Sync",
    .reference = "Reference",
    .other_wrong = "The record could not be read:",
    .other_advice =
        "Please check the file and deliver it again. If you do not know what is meant, please send us this "
        "message.",
    .fields = fields,
    .reasons = reasons,
};

}  // namespace

const NoteWords& english_words() { return words; }

}  // namespace usersync::ingest

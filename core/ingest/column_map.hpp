#pragma once
// How the columns of the customer's record become the fields of an employee: the tenant's `[columns]` as data.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::ingest {

/// The fields that an employee has of their own. `name` is a full name in one cell, to be split.
enum class Field : std::uint8_t {
    employee_id,
    email,
    first_name,
    infix,
    last_name,
    name,
    job_title,
    phone,
    location,
    department,
    upn,
    language,
    start_date,
    end_date,
    status,
    manager,
};
std::string_view to_string(Field field);  ///< as written in `[columns]`: "employee_id"
std::optional<Field> field_from(std::string_view text);
const std::vector<Field>& all_fields();

// ---- transformations: a closed list ---------------------------------------------------------------------------
// Every cell is trimmed before the first of them. Each takes the values of a field, mostly one, and gives values.
namespace step {

enum class Case : std::uint8_t { lower, upper, title };
struct ToCase {
    Case to = Case::lower;
    bool operator==(const ToCase&) const = default;
};
/// Leading zeros that a spreadsheet took away: "123" → "000123". Digits only; anything else stays as it is.
struct PadLeft {
    std::size_t width = 0;
    bool operator==(const PadLeft&) const = default;
};
/// One apostrophe in front, by which a spreadsheet is told that digits are text: "'000123" → "000123".
struct StripApostrophe {
    bool operator==(const StripApostrophe&) const = default;
};
/// One value → several, at any of the separators ("\n" among them); parts trimmed, empty ones and repetitions dropped.
struct Split {
    std::string separators;
    bool operator==(const Split&) const = default;
};
/// The values that are not empty → one.
struct Join {
    std::string separator = " ";
    bool operator==(const Join&) const = default;
};
struct Constant {
    std::string value;
    bool operator==(const Constant&) const = default;
};
/// Value → value, from a table in tenant.toml or a sheet beside it. Compared exactly, or without regard to case.
struct Lookup {
    enum class Otherwise : std::uint8_t { keep, empty, freeze };  ///< a value that the table does not have
    std::map<std::string, std::string> table;                     ///< keys lower-cased when `any_case`
    bool any_case = false;
    Otherwise otherwise = Otherwise::freeze;
    bool operator==(const Lookup&) const = default;
};
/// A date as the tenant says it is written → "2026-03-01". Letters d M y of the pattern count; "dd-MM-yyyy",
/// "d/M/yy", "yyyyMMdd". A cell that the spreadsheet shows as a date needs no pattern. "excel" and "excel1904" mean
/// the serial number of a day. Two-digit years: 1950 to 2049. " *" at the end: a time of day may follow and is dropped.
struct Date {
    std::string pattern;
    bool operator==(const Date&) const = default;
};
/// A telephone number → E.164, "+31201234567". `country` (ISO 3166) is for numbers without a country code.
/// A number with an extension is refused: without it, it would be another number.
struct Phone {
    std::string country;
    bool operator==(const Phone&) const = default;
};
/// Lower case, and one plain address or the row is not usable. The field `email` always ends with it.
struct Email {
    bool operator==(const Email&) const = default;
};
/// Unicode's composed form (NFC): "e" and an accent become "é".
struct Nfc {
    bool operator==(const Nfc&) const = default;
};

}  // namespace step

using Step = std::variant<step::ToCase, step::PadLeft, step::StripApostrophe, step::Split, step::Join, step::Constant,
                          step::Lookup, step::Date, step::Phone, step::Email, step::Nfc>;

/// What an empty cell means (an absent column always means: nothing is said, the field is kept).
enum class OnEmpty : std::uint8_t {
    keep,      ///< nothing is said
    clear,     ///< there is none: the field is emptied, memberships by it end
    fallback,  ///< `Recipe::fallback` is the value
};

/// How one field is made.
struct Recipe {
    std::vector<std::string> columns;  ///< names as the customer writes them; several give several values, in order
    std::vector<Step> steps;           ///< in this order
    OnEmpty on_empty = OnEmpty::keep;
    std::string fallback;
    bool operator==(const Recipe&) const = default;
};

/// How a full name in one cell is split.
enum class NameOrder : std::uint8_t {
    first_infix_last,  ///< "Jan van der Berg": first word, known infixes, the rest
    last_comma_first,  ///< "Berg, Jan van der" and "Berg, van der, Jan"
};

/// What several rows with one employee id mean.
struct RowsPerPerson {
    enum class Choice : std::uint8_t {
        none,          ///< an error: all of them freeze their person
        first,         ///< the first row is the main one
        flag,          ///< the row whose `column` holds `value`
        latest_start,  ///< the row with the latest start_date
        highest,       ///< the row with the highest number in `column`, such as a percentage
    };
    Choice main = Choice::none;
    std::string column;
    std::string value;
    bool merge_lists = true;  ///< locations and departments of all rows, those of the main one first
    bool operator==(const RowsPerPerson&) const = default;
};

/// Whose addresses the record holds. Test data, and another company's record, have addresses of other domains.
struct AddressDomains {
    std::vector<std::string> ours;          ///< in lower case, "shop.example"; empty: nothing is compared
    double other_domains_share_max = 0.10;  ///< of the rows with an address
    bool operator==(const AddressDomains&) const = default;
};

struct ColumnMap {
    std::map<Field, Recipe> fields;       ///< employee_id is always there
    std::map<std::string, Recipe> extra;  ///< fields of the tenant's own, for rules
    NameOrder name_order = NameOrder::first_infix_last;
    std::vector<std::string> infixes = {"van", "de", "der", "den", "het", "ten", "ter", "te",    "von", "zu",  "du",
                                        "la",  "le", "op",  "in",  "'t",  "aan", "bij", "onder", "uit", "voor"};
    RowsPerPerson rows_per_person;
    AddressDomains address_domains;
    bool operator==(const ColumnMap&) const = default;

    /// The names of all columns that are mapped, as written, each once: those of the fields in their order, of the
    /// tenant's own fields, and the one that tells the main row.
    std::vector<std::string> column_names() const;
};

}  // namespace usersync::ingest

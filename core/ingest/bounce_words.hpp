#pragma once
// What a note about a refused record says, in each language.

#include "core/ingest/bounce.hpp"

#include <span>
#include <string_view>

namespace usersync::ingest {

/// One reason for a refusal. "{subject}" becomes ` ("Blad1")`, or nothing.
struct Reason {
    std::string_view code;
    std::string_view wrong;   ///< one sentence
    std::string_view advice;  ///< what HR can do
};

struct FieldName {
    std::string_view field;  ///< "employee_id"
    std::string_view name;   ///< "employee ID"
};

/// The parts of the letter. {delivery} and {received} stand for what `BounceContext` holds.
struct NoteWords {
    std::string_view title;  ///< fit for the subject of an e-mail
    std::string_view salutation;
    std::string_view received;
    std::string_view received_undated;
    std::string_view wrong_heading;
    std::string_view sheet;         ///< "Sheet"
    std::string_view line;          ///< "Row"
    std::string_view missing;       ///< {column}, {field}
    std::string_view missing_near;  ///< {column}, {field}, {nearest}
    std::string_view columns_found;
    std::string_view columns_expected;
    std::string_view columns_before;
    std::string_view and_more;   ///< {count}
    std::string_view not_shown;  ///< in place of a heading that looks like somebody's value
    std::string_view advice_heading;
    std::string_view assurance_heading;
    std::string_view assurance;
    std::string_view closing;
    std::string_view reference;
    std::string_view other_wrong;  ///< for a code without a reason of its own; the English sentence follows
    std::string_view other_advice;
    std::span<const FieldName> fields;
    std::span<const Reason> reasons;
};

const NoteWords& note_words(Language language);

/// @{ one file each
const NoteWords& english_words();
const NoteWords& dutch_words();
const NoteWords& german_words();
/// @}

}  // namespace usersync::ingest

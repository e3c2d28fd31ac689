#pragma once
// One answer's page → its records, each one line of JSON, and what paging needs to know of it.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
#include "core/rest/connector.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rest {

/// What a page says besides its records.
struct PageFacts {
    std::size_t received = 0;         ///< records in the answer, kept or not
    std::optional<std::string> next;  ///< the next link or cursor
    std::optional<std::string> delta_link;
    std::optional<std::uint64_t> total;
    Digest digest;  ///< of the records' bytes as they came
    bool operator==(const PageFacts&) const = default;
};

/// What the pages of a read had, all together.
struct ReadTally {
    std::size_t received = 0;
    std::size_t kept = 0;
    std::size_t passed_over = 0;                ///< by `keep`
    std::size_t repeated = 0;                   ///< the same as one before, and left out
    std::size_t removed = 0;                    ///< of a delta: said to be gone
    std::vector<std::string> fields;            ///< names of the fields, as declared
    std::vector<std::size_t> with_field;        ///< of each: how many records have it, be it empty
    std::vector<std::size_t> passed_over_with;  ///< of each: how many of those passed over have something in it
    bool operator==(const ReadTally&) const = default;
};

/// Reads the pages of one list.
///
/// A record is the line `{"employee_id":"0042","location":["a","b"]}`: the declared fields in their order, then the
/// other members. Texts, numbers, true and false are as they came; null and an empty list are null; what the record
/// leaves out is left out (unless `absent_is_empty`). Several values are a list; lists of lists are one list.
///
/// Failures (`blocked` unless said otherwise; what was appended is of no use then):
/// | code               | when                                                                                      |
/// |--------------------|-------------------------------------------------------------------------------------------|
/// | not_json           | `transient`: the answer is no JSON, or was cut off                                        |
/// | too_deep           | more than 64 levels                                                                       |
/// | no_record_path     | none of the paths to the records is there, or not with the shape that was declared; where |
/// |                    | the total was given already, an answer that says it again may leave an empty list out     |
/// | bad_next           | something else than a text, a number, null or "" stands where the next page is named      |
/// | not_a_record       | a record is no object                                                                     |
/// | field_is_object    | a field's path ends at an object                                                          |
/// | refused_text       | a value is one of those that mean that the read is not to be believed                     |
/// | no_key             | a removed record does not say who                                                         |
class PageReader {
public:
    enum class Purpose : std::uint8_t {
        full,
        delta,        ///< each line has '+' before it, one of a removed record '-'
        first_round,  ///< of a delta by link: everybody, in lines like those of a delta
    };
    /// REQUIRES: check_connector has nothing to say about `list`. `delta` outlives this; of a full read it is for the
    /// link to what will have changed.
    PageReader(const ListRule& list, const DeltaRule* delta, Purpose purpose);
    PageReader(PageReader&&) noexcept;
    PageReader& operator=(PageReader&&) noexcept;
    ~PageReader();

    /// Appends the records of this page. `body` is taken, since reading needs some room behind it.
    Result<PageFacts> read(std::string body, std::string& lines);

    const ReadTally& tally() const;
    /// `blocked`/"field_missing": a required field that no record had. Where every record was passed over, one that is
    /// empty in all of them: a right that was taken away must not look like a company without people. Says nothing
    /// when there was no record.
    Result<void> check_fields() const;

private:
    class Reading;
    std::unique_ptr<Reading> reading_;
};

/// The text at each of these paths in a JSON text: of messages, tokens, names. Nothing where it is no JSON.
std::vector<std::string> texts_at(std::string_view body, const FieldPath& path);

}  // namespace usersync::rest

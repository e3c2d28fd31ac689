#pragma once
// One record of an answer → one line. Only the units that read JSON include this: simdjson is in it.

#include "core/base/result.hpp"
#include "core/rest/field_ways.hpp"
#include "core/rest/page.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace usersync::rest {

constexpr std::size_t depth_max = 64;

Failure unreadable(FailureKind kind, std::string code, std::string sentence);
Failure not_json(std::string_view why);

/// A member's name as it stands between its quotes, found without moving on.
std::string_view written_name(simdjson::ondemand::field& field);

/// Which of them hold for this element of a list; afterwards it can be read anew. After an error nothing can be read.
simdjson::error_code what_holds(const std::vector<FieldWays::Predicate>& predicates,
                                simdjson::ondemand::object& element, std::uint32_t& holds);

/// A call that returns false left its reason in `failure`.
class RecordLines {
public:
    RecordLines(const RecordRule& rule, const DeltaRule* delta, PageReader::Purpose purpose);

    /// `key`: of a record of a map, as it stands between its quotes.
    bool add(simdjson::ondemand::object record, std::string_view key, std::size_t depth, std::string& lines);
    bool fail(Failure failure);
    const Failure& failure() const { return failure_; }

    ReadTally tally;

private:
    struct Slot {
        std::uint64_t record = 0;  // the last one that had it, be it empty
        std::string_view first;    // no bytes: empty
        std::vector<std::string_view> more;
    };

    bool take_record(simdjson::ondemand::object record, std::size_t depth);
    bool take_member(simdjson::ondemand::field& field, FieldWays::State from, bool is_outermost, std::size_t depth);
    bool take(simdjson::ondemand::value value, FieldWays::State state, std::size_t depth);
    bool take_object(simdjson::ondemand::object object, FieldWays::State state, std::size_t depth);
    bool take_array(simdjson::ondemand::array array, FieldWays::State state, std::size_t depth);
    bool take_scalar(std::string_view token, FieldWays::State state);
    bool copy(simdjson::ondemand::value value, std::size_t depth);
    bool copy_scalar(simdjson::ondemand::value value, std::string_view token);
    bool sound(simdjson::ondemand::value& value, std::string_view token);
    bool is_refused(std::string_view token);
    void say_empty(FieldWays::State state);
    std::string_view dated(std::string_view token, const std::optional<DateRule>& rule);

    bool is_there(const Slot& slot) const { return slot.record == record_; }
    const Slot* slot_of(std::size_t field) const;
    bool is_kept() const;
    bool holds(const Condition& condition, const Slot& slot) const;
    bool is_removed() const;
    bool write(std::string_view key, char sign, std::string& lines);
    void write_values(const Slot& slot, const FieldRule& field, std::string& line);

    const RecordRule& rule_;
    const DeltaRule* delta_;
    PageReader::Purpose purpose_;
    FieldWays ways_;
    std::vector<Slot> slots_;               // one for each path: of the fields, the conditions, the mark of removal
    std::vector<std::size_t> first_slots_;  // of each field, and behind them that of the first condition
    std::vector<bool> may_be_object_;
    std::vector<std::string> written_names_;  // of the fields, with quotes and colon
    std::unordered_set<std::string> own_names_;
    std::vector<std::string> refused_;  // with quotes
    std::uint64_t record_ = 0;
    std::string others_;
    std::deque<std::string> dates_;
    Failure failure_;
};

}  // namespace usersync::rest

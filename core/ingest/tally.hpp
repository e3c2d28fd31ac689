#pragma once
// What the values of one column have in common, counted one by one. Keeps no value: masks and hashes only.

#include "core/ingest/survey.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace usersync::ingest {

/// A value as it may be shown: letters become x or X, digits 9, the rest stays; at most twenty characters. When that
/// would be the value itself, such as "x" or "-", it is dots.
std::string masked(std::string_view value);

/// One value by itself: no address, number or date; something with letters.
bool may_be_heading(std::string_view trimmed, record::CellKind kind);

class Tally {
public:
    explicit Tally(std::size_t distinct_max) : distinct_max_(distinct_max) {}

    /// REQUIRES: `trimmed` is not empty, or the kind is error or formula.
    void add(std::string_view trimmed, record::CellKind kind);

    /// Everything about the values; name, role and reason are left as they are.
    void fill_in(ColumnSurvey& column) const;

    std::size_t filled() const { return filled_; }
    /// Whether no value occurred twice, as far as was counted.
    bool all_differ() const { return repeated_ == 0; }
    std::size_t repeated() const { return repeated_; }
    /// Whether nearly all values may be serial numbers of days, as a spreadsheet counts them.
    bool may_be_serial_days() const;
    /// Whether nearly all values are numbers from 0 to 100.
    bool may_be_shares() const;
    /// Whether telephone numbers are written so that nothing else is: with a plus sign or with gaps.
    bool is_plainly_phone() const;

private:
    /// Dates of one way of writing: which parts, and between them what.
    struct DateForm {
        char separator = '-';  ///< '\0': none, as in 20260301
        bool year_first = true;
        bool short_year = false;
        std::size_t count = 0;
        bool has_single_digits = false;
        bool has_times = false;
        std::array<unsigned, 3> highest{};  ///< of each part
    };

    /// Whether it is seen for the first time, as far as that is counted.
    bool is_new(std::uint64_t hash);
    void add_sample(std::string_view value);
    bool add_date(std::string_view value);
    void add_number(std::string_view value);
    Look look() const;
    bool is_nearly_all(std::size_t count) const;
    std::vector<std::string> date_patterns() const;
    static std::vector<std::string> patterns_of(const DateForm& form);

    std::size_t distinct_max_;
    std::unordered_set<std::uint64_t> distinct_;
    bool is_beyond_distinct_ = false;
    std::size_t repeated_ = 0;
    std::vector<std::string> samples_;
    std::size_t filled_ = 0;
    std::size_t emails_ = 0;
    std::size_t dates_ = 0;
    std::size_t cell_dates_ = 0;  ///< of kind date
    std::size_t booleans_ = 0;
    std::size_t percentages_ = 0;
    std::size_t phones_ = 0;
    std::size_t plain_phones_ = 0;
    std::size_t ids_ = 0;
    std::size_t numbers_ = 0;
    std::size_t names_ = 0;
    std::size_t whole_numbers_ = 0;
    std::size_t serial_days_ = 0;
    std::size_t shares_ = 0;
    std::size_t digits_min_ = 0;
    std::size_t digits_max_ = 0;
    bool has_leading_zero_ = false;
    std::size_t with_comma_ = 0;
    std::string separators_;
    std::vector<DateForm> date_forms_;
};

}  // namespace usersync::ingest

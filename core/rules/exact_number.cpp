#include "core/rules/exact_number.hpp"

#include "core/base/ascii.hpp"

#include <cstddef>

namespace usersync::rules {
namespace {

std::string_view digits_at_front(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return text.substr(0, count);
}

std::string_view without_leading_zeros(std::string_view digits) {
    while (digits.starts_with('0')) digits.remove_prefix(1);
    return digits;
}

std::string_view without_trailing_zeros(std::string_view digits) {
    while (digits.ends_with('0')) digits.remove_suffix(1);
    return digits;
}

std::strong_ordering compare_sizes(const ExactNumber& left, const ExactNumber& right) {
    if (left.whole.size() != right.whole.size()) return left.whole.size() <=> right.whole.size();
    if (left.whole != right.whole) return left.whole <=> right.whole;
    return left.fraction <=> right.fraction;
}

}  // namespace

std::optional<ExactNumber> exact_number(std::string_view text) {
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    const auto whole = digits_at_front(text);
    if (whole.empty()) return std::nullopt;
    text.remove_prefix(whole.size());
    std::string_view fraction;
    if (!text.empty()) {
        if (text.front() != '.' && text.front() != ',') return std::nullopt;
        fraction = digits_at_front(text.substr(1));
        if (fraction.empty() || fraction.size() + 1 != text.size()) return std::nullopt;
    }
    ExactNumber number{.whole = without_leading_zeros(whole), .fraction = without_trailing_zeros(fraction)};
    number.negative = minus && !(number.whole.empty() && number.fraction.empty());
    return number;
}

std::strong_ordering compare(const ExactNumber& left, const ExactNumber& right) {
    if (left.negative != right.negative) {
        return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return left.negative ? compare_sizes(right, left) : compare_sizes(left, right);
}

}  // namespace usersync::rules

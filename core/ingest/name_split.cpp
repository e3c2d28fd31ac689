#include "core/ingest/normalise.hpp"
#include "core/ingest/text_steps.hpp"
#include "core/ingest/transform.hpp"

#include <algorithm>

namespace usersync::ingest {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr std::string_view typographic_apostrophe = "\xE2\x80\x99";

std::size_t space_at_front(std::string_view text) {
    if (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) return 1;
    return text.starts_with(no_break_space) ? no_break_space.size() : 0;
}

Words words_of(std::string_view text) {
    Words words;
    for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
        size = space_at_front(text);
        if (size != 0) continue;
        while (size < text.size() && space_at_front(text.substr(size)) == 0) ++size;
        words.push_back(text.substr(0, size));
    }
    return words;
}

std::string joined(Words::const_iterator first, Words::const_iterator last) {
    std::string text;
    for (; first != last; ++first) {
        if (!text.empty()) text += ' ';
        text += *first;
    }
    return text;
}

/// "’T" is the "'t" of the list.
std::string folded(std::string_view word) {
    std::string text(word);
    for (auto at = text.find(typographic_apostrophe); at != std::string::npos; at = text.find(typographic_apostrophe)) {
        text.replace(at, typographic_apostrophe.size(), "'");
    }
    change_case(text, step::Case::lower);
    return text;
}

class Splitter {
public:
    explicit Splitter(const std::vector<std::string>& infixes) : infixes_(infixes) {}

    SplitName first_infix_last(const Words& words) const {
        if (words.size() < 2) return {.first = {}, .infix = {}, .last = joined(words.begin(), words.end())};
        const auto last = infixes_end(words.begin() + 1, words.end());
        return {.first = std::string(words.front()),
                .infix = joined(words.begin() + 1, last),
                .last = joined(last, words.end())};
    }

    SplitName last_comma_first(std::string_view name) const;

private:
    bool is_infix(std::string_view word) const {
        const auto text = folded(word);
        return std::any_of(infixes_.begin(), infixes_.end(),
                           [&](const std::string& infix) { return folded(infix) == text; });
    }

    /// Behind the infixes at the front; one word is always left for the name itself.
    Words::const_iterator infixes_end(Words::const_iterator first, Words::const_iterator last) const {
        while (last - first > 1 && is_infix(*first)) ++first;
        return first;
    }

    Words::const_iterator infixes_begin(Words::const_iterator first, Words::const_iterator last) const {
        while (last - first > 1 && is_infix(*(last - 1))) --last;
        return last;
    }

    const std::vector<std::string>& infixes_;
};

SplitName Splitter::last_comma_first(std::string_view name) const {
    const auto comma = name.find(',');
    const auto surname = words_of(name.substr(0, comma));
    const auto behind = comma == std::string_view::npos ? std::string_view() : name.substr(comma + 1);
    const auto second = behind.find(',');
    const auto between = words_of(second == std::string_view::npos ? std::string_view() : behind.substr(0, second));
    const bool infix_between =
        !between.empty() &&
        std::all_of(between.begin(), between.end(), [this](std::string_view word) { return is_infix(word); });
    const auto given = words_of(infix_between ? behind.substr(second + 1) : behind);
    const auto given_end = infix_between ? given.end() : infixes_begin(given.begin(), given.end());
    SplitName split{.first = joined(given.begin(), given_end),
                    .infix = infix_between ? joined(between.begin(), between.end()) : joined(given_end, given.end()),
                    .last = {}};
    const auto surname_begin = split.infix.empty() ? infixes_end(surname.begin(), surname.end()) : surname.begin();
    if (split.infix.empty()) split.infix = joined(surname.begin(), surname_begin);
    split.last = joined(surname_begin, surname.end());
    if (split.last.empty()) std::swap(split.first, split.last);
    return split;
}

}  // namespace

SplitName split_name(std::string_view name, NameOrder order, const std::vector<std::string>& infixes) {
    const Splitter splitter(infixes);
    switch (order) {
        case NameOrder::first_infix_last: return splitter.first_infix_last(words_of(name));
        case NameOrder::last_comma_first: return splitter.last_comma_first(name);
    }
    return {};
}

}  // namespace usersync::ingest

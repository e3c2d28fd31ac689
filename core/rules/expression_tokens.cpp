#include "core/rules/expression_tokens.hpp"

#include "core/base/ascii.hpp"
#include "core/record/text.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace usersync::rules {
namespace {

using Kind = Token::Kind;

struct Sign {
    std::string_view written;
    Kind kind;
    Comparison comparison = Comparison::equal;
    std::string_view instead = {};  ///< how this language writes it, when it does not write it like this
};

// Longer ones first. Other languages' signs are understood, and refused with the word that is meant.
constexpr std::array signs = {
    Sign{"===", Kind::comparison, Comparison::equal, "=="},
    Sign{"!==", Kind::comparison, Comparison::unequal, "!="},
    Sign{"==", Kind::comparison, Comparison::equal},
    Sign{"!=", Kind::comparison, Comparison::unequal},
    Sign{"<=", Kind::comparison, Comparison::at_most},
    Sign{">=", Kind::comparison, Comparison::at_least},
    Sign{"=<", Kind::comparison, Comparison::at_most, "<="},
    Sign{"=>", Kind::comparison, Comparison::at_least, ">="},
    Sign{"<>", Kind::comparison, Comparison::unequal, "!="},
    Sign{"&&", Kind::all, Comparison::equal, "and"},
    Sign{"||", Kind::any, Comparison::equal, "or"},
    Sign{"≤", Kind::comparison, Comparison::at_most, "<="},
    Sign{"≥", Kind::comparison, Comparison::at_least, ">="},
    Sign{"≠", Kind::comparison, Comparison::unequal, "!="},
    Sign{"<", Kind::comparison, Comparison::less},
    Sign{">", Kind::comparison, Comparison::greater},
    Sign{"=", Kind::comparison, Comparison::equal, "=="},
    Sign{"&", Kind::all, Comparison::equal, "and"},
    Sign{"|", Kind::any, Comparison::equal, "or"},
    Sign{"!", Kind::negation, Comparison::equal, "not"},
    Sign{"+", Kind::plus},
    Sign{"-", Kind::minus},
    Sign{",", Kind::comma},
    Sign{"(", Kind::open},
    Sign{")", Kind::close},
    Sign{"[", Kind::open_list},
    Sign{"]", Kind::close_list},
};

struct Quotes {
    std::string_view straight;                 ///< what the language uses
    std::array<std::string_view, 4> openings;  ///< what word processors make of it
    std::array<std::string_view, 3> closings;
};
constexpr Quotes for_texts = {"\"", {"“", "”", "„", "«"}, {"”", "“", "»"}};
constexpr Quotes for_names = {"'", {"‘", "’", "‚", "‹"}, {"’", "‘", "›"}};

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// The size of the letter at the front, in any script; 0 when there is none.
std::size_t letter_at_front(std::string_view text) {
    if (text.empty()) return 0;
    if (static_cast<std::uint8_t>(text.front()) < 0x80) return is_ascii_letter(text.front()) ? 1 : 0;
    std::size_t size = 0;
    UChar32 point = 0;
    U8_NEXT(text.data(), size, text.size(), point);
    // Marks belong to the letter before them: a name may be written with its accents apart.
    const bool letter = point >= 0 && (u_isUAlphabetic(point) != 0 || (U_GET_GC_MASK(point) & U_GC_M_MASK) != 0);
    return letter ? size : 0;
}

template <class Texts>
std::size_t size_of_front(std::string_view text, const Texts& candidates) {
    for (const std::string_view candidate : candidates) {
        if (text.starts_with(candidate)) return candidate.size();
    }
    return 0;
}

class Lexer {
public:
    Lexer(std::string_view text, std::vector<ExpressionProblem>& problems) : text_(text), problems_(problems) {}

    std::vector<Token> run() {
        while (true) {
            skip_space();
            if (at_ == text_.size()) break;
            next();
        }
        tokens_.push_back({.kind = Kind::end, .place = {text_.size(), 0}});
        return std::move(tokens_);
    }

private:
    std::string_view rest() const { return text_.substr(at_); }

    /// Up to the next word; no-break spaces, which come along with pasted text, are space.
    void skip_space() {
        const auto trimmed = record::trim(rest());
        at_ = trimmed.empty() ? text_.size() : static_cast<std::size_t>(trimmed.data() - text_.data());
    }

    void report(Place place, std::string sentence) {
        problems_.push_back({.place = place, .code = "syntax", .sentence = std::move(sentence)});
    }

    void next() {
        if (quoted(for_texts, Kind::text) || quoted(for_names, Kind::quoted_name)) return;
        if (is_digit(rest().front())) return number();
        if (letter_at_front(rest()) != 0) return name();
        if (!sign()) nothing();
    }

    void nothing() {
        std::size_t size = 1;
        while (size < rest().size() && (static_cast<std::uint8_t>(rest()[size]) & 0xC0) == 0x80) ++size;
        // A byte that cannot be shown is named by its place alone.
        const bool visible = static_cast<std::uint8_t>(rest().front()) > ' ' && rest().front() != 0x7F;
        const auto shown = visible ? '"' + std::string(rest().substr(0, size)) + '"' : "this character";
        report({at_, size}, shown + " means nothing here");
        add(Kind::wrong, size);
    }

    Token& add(Kind kind, std::size_t length) {
        tokens_.push_back({.kind = kind, .place = {at_, length}});
        at_ += length;
        return tokens_.back();
    }

    bool sign() {
        for (const auto& each : signs) {
            if (!rest().starts_with(each.written)) continue;
            if (!each.instead.empty()) {
                report({at_, each.written.size()},
                       "write " + std::string(each.instead) + " instead of " + std::string(each.written));
            }
            add(each.kind, each.written.size()).comparison = each.comparison;
            return true;
        }
        return false;
    }

    // A name goes on behind a dot only when a letter follows; "-" never belongs to it, so that today-3 is a difference.
    std::size_t name_length(std::size_t from) const {
        const auto text = rest();
        auto size = from;
        while (size < text.size()) {
            const auto letter = letter_at_front(text.substr(size));
            const bool dot = text[size] == '.' && letter_at_front(text.substr(size + 1)) != 0;
            if (letter == 0 && !dot && !is_digit(text[size])) break;
            size += letter == 0 ? 1 : letter;
        }
        return size;
    }

    void name() {
        const auto length = name_length(0);
        const std::string word(rest().substr(0, length));
        const auto kind = word == "and"   ? Kind::all
                          : word == "or"  ? Kind::any
                          : word == "not" ? Kind::negation
                                          : Kind::name;
        add(kind, length).text = word;
    }

    void number() {
        const auto text = rest();
        std::size_t size = 0;
        const auto digits = [&] {
            while (size < text.size() && is_digit(text[size])) ++size;
        };
        digits();
        if (size + 1 < text.size() && text[size] == '.' && is_digit(text[size + 1])) {
            ++size;
            digits();
        }
        if (letter_at_front(text.substr(size)) != 0) return number_with_letters(name_length(size));
        add(Kind::number, size).text = text.substr(0, size);
    }

    void number_with_letters(std::size_t length) {
        const std::string word(rest().substr(0, length));
        report({at_, length}, "\"" + word + "\" is no number; a field whose name begins with a digit is written '" +
                                  word + "', a text \"" + word + "\"");
        add(Kind::wrong, length);
    }

    bool quoted(const Quotes& quotes, Kind kind) {
        if (rest().starts_with(quotes.straight)) {
            straight(quotes.straight.front(), kind);
            return true;
        }
        const auto opening = size_of_front(rest(), quotes.openings);
        if (opening == 0) return false;
        curly(opening, quotes, kind);
        return true;
    }

    void straight(char quote, Kind kind) {
        Token token{.kind = kind, .place = {at_, 0}};
        std::size_t at = at_ + 1;
        while (at < text_.size() && text_[at] != quote) {
            const bool escape = text_[at] == '\\' && at + 1 < text_.size();
            if (escape && (text_[at + 1] == quote || text_[at + 1] == '\\')) {
                ++at;
            } else if (text_[at] == '\\' && !token.odd_backslash) {
                token.odd_backslash = Place{at, 1};
            }
            token.text += text_[at++];
        }
        if (at == text_.size()) {
            report({at_, 1}, std::string("this ") + quote + " has no closing " + quote);
            token.kind = Kind::wrong;
        }
        token.place.length = std::min(at + 1, text_.size()) - at_;
        at_ += token.place.length;
        tokens_.push_back(std::move(token));
    }

    void curly(std::size_t opening, const Quotes& quotes, Kind kind) {
        const std::string straight(quotes.straight);
        std::size_t at = at_ + opening;
        std::size_t closing = 0;
        // A straight quote closes as well: documents are not always consistent.
        while (at < text_.size() && closing == 0) {
            const auto tail = text_.substr(at);
            closing = tail.starts_with(straight) ? 1 : size_of_front(tail, quotes.closings);
            if (closing == 0) ++at;
        }
        report({at_, opening},
               "use straight quotes: " + straight + " instead of " + std::string(text_.substr(at_, opening)));
        Token token{.kind = closing == 0 ? Kind::wrong : kind, .place = {at_, at + closing - at_}};
        token.text = text_.substr(at_ + opening, at - at_ - opening);
        at_ = at + closing;
        tokens_.push_back(std::move(token));
    }

    std::string_view text_;
    std::vector<ExpressionProblem>& problems_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text, std::vector<ExpressionProblem>& problems) {
    return Lexer(text, problems).run();
}

}  // namespace usersync::rules

#include "core/rules/expression_syntax.hpp"

#include "core/base/nearest.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace usersync::rules {
namespace {

using TokenKind = Token::Kind;
using TestKind = WrittenTest::Kind;
using ValueKind = WrittenValue::Kind;

struct Function {
    std::string_view name;
    TestKind kind;
};
constexpr std::array functions = {
    Function{"includes", TestKind::includes},  Function{"startsWith", TestKind::starts_with},
    Function{"endsWith", TestKind::ends_with}, Function{"matches", TestKind::matches},
    Function{"empty", TestKind::is_empty},     Function{"ignoreCase", TestKind::ignore_case},
};

std::string small_letters(std::string text) {
    for (auto& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

class Parser {
public:
    Parser(std::string_view text, std::vector<ExpressionProblem>& problems)
        : text_(text), problems_(problems), tokens_(tokens_of(text, problems)) {}

    WrittenTest run() {
        auto first = disjunction();
        if (at(TokenKind::end)) return first;
        // Behind what closes nothing or joins nothing: more to be read for its problems, side by side.
        WrittenTest all{.kind = TestKind::any, .place = first.place};
        all.parts.push_back(std::move(first));
        while (!at(TokenKind::end)) {
            pass_stray();
            if (!at(TokenKind::all) && !at(TokenKind::any)) continue;
            advance();
            all.parts.push_back(disjunction());
        }
        return all;
    }

private:
    // ---- tokens

    const Token& now() const { return tokens_[at_]; }
    const Token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    bool at(TokenKind kind) const { return now().kind == kind; }
    bool at_word(std::string_view word) const { return at(TokenKind::name) && now().text == word; }
    bool at_function() const { return at(TokenKind::name) && following().kind == TokenKind::open; }
    Place last_place() const { return at_ == 0 ? Place{} : tokens_[at_ - 1].place; }
    void advance() {
        if (!at(TokenKind::end)) ++at_;
    }
    bool take(TokenKind kind) {
        if (!at(kind)) return false;
        advance();
        return true;
    }

    // ---- problems

    void report(Place place, std::string sentence, std::string code = "syntax") {
        problems_.push_back({.place = place, .code = std::move(code), .sentence = std::move(sentence)});
    }

    std::string found() const {
        if (at(TokenKind::end)) return "but the expression ends here";
        return "not " + std::string(text_.substr(now().place.offset, now().place.length));
    }

    /// False, so that a caller can give up with it. What is wrong in itself was reported when it was read.
    bool expected(std::string_view what) {
        if (!at(TokenKind::wrong) && !stopped_) report(now().place, "expected " + std::string(what) + ", " + found());
        return false;
    }

    bool take(TokenKind kind, std::string_view what) { return take(kind) || expected(what); }

    /// Behind a test that cannot be read: to the next "and", "or" or ")" that does not belong to it.
    void skip_from(std::size_t begin) {
        std::size_t open = 0;
        auto look = begin;
        for (;; ++look) {
            const auto kind = tokens_[look].kind;
            const bool joins = kind == TokenKind::all || kind == TokenKind::any;
            const bool ends = kind == TokenKind::end || (open == 0 && (joins || kind == TokenKind::close));
            if (ends && look >= at_) break;
            if (kind == TokenKind::open) ++open;
            if (kind == TokenKind::close && open > 0) --open;
        }
        at_ = look;
    }

    /// Something where only "and", "or" or the end may be.
    void pass_stray() {
        if (at(TokenKind::close)) {
            report(now().place, "this ) closes nothing");
            return advance();
        }
        expected("and, or, or the end");
        skip_from(at_);
    }

    // ---- depth: everything below calls itself through here

    struct Level {
        explicit Level(Parser& parser) : depth(parser.depth_) { ++depth; }
        ~Level() { --depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        std::size_t& depth;
    };

    bool is_too_deep() {
        if (depth_ <= expression_depth_max + 1) return false;  // the outermost test is within nothing
        report(now().place, "more than " + std::to_string(expression_depth_max) + " parentheses and not within another",
               "too_deep");
        // Nothing behind this place is of use to anybody.
        stopped_ = true;
        at_ = tokens_.size() - 1;
        return true;
    }

    // ---- and, or, not

    /// AND, Or: words of the language in capitals.
    bool in_capitals(std::string_view word) const {
        return at(TokenKind::name) && now().text != word && small_letters(now().text) == word;
    }

    bool take_joining(TokenKind kind, std::string_view word) {
        if (take(kind)) return true;
        if (!in_capitals(word)) return false;
        report(now().place, "write " + std::string(word) + " in small letters");
        advance();
        return true;
    }

    WrittenTest disjunction() {
        return chain(TestKind::any, TokenKind::any, "or", [this] { return conjunction(); });
    }
    WrittenTest conjunction() {
        return chain(TestKind::all, TokenKind::all, "and", [this] { return factor(); });
    }

    template <class Part>
    WrittenTest chain(TestKind kind, TokenKind joining, std::string_view word, Part part) {
        auto first = part();
        if (!at(joining) && !in_capitals(word)) return first;
        WrittenTest whole{.kind = kind, .place = first.place};
        whole.parts.push_back(std::move(first));
        while (take_joining(joining, word)) whole.parts.push_back(part());
        whole.place = covering(whole.place, whole.parts.back().place);
        return whole;
    }

    WrittenTest factor() {
        const Level level(*this);
        if (is_too_deep()) return {};
        const auto begin = now().place;
        if (!take_joining(TokenKind::negation, "not")) return test();
        WrittenTest negation{.kind = TestKind::negation, .place = begin};
        negation.parts.push_back(factor());
        negation.place = covering(begin, negation.parts.front().place);
        return negation;
    }

    // ---- tests

    WrittenTest test() {
        const auto begin = at_;
        if (at(TokenKind::open)) return parenthesised();
        if (at_function()) {
            for (const auto& function : functions) {
                if (now().text == function.name) return call(function);
            }
        }
        WrittenTest result{.place = now().place};
        if (!comparison(result)) return broken(begin);
        return result;
    }

    WrittenTest broken(std::size_t begin) {
        skip_from(begin);
        return {.place = covering(tokens_[begin].place, last_place())};
    }

    bool close(Place opened) {
        if (take(TokenKind::close)) return true;
        if (!at(TokenKind::end)) return expected("and, or, or )");
        if (!stopped_) report(opened, "this ( is never closed");
        stopped_ = true;
        return false;
    }

    WrittenTest parenthesised() {
        const auto begin = at_;
        const auto opened = now().place;
        advance();
        auto inside = disjunction();
        if (!close(opened)) return broken(begin);
        return inside;
    }

    WrittenTest call(const Function& function) {
        const auto begin = at_;
        WrittenTest result{.kind = function.kind, .place = now().place};
        advance();
        const auto opened = now().place;
        advance();
        const bool whole = arguments(result) && (take(TokenKind::close) || closing(opened));
        if (!whole) return broken(begin);
        result.place = covering(result.place, last_place());
        return result;
    }

    bool closing(Place opened) {
        if (at(TokenKind::end)) return close(opened);
        return expected(")");
    }

    bool arguments(WrittenTest& result) {
        if (result.kind == TestKind::ignore_case) {
            result.parts.push_back(disjunction());
            return true;
        }
        if (result.kind == TestKind::is_empty) {
            if (!at_field()) return expected("a field");
            return value(result);
        }
        if (!value(result) || !take(TokenKind::comma, ", and a text in double quotes")) return false;
        if (!at(TokenKind::text)) return expected("a text in double quotes");
        return value(result);
    }

    bool at_field() const {
        if (at_function()) return false;
        return at(TokenKind::quoted_name) || (at(TokenKind::name) && now().text != "today");
    }

    bool comparison(WrittenTest& result) {
        if (!value(result)) return false;
        const bool negated = at(TokenKind::negation) && following().kind == TokenKind::name && following().text == "in";
        if (negated) advance();
        if (at_word("in")) return one_of(result, negated);
        if (in_capitals("in")) {
            report(now().place, "write in in small letters");
            return one_of(result, negated);
        }
        if (!at(TokenKind::comparison)) return expected("a comparison (==, !=, <, >, <=, >=) or in");
        result.kind = TestKind::comparison;
        result.comparison = now().comparison;
        advance();
        if (!value(result)) return false;
        result.place = covering(result.place, last_place());
        if (at(TokenKind::comparison)) return expected("and, or, or the end: one comparison at a time");
        return true;
    }

    bool one_of(WrittenTest& result, bool negated) {
        result.kind = TestKind::one_of;
        result.is_negated = negated;
        advance();
        if (!take(TokenKind::open_list, "[ and the values")) return false;
        do {
            if (!literal(result)) return false;
        } while (take(TokenKind::comma));
        if (!take(TokenKind::close_list, ", or ]")) return false;
        result.place = covering(result.place, last_place());
        return true;
    }

    // ---- values

    bool literal(WrittenTest& result) {
        const bool date = at_function() && now().text == "date";
        if (at(TokenKind::text) || at(TokenKind::number) || at(TokenKind::minus) || date) return value(result);
        return expected("a text in double quotes or a number");
    }

    bool value(WrittenTest& result) {
        WrittenValue read{.place = now().place};
        if (!simple_value(read)) return false;
        read.place = covering(read.place, last_place());
        if ((at(TokenKind::plus) || at(TokenKind::minus)) && !days(read)) return false;
        result.values.push_back(std::move(read));
        return true;
    }

    bool simple_value(WrittenValue& read) {
        if (take(TokenKind::minus)) {
            read.text = "-";
            if (!at(TokenKind::number)) return expected("a number");
        }
        if (at(TokenKind::number)) return word(read, ValueKind::number);
        if (at(TokenKind::text)) return word(read, ValueKind::text);
        if (at_function()) return value_function(read);
        if (at_word("today")) return word(read, ValueKind::today);
        if (at_field()) return word(read, ValueKind::field);
        return expected("a field, a text in double quotes, a number or a date");
    }

    bool word(WrittenValue& read, ValueKind kind) {
        read.kind = kind;
        read.text += now().text;
        read.single_quotes = at(TokenKind::quoted_name);
        read.odd_backslash = now().odd_backslash;
        advance();
        return true;
    }

    bool value_function(WrittenValue& read) {
        const auto name = now();
        const bool any = name.text == "any";
        if (!any && name.text != "date") return no_function(name);
        advance();
        const auto opened = now().place;
        advance();
        if (any && !at_field()) return expected("a field");
        if (!any && !at(TokenKind::text)) return expected("a day in double quotes, like \"2026-03-01\"");
        word(read, any ? ValueKind::any_field : ValueKind::date);
        return take(TokenKind::close) || closing(opened);
    }

    bool no_function(const Token& name) {
        std::vector<std::string> known = {"any", "date", "not"};
        for (const auto& function : functions) known.emplace_back(function.name);
        auto sentence = "there is no function " + name.text;
        const auto same = std::find_if(known.begin(), known.end(), [&](const std::string& each) {
            return small_letters(each) == small_letters(name.text);
        });
        const auto meant = same != known.end() ? std::optional(*same) : nearest(name.text, known);
        if (meant) sentence += "; did you mean " + *meant + "?";
        report(name.place, std::move(sentence), "unknown_function");
        return false;
    }

    bool days(WrittenValue& read) {
        const auto sign = now();
        advance();
        const bool touches = sign.place.offset == read.place.offset + read.place.length &&
                             now().place.offset == sign.place.offset + sign.place.length;
        if (at(TokenKind::name) && touches && read.kind == ValueKind::field) {
            report(covering(read.place, now().place),
                   "a name with a " + std::string(1, text_[sign.place.offset]) + " is written in single quotes: '" +
                       std::string(text_.substr(read.place.offset,
                                                now().place.offset + now().place.length - read.place.offset)) +
                       "'");
            return false;
        }
        const bool whole = at(TokenKind::number) && now().text.find('.') == std::string::npos;
        if (!whole) return expected("a whole number of days");
        read.days_place = covering(sign.place, now().place);
        const auto number = count(now().text);
        if (!number) return expected("at most " + std::to_string(days_max) + " days");
        read.days = sign.kind == TokenKind::minus ? -*number : *number;
        read.place = covering(read.place, now().place);
        advance();
        return true;
    }

    static std::optional<std::int64_t> count(std::string_view digits) {
        std::int64_t number = 0;
        for (const char c : digits) {
            number = number * 10 + (c - '0');
            if (number > days_max) return std::nullopt;
        }
        return number;
    }

    std::string_view text_;
    std::vector<ExpressionProblem>& problems_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool stopped_ = false;  // the rest was given up, and a problem says so
};

}  // namespace

Place covering(Place first, Place last) {
    const auto begin = std::min(first.offset, last.offset);
    return {begin, std::max(first.offset + first.length, last.offset + last.length) - begin};
}

WrittenTest read_syntax(std::string_view text, std::vector<ExpressionProblem>& problems) {
    return Parser(text, problems).run();
}

}  // namespace usersync::rules

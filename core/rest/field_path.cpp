#include "core/rest/field_path.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace usersync::rest {
namespace {

constexpr std::size_t steps_max = 16;
constexpr std::size_t predicates_max = 8;

class PathParser {
public:
    explicit PathParser(std::string_view text) : rest_(text), text_(text) {}

    std::variant<FieldPath, std::string> parse() {
        if (text_.empty()) return "a path is missing";
        FieldPath path;
        path.text = std::string(text_);
        if (rest_.starts_with('$')) {
            rest_.remove_prefix(1);
            if (!rest_.empty() && rest_.front() != '.' && rest_.front() != '[') return wrong("'.' or '[' follows '$'");
            if (rest_.starts_with('.')) rest_.remove_prefix(1), expects_name_ = true;
        } else if (!rest_.starts_with('[')) {
            expects_name_ = true;
        }
        while (expects_name_ || !rest_.empty()) {
            FieldPath::Step step;
            if (auto problem = parse_step(step)) return *std::move(problem);
            path.steps.push_back(std::move(step));
            if (path.steps.size() > steps_max) return wrong("it has more than 16 steps");
        }
        const auto predicates = std::count_if(path.steps.begin(), path.steps.end(), [](const FieldPath::Step& step) {
            return step.kind == FieldPath::Kind::where;
        });
        if (static_cast<std::size_t>(predicates) > predicates_max) return wrong("it has more than 8 predicates");
        return path;
    }

private:
    using Problem = std::optional<std::string>;

    std::string wrong(std::string_view why) const {
        return "\"" + std::string(text_) + "\" is no path: " + std::string(why);
    }

    Problem parse_step(FieldPath::Step& step) {
        if (std::exchange(expects_name_, false)) {
            if (rest_.starts_with('*')) {
                rest_.remove_prefix(1);
                step.kind = FieldPath::Kind::all;
            } else if (auto problem = parse_name(step.name, ".[")) {
                return problem;
            }
        } else if (rest_.starts_with('[')) {
            rest_.remove_prefix(1);
            if (auto problem = parse_bracket(step)) return problem;
        } else {
            return wrong("after a step comes '.' or '['");
        }
        if (rest_.starts_with('.')) rest_.remove_prefix(1), expects_name_ = true;
        return std::nullopt;
    }

    Problem parse_name(std::string& name, std::string_view ends) {
        if (rest_.starts_with('"')) return parse_quoted(name);
        const auto size = std::min(rest_.find_first_of(ends), rest_.size());
        name = std::string(rest_.substr(0, size));
        rest_.remove_prefix(size);
        if (name.empty()) return wrong("a name is missing");
        if (name.find_first_of("]\"*$") != std::string::npos) return wrong("a name with signs stands between quotes");
        return std::nullopt;
    }

    Problem parse_quoted(std::string& name) {
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            if (rest_.empty()) break;
            name += rest_.front();
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) return wrong("a quote is not closed");
        rest_.remove_prefix(1);
        return std::nullopt;
    }

    Problem parse_bracket(FieldPath::Step& step) {
        if (rest_.starts_with("*]")) {
            step.kind = FieldPath::Kind::all;
        } else if (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            step.kind = FieldPath::Kind::index;
            const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), step.index);
            if (read.ec != std::errc() || step.index > 10'000) return wrong("a number in brackets is too large");
            rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
            return close();
        } else if (rest_.starts_with('"')) {
            if (auto problem = parse_quoted(step.name)) return problem;
            if (rest_.starts_with(']')) return close();
            return parse_where(step, std::exchange(step.name, {}));
        } else {
            std::string first;
            if (auto problem = parse_name(first, ".!= ]")) return problem;
            return parse_where(step, std::move(first));
        }
        rest_.remove_prefix(1);
        return close();
    }

    Problem parse_where(FieldPath::Step& step, std::string first) {
        step.kind = FieldPath::Kind::where;
        step.left.push_back(std::move(first));
        while (rest_.starts_with('.')) {
            rest_.remove_prefix(1);
            if (auto problem = parse_name(step.left.emplace_back(), ".!= ]")) return problem;
        }
        skip_blanks();
        if (take("!=") || take("ne ")) {
            step.is_not = true;
        } else if (!take("=") && !take("eq ")) {
            return wrong("brackets hold a number, '*', a quoted name, or a comparison such as [type=work]");
        }
        skip_blanks();
        if (rest_.starts_with('"')) {
            if (auto problem = parse_quoted(step.right)) return problem;
        } else {
            const auto size = std::min(rest_.find(']'), rest_.size());
            step.right = std::string(rest_.substr(0, size));
            rest_.remove_prefix(size);
        }
        return close();
    }

    Problem close() {
        if (!take("]")) return wrong("a bracket is not closed");
        return std::nullopt;
    }

    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    void skip_blanks() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    std::string_view rest_;
    std::string_view text_;
    bool expects_name_ = false;
};

}  // namespace

std::variant<FieldPath, std::string> parse_field_path(std::string_view text) { return PathParser(text).parse(); }

}  // namespace usersync::rest

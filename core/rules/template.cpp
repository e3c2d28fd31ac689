#include "core/rules/template_text.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rules {
namespace {

using Parts = std::vector<std::variant<std::string, std::size_t>>;

/// Reads a template's text from left to right.
class TemplateReader {
public:
    TemplateReader(std::string_view text, const FieldNames& names) : text_(text), names_(names) {}

    ParsedTemplate read() {
        while (at_ < text_.size()) step();
        end_literal();
        ParsedTemplate result{.value = std::nullopt, .problems = std::move(problems_)};
        if (result.problems.empty()) result.value.emplace(std::string(text_), std::move(parts_));
        return result;
    }

private:
    void step() {
        const char c = text_[at_];
        const bool doubled = at_ + 1 < text_.size() && text_[at_ + 1] == c;
        if ((c == '{' || c == '}') && doubled) {
            literal_ += c;
            at_ += 2;
        } else if (c == '{') {
            field();
        } else {
            if (c == '}') problem(at_, "bad_template", "a } without its {; write }} for the character itself");
            literal_ += c;
            ++at_;
        }
    }

    void field() {
        const auto end = text_.find('}', at_);
        if (end == std::string_view::npos) {
            problem(at_, "bad_template", "a { without its }; write {{ for the character itself");
            at_ = text_.size();
            return;
        }
        const auto name = text_.substr(at_ + 1, end - at_ - 1);
        const auto looked = names_.find(name);
        if (looked.index) {
            end_literal();
            parts_.emplace_back(*looked.index);
        } else if (looked.ambiguous) {
            problem(at_ + 1, "ambiguous_field", "two columns are called \"" + std::string(name) + '"');
        } else {
            problem(at_ + 1, "unknown_field",
                    "there is no field \"" + std::string(name) + '"' +
                        (looked.nearest ? "; did you mean " + *looked.nearest + "?" : std::string()));
        }
        at_ = end + 1;
    }

    void end_literal() {
        if (!literal_.empty()) parts_.emplace_back(std::exchange(literal_, {}));
    }

    void problem(std::size_t offset, std::string code, std::string sentence) {
        problems_.push_back({offset, std::move(code), std::move(sentence)});
    }

    std::string_view text_;
    const FieldNames& names_;
    std::size_t at_ = 0;
    std::string literal_;
    Parts parts_;
    std::vector<TemplateProblem> problems_;
};

/// The next combination, the last field changing fastest; false after the last one.
bool advance(std::vector<std::size_t>& places, const std::vector<Choices>& choices) {
    for (auto field = places.size(); field-- > 0;) {
        if (++places[field] < choices[field].values.size()) return true;
        places[field] = 0;
    }
    return false;
}

}  // namespace

ParsedTemplate parse_template(std::string_view text, const FieldNames& names) {
    return TemplateReader(text, names).read();
}

std::vector<std::size_t> Template::fields() const {
    std::vector<std::size_t> fields;
    for (const auto& part : parts_) {
        const auto* field = std::get_if<std::size_t>(&part);
        if (field != nullptr && std::find(fields.begin(), fields.end(), *field) == fields.end()) {
            fields.push_back(*field);
        }
    }
    return fields;
}

bool Template::is_constant() const {
    return std::none_of(parts_.begin(), parts_.end(),
                        [](const auto& part) { return std::holds_alternative<std::size_t>(part); });
}

std::optional<std::string> Template::fill(const Employee& employee, const FieldNames& names) const {
    std::string result;
    for (const auto& part : parts_) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            result += *literal;
            continue;
        }
        const auto value = value_of(employee, names, std::get<std::size_t>(part)).main();
        if (value.empty()) return std::nullopt;
        result += value;
    }
    return result;
}

std::vector<std::string> Template::fill_each(const Employee& employee, const FieldNames& names) const {
    std::vector<Choices> choices;
    for (const auto field : fields()) {
        Choices of_field{.field = field, .values = {}};
        for (const auto& text : value_of(employee, names, field).texts) {
            if (!text.empty()) of_field.values.emplace_back(text);
        }
        choices.push_back(std::move(of_field));
    }
    std::vector<std::string> texts;
    for (auto& filled : fill_with(*this, choices)) texts.push_back(std::move(filled.text));
    return texts;
}

std::string text_with(const Template& text, const std::vector<Chosen>& chosen) {
    std::string result;
    for (const auto& part : text.parts()) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            result += *literal;
            continue;
        }
        const auto field = std::get<std::size_t>(part);
        const auto at =
            std::find_if(chosen.begin(), chosen.end(), [&](const Chosen& choice) { return choice.field == field; });
        result += at->value;
    }
    return result;
}

std::vector<std::vector<Chosen>> combinations(const std::vector<Choices>& choices) {
    std::vector<std::vector<Chosen>> result;
    const auto is_empty = [](const Choices& of_field) { return of_field.values.empty(); };
    if (std::any_of(choices.begin(), choices.end(), is_empty)) return result;
    std::vector<std::size_t> places(choices.size());
    do {
        auto& chosen = result.emplace_back();
        for (std::size_t field = 0; field < choices.size(); ++field) {
            chosen.push_back({choices[field].field, choices[field].values[places[field]]});
        }
    } while (advance(places, choices));
    return result;
}

std::vector<Filled> fill_with(const Template& text, const std::vector<Choices>& choices) {
    std::vector<Filled> result;
    for (auto& chosen : combinations(choices)) {
        auto filled = text_with(text, chosen);
        result.push_back({.text = std::move(filled), .chosen = std::move(chosen)});
    }
    return result;
}

std::string constant_text(const Template& text) { return text_with(text, {}); }

}  // namespace usersync::rules

#pragma once
// Templates: how their text is read, and how they are filled with some of a person's values.

#include "core/rules/rule_set.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

/// Something that is wrong with a template's text.
struct TemplateProblem {
    std::size_t offset = 0;  ///< in bytes
    std::string code;        ///< "unknown_field", "ambiguous_field", "bad_template"
    std::string sentence;
    bool operator==(const TemplateProblem&) const = default;
};

struct ParsedTemplate {
    std::optional<Template> value;  ///< present exactly when there is no problem
    std::vector<TemplateProblem> problems;
};

/// {name} stands for a field, {{ and }} for a brace.
ParsedTemplate parse_template(std::string_view text, const FieldNames& names);

/// One field of a template and the value that was put there.
struct Chosen {
    std::size_t field = 0;
    std::string_view value;
};

struct Filled {
    std::string text;
    std::vector<Chosen> chosen;  ///< one for each of `Template::fields()`, in that order
};

/// What may stand in one field of a template, in the order of the record; empty texts are left out.
struct Choices {
    std::size_t field = 0;
    std::vector<std::string_view> values;
};

/// Every way to choose one value of each, the last field changing fastest; none when a field has none.
std::vector<std::vector<Chosen>> combinations(const std::vector<Choices>& choices);

/// The template with these values. REQUIRES: each of its fields is among them.
std::string text_with(const Template& text, const std::vector<Chosen>& chosen);

/// One text for each combination of values; none when a field has none. `choices` are for `Template::fields()`.
std::vector<Filled> fill_with(const Template& text, const std::vector<Choices>& choices);

/// What a constant template says. REQUIRES: is_constant().
std::string constant_text(const Template& text);

}  // namespace usersync::rules

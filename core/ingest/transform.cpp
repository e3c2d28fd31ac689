#include "core/ingest/transform.hpp"

#include "core/base/ascii.hpp"
#include "core/ingest/dates.hpp"
#include "core/ingest/normalise.hpp"
#include "core/ingest/phone.hpp"
#include "core/ingest/text_steps.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace usersync::ingest {
namespace {

using record::CellKind;
using Flaw = std::optional<ValueFlaw>;

CellKind kind_of(const Values& values, std::size_t at) {
    return at < values.kinds.size() ? values.kinds[at] : CellKind::text;
}

ValueFlaw number_rounded() {
    return {.code = "number_rounded",
            .sentence = "this number may have been rounded, as spreadsheets do; it must be written as text"};
}

/// An error or a formula without a value says nothing; a rounded number says something else than was meant.
Flaw check_cells(const std::vector<Step>& steps, const Values& values) {
    const bool is_day = std::any_of(steps.begin(), steps.end(),
                                    [](const Step& one) { return std::holds_alternative<step::Date>(one); });
    for (std::size_t i = 0; i < values.kinds.size() && i < values.texts.size(); ++i) {
        const auto kind = values.kinds[i];
        if (kind == CellKind::error || kind == CellKind::formula) {
            return ValueFlaw{.code = "formula_error", .sentence = "the cell holds a formula without a result"};
        }
        if (kind == CellKind::number && !is_day && is_rounded_number(values.texts[i], kind)) return number_rounded();
    }
    return std::nullopt;
}

ValueFlaw describe_date(DateFlaw flaw, const std::string& pattern) {
    const auto bad_date = [](std::string sentence) {
        return ValueFlaw{.code = "bad_date", .sentence = std::move(sentence)};
    };
    switch (flaw) {
        case DateFlaw::not_a_day: return bad_date("the date does not exist in the calendar");
        case DateFlaw::outside: return bad_date("the date lies outside of the years 1900 to 2199");
        case DateFlaw::unexpected_form: return bad_date("the cell holds no date, but a plain number or something else");
        case DateFlaw::none:
        case DateFlaw::not_as_written: break;
    }
    const bool is_serial = pattern == "excel" || pattern == "excel1904";
    return bad_date(is_serial ? "the cell does not hold the number of a day" : "the date is not written as " + pattern);
}

ValueFlaw describe_phone(PhoneFlaw flaw, const std::string& country) {
    const auto bad_phone = [](std::string sentence) {
        return ValueFlaw{.code = "bad_phone", .sentence = std::move(sentence)};
    };
    switch (flaw) {
        case PhoneFlaw::has_extension: return bad_phone("the telephone number has an extension, which cannot be kept");
        case PhoneFlaw::not_plain: return bad_phone("the telephone number holds something else than a number");
        case PhoneFlaw::none:
        case PhoneFlaw::not_possible: break;
    }
    return bad_phone("the telephone number has too few or too many digits for its country (" + country +
                     " where none is written)");
}

/// One step after the other on the same values.
class Steps {
public:
    explicit Steps(Values& values) : values_(values) {}

    Flaw operator()(const step::ToCase& one) {
        for (auto& text : values_.texts) change_case(text, one.to);
        return std::nullopt;
    }
    Flaw operator()(const step::PadLeft& one);
    Flaw operator()(const step::StripApostrophe&) {
        for (auto& text : values_.texts) strip_apostrophe(text);
        drop_empty();
        return std::nullopt;
    }
    Flaw operator()(const step::Split& one) {
        const auto before = values_.texts.size();
        split(values_.texts, one.separators, values_.parts);
        if (before != 1 || values_.texts.size() != 1) values_.kinds.clear();
        return std::nullopt;
    }
    Flaw operator()(const step::Join& one) {
        if (values_.texts.size() > 1) values_.kinds.clear();
        join(values_.texts, one.separator);
        return std::nullopt;
    }
    Flaw operator()(const step::Constant& one) {
        values_.texts.resize(1);
        values_.texts.front() = one.value;
        values_.kinds.clear();
        return std::nullopt;
    }
    Flaw operator()(const step::Lookup& one);
    Flaw operator()(const step::Date& one);
    Flaw operator()(const step::Phone& one);
    Flaw operator()(const step::Email&);
    Flaw operator()(const step::Nfc&) {
        for (auto& text : values_.texts) compose(text);
        return std::nullopt;
    }

private:
    bool look_up(const step::Lookup& one, std::string& text);
    void drop_empty();
    void now_text(std::size_t at) {
        if (at < values_.kinds.size()) values_.kinds[at] = CellKind::text;
    }

    Values& values_;
    std::string key_;
};

void Steps::drop_empty() {
    auto& [texts, kinds, parts] = values_;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].empty()) continue;
        if (kept != i) texts[kept] = std::move(texts[i]);
        if (kept != i && i < kinds.size()) kinds[kept] = kinds[i];
        ++kept;
    }
    texts.resize(kept);
    if (kinds.size() > kept) kinds.resize(kept);
}

Flaw Steps::operator()(const step::PadLeft& one) {
    for (std::size_t i = 0; i < values_.texts.size(); ++i) {
        auto& text = values_.texts[i];
        if (is_rounded_number(text, kind_of(values_, i))) return number_rounded();
        const auto size = text.size();
        pad_left(text, one.width);
        if (text.size() != size) now_text(i);
    }
    return std::nullopt;
}

/// False when the table does not have the text.
bool Steps::look_up(const step::Lookup& one, std::string& text) {
    if (one.any_case) {
        key_ = text;
        change_case(key_, step::Case::lower);
    }
    const auto found = one.table.find(one.any_case ? key_ : text);
    if (found == one.table.end()) return false;
    text = found->second;
    return true;
}

Flaw Steps::operator()(const step::Lookup& one) {
    for (std::size_t i = 0; i < values_.texts.size(); ++i) {
        if (look_up(one, values_.texts[i])) {
            now_text(i);
            continue;
        }
        switch (one.otherwise) {
            case step::Lookup::Otherwise::keep: break;
            case step::Lookup::Otherwise::empty: values_.texts[i].clear(); break;
            case step::Lookup::Otherwise::freeze:
                return ValueFlaw{.code = "not_in_table",
                                 .sentence = "the value is not in the table that translates this column"};
        }
    }
    drop_empty();
    return std::nullopt;
}

Flaw Steps::operator()(const step::Date& one) {
    for (std::size_t i = 0; i < values_.texts.size(); ++i) {
        const auto flaw = read_date(values_.texts[i], kind_of(values_, i), one.pattern);
        if (flaw != DateFlaw::none) return describe_date(flaw, one.pattern);
        // Now it is a date, written as one: a second step of this kind finds it so.
        if (!values_.kinds.empty()) values_.kinds[i] = CellKind::date;
    }
    return std::nullopt;
}

Flaw Steps::operator()(const step::Phone& one) {
    for (auto& text : values_.texts) {
        const auto flaw = read_phone(text, one.country);
        if (flaw != PhoneFlaw::none) return describe_phone(flaw, one.country);
    }
    return std::nullopt;
}

Flaw Steps::operator()(const step::Email&) {
    for (auto& text : values_.texts) {
        if (!is_email(text)) return ValueFlaw{.code = "bad_email", .sentence = "the e-mail address is not valid"};
        change_case(text, step::Case::lower);
    }
    return std::nullopt;
}

class Checks {
public:
    using Wrong = std::optional<std::string>;

    Wrong operator()(const step::PadLeft& one) const {
        constexpr std::size_t width_max = 64;
        const bool fits = one.width >= 1 && one.width <= width_max;
        return fits ? std::nullopt : Wrong("a width from 1 to 64 is needed");
    }
    Wrong operator()(const step::Split& one) const {
        const bool fits = !one.separators.empty() && is_ascii(one.separators);
        return fits ? std::nullopt : Wrong("the separators are ASCII characters, at least one");
    }
    Wrong operator()(const step::Constant& one) const {
        const bool fits = !one.value.empty() && trim(one.value).size() == one.value.size();
        return fits ? std::nullopt : Wrong("a constant is a text that neither begins nor ends with a space");
    }
    Wrong operator()(const step::Lookup& one) const {
        if (one.table.empty()) return "the table is empty";
        for (const auto& [from, to] : one.table) {
            if (from.empty()) return "an empty cell is not looked up; see empty";
            if (trim(from).size() != from.size()) return "\"" + from + "\" is never found: values are trimmed";
            if (trim(to).size() != to.size()) return "\"" + to + "\" begins or ends with a space";
        }
        return std::nullopt;
    }
    Wrong operator()(const step::Date& one) const { return check_pattern(one.pattern); }
    Wrong operator()(const step::Phone& one) const {
        if (is_phone_country(one.country)) return std::nullopt;
        return "no country is called \"" + one.country + "\": two capital letters, such as NL";
    }
    Wrong operator()(const step::ToCase&) const { return std::nullopt; }
    Wrong operator()(const step::StripApostrophe&) const { return std::nullopt; }
    Wrong operator()(const step::Join&) const { return std::nullopt; }
    Wrong operator()(const step::Email&) const { return std::nullopt; }
    Wrong operator()(const step::Nfc&) const { return std::nullopt; }
};

}  // namespace

bool is_rounded_number(std::string_view trimmed, CellKind kind) {
    constexpr std::size_t digits_max = 15;
    if (is_scientific(trimmed)) return true;
    if (kind != CellKind::number) return false;
    if (trimmed.starts_with('-')) trimmed.remove_prefix(1);
    const auto first = trimmed.find_first_not_of('0');
    if (first != std::string_view::npos) trimmed.remove_prefix(first);
    const auto end = std::find_if_not(trimmed.begin(), trimmed.end(), is_digit);
    return static_cast<std::size_t>(end - trimmed.begin()) > digits_max;
}

std::optional<ValueFlaw> transform(const std::vector<Step>& steps, Values& values) {
    const bool looks_at_cells = steps.empty() || !std::holds_alternative<step::Constant>(steps.front());
    if (looks_at_cells && !values.kinds.empty()) {
        if (auto flaw = check_cells(steps, values)) return flaw;
    }
    if (steps.empty()) return std::nullopt;
    Steps carried_out(values);
    for (const auto& one : steps) {
        if (auto flaw = std::visit(carried_out, one)) return flaw;
    }
    return std::nullopt;
}

std::optional<std::string> check_step(const Step& step) { return std::visit(Checks{}, step); }

}  // namespace usersync::ingest

// Any cells, any steps: never a crash, and never a promise of transform.hpp broken.
// The input: a byte per choice, then texts with a zero byte between them; the first of them is what steps are made of.

#include "core/base/result.hpp"
#include "core/ingest/normalise.hpp"
#include "core/ingest/transform.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace usersync;
using namespace usersync::ingest;

namespace {

constexpr std::size_t texts_max = 8;

struct Input {
    std::uint8_t step = 0;
    std::uint8_t second_step = 0;
    std::uint8_t kinds = 0;
    std::string of_the_steps;
    std::vector<std::string> texts;
};

Input input_of(std::string_view bytes) {
    Input input;
    for (auto* choice : {&input.step, &input.second_step, &input.kinds}) {
        if (bytes.empty()) return input;
        *choice = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
    }
    while (!bytes.empty() && input.texts.size() <= texts_max) {
        const auto cut = std::min(bytes.find('\0'), bytes.size());
        input.texts.emplace_back(bytes.substr(0, cut));
        bytes.remove_prefix(std::min(cut + 1, bytes.size()));
    }
    if (input.texts.empty()) return input;
    input.of_the_steps = std::move(input.texts.front());
    input.texts.erase(input.texts.begin());
    return input;
}

Step step_of(std::uint8_t choice, const std::string& text) {
    constexpr std::array countries{"NL", "DE", "IT", "US", "AR", "BY", "RU"};
    switch (choice % 14) {
        case 0: return step::ToCase{step::Case::lower};
        case 1: return step::ToCase{step::Case::upper};
        case 2: return step::ToCase{step::Case::title};
        case 3: return step::PadLeft{text.size()};
        case 4: return step::StripApostrophe{};
        case 5: return step::Split{text};
        case 6: return step::Join{text};
        case 7: return step::Constant{text};
        case 8: return step::Lookup{.table = {{text, "there"}}, .otherwise = step::Lookup::Otherwise::keep};
        case 9: return step::Date{text};
        case 10: return step::Phone{countries[text.size() % countries.size()]};
        case 11: return step::Email{};
        case 12: return step::Nfc{};
        default: return step::Date{choice < 128 ? "yyyy-MM-dd *" : "excel"};
    }
}

Values values_of(const Input& input) {
    Values values;
    for (const auto& text : input.texts) {
        constexpr std::uint8_t kinds = 6;
        const auto kind =
            input.kinds < kinds ? record::CellKind::text : static_cast<record::CellKind>(input.kinds % kinds);
        const auto trimmed = trim(text);
        if (trimmed.empty() && kind != record::CellKind::formula) continue;
        values.texts.emplace_back(trimmed);
        if (input.kinds >= kinds) values.kinds.push_back(kind);
    }
    return values;
}

bool all_utf8(const std::vector<std::string>& texts) {
    return std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return is_utf8(text); });
}

/// These give something else when they are carried out on their own outcome, and should.
bool repeats_itself(const Step& one) {
    return !std::holds_alternative<step::Lookup>(one) && !std::holds_alternative<step::StripApostrophe>(one) &&
           !std::holds_alternative<step::Date>(one);
}

void check_values(const std::vector<Step>& steps, const Input& input) {
    auto values = values_of(input);
    const bool utf8 = all_utf8(values.texts) && is_utf8(input.of_the_steps);
    if (const auto flaw = transform(steps, values)) {
        USERSYNC_INVARIANT(!flaw->code.empty() && !flaw->sentence.empty(), "a flaw says what it is");
        return;
    }
    for (const auto& text : values.texts) USERSYNC_INVARIANT(!text.empty(), "no empty value comes out");
    USERSYNC_INVARIANT(!utf8 || all_utf8(values.texts), "what was UTF-8 stays UTF-8");
    if (steps.size() != 1 || !repeats_itself(steps.front()) || !utf8) return;
    auto again = values;
    again.kinds.clear();
    USERSYNC_INVARIANT(!transform(steps, again), "its own outcome has no flaw");
    USERSYNC_INVARIANT(again.texts == values.texts, "its own outcome stays as it is");
}

void check_names(const Input& input) {
    static const ColumnMap map;
    for (const auto& text : input.texts) {
        for (const auto order : {NameOrder::first_infix_last, NameOrder::last_comma_first}) {
            const auto split = split_name(text, order, map.infixes);
            USERSYNC_INVARIANT(!split.last.empty() || split.first.empty(), "whoever has a name has a last name");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = input_of({reinterpret_cast<const char*>(data), size});
    std::vector<Step> steps;
    for (const auto choice : {input.step, input.second_step}) {
        auto one = step_of(choice, input.of_the_steps);
        if (!check_step(one)) steps.push_back(std::move(one));
        if (input.step % 2 == 0) break;  // one step alone, so that its outcome can be looked at
    }
    check_values(steps, input);
    check_names(input);
    return 0;
}

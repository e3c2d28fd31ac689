#include "core/base/nearest.hpp"

#include <algorithm>
#include <cstddef>

namespace usersync {
namespace {

/// Keystrokes from one word to the other, a swap of two neighbours counting as one (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) steps[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) steps[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    }
    return steps[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    constexpr std::size_t word_max = 64;  // nobody mistypes a key into something longer
    if (word.size() > word_max) return std::nullopt;
    const std::size_t slips_max = word.size() < 5 ? 1 : 2;
    std::optional<std::string> best;
    std::size_t best_distance = slips_max + 1;
    for (const auto& candidate : known) {
        const std::size_t slips = distance(word, candidate);
        if (slips >= best_distance || slips >= candidate.size()) continue;
        best = candidate;
        best_distance = slips;
    }
    return best;
}

}  // namespace usersync

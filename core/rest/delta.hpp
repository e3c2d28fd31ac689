#pragma once
// The last full record and what changed since → the full record of now. No delta ever goes further than this.

#include "core/base/result.hpp"
#include "core/rest/connector.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest {

/// What is kept between reads, besides the lines themselves.
struct DeltaState {
    std::string link;   ///< of kind link; opaque
    Time read_began{};  ///< of the last read, full or not
    Time full_began{};
    bool operator==(const DeltaState&) const = default;
};

enum class NextRead { full, delta };
/// Full: nothing is kept, the period is over, the clock went back, or there is no link.
NextRead next_read(const DeltaRule& rule, const std::optional<DeltaState>& kept, Time now);

/// The moment for {since}, as the vendor wants it written.
std::string since_text(const DeltaRule& rule, const DeltaState& kept);

struct Merged {
    std::string lines;
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t removed = 0;
    bool operator==(const Merged&) const = default;
};
/// `kept`: lines of a full read. `delta`: lines of a PageReader with Purpose::delta, in the order they came. People
/// stay in the order of `kept`, new ones behind. What changed twice is as it was last. Only what is marked as removed
/// is taken out. `rejected`/"bad_kept_record" when `kept` is damaged: then read it all; `blocked`/"no_key" when a
/// changed record does not say who. REQUIRES: `key` is the name of a column.
Result<Merged> merge(std::string_view kept, std::string_view delta, const DeltaRule& rule, const std::string& key);

}  // namespace usersync::rest

#include "core/rest/digest_set.hpp"

#include <utility>

namespace usersync::rest {
namespace {

constexpr std::size_t slots_first = 64;

}  // namespace

/// Where it stands, or the free slot where it would. REQUIRES: there is a free slot.
std::size_t DigestSet::place_of(const Digest& digest) const {
    const auto last = slots_.size() - 1;
    auto place = static_cast<std::size_t>(digest.low) & last;
    while (!is_free(slots_[place]) && slots_[place] != digest) place = (place + 1) & last;
    return place;
}

void DigestSet::grow() {
    auto before = std::exchange(slots_, std::vector<Digest>(slots_.empty() ? slots_first : slots_.size() * 2));
    for (const auto& digest : before) {
        if (!is_free(digest)) slots_[place_of(digest)] = digest;
    }
}

bool DigestSet::insert(Digest digest) {
    if (digest == Digest{}) return !std::exchange(has_zero_, true);
    if (size_ + 1 > slots_.size() - slots_.size() / 4) grow();
    auto& slot = slots_[place_of(digest)];
    if (!is_free(slot)) return false;
    slot = digest;
    ++size_;
    return true;
}

}  // namespace usersync::rest

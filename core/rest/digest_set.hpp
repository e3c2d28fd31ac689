#pragma once
// Which digests were seen before: of a million records, in the memory of a million digests.

#include "core/base/fingerprint.hpp"

#include <cstddef>
#include <vector>

namespace usersync::rest {

class DigestSet {
public:
    /// False: it was there already.
    bool insert(Digest digest);
    std::size_t size() const { return size_ + (has_zero_ ? 1 : 0); }

private:
    static bool is_free(const Digest& slot) { return slot == Digest{}; }
    std::size_t place_of(const Digest& digest) const;
    void grow();

    std::vector<Digest> slots_;  // a power of two of them, at most three quarters taken
    std::size_t size_ = 0;
    bool has_zero_ = false;  // what a free slot looks like
};

}  // namespace usersync::rest

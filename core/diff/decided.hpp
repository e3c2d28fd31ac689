#pragma once
// What has been decided for one person so far.

#include "core/plan/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace usersync::diff {

/// The changes that were added since this began: those of one person. Pointers live until the next change is added or
/// withdrawn.
class Decided {
public:
    explicit Decided(ChangeSet& out) : changes_(out.changes), first_(changes_.size()) {}

    bool nothing() const { return changes_.size() == first_; }

    /// nullptr when no change of this kind is decided.
    template <class What>
    Change* change() {
        for (auto at = first_; at < changes_.size(); ++at) {
            if (std::holds_alternative<What>(changes_[at].what)) return &changes_[at];
        }
        return nullptr;
    }
    template <class What>
    What* find() {
        auto* found = change<What>();
        return found == nullptr ? nullptr : &std::get<What>(found->what);
    }

    /// True when there was one.
    template <class What>
    bool withdraw() {
        return erase_if([](const Change& change) { return std::holds_alternative<What>(change.what); });
    }
    template <class What>
    void keep_only() {
        erase_if([](const Change& change) { return !std::holds_alternative<What>(change.what); });
    }

private:
    template <class Test>
    bool erase_if(Test test) {
        const auto from = changes_.begin() + static_cast<std::ptrdiff_t>(first_);
        const auto kept = std::remove_if(from, changes_.end(), test);
        const bool any = kept != changes_.end();
        changes_.erase(kept, changes_.end());
        return any;
    }

    std::vector<Change>& changes_;
    std::size_t first_;
};

}  // namespace usersync::diff

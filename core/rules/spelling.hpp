#pragma once
// Rules as bytes: the same bytes exactly when they mean the same. For fingerprints, and to find rules that stand twice.

#include "core/rules/rule_set.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rules {

/// Appends parts, each with its length in front, so that ("ab", "c") differs from ("a", "bc").
class Spelling {
public:
    void add(std::string_view text);
    void add(const char* text) { add(std::string_view(text)); }
    void add(std::int64_t number);
    void add(const Origin& origin);
    void add(const Template& text);
    void add(const Expression& expression);
    void add(const GroupTarget& target);
    /// Without the place where it stands. Cells in any order are the same.
    void add(const Condition& condition);

    template <class T>
    void add_each(const std::vector<T>& parts) {
        add(static_cast<std::int64_t>(parts.size()));
        for (const auto& part : parts) add(part);
    }
    template <class T>
    void add_if(const std::optional<T>& part) {
        add(static_cast<std::int64_t>(part ? 1 : 0));
        if (part) add(*part);
    }

    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace usersync::rules

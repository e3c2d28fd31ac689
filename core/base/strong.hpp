#pragma once
// Ids that cannot be mistaken for one another: Strong<Tag> is a string with a meaning.

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace usersync {

template <class Tag, class T = std::string>
class Strong {
public:
    Strong() = default;
    explicit Strong(T value) : value_(std::move(value)) {}

    const T& value() const { return value_; }

    auto operator<=>(const Strong&) const = default;

private:
    T value_{};
};

}  // namespace usersync

template <class Tag, class T>
struct std::hash<usersync::Strong<Tag, T>> {
    std::size_t operator()(const usersync::Strong<Tag, T>& id) const { return std::hash<T>{}(id.value()); }
};

#include "core/model/people_bytes.hpp"

#include "core/model/employee_bytes.hpp"

#include <algorithm>
#include <numeric>

namespace usersync {

void PeopleBytes::add(const Employee& employee) {
    const auto offset = bytes_.size();
    append_canonical_bytes(employee, bytes_);
    entries_.push_back({.offset = offset,
                        .size = static_cast<std::uint32_t>(bytes_.size() - offset),
                        .key_size = static_cast<std::uint32_t>(employee.key.value().size())});
}

std::string_view PeopleBytes::bytes(std::size_t at) const {
    return std::string_view(bytes_).substr(entries_[at].offset, entries_[at].size);
}

std::string_view PeopleBytes::key(std::size_t at) const {
    const auto& entry = entries_[at];
    return {bytes_.data() + entry.offset + canonical_key_offset, entry.key_size};
}

Employee PeopleBytes::employee(std::size_t at) const { return employee_from_bytes(bytes(at)).value(); }

std::vector<std::uint32_t> PeopleBytes::sort_by_key() {
    std::vector<std::uint32_t> order(size());
    std::iota(order.begin(), order.end(), 0);
    const auto below = [this](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); };
    if (std::is_sorted(order.begin(), order.end(), below)) return order;
    std::stable_sort(order.begin(), order.end(), below);
    std::vector<Entry> sorted;
    sorted.reserve(size());
    for (const auto at : order) sorted.push_back(entries_[at]);
    entries_ = std::move(sorted);
    return order;
}

void PeopleBytes::retain(const std::vector<bool>& keep) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (keep[at]) entries_[kept++] = entries_[at];
    }
    entries_.resize(kept);
}

}  // namespace usersync

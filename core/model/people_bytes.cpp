#include "core/model/people_bytes.hpp"

#include "core/model/employee_bytes.hpp"

#include <algorithm>
#include <numeric>

namespace usersync {
namespace {

// Somebody with more than the room that a block has left at its end makes it grow once.
constexpr std::size_t block_size = std::size_t{1} << 20;
constexpr std::size_t room_min = std::size_t{4} << 10;

}  // namespace

PeopleBytes::PeopleBytes(const std::vector<Employee>& people) {
    reserve(people.size());
    for (const auto& employee : people) add(employee);
}

std::string& PeopleBytes::block_with_room() {
    if (blocks_.empty() || blocks_.back().size() + room_min > block_size) blocks_.emplace_back().reserve(block_size);
    return blocks_.back();
}

void PeopleBytes::add(const Employee& employee) {
    auto& block = block_with_room();
    const auto offset = block.size();
    append_canonical_bytes(employee, block);
    note_last(offset, employee.key.value().size());
}

Result<void> PeopleBytes::add_bytes(std::string_view bytes) {
    const auto key = key_in_bytes(bytes);
    if (!key) return employee_from_bytes(bytes).error();
    auto& block = block_with_room();
    const auto offset = block.size();
    block += bytes;
    note_last(offset, key->size());
    return {};
}

void PeopleBytes::note_last(std::size_t offset, std::size_t key_size) {
    entries_.push_back({.block = static_cast<std::uint32_t>(blocks_.size() - 1),
                        .offset = static_cast<std::uint32_t>(offset),
                        .size = static_cast<std::uint32_t>(blocks_.back().size() - offset),
                        .key_size = static_cast<std::uint32_t>(key_size)});
}

std::string_view PeopleBytes::bytes(std::size_t at) const {
    const auto& entry = entries_[at];
    return {blocks_[entry.block].data() + entry.offset, entry.size};
}

std::string_view PeopleBytes::key(std::size_t at) const { return key_of(entries_[at]); }

std::string_view PeopleBytes::key_of(const Entry& entry) const {
    return {blocks_[entry.block].data() + entry.offset + canonical_key_offset, entry.key_size};
}

Employee PeopleBytes::employee(std::size_t at) const {
    Employee employee;
    read(at, employee);
    return employee;
}

void PeopleBytes::read(std::size_t at, Employee& employee) const { read_sound_bytes(bytes(at), employee); }

std::optional<std::size_t> PeopleBytes::find(const EmployeeKey& key) const {
    const auto wanted = std::string_view(key.value());
    const auto at = std::partition_point(entries_.begin(), entries_.end(),
                                         [&](const Entry& entry) { return key_of(entry) < wanted; });
    if (at == entries_.end() || key_of(*at) != wanted) return std::nullopt;
    return static_cast<std::size_t>(at - entries_.begin());
}

bool PeopleBytes::operator==(const PeopleBytes& other) const {
    if (size() != other.size()) return false;
    for (std::size_t at = 0; at < size(); ++at) {
        if (bytes(at) != other.bytes(at)) return false;
    }
    return true;
}

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

#pragma once
// Many employees in little memory: as canonical bytes, one after another. A million of them take about 200 MB like
// this, and several times as much as structs.

#include "core/model/employee.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

class PeopleBytes {
public:
    void add(const Employee& employee);

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    std::string_view key(std::size_t at) const;
    std::string_view bytes(std::size_t at) const;  ///< `canonical_bytes` of that employee
    Employee employee(std::size_t at) const;

    /// Sorts by key, equal keys in the order in which they were added. Returns, for each place, where it was before.
    std::vector<std::uint32_t> sort_by_key();
    /// Keeps those for which `keep` is true, in their order.
    void retain(const std::vector<bool>& keep);

private:
    struct Entry {
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t key_size = 0;  // asked for more often than anything else
    };
    std::string bytes_;
    std::vector<Entry> entries_;
};

}  // namespace usersync

#pragma once
// Many employees in little memory: as canonical bytes, one after another. A million of them take about 200 MB here
// and four times as much as structs.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
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
    void reserve(std::size_t people, std::size_t bytes);

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    std::string_view key(std::size_t at) const;
    std::string_view bytes(std::size_t at) const;  ///< `canonical_bytes` of that employee
    Employee employee(std::size_t at) const;

    /// Sorts by key; `order` receives, for each place, where the employee stood before.
    void sort_by_key(std::vector<std::uint32_t>& order);
    /// Keeps those for which `keep` is true, in their order.
    void retain(const std::vector<bool>& keep);

private:
    struct Entry {
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
    };
    std::string bytes_;
    std::vector<Entry> entries_;
};

}  // namespace usersync

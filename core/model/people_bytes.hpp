#pragma once
// Many employees in little memory: as canonical bytes, one after another. A million of them take about 200 MB like
// this, and several times as much as structs.

#include "core/base/result.hpp"
#include "core/model/employee.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

class PeopleBytes {
public:
    PeopleBytes() = default;
    PeopleBytes(const std::vector<Employee>& people);  // NOLINT(google-explicit-constructor): the same people
    PeopleBytes(std::initializer_list<Employee> people) : PeopleBytes(std::vector<Employee>(people)) {}

    void reserve(std::size_t people) { entries_.reserve(people); }
    void add(const Employee& employee);
    /// Takes `canonical_bytes` as they are, when they are such.
    Result<void> add_bytes(std::string_view bytes);

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    std::string_view key(std::size_t at) const;
    std::string_view bytes(std::size_t at) const;  ///< `canonical_bytes` of that employee
    Employee employee(std::size_t at) const;
    /// The same in place of what `employee` was: its memory is used again.
    void read(std::size_t at, Employee& employee) const;

    /// Where somebody stands. REQUIRES: sorted by key.
    std::optional<std::size_t> find(const EmployeeKey& key) const;
    bool operator==(const PeopleBytes& other) const;  ///< the same people in the same order

    /// Each employee is made when it is looked at, and lives as long as the expression or the loop's variable.
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Employee;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Employee;
        Iterator(const PeopleBytes& people, std::size_t at) : people_(&people), at_(at) {}
        Employee operator*() const { return people_->employee(at_); }
        Iterator& operator++() { return ++at_, *this; }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

    private:
        const PeopleBytes* people_;
        std::size_t at_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

    /// Sorts by key, equal keys in the order in which they were added. Returns, for each place, where it was before.
    std::vector<std::uint32_t> sort_by_key();
    /// Keeps those for which `keep` is true, in their order.
    void retain(const std::vector<bool>& keep);

private:
    struct Entry {
        std::uint32_t block = 0;
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t key_size = 0;  // asked for more often than anything else
    };
    std::string& block_with_room();
    /// What stands in the last block from there on is one more employee.
    void note_last(std::size_t offset, std::size_t key_size);
    std::string_view key_of(const Entry& entry) const;

    // In blocks, because one long text would be copied each time it outgrows its memory, and need twice as much then.
    std::vector<std::string> blocks_;
    std::vector<Entry> entries_;
};

}  // namespace usersync

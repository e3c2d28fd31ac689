#pragma once
// An employee as canonical bytes and back: what the store keeps and what digests are taken of.

#include "core/base/result.hpp"
#include "core/model/employee.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace usersync {

/// Equal employees give equal bytes, different ones different bytes.
std::string canonical_bytes(const Employee& employee);
void append_canonical_bytes(const Employee& employee, std::string& bytes);

/// Where the key begins in them: after its length.
constexpr std::size_t canonical_key_offset = 4;

/// The reverse. `broken`/"bad_stored_employee" on anything that `canonical_bytes` did not write.
Result<Employee> employee_from_bytes(std::string_view bytes);

/// The same for bytes that are known to be sound, in place of what `employee` was. REQUIRES: `key_in_bytes` finds a
/// key.
void read_sound_bytes(std::string_view bytes, Employee& employee);

/// The key in such bytes, without making the employee: a walk over lengths. nullopt for bytes that are none.
std::optional<std::string_view> key_in_bytes(std::string_view bytes);

}  // namespace usersync

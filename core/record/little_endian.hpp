#pragma once
// Numbers as old office files write them: the lowest byte first, at any address.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace usersync::record {

static_assert(std::endian::native == std::endian::little, "numbers of old office files are read as they stand");

/// REQUIRES: `at` and the whole number lie within `bytes`.
/// @{
template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number number;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}
inline std::uint16_t u16_at(std::string_view bytes, std::size_t at) { return number_at<std::uint16_t>(bytes, at); }
inline std::uint32_t u32_at(std::string_view bytes, std::size_t at) { return number_at<std::uint32_t>(bytes, at); }
/// @}

/// Appends.
/// @{
template <class Number>
void put_number(std::string& bytes, Number number) {
    char raw[sizeof number];
    std::memcpy(raw, &number, sizeof number);
    bytes.append(raw, sizeof number);
}
inline void put_u16(std::string& bytes, std::uint16_t number) { put_number(bytes, number); }
inline void put_u32(std::string& bytes, std::uint32_t number) { put_number(bytes, number); }
/// @}

}  // namespace usersync::record

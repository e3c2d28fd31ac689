#pragma once
// Large texts are kept zstd-compressed.

#include "core/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync::storage {

std::string compressed(std::string_view bytes);

/// `broken`/"store_damaged" when these are not the compressed form of exactly `size` bytes.
Result<std::string> decompressed(std::string_view bytes, std::size_t size);

}  // namespace usersync::storage

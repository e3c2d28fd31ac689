#pragma once
// Large texts are kept zstd-compressed.

#include "core/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync::storage {

enum class Compression {
    small,  ///< for what is written once and seldom
    fast,   ///< for large things of every day: half as fast again, a tenth larger
};
std::string compressed(std::string_view bytes, Compression compression = Compression::small);

/// `broken`/"store_damaged" when these are not the compressed form of exactly `size` bytes.
Result<std::string> decompressed(std::string_view bytes, std::size_t size);

/// The first `most` bytes of such a form, or all of them. `broken`/"store_damaged" when it is none.
Result<std::string> beginning_of(std::string_view bytes, std::size_t most);

}  // namespace usersync::storage

#include "storage/compress.hpp"

#include "storage/guarded.hpp"

#include <zstd.h>

namespace usersync::storage {
namespace {

int level_of(Compression compression) { return compression == Compression::fast ? 1 : 3; }

}  // namespace

std::string compressed(std::string_view bytes, Compression compression) {
    std::string result(ZSTD_compressBound(bytes.size()), '\0');
    const auto size = ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), level_of(compression));
    USERSYNC_INVARIANT(ZSTD_isError(size) == 0, "compressing into a buffer that is large enough succeeds");
    result.resize(size);
    return result;
}

Result<std::string> decompressed(std::string_view bytes, std::size_t size) {
    // The frame's own size is asked first, so that a damaged size does not make us ask for absurd memory.
    if (ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != size) return damaged("a compressed text was changed");
    std::string result(size, '\0');
    if (ZSTD_decompress(result.data(), result.size(), bytes.data(), bytes.size()) != size) {
        return damaged("a compressed text was changed");
    }
    return result;
}

}  // namespace usersync::storage

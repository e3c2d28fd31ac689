#include "storage/compress.hpp"

#include "storage/guarded.hpp"

#include <zstd.h>

#include <memory>

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

Result<std::string> beginning_of(std::string_view bytes, std::size_t most) {
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
    std::string result(most, '\0');
    ZSTD_inBuffer in{.src = bytes.data(), .size = bytes.size(), .pos = 0};
    ZSTD_outBuffer out{.dst = result.data(), .size = result.size(), .pos = 0};
    std::size_t more = 1;
    while (more != 0 && out.pos < out.size) {
        const auto before = out.pos;
        const bool is_read = in.pos == in.size;
        more = ZSTD_decompressStream(stream.get(), &out, &in);
        if (ZSTD_isError(more) != 0) return damaged("a compressed text was changed");
        if (more != 0 && is_read && out.pos == before) return damaged("the end of a compressed text is missing");
    }
    result.resize(out.pos);
    return result;
}

}  // namespace usersync::storage

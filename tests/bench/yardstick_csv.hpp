#pragma once
// The least work that splitting CSV can be: what both yardsticks stand on. No checks, no messages, this processor only.

#include <fcntl.h>
#include <immintrin.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace usersync::bench {

[[noreturn]] inline void give_up(const char* what) {
    std::perror(what);
    std::exit(2);
}

/// The whole file as memory; it is never unmapped. Places in it are 32 bits wide.
inline std::string_view mapped(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (file < 0 || ::fstat(file, &about) != 0) give_up(path);
    const auto size = static_cast<std::size_t>(about.st_size);
    if (size == 0 || size > UINT32_MAX) give_up("a yardstick reads files from 1 byte to 4 GiB");
    void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (memory == MAP_FAILED) give_up(path);
    ::close(file);
    return {static_cast<const char*>(memory), size};
}

constexpr std::size_t block_size = 64;
constexpr std::size_t cells_max = 32;

/// A row by its place in the text: the first byte, and for each cell the place behind its last byte.
struct RowPlace {
    std::uint32_t begin = 0;
    std::uint32_t cells = 0;
    std::array<std::uint32_t, cells_max> ends;

    std::uint32_t end() const { return ends[cells - 1]; }
    std::string_view whole(std::string_view text) const { return text.substr(begin, end() - begin); }
    std::string_view first(std::string_view text) const { return text.substr(begin, ends[0] - begin); }
};

/// Bit n tells of byte n.
class Block {
public:
    explicit Block(const char* bytes) : low_(load(bytes)), high_(load(bytes + 32)) {}

    std::uint64_t equal_to(char wanted) const {
        const __m256i all = _mm256_set1_epi8(wanted);
        const auto low = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low_, all)));
        const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high_, all)));
        return std::uint64_t{high} << 32 | low;
    }

private:
    static __m256i load(const char* bytes) {
        __m256i loaded;
        std::memcpy(&loaded, bytes, sizeof loaded);
        return loaded;
    }

    __m256i low_;
    __m256i high_;
};

/// Bit n is the parity of the bits up to n: with quotes as input, what stands between an odd and an even one.
inline std::uint64_t running_parity(std::uint64_t bits) {
    const __m128i factor = _mm_cvtsi64_si128(static_cast<long long>(bits));
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(factor, _mm_set1_epi8('\xFF'), 0)));
}

/// Calls `see(const RowPlace&)` for each row that ends with a line feed, the header not among them.
template <class See>
void for_each_row(std::string_view text, See see) {
    RowPlace row;
    std::uint64_t quote_open = 0;  // all bits, or none
    bool is_header = true;
    std::array<char, block_size> tail{};
    for (std::size_t at = 0; at < text.size(); at += block_size) {
        const std::size_t left = text.size() - at;
        if (left < block_size) std::copy_n(text.data() + at, left, tail.data());
        const Block block(left < block_size ? tail.data() : text.data() + at);

        const std::uint64_t quoted = running_parity(block.equal_to('"')) ^ quote_open;
        quote_open = std::uint64_t{0} - (quoted >> 63);
        const std::uint64_t breaks = block.equal_to('\n') & ~quoted;
        std::uint64_t ends = breaks | (block.equal_to(',') & ~quoted);
        for (; ends != 0; ends &= ends - 1) {
            const auto bit = static_cast<std::uint32_t>(__builtin_ctzll(ends));
            const std::uint32_t place = static_cast<std::uint32_t>(at) + bit;
            row.ends[row.cells] = place;
            row.cells += row.cells < cells_max - 1 ? 1 : 0;
            if ((breaks >> bit & 1) == 0) continue;
            if (!is_header) see(static_cast<const RowPlace&>(row));
            is_header = false;
            row.begin = place + 1;
            row.cells = 0;
        }
    }
}

}  // namespace usersync::bench

#pragma once
// Packing bytes, for tests: gzip, and zip without compression.

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record::test {

inline std::string gzipped(std::string_view text) {
    z_stream stream = {};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = static_cast<Bytef*>(static_cast<void*>(const_cast<char*>(text.data())));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = static_cast<Bytef*>(static_cast<void*>(packed.data()));
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

struct ZipFile {
    std::string name;
    std::string bytes;
    bool encrypted = false;  ///< only said to be so
};

namespace detail {

inline void put(std::string& to, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) to += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

inline std::string zip_header(const ZipFile& file) {
    std::string header;
    put(header, file.encrypted ? 1 : 0, 2);
    put(header, 0, 2);           // stored
    put(header, 0x58210000, 4);  // date and time
    const auto* bytes = static_cast<const Bytef*>(static_cast<const void*>(file.bytes.data()));
    put(header, static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(file.bytes.size()))), 4);
    put(header, static_cast<std::uint32_t>(file.bytes.size()), 4);
    put(header, static_cast<std::uint32_t>(file.bytes.size()), 4);
    put(header, static_cast<std::uint32_t>(file.name.size()), 2);
    put(header, 0, 2);
    return header;
}

}  // namespace detail

inline std::string zipped(const std::vector<ZipFile>& files) {
    using detail::put;
    std::string zip;
    std::string directory;
    for (const auto& file : files) {
        const auto header = detail::zip_header(file);
        directory += std::string("PK\x01\x02\x14\0\x14\0", 8) + header;
        put(directory, 0, 8);  // no comment, first disk, no attributes
        put(directory, 0, 2);
        put(directory, static_cast<std::uint32_t>(zip.size()), 4);
        directory += file.name;
        zip += std::string("PK\x03\x04\x14\0", 6) + header + file.name + file.bytes;
    }
    const auto start = static_cast<std::uint32_t>(zip.size());
    zip += directory;
    zip += std::string("PK\x05\x06\0\0\0\0", 8);
    put(zip, static_cast<std::uint32_t>(files.size()), 2);
    put(zip, static_cast<std::uint32_t>(files.size()), 2);
    put(zip, static_cast<std::uint32_t>(directory.size()), 4);
    put(zip, start, 4);
    put(zip, 0, 2);
    return zip;
}

}  // namespace usersync::record::test

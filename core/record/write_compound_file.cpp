#include "core/record/write_compound_file.hpp"

#include "core/base/result.hpp"
#include "core/record/little_endian.hpp"

#include <cstdint>
#include <vector>

namespace usersync::record {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t numbers_per_sector = sector_bytes / 4;
constexpr std::size_t places_in_header = 109;  // of sectors with the table of next sectors
constexpr std::size_t smallest_stream = 4096;
constexpr std::uint32_t table_sector = 0xFFFFFFFD;
constexpr std::uint32_t place_sector = 0xFFFFFFFC;
constexpr std::uint32_t end_of_chain = 0xFFFFFFFE;
constexpr std::uint32_t unused = 0xFFFFFFFF;

std::size_t sectors_for(std::size_t count, std::size_t per_sector) { return (count + per_sector - 1) / per_sector; }

// Stream, directory, table of next sectors, places of that table: in this order in the file.
struct Layout {
    std::size_t stream = 0;
    std::size_t table = 0;
    std::size_t places = 0;

    std::size_t directory_at() const { return stream; }
    std::size_t table_at() const { return stream + 1; }
    std::size_t places_at() const { return table_at() + table; }
    std::size_t sectors() const { return places_at() + places; }
};

// The table has an entry for each of its own sectors too, so that its size depends on itself.
Layout layout_for(std::size_t stream_bytes) {
    Layout layout{.stream = sectors_for(stream_bytes, sector_bytes)};
    for (;;) {
        const auto table = sectors_for(layout.sectors(), numbers_per_sector);
        const auto further = table > places_in_header ? table - places_in_header : 0;
        const auto places = sectors_for(further, numbers_per_sector - 1);
        if (table == layout.table && places == layout.places) return layout;
        layout.table = table;
        layout.places = places;
    }
}

std::uint32_t number(std::size_t value) { return static_cast<std::uint32_t>(value); }

void fill_up(std::string& bytes, std::size_t multiple, char with) {
    bytes.append(sectors_for(bytes.size(), multiple) * multiple - bytes.size(), with);
}

std::string header_of(const Layout& layout) {
    std::string header("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    header.append(16, '\0');
    put_u16(header, 0x003E);
    put_u16(header, 3);
    put_u16(header, 0xFFFE);
    put_u16(header, 9);
    put_u16(header, 6);
    header.append(10, '\0');
    put_u32(header, number(layout.table));
    put_u32(header, number(layout.directory_at()));
    put_u32(header, 0);
    put_u32(header, smallest_stream);
    put_u32(header, end_of_chain);
    put_u32(header, 0);
    put_u32(header, layout.places == 0 ? end_of_chain : number(layout.places_at()));
    put_u32(header, number(layout.places));
    for (std::size_t i = 0; i < places_in_header; ++i) {
        put_u32(header, i < layout.table ? number(layout.table_at() + i) : unused);
    }
    return header;
}

std::string directory_entry(std::string_view name, char type, std::uint32_t child, std::uint32_t first_sector,
                            std::size_t bytes) {
    std::string entry;
    for (const char c : name) put_u16(entry, static_cast<unsigned char>(c));
    entry.resize(64, '\0');
    put_u16(entry, static_cast<std::uint16_t>(name.empty() ? 0 : (name.size() + 1) * 2));
    entry += type;
    entry += '\x01';  // black, in a tree that has no other colour
    put_u32(entry, unused);
    put_u32(entry, unused);
    put_u32(entry, child);
    entry.append(36, '\0');
    put_u32(entry, first_sector);
    put_u32(entry, number(bytes));
    put_u32(entry, 0);
    return entry;
}

std::string directory_of(std::string_view name, std::size_t stream_bytes) {
    return directory_entry("Root Entry", 5, 1, end_of_chain, 0) + directory_entry(name, 2, unused, 0, stream_bytes) +
           directory_entry({}, 0, unused, 0, 0) + directory_entry({}, 0, unused, 0, 0);
}

std::string table_of(const Layout& layout) {
    std::string table;
    for (std::size_t i = 1; i < layout.stream; ++i) put_u32(table, number(i));
    put_u32(table, end_of_chain);
    put_u32(table, end_of_chain);  // the directory
    for (std::size_t i = 0; i < layout.table; ++i) put_u32(table, table_sector);
    for (std::size_t i = 0; i < layout.places; ++i) put_u32(table, place_sector);
    fill_up(table, sector_bytes, '\xFF');
    return table;
}

std::string places_of(const Layout& layout) {
    std::string places;
    auto next = places_in_header;
    for (std::size_t sector = 1; sector <= layout.places; ++sector) {
        for (std::size_t i = 0; i + 1 < numbers_per_sector; ++i, ++next) {
            put_u32(places, next < layout.table ? number(layout.table_at() + next) : unused);
        }
        put_u32(places, sector < layout.places ? number(layout.places_at() + sector) : end_of_chain);
    }
    return places;
}

}  // namespace

std::string write_compound_file(std::string_view name, std::string stream) {
    USERSYNC_INVARIANT(!name.empty() && name.size() <= 31, "a stream's name fits into its place");
    USERSYNC_INVARIANT(stream.size() < std::size_t{1} << 31, "a compound file holds less than 2 GiB");
    if (stream.size() < smallest_stream) stream.resize(smallest_stream, '\0');
    const auto stream_bytes = stream.size();
    fill_up(stream, sector_bytes, '\0');
    const auto layout = layout_for(stream_bytes);
    return header_of(layout) + stream + directory_of(name, stream_bytes) + table_of(layout) + places_of(layout);
}

}  // namespace usersync::record

#include "storage/delivery_bytes.hpp"

#include "storage/columns.hpp"
#include "storage/compress.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace usersync::storage {
namespace {

constexpr std::size_t piece_bytes = std::size_t{4} << 20;

}  // namespace

void keep_delivery(SQLite::Database& connection, const Fingerprint& fingerprint, std::string_view bytes,
                   Time first_seen) {
    // Its bytes may have been let go of since.
    SQLite::Statement known(connection, "SELECT 1 FROM delivery_piece WHERE delivery = ? LIMIT 1");
    bind_fingerprint(known, 1, fingerprint);
    if (known.executeStep()) return;
    SQLite::Statement insert(
        connection, "INSERT OR IGNORE INTO delivery (fingerprint, size_bytes, first_seen_ms) VALUES (?, ?, ?)");
    bind_fingerprint(insert, 1, fingerprint);
    insert.bind(2, integer_of(bytes.size()));
    insert.bind(3, ms_of(first_seen));
    insert.exec();
    SQLite::Statement piece(connection,
                            "INSERT INTO delivery_piece (delivery, place, size_bytes, bytes) VALUES (?, ?, ?, ?)");
    for (std::size_t place = 0; place * piece_bytes < bytes.size(); ++place) {
        const auto part = bytes.substr(place * piece_bytes, piece_bytes);
        const auto packed = compressed(part, Compression::fast);
        piece.reset();
        bind_fingerprint(piece, 1, fingerprint);
        piece.bind(2, integer_of(place));
        piece.bind(3, integer_of(part.size()));
        bind_blob(piece, 4, packed);
        piece.exec();
    }
}

Result<std::string> read_delivery(SQLite::Database& connection, const Fingerprint& fingerprint) {
    SQLite::Statement wanted(connection, "SELECT size_bytes FROM delivery WHERE fingerprint = ?");
    bind_fingerprint(wanted, 1, fingerprint);
    if (!wanted.executeStep()) {
        return Failure{.kind = FailureKind::broken,
                       .code = "no_such_delivery",
                       .where = "storage",
                       .detail = "no delivery with this fingerprint was kept"};
    }
    std::string bytes;
    bool has_pieces = count_at(wanted, 0) == 0;
    SQLite::Statement piece(connection,
                            "SELECT size_bytes, bytes FROM delivery_piece WHERE delivery = ? ORDER BY place");
    bind_fingerprint(piece, 1, fingerprint);
    while (piece.executeStep()) {
        has_pieces = true;
        const auto part = decompressed(blob_at(piece, 1), count_at(piece, 0));
        if (!part) return part.error();
        bytes += *part;
    }
    if (!has_pieces) {
        return Failure{.kind = FailureKind::broken,
                       .code = "no_such_delivery",
                       .where = "storage",
                       .detail = "the bytes of this delivery were purged by age"};
    }
    if (bytes.size() != count_at(wanted, 0)) return damaged("a piece of a delivery is missing");
    return bytes;
}

}  // namespace usersync::storage

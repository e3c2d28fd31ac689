#include "storage/columns.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

namespace usersync::storage {

std::int64_t ms_of(Time time) { return time.time_since_epoch().count(); }

std::int64_t integer_of(std::size_t count) { return static_cast<std::int64_t>(count); }

void bind_blob(SQLite::Statement& statement, int place, std::string_view bytes) {
    statement.bindNoCopy(place, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
}

void bind_text(SQLite::Statement& statement, int place, std::string_view text) {
    // SQLiteCpp binds a text without copying only when it ends in a zero byte.
    statement.bind(place, std::string(text));
}

void bind_fingerprint(SQLite::Statement& statement, int place, const Fingerprint& fingerprint) {
    statement.bind(place, static_cast<const void*>(fingerprint.bytes.data()),
                   static_cast<int>(fingerprint.bytes.size()));
}

void bind_time(SQLite::Statement& statement, int place, const std::optional<Time>& time) {
    if (time) {
        statement.bind(place, ms_of(*time));
    } else {
        statement.bind(place);
    }
}

Time time_at(SQLite::Statement& statement, int place) { return Time(Duration(statement.getColumn(place).getInt64())); }

std::optional<Time> optional_time_at(SQLite::Statement& statement, int place) {
    if (statement.isColumnNull(place)) return std::nullopt;
    return time_at(statement, place);
}

std::size_t count_at(SQLite::Statement& statement, int place) {
    return static_cast<std::size_t>(statement.getColumn(place).getInt64());
}

std::string text_at(SQLite::Statement& statement, int place) { return statement.getColumn(place).getString(); }

std::string_view blob_at(SQLite::Statement& statement, int place) {
    const auto column = statement.getColumn(place);
    const auto* bytes = static_cast<const char*>(column.getBlob());
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, static_cast<std::size_t>(column.getBytes()));
}

Fingerprint fingerprint_at(SQLite::Statement& statement, int place) {
    Fingerprint fingerprint;
    const auto bytes = blob_at(statement, place);
    if (bytes.size() == fingerprint.bytes.size()) std::copy(bytes.begin(), bytes.end(), fingerprint.bytes.begin());
    return fingerprint;
}

}  // namespace usersync::storage

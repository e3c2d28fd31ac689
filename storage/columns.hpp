#pragma once
// Our value types in and out of SQL columns. Places count as SQLite counts: parameters from 1, columns from 0.

#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace SQLite {
class Statement;
}

namespace usersync::storage {

std::int64_t ms_of(Time time);
std::int64_t integer_of(std::size_t count);

/// Bytes and text must live until the statement has run.
void bind_blob(SQLite::Statement& statement, int place, std::string_view bytes);
void bind_text(SQLite::Statement& statement, int place, std::string_view text);
void bind_fingerprint(SQLite::Statement& statement, int place, const Fingerprint& fingerprint);
void bind_time(SQLite::Statement& statement, int place, const std::optional<Time>& time);

Time time_at(SQLite::Statement& statement, int place);
std::optional<Time> optional_time_at(SQLite::Statement& statement, int place);
std::size_t count_at(SQLite::Statement& statement, int place);
std::string text_at(SQLite::Statement& statement, int place);
/// Lives until the statement moves on.
std::string_view blob_at(SQLite::Statement& statement, int place);
/// All zeros when the blob has another length.
Fingerprint fingerprint_at(SQLite::Statement& statement, int place);

}  // namespace usersync::storage

#pragma once
// Looks at a store's file behind the store's back.

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>

namespace usersync::test {

inline SQLite::Database raw(const std::filesystem::path& file) {
    return SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
}

inline int number(const std::filesystem::path& file, const std::string& query) {
    auto connection = raw(file);
    return connection.execAndGet(query).getInt();
}

inline void execute(const std::filesystem::path& file, const std::string& sql) {
    auto connection = raw(file);
    connection.exec(sql);
}

}  // namespace usersync::test

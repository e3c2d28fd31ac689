#include "storage/rule_versions.hpp"

#include "core/async/run_on.hpp"
#include "core/plan/ledger_facts.hpp"
#include "storage/columns.hpp"
#include "storage/compress.hpp"
#include "storage/guarded.hpp"
#include "storage/ledger_chain.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace usersync::storage {
namespace {

/// False when it is there already.
bool insert_version(SQLite::Database& connection, const RuleVersion& version) {
    SQLite::Statement insert(connection,
                             "INSERT INTO rule_version (fingerprint, first_used_ms, author, comment, state) "
                             "VALUES (?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING");
    bind_fingerprint(insert, 1, version.fingerprint);
    insert.bind(2, ms_of(version.first_used));
    bind_text(insert, 3, version.author);
    bind_text(insert, 4, version.comment);
    bind_text(insert, 5, to_string(version.state));
    return insert.exec() > 0;
}

void insert_file(SQLite::Database& connection, const Fingerprint& version, const RuleFile& file) {
    SQLite::Statement insert(connection,
                             "INSERT INTO rule_file (version, name, size_bytes, bytes) VALUES (?, ?, ?, ?)");
    const auto bytes = compressed(file.bytes);
    bind_fingerprint(insert, 1, version);
    bind_text(insert, 2, file.name);
    insert.bind(3, integer_of(file.bytes.size()));
    bind_blob(insert, 4, bytes);
    insert.exec();
}

/// The rules that count, as the ledger has them; empty when it says nothing yet.
std::string rules_in_force(SQLite::Database& connection) {
    SQLite::Statement query(connection,
                            "SELECT bytes FROM ledger_entry WHERE kind NOT IN ('intent', 'outcome') AND "
                            "kind = 'rules_changed' ORDER BY id DESC LIMIT 1");
    if (!query.executeStep()) return {};
    const auto facts = plan::decode_facts(text_at(query, 0));
    return facts ? facts->rules : std::string();
}

/// Also when it is a version of before that counts again.
void note_change(Connection& connection, const RuleVersion& version) {
    if (rules_in_force(connection) == version.fingerprint.hex()) return;
    EntryFacts facts;
    facts.by = version.author;
    facts.rules = version.fingerprint.hex();
    facts.why = version.comment;
    add_entry(connection, {.at = version.first_used, .kind = EntryKind::rules_changed, .run = {}, .facts = facts});
}

Result<void> keep_version(Connection& connection, const RuleVersion& version) {
    note_change(connection, version);
    if (!insert_version(connection, version)) return {};
    for (const auto& file : version.files) insert_file(connection, version.fingerprint, file);
    return {};
}

RuleVersion version_at(SQLite::Statement& row) {
    return RuleVersion{.fingerprint = fingerprint_at(row, 0),
                       .first_used = time_at(row, 1),
                       .state = mapping_state_from(text_at(row, 4)).value_or(MappingState::concept_),
                       .author = text_at(row, 2),
                       .comment = text_at(row, 3),
                       .files = {}};
}

Result<std::vector<RuleVersion>> all_versions(SQLite::Database& connection) {
    SQLite::Statement query(connection,
                            "SELECT fingerprint, first_used_ms, author, comment, state FROM rule_version "
                            "ORDER BY first_used_ms DESC, place DESC");
    std::vector<RuleVersion> versions;
    while (query.executeStep()) versions.push_back(version_at(query));
    return versions;
}

Result<std::vector<RuleFile>> files_of(SQLite::Database& connection, const Fingerprint& version) {
    SQLite::Statement query(connection,
                            "SELECT name, size_bytes, bytes FROM rule_file WHERE version = ? ORDER BY name");
    bind_fingerprint(query, 1, version);
    std::vector<RuleFile> files;
    while (query.executeStep()) {
        auto bytes = decompressed(blob_at(query, 2), count_at(query, 1));
        if (!bytes) return bytes.error();
        files.push_back(RuleFile{.name = text_at(query, 0), .bytes = std::move(*bytes)});
    }
    return files;
}

Result<std::optional<RuleVersion>> find_version(SQLite::Database& connection, const std::string& prefix) {
    SQLite::Statement query(connection,
                            "SELECT fingerprint, first_used_ms, author, comment, state FROM rule_version "
                            "WHERE substr(lower(hex(fingerprint)), 1, length(?1)) = lower(?1) LIMIT 2");
    bind_text(query, 1, prefix);
    if (!query.executeStep()) return std::optional<RuleVersion>();
    auto version = version_at(query);
    if (query.executeStep()) {
        return Failure{.kind = FailureKind::rejected,
                       .code = "ambiguous_version",
                       .where = "storage",
                       .detail = "several versions of the rules begin like this; give more of the fingerprint"};
    }
    auto files = files_of(connection, version.fingerprint);
    if (!files) return files.error();
    version.files = std::move(*files);
    return std::optional(std::move(version));
}

}  // namespace

SqliteRuleVersions::SqliteRuleVersions(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<void>> SqliteRuleVersions::keep(RuleVersion version) {
    auto work = [&database = database_, version = std::move(version)] {
        return database.write([&](Connection& connection) { return keep_version(connection, version); });
    };
    auto kept = co_await run_on(lane_, std::move(work));
    co_return kept;
}

boost::asio::awaitable<Result<std::vector<RuleVersion>>> SqliteRuleVersions::list() {
    auto work = [&database = database_] { return database.read(all_versions); };
    auto versions = co_await run_on(lane_, std::move(work));
    co_return versions;
}

boost::asio::awaitable<Result<std::optional<RuleVersion>>> SqliteRuleVersions::find(std::string prefix) {
    auto work = [&database = database_, prefix = std::move(prefix)] {
        return database.read([&](SQLite::Database& connection) { return find_version(connection, prefix); });
    };
    auto version = co_await run_on(lane_, std::move(work));
    co_return version;
}

}  // namespace usersync::storage

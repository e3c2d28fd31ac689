#pragma once
// One tenant's SQLite file: opened with care, one connection, one transaction at a time.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "storage/connection.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace usersync::storage {

struct StoreOptions {
    Duration busy_wait_max = std::chrono::seconds(5);  ///< for another process that writes to the same file
};

/// Every committed transaction is on disk: write-ahead log with synchronous=FULL. Not thread-safe: it is used on
/// one lane.
class Database {
public:
    /// Opens the file, or makes it (readable by its owner alone), and brings it to the current schema. Blocks: it
    /// reads the whole file once to see that it is sound. Failures are `broken`: "schema_too_new", "not_our_store",
    /// and the codes of `guarded`. A file that is refused is left as it is.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const StoreOptions& options);

    explicit Database(std::unique_ptr<Connection> connection);
    ~Database();

    /// Runs `work(Connection&)`, which gives a Result, in one transaction that has the right to write. It is
    /// committed when the Result has a value, and undone otherwise and when anything fails.
    template <class Work>
    auto write(Work work) {
        return transact(Access::write, work);
    }

    /// The same for reading: all of `work` sees one state of the file.
    template <class Work>
    auto read(Work work) {
        return transact(Access::read, work);
    }

    /// Moves the write-ahead log into the file and gives its room back. Not being able to is no failure: what is
    /// in the log is safe there.
    void checkpoint();

    /// Nothing more comes for now: what stands ready for it is given up.
    void rest() { connection_->forget_statements(); }

private:
    enum class Access { read, write };

    template <class Work>
    auto transact(Access access, Work& work) -> std::invoke_result_t<Work&, Connection&> {
        std::optional<std::invoke_result_t<Work&, Connection&>> answer;
        const auto step = [&](Connection& connection) { return answer.emplace(work(connection)).has_value(); };
        const Result<void> ended = transaction(access, step);
        if (ended.has_error()) return ended.error();
        return std::move(*answer);
    }

    /// `step` says whether to commit.
    Result<void> transaction(Access access, const std::function<bool(Connection&)>& step);

    std::unique_ptr<Connection> connection_;
};

}  // namespace usersync::storage

#pragma once
// A source in memory: a folder whose files the test puts there, with failures on demand.

#include "core/ingest/pickup.hpp"
#include "core/ports/source.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// Picks files by the same decision as the real sources, but never waits: a file is complete as soon as it is
/// put there, unless it is said to be growing.
class FakeSource final : public Source {
public:
    explicit FakeSource(ingest::PickupRules rules = {}) : rules_(std::move(rules)) {}

    /// Puts a complete file there, or replaces one; it is newer than everything put before.
    void put(std::string name, std::string bytes);
    /// A file that is still being uploaded, until it is put again.
    void put_growing(std::string name, std::string bytes);
    /// The next call, whichever it is, answers this. Called several times, they queue up.
    void fail_next(Failure failure) { failures_.push_back(std::move(failure)); }
    /// From now on acknowledged files stay where they are, as for an account that may not move files.
    void keep_files() { keep_ = true; }

    /// From now on it is a system that can be asked for one person: `ask` gives the whole record with that one's row as
    /// it is now, or nothing when there is none. Its files are then its own answers.
    using Ask = std::function<std::optional<std::string>(const EmployeeKey&)>;
    void answer_for_people(Ask ask) { ask_ = std::move(ask); }
    /// The column in which it looks for them.
    void looks_in(std::string column) { person_column_ = std::move(column); }
    std::size_t people_asked() const { return people_asked_; }

    /// File names in the order they were acknowledged; each superseded one before its delivery.
    const std::vector<std::string>& acknowledged() const { return acknowledged_; }
    /// Their bytes, in the same order.
    const std::vector<std::string>& archive() const { return archive_; }
    /// How many bytes of records came back with receipts.
    std::size_t bytes_returned() const { return bytes_returned_; }
    bool has(const std::string& name) const { return files_.count(name) > 0; }
    std::size_t fetches() const { return fetches_; }

    boost::asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override;
    boost::asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) override;
    bool reads_one_person() const override { return ask_ != nullptr; }
    std::string person_column() const override { return person_column_; }
    boost::asio::awaitable<Result<FetchedPerson>> fetch_person(EmployeeKey person, Deadline deadline) override;

private:
    struct File {
        std::string bytes;
        Time modified{};
        bool growing = false;
    };
    void store(std::string name, File file);
    std::vector<ingest::FileEntry> listing() const;
    void move_to_archive(const std::string& name);

    ingest::PickupRules rules_;
    std::map<std::string, File> files_;
    std::deque<Failure> failures_;
    std::vector<std::string> acknowledged_;
    std::vector<std::string> archive_;
    std::size_t fetches_ = 0;
    std::size_t bytes_returned_ = 0;
    Time last_put_ = Time(std::chrono::hours(24 * 365 * 56));
    bool keep_ = false;
    Ask ask_;
    std::string person_column_;
    std::size_t people_asked_ = 0;
};

}  // namespace usersync::test

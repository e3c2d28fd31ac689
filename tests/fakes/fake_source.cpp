#include "tests/fakes/fake_source.hpp"

#include <optional>
#include <utility>

namespace usersync::test {

namespace asio = boost::asio;

namespace {

std::optional<Failure> take_first(std::deque<Failure>& failures) {
    if (failures.empty()) return std::nullopt;
    Failure failure = std::move(failures.front());
    failures.pop_front();
    return failure;
}

}  // namespace

void FakeSource::put(std::string name, std::string bytes) {
    store(std::move(name), File{.bytes = std::move(bytes), .modified = {}, .growing = false});
}

void FakeSource::put_growing(std::string name, std::string bytes) {
    store(std::move(name), File{.bytes = std::move(bytes), .modified = {}, .growing = true});
}

void FakeSource::store(std::string name, File file) {
    last_put_ += std::chrono::seconds(1);
    file.modified = last_put_;
    files_[std::move(name)] = std::move(file);
}

std::vector<ingest::FileEntry> FakeSource::listing() const {
    std::vector<ingest::FileEntry> entries;
    for (const auto& [name, file] : files_) {
        entries.push_back({.name = name, .size = file.bytes.size(), .modified = file.modified});
    }
    return entries;
}

asio::awaitable<Result<Fetched>> FakeSource::fetch(Deadline) {
    ++fetches_;
    if (auto failure = take_first(failures_)) co_return std::move(*failure);
    const auto now = listing();
    auto earlier = now;
    for (auto& entry : earlier) {
        if (files_.at(entry.name).growing) entry.size = 0;
    }
    auto pickup = ingest::choose_file(earlier, now, rules_);
    Fetched fetched;
    fetched.not_ready = std::move(pickup.not_ready);
    fetched.passed_over = std::move(pickup.passed_over);
    if (const auto& file = pickup.too_large) {
        fetched.too_large =
            TooLarge{.name = file->name, .size = file->size, .size_max = rules_.bytes_max, .modified = file->modified};
    }
    if (pickup.take) {
        const File& file = files_.at(pickup.take->name);
        fetched.delivery = Delivery{.name = pickup.take->name,
                                    .bytes = file.bytes,
                                    .fingerprint = fingerprint_of(file.bytes),
                                    .size = file.bytes.size(),
                                    .modified = file.modified,
                                    .superseded = std::move(pickup.superseded),
                                    .is_live = ask_ != nullptr};
    }
    co_return fetched;
}

asio::awaitable<Result<void>> FakeSource::acknowledge(Delivery delivery, Deadline) {
    if (auto failure = take_first(failures_)) co_return std::move(*failure);
    bytes_returned_ += delivery.bytes.size();
    for (const auto& name : delivery.superseded) {
        const auto file = files_.find(name);
        if (file != files_.end() && file->second.modified <= delivery.modified) move_to_archive(name);
    }
    const auto file = files_.find(delivery.name);
    // A newer file of the same name has not been read yet and stays.
    if (file != files_.end() && file->second.modified == delivery.modified) move_to_archive(delivery.name);
    co_return Result<void>();
}

asio::awaitable<Result<FetchedPerson>> FakeSource::fetch_person(EmployeeKey person, Deadline) {
    ++people_asked_;
    if (auto failure = take_first(failures_)) co_return std::move(*failure);
    FetchedPerson fetched;
    auto bytes = ask_(person);
    if (!bytes) co_return fetched;
    fetched.delivery.emplace();
    fetched.delivery->name = "person " + person.value();
    fetched.delivery->fingerprint = fingerprint_of(*bytes);
    fetched.delivery->size = bytes->size();
    fetched.delivery->is_live = true;
    fetched.delivery->bytes = std::move(*bytes);
    co_return fetched;
}

void FakeSource::move_to_archive(const std::string& name) {
    acknowledged_.push_back(name);
    archive_.push_back(files_.at(name).bytes);
    if (!keep_) files_.erase(name);
}

}  // namespace usersync::test

#pragma once
// Where an employee record comes from.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace usersync {

/// One employee record as delivered: the exact bytes and where they came from.
struct Delivery {
    std::string name;  ///< file name within the folder, or the connector's name for the read
    std::string bytes;
    Fingerprint fingerprint;              ///< of `bytes`
    std::uint64_t size = 0;               ///< of the file; with name and time it tells the source which one was read
    Time modified{};                      ///< the source's own time stamp; whole seconds over SFTP
    std::vector<std::string> superseded;  ///< older complete files seen beside it, oldest first; acknowledged with it
    /// The answer of a system that was asked just now. Bytes that were seen before say that everything is as it was
    /// then; of a file they would say that somebody has put an old one there.
    bool is_live = false;
    bool operator==(const Delivery&) const = default;
};

/// A complete file that is larger than a record of this tenant may be. It is not read.
struct TooLarge {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t size_max = 0;
    Time modified{};
    bool operator==(const TooLarge&) const = default;
};

/// What one look at the source found.
struct Fetched {
    std::optional<Delivery> delivery;      ///< absent: nothing complete is there
    std::optional<TooLarge> too_large;     ///< the newest file, which must be refused; then there is no delivery
    std::vector<std::string> not_ready;    ///< "employees.csv: still growing": left alone, looked at again soon
    std::vector<std::string> passed_over;  ///< "~$staff.xlsx: …": can never be a record, and does not wait
    bool operator==(const Fetched&) const = default;
};

/// What a look at one person found.
struct FetchedPerson {
    /// The whole record that was acknowledged last, with the rows of this one person as they are now and everybody else
    /// as they were. Absent: the source has no such row now. Then nothing is concluded.
    std::optional<Delivery> delivery;
    bool operator==(const FetchedPerson&) const = default;
};

/// A source of employee records of one tenant.
///
/// Contract (tests/contract/source_contract.hpp for folders, live_source_contract.hpp for what answers when it is
/// asked): a delivery is complete or there is none, never silently partial. Nothing is moved, renamed or deleted before
/// `acknowledge`. Any error is a Failure, never an empty answer: a login refused, a host key changed, a folder missing
/// is `blocked`; a lost connection, a stalled peer is `transient`. One call at a time.
class Source {
public:
    virtual ~Source() = default;

    /// Looks once. May wait for a file to stop growing, at most until the deadline.
    virtual boost::asio::awaitable<Result<Fetched>> fetch(Deadline deadline) = 0;

    /// The delivery is safe with us: archive it (with what it superseded), or do nothing where the account may
    /// not move files. Idempotent: a file that is already gone is a success. Its bytes are not looked at, so a receipt
    /// without them is enough.
    virtual boost::asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) = 0;

    /// Whether `fetch_person` can answer now: the system can be asked for one person, and there is a record of before
    /// to put the answer into. A source that has neither reads the whole.
    virtual bool reads_one_person() const { return false; }

    /// The column in which `fetch_person` looks for somebody. Where another one is mapped to the employee's id, or its
    /// text is changed on the way, it would find somebody else. Empty: it looks where the id is.
    virtual std::string person_column() const { return {}; }

    /// Looks at one person, by the key as it stands in the record. The delivery is one like any other: it is read by
    /// the same rules and acknowledged. `blocked`/"reads_whole_only" where `reads_one_person` is false.
    virtual boost::asio::awaitable<Result<FetchedPerson>> fetch_person(EmployeeKey person, Deadline deadline);
};

}  // namespace usersync

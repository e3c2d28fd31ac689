#pragma once
// What is known of the people of the last snapshot: enough to tell that a row says nothing new without reading it.

#include "core/base/fingerprint.hpp"
#include "core/model/employee.hpp"
#include "core/model/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// One person of the last snapshot.
struct KnownPerson {
    Digest row;               ///< of the row they were read from; zero is equal to no row
    Fingerprint content;      ///< of their canonical bytes
    std::uint64_t email = 0;  ///< `email_mark` of their address; 0 when they have none
    std::uint64_t name = 0;   ///< `name_mark` of their name
};

/// A mark that equal addresses share, never 0. Two different ones share it once in many million records; they are then
/// taken for a double and frozen, which a person can see.
std::uint64_t email_mark(std::string_view normalised);

/// A mark that equal names share; 0 when the record says nothing about it. Only rows with one key are compared by it.
std::uint64_t name_mark(const std::optional<PersonName>& name);

/// About 63 bytes a person. Filled once, in the order of keys; then looked up in any order, fastest in that one.
class KnownPeople {
public:
    /// The snapshot whose people they are; 0 before the first.
    SnapshotId base;

    void reserve(std::size_t people);
    /// REQUIRES: keys come in ascending order, each once.
    void add(std::string_view key, const KnownPerson& person);

    std::size_t size() const { return people_.size(); }
    std::string_view key(std::size_t at) const;
    const KnownPerson& person(std::size_t at) const { return people_[at]; }

    /// Rows are not to be recognised: how they are read has changed.
    void forget_rows();

    /// One thread at a time: the place of the last hit is remembered.
    std::optional<std::size_t> find(std::string_view key);

private:
    void build_index();

    std::string keys_;                 // one after another
    std::vector<std::uint32_t> ends_;  // of each key in keys_
    std::vector<KnownPerson> people_;
    std::vector<std::uint32_t> index_;  // place + 1, open addressing; made when a record is not in the order of keys
    std::size_t next_ = 0;              // after the last hit
};

}  // namespace usersync

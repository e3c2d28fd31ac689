#pragma once
// What is known of the people of the last snapshot: enough to tell that a row says nothing new without reading it.

#include "core/base/fingerprint.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// About 60 bytes a person. Filled once, in the order of keys; then looked up in any order, fastest in that order.
class KnownPeople {
public:
    void reserve(std::size_t people);
    /// REQUIRES: keys come in ascending order. A zero `row` is equal to no row.
    void add(std::string_view key, Digest row, Fingerprint content);

    std::size_t size() const { return rows_.size(); }
    std::string_view key(std::size_t at) const;
    const Digest& row(std::size_t at) const { return rows_[at]; }
    const Fingerprint& content(std::size_t at) const { return contents_[at]; }

    std::optional<std::size_t> find(std::string_view key) const;

private:
    void build_index() const;

    std::string keys_;
    std::vector<std::uint32_t> key_ends_;
    std::vector<Digest> rows_;
    std::vector<Fingerprint> contents_;
    mutable std::size_t next_ = 0;              // where the last hit was, plus one: sorted records need no index
    mutable std::vector<std::uint32_t> index_;  // open addressing over XXH3 of the key; made when it is needed
};

}  // namespace usersync::ingest

#include "core/model/known_people.hpp"

#include "core/base/result.hpp"

#include <algorithm>
#include <bit>

namespace usersync {

std::uint64_t email_mark(std::string_view normalised) { return digest_of(normalised).low | 1; }

std::uint64_t name_mark(const std::optional<PersonName>& name) {
    if (!name) return 0;
    std::string text;
    for (const auto* part : {&name->first, &name->infix, &name->last}) text += *part + '\0';
    return digest_of(text).low | 1;
}

void KnownPeople::reserve(std::size_t people) {
    ends_.reserve(people);
    people_.reserve(people);
}

void KnownPeople::add(std::string_view key, const KnownPerson& person) {
    USERSYNC_INVARIANT(people_.empty() || this->key(people_.size() - 1) < key,
                       "known people come in the order of keys");
    USERSYNC_INVARIANT(keys_.size() + key.size() <= UINT32_MAX, "the keys of a record are less than 4 GiB");
    keys_ += key;
    ends_.push_back(static_cast<std::uint32_t>(keys_.size()));
    people_.push_back(person);
}

void KnownPeople::forget_rows() {
    for (auto& person : people_) person.row = {};
}

std::string_view KnownPeople::key(std::size_t at) const {
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    return std::string_view(keys_).substr(begin, ends_[at] - begin);
}

// Most records come in the order of keys, some with people between them that are new: the next known person or the one
// after is nearly always the right one. Only a record in another order pays for the index.
std::optional<std::size_t> KnownPeople::find(std::string_view key) {
    for (std::size_t at = next_; at < std::min(next_ + 2, size()); ++at) {
        if (this->key(at) == key) {
            next_ = at + 1;
            return at;
        }
    }
    if (people_.empty()) return std::nullopt;
    if (index_.empty()) build_index();
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = digest_of(key).low & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
        const std::size_t at = index_[slot] - 1;
        if (this->key(at) == key) {
            next_ = at + 1;
            return at;
        }
    }
    return std::nullopt;
}

void KnownPeople::build_index() {
    index_.assign(std::bit_ceil(2 * size()), 0);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = 0; at < size(); ++at) {
        std::size_t slot = digest_of(key(at)).low & mask;
        while (index_[slot] != 0) slot = (slot + 1) & mask;
        index_[slot] = static_cast<std::uint32_t>(at + 1);
    }
}

}  // namespace usersync

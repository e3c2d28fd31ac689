#include "core/model/snapshot_delta.hpp"

#include "core/model/employee_bytes.hpp"

namespace usersync {
namespace {

KnownPerson known_person(const Employee& employee) {
    const auto& email = employee.profile.email;
    return {.row = {},
            .content = fingerprint_of(canonical_bytes(employee)),
            .email = email && !email->empty() ? email_mark(*email) : 0,
            .name = name_mark(employee.profile.name)};
}

}  // namespace

SnapshotDelta delta_to(const Snapshot& snapshot, KnownPeople& known) {
    SnapshotDelta delta{
        .base = known.base, .meta = snapshot.meta, .issues = snapshot.issues, .frozen = snapshot.frozen};
    std::vector<bool> seen(known.size(), false);
    for (const auto& employee : snapshot.employees) {
        auto person = known_person(employee);
        const auto at = known.find(employee.key.value());
        if (at) seen[*at] = true;
        if (at && known.person(*at).content == person.content) continue;
        delta.changed.add(employee);
        delta.known.push_back(person);
    }
    for (std::size_t at = 0; at < seen.size(); ++at) {
        if (!seen[at]) delta.gone.emplace_back(std::string(known.key(at)));
    }
    return delta;
}

KnownPeople known_of(const PeopleBytes& sorted) {
    KnownPeople known;
    for (const auto& employee : sorted) known.add(employee.key.value(), known_person(employee));
    return known;
}

}  // namespace usersync

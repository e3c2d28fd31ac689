// Any bytes at all as an employee record: never a crash, and never a promise of ingest.hpp broken.

#include "core/ingest/ingest.hpp"
#include "core/ingest/normalise.hpp"
#include "tests/support/columns.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace usersync;

namespace {

ingest::ColumnMap all_columns() {
    using ingest::Field;
    auto map = test::columns({{Field::employee_id, "id"},
                              {Field::email, "mail"},
                              {Field::first_name, "first"},
                              {Field::last_name, "last"},
                              {Field::phone, "phone"},
                              {Field::location, "place"}},
                             {{"shift", "shift"}});
    map.fields[Field::phone].steps = {ingest::step::Phone{"NL"}};
    return map;
}

template <class T>
bool keys_ascend(const std::vector<T>& people) {
    const auto not_below = [](const T& a, const T& b) { return !(a.key < b.key); };
    return std::adjacent_find(people.begin(), people.end(), not_below) == people.end();
}

void check(const ingest::Ingested& ingested) {
    std::vector<Employee> people;
    for (std::size_t at = 0; at < ingested.changed.size(); ++at) people.push_back(ingested.changed.employee(at));
    USERSYNC_INVARIANT(keys_ascend(people), "employees are sorted and their keys unique");
    USERSYNC_INVARIANT(keys_ascend(ingested.frozen), "the frozen are sorted and their keys unique");
    for (const auto& employee : people) {
        USERSYNC_INVARIANT(ingest::is_utf8(employee.key.value()), "a key is UTF-8");
        USERSYNC_INVARIANT(!employee.key.value().empty(), "a key is not empty");
        const auto is_same = [&](const Frozen& frozen) { return frozen.key == employee.key; };
        USERSYNC_INVARIANT(std::none_of(ingested.frozen.begin(), ingested.frozen.end(), is_same),
                           "nobody is both usable and frozen");
        for (const auto& location : employee.locations) {
            USERSYNC_INVARIANT(ingest::is_utf8(location), "a location is UTF-8");
        }
    }
    for (const auto& column : ingested.facts.columns) {
        USERSYNC_INVARIANT(ingest::is_utf8(column), "a column name is UTF-8");
    }
    const auto is_unknown = [](const RecordIssue& issue) { return issue.severity == IssueSeverity::unknown; };
    const auto unknown = std::count_if(ingested.issues.begin(), ingested.issues.end(), is_unknown);
    USERSYNC_INVARIANT(ingested.facts.evidence.unreadable_keys >= static_cast<std::size_t>(unknown),
                       "every row of an unknown person counts");
    USERSYNC_INVARIANT(ingested.content == content_fingerprint(people), "the content is that of the people");
}

/// The same record again, with its people known: nothing is new.
void check_known(std::string_view bytes, const ingest::ColumnMap& map, const record::RecordFormat& format,
                 const ingest::Ingested& first) {
    KnownPeople known;
    for (std::size_t at = 0; at < first.changed.size(); ++at) known.add(first.changed.key(at), first.known[at]);
    const auto again = ingest::ingest_bytes(bytes, map, format, {}, known, {});
    const auto* second = std::get_if<ingest::Ingested>(&again);
    USERSYNC_INVARIANT(second != nullptr, "what was read once is read again");
    USERSYNC_INVARIANT(second->content == first.content, "nobody is lost or won by being known");
    USERSYNC_INVARIANT(second->frozen == first.frozen, "the same people are frozen");
    USERSYNC_INVARIANT(second->gone.empty(), "nobody is gone");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto map = all_columns();
    record::RecordFormat format;
    format.row_bytes_max = 64;  // small, so that short inputs reach it
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    KnownPeople nobody;
    const auto outcome = ingest::ingest_bytes(bytes, map, format, {}, nobody, {});
    if (const auto* ingested = std::get_if<ingest::Ingested>(&outcome)) {
        check(*ingested);
        check_known(bytes, map, format, *ingested);
    }
    return 0;
}

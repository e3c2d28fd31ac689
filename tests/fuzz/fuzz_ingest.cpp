// Any bytes at all as an employee record: never a crash, and never a promise of ingest.hpp broken.

#include "core/ingest/ingest.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace usersync;

namespace {

ingest::FieldMap all_fields() {
    ingest::FieldMap fields;
    fields.employee_id = "id";
    fields.email = "mail";
    fields.first_name = "first";
    fields.last_name = "last";
    fields.phone = "phone";
    fields.location = "place";
    fields.extra = {{"shift", "shift"}};
    return fields;
}

template <class T>
bool keys_ascend(const std::vector<T>& people) {
    const auto not_below = [](const T& a, const T& b) { return !(a.key < b.key); };
    return std::adjacent_find(people.begin(), people.end(), not_below) == people.end();
}

void check(const ingest::Ingested& ingested) {
    USERSYNC_INVARIANT(keys_ascend(ingested.employees), "employees are sorted and their keys unique");
    USERSYNC_INVARIANT(keys_ascend(ingested.frozen), "the frozen are sorted and their keys unique");
    for (const auto& employee : ingested.employees) {
        USERSYNC_INVARIANT(ingest::is_utf8(employee.key.value()), "a key is UTF-8");
        USERSYNC_INVARIANT(!employee.key.value().empty(), "a key is not empty");
        const auto is_same = [&](const Frozen& frozen) { return frozen.key == employee.key; };
        USERSYNC_INVARIANT(std::none_of(ingested.frozen.begin(), ingested.frozen.end(), is_same),
                           "nobody is both usable and frozen");
        for (const auto& location : employee.locations) {
            USERSYNC_INVARIANT(ingest::is_utf8(location), "a location is UTF-8");
        }
    }
    for (const auto& column : ingested.columns) USERSYNC_INVARIANT(ingest::is_utf8(column), "a column name is UTF-8");
    const auto lacks_key = [](const RecordIssue& issue) { return !issue.key; };
    const auto unknown = std::count_if(ingested.issues.begin(), ingested.issues.end(), lacks_key);
    USERSYNC_INVARIANT(ingested.evidence.unreadable_keys >= static_cast<std::size_t>(unknown),
                       "every row of an unknown person counts");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto fields = all_fields();
    ingest::RecordFormat format;
    format.row_bytes_max = 64;  // small, so that short inputs reach it
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto ingested = ingest::ingest(bytes, fields, format);
    if (ingested) check(*ingested);
    return 0;
}

#pragma once
// The invented employee records of make_records, read by the code that reads real ones.

#include "core/ingest/column_map.hpp"
#include "core/ingest/ingest.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::bench {

/// Says why on the error stream and ends the program: a figure of something that failed is none.
[[noreturn]] void give_up(std::string_view why);

std::string file_content(const char* path);

/// A file as the yardsticks see it too: mapped, not copied.
class MappedFile {
public:
    explicit MappedFile(const char* path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view bytes() const { return bytes_; }

private:
    std::string_view bytes_;
};

/// All twelve columns. Telephone numbers stay as they are written: the anchors do not look at them either.
const ingest::ColumnMap& columns();

/// Whatever format the bytes have.
ingest::Ingested read_people(std::string_view bytes, KnownPeople& known, const ingest::RecordBefore& before);

/// Of `changed`, those who were not known before.
std::size_t joiners(const ingest::Ingested& read, KnownPeople& known);

/// {"added":…,"changed":…,"removed":…}
void print_difference(std::size_t added, std::size_t changed, std::size_t removed);

}  // namespace usersync::bench

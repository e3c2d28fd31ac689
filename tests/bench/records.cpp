#include "tests/bench/records.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

namespace usersync::bench {
namespace {

using ingest::Field;
using ingest::Recipe;
using ingest::Step;

Recipe taken_from(std::string column, std::vector<Step> steps = {}) {
    return {.columns = {std::move(column)}, .steps = std::move(steps)};
}

ingest::ColumnMap make_columns() {
    const Step day = ingest::step::Date{"yyyy-MM-dd *"};
    ingest::ColumnMap map;
    map.fields = {
        {Field::employee_id, taken_from("employee_id")},
        {Field::email, taken_from("email")},
        {Field::first_name, taken_from("first_name")},
        {Field::infix, taken_from("infix")},
        {Field::last_name, taken_from("last_name")},
        {Field::job_title, taken_from("job_title")},
        {Field::phone, taken_from("phone")},
        {Field::location, taken_from("location")},
        {Field::department, taken_from("departments", {ingest::step::Split{"|"}})},
        {Field::manager, taken_from("manager_id")},
        {Field::start_date, taken_from("start_date", {day})},
        {Field::end_date, taken_from("end_date", {day})},
    };
    return map;
}

struct Opened {
    int file = -1;
    std::size_t size = 0;
};

Opened opened(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (file < 0 || ::fstat(file, &about) != 0) give_up(std::string(path) + ": cannot be opened");
    return {file, static_cast<std::size_t>(about.st_size)};
}

}  // namespace

void give_up(std::string_view why) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(1);
}

std::string file_content(const char* path) {
    const auto [file, size] = opened(path);
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto count = ::read(file, bytes.data() + filled, bytes.size() - filled);
        if (count <= 0) give_up(std::string(path) + ": cannot be read");
        filled += static_cast<std::size_t>(count);
    }
    ::close(file);
    return bytes;
}

MappedFile::MappedFile(const char* path) {
    const auto [file, size] = opened(path);
    void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (start == MAP_FAILED) give_up(std::string(path) + ": cannot be mapped");
    ::close(file);
    bytes_ = {static_cast<const char*>(start), size};
}

MappedFile::~MappedFile() { ::munmap(const_cast<char*>(bytes_.data()), bytes_.size()); }

const ingest::ColumnMap& columns() {
    static const ingest::ColumnMap map = make_columns();
    return map;
}

ingest::Ingested read_people(std::string_view bytes, KnownPeople& known, const ingest::RecordBefore& before) {
    auto read = ingest::ingest_bytes(bytes, columns(), record::RecordFormat{}, record::RecordLimits{}, known, before);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&read)) give_up(bounce->code + ": " + bounce->sentence);
    return std::get<ingest::Ingested>(std::move(read));
}

std::size_t joiners(const ingest::Ingested& read, KnownPeople& known) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < read.changed.size(); ++at) {
        const auto place = known.find(read.changed.key(at));
        count += place ? 0 : 1;
    }
    return count;
}

void print_difference(std::size_t added, std::size_t changed, std::size_t removed) {
    std::printf("{\"added\":%zu,\"changed\":%zu,\"removed\":%zu}\n", added, changed, removed);
}

}  // namespace usersync::bench

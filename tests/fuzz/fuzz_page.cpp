// Any bytes as an answer's page: read or refused; what is read are lines that can be taken apart again.

#include "core/rest/json_line.hpp"
#include "core/rest/page.hpp"

#include <cstdint>
#include <cstdlib>

using namespace usersync::rest;

namespace {

FieldPath path(std::string_view text) { return std::get<FieldPath>(parse_field_path(text)); }

ListRule list_with(bool is_map) {
    ListRule list;
    list.records.paths = {path("rows"), path("d.results"), path("d")};
    if (is_map) list.records.shape = RecordRule::Shape::map;
    list.records.map_key = "key";
    list.records.key = "id";
    list.records.fields = {{.name = "id", .paths = {path("id"), path("n[0]")}},
                           {.name = "mail", .paths = {path("m[t=w].v")}, .date = DateRule{}},
                           {.name = "all", .paths = {path("n.*"), path("\"a.b\"")}}};
    list.records.other_members = true;
    list.records.dates = DateRule{};
    list.records.keep = {{.path = path("k"), .texts = {"x"}, .is_not = true}};
    list.records.refused_texts = {"(replaced)"};
    list.paging = paging::NextLink{.paths = {path("next"), path("l[r=next].h")}};
    list.stop.total = path("total");
    return list;
}

void check(const ListRule& rule, const DeltaRule* delta, PageReader::Purpose purpose, const std::string& body) {
    PageReader reader(rule, delta, purpose);
    std::string lines;
    const auto facts = reader.read(body, lines);
    if (!facts) return;
    std::size_t count = 0;
    std::string_view rest = lines;
    std::string_view line;
    while (next_line(rest, line)) {
        if (purpose == PageReader::Purpose::delta) line.remove_prefix(1);
        if (!is_line(line)) std::abort();
        static_cast<void>(text_of(line, "id"));
        ++count;
    }
    if (count > facts->received) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(bytes), size);
    static const DeltaRule delta{.link_paths = {path("delta")}, .removed = path("gone")};
    static const auto mark = path("l[r=next].h");
    static const auto list = list_with(false);
    static const auto map = list_with(true);
    check(list, nullptr, PageReader::Purpose::full, body);
    check(map, &delta, PageReader::Purpose::delta, body);
    static_cast<void>(texts_at(body, mark));
    return 0;
}

// Ours, for P9: a connector's answer, decoded page by page into lines as the ingest takes them.
//
//     bench_pages FILE.json [declared]
#include "core/rest/page.hpp"
#include "tests/bench/records.hpp"

#include <cstdio>
#include <string_view>

int main(int count, char** arguments) {
    using namespace usersync;
    if (count < 2) bench::give_up("usage: bench_pages FILE.json [declared]");
    const bench::MappedFile file(arguments[1]);
    rest::ListRule list;
    const auto path = [](std::string_view text) { return std::get<rest::FieldPath>(rest::parse_field_path(text)); };
    list.records.paths = {path("rows")};
    list.records.other_members = count == 2;
    list.records.refused_texts = {"(replaced)"};
    list.records.dates = rest::DateRule{};
    if (count > 2) {
        for (const auto* name : {"Medewerker", "Roepnaam", "Voorvoegsel", "Geboortenaam", "Email_werk", "Functie",
                                 "Afdeling", "Locatie", "Telefoonnr_werk", "UPN", "Begindatum", "Einddatum"}) {
            list.records.fields.push_back({.name = name, .paths = {path(name)}});
        }
    }
    rest::PageReader reader(list, nullptr, rest::PageReader::Purpose::full);
    std::string lines;
    const auto facts = reader.read(std::string(file.bytes()), lines);
    if (!facts) bench::give_up(describe(facts.error()));
    std::printf("{\"rows\":%zu,\"bytes\":%zu}\n", facts->received, lines.size());
    return 0;
}

// Yardstick for reading a connector's answer: every name and every value of {"rows": [{…}, …]} is touched once, by
// simdjson on demand, and nothing is kept.
//
//     yardstick_json FILE.json
#include <simdjson.h>

#include <cstddef>
#include <cstdio>
#include <string_view>

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: yardstick_json FILE.json\n", stderr);
        return 2;
    }
    std::size_t rows = 0, texts = 0, bytes = 0;
    try {
        const simdjson::padded_string text = simdjson::padded_string::load(arguments[1]);
        simdjson::ondemand::parser parser;
        simdjson::ondemand::document document = parser.iterate(text);
        for (simdjson::ondemand::object row : document["rows"].get_array()) {
            ++rows;
            for (auto field : row) {
                bytes += std::string_view(field.unescaped_key()).size();
                simdjson::ondemand::value value = field.value();
                if (value.type() != simdjson::ondemand::json_type::string) continue;
                ++texts;
                bytes += std::string_view(value.get_string()).size();
            }
        }
    } catch (const simdjson::simdjson_error& error) {
        std::fprintf(stderr, "%s: %s\n", arguments[1], error.what());
        return 1;
    }
    std::printf("{\"rows\":%zu,\"texts\":%zu,\"bytes\":%zu}\n", rows, texts, bytes);
    return 0;
}

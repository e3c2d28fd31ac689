#include "daemon/log/log.hpp"

#include <catch2/catch.hpp>

using namespace usersync::log;

TEST_CASE("an event is a level, a name and its fields in order", "[daemon][log]") {
    CHECK(format_line(Level::info, "run_done", {{"tenant", "shop"}, {"run", 12}, {"created", std::size_t(3)}},
                      Format::key_value) == "level=info event=run_done tenant=shop run=12 created=3");
    CHECK(format_line(Level::error, "run_failed", {}, Format::key_value) == "level=error event=run_failed");
    CHECK(format_line(Level::debug, "x", {}, Format::key_value) == "level=debug event=x");
    CHECK(format_line(Level::warn, "x", {{"change", -1}}, Format::key_value) == "level=warn event=x change=-1");
}

TEST_CASE("a value that could be misread is quoted, so that one event is one line", "[daemon][log]") {
    struct Row {
        std::string value;
        const char* written;
    };
    const auto row = GENERATE(
        Row{"plain-value_1.0/x:y", "plain-value_1.0/x:y"}, Row{"", "\"\""}, Row{"two words", "\"two words\""},
        Row{"a=b", "\"a=b\""}, Row{"say \"no\"", "\"say \\\"no\\\"\""}, Row{"back\\slash", "\"back\\\\slash\""},
        Row{"line\nbreak\r\n", "\"line\\nbreak\\u000d\\n\""}, Row{"\ttab", "\"\\ttab\""},
        Row{std::string("nul\0byte", 8), "\"nul\\u0000byte\""}, Row{"\x1b[31mred", "\"\\u001b[31mred\""},
        Row{"\x7f", "\"\\u007f\""}, Row{"caf\u00e9 \u65e5\u672c \U0001F600", "\"caf\u00e9 \u65e5\u672c \U0001F600\""},
        Row{"caf\u00e9", "\"caf\u00e9\""}, Row{"next\u0085line", "\"next\\u0085line\""},
        Row{"para\u2029graph", "\"para\\u2029graph\""}, Row{"latin-1 \xe9t\xe9", "\"latin-1 \\ufffdt\\ufffd\""},
        Row{"cut \xe6\x97", "\"cut \\ufffd\\ufffd\""}, Row{"overlong \xc0\xaf", "\"overlong \\ufffd\\ufffd\""},
        Row{"surrogate \xed\xa0\x80", "\"surrogate \\ufffd\\ufffd\\ufffd\""});
    INFO(row.value);

    CHECK(format_line(Level::info, "e", {{"v", row.value}}, Format::key_value) ==
          "level=info event=e v=" + std::string(row.written));
}

TEST_CASE("in JSON an event is one object with numbers as numbers", "[daemon][log]") {
    CHECK(format_line(Level::warn, "plan_held",
                      {{"tenant", "shop"}, {"operations", 200}, {"reason", "more than 5 %,\n\"look\""}, {"note", ""}},
                      Format::json) ==
          "{\"level\":\"warn\",\"event\":\"plan_held\",\"tenant\":\"shop\",\"operations\":200,"
          "\"reason\":\"more than 5 %,\\n\\\"look\\\"\",\"note\":\"\"}");
}

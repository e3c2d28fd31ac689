#include "daemon/config/lookup_file.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

using namespace usersync;
using namespace usersync::config;
using Rows = std::vector<LookupRow>;

namespace {

Result<Rows> rows_of(std::string_view content) { return lookup_rows(content, "codes.csv"); }

std::string code_of(std::string_view content) {
    const auto rows = rows_of(content);
    return rows ? std::string() : rows.error().code;
}

}  // namespace

TEST_CASE("a lookup's file has two columns, whatever stands between them", "[daemon][config]") {
    const Rows expected{{1, "A", "Active"}, {2, "B, C", "x"}};
    CHECK(rows_of("A;Active\nB, C;x\n").value() == expected);
    CHECK(rows_of("A,Active\n\"B, C\",x\n").value() == expected);
    CHECK(rows_of("A\tActive\r\nB, C\tx").value() == expected);
    CHECK(rows_of("A|Active\nB, C|x").value() == expected);
    CHECK(rows_of("\xEF\xBB\xBF"
                  "A;Active\n")
              .value() == Rows{{1, "A", "Active"}});
}

TEST_CASE("rows of a lookup's file are trimmed, blank ones left out, the second column may be empty",
          "[daemon][config]") {
    CHECK(rows_of("\n A ; Active \n;\n\nX;\n").value() == Rows{{2, "A", "Active"}, {5, "X", ""}});
    CHECK(rows_of("").value().empty());
}

TEST_CASE("a lookup's file that is damaged is refused as a whole", "[daemon][config]") {
    CHECK(code_of("A;1\nB;2;3\n") == "lookup_bad_row");
    CHECK(code_of("A\n") == "lookup_bad_row");
    CHECK(code_of("A;1\n;2\n") == "lookup_bad_row");
    CHECK(code_of("A;1\n\"B;2\n") == "lookup_bad_row");
    CHECK(code_of("A;Zo\xEB\n") == "lookup_not_utf8");
}

// Any bytes as a rule's expression: read or refused with places in it, and what is read tells of everybody without
// fail.

#include "core/base/result.hpp"
#include "core/rules/expression.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace usersync;
using namespace usersync::rules;

namespace {

const FieldNames& names() {
    static const FieldNames all({{"department", FieldType::list, {"Department"}},
                                 {"job_title", FieldType::text, {"Jobtitle"}},
                                 {"internal.status", FieldType::text, {}},
                                 {"division", FieldType::text, {"Name"}},
                                 {"fte", FieldType::text, {"name"}},
                                 {"contract_end", FieldType::date, {}}});
    return all;
}

const std::array<Employee, 3>& people() {
    static const std::array<Employee, 3> all = [] {
        std::array<Employee, 3> made;
        made[0].key = EmployeeKey("0004711");
        made[0].departments = {"WW", "HR"};
        made[0].profile.job_title = "Assistent bedrijfsleider";
        made[0].extra = {{"internal.status", "Active"}, {"division", "WR"}, {"fte", "0,8"}};
        made[0].employment.start_date = "2026-03-10";
        made[1].key = EmployeeKey("-0");
        made[1].extra = {{"division", ""}, {"fte", "\xFF\xC3"}};
        made[2].key = EmployeeKey("123456789012345678901234567890");
        made[2].departments = {""};
        made[2].profile.name = PersonName{"Chloé", "", "ÅSTRÖM"};
        made[2].extra = {{"contract_end", "9999-12-31"}};
        made[2].employment.start_date = "soon";
        made[2].employment.end_date = "0001-01-01";
        return made;
    }();
    return all;
}

void check_problems(std::string_view text, const ParsedExpression& parsed) {
    std::size_t before = 0;
    bool wrong = false;
    for (const auto& problem : parsed.problems) {
        const auto& place = problem.place;
        USERSYNC_INVARIANT(place.offset >= before, "problems are in the order of the text");
        USERSYNC_INVARIANT(place.offset + place.length <= text.size(), "a problem's place is in the text");
        USERSYNC_INVARIANT(!problem.code.empty() && !problem.sentence.empty(), "a problem says what it is");
        USERSYNC_INVARIANT(!underlined(text, place).empty(), "a place can be shown");
        before = place.offset;
        wrong = wrong || problem.severity == ExpressionProblem::Severity::error;
    }
    USERSYNC_INVARIANT(parsed.expression.has_value() == !wrong, "an expression without errors, and no other, is read");
}

void check_places(std::string_view text, const Trace& trace) {
    USERSYNC_INVARIANT(trace.place.offset + trace.place.length <= text.size(), "a part's place is in the text");
    USERSYNC_INVARIANT(trace.parts.empty() == (trace.kind == Trace::Kind::test), "all but tests have parts");
    for (const auto& part : trace.parts) check_places(text, part);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto parsed = parse_expression(text, names());
    check_problems(text, parsed);
    if (!parsed.expression) return 0;
    USERSYNC_INVARIANT(parsed.expression->text() == text, "an expression keeps its text");
    const Day today = std::chrono::year(2026) / 3 / 1;
    for (const auto& person : people()) {
        const auto trace = parsed.expression->trace(person, names(), today);
        check_places(text, trace);
        USERSYNC_INVARIANT(trace.holds == parsed.expression->matches(person, names(), today),
                           "a trace agrees with the verdict");
        USERSYNC_INVARIANT(obstacles(trace).empty() == trace.holds, "something stands in the way or it holds");
    }
    return 0;
}

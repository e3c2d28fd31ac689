// What Speakap publishes about expressions, as facts: these rules are pasted, not rewritten.

#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

Employee with_id(const std::string& id) {
    auto employee = anna();
    employee.key = EmployeeKey(id);
    return employee;
}

}  // namespace

TEST_CASE("published: a department by its code", "[core][rules][published]") {
    CHECK(matches(R"(Department == "WW")", anna()));
    CHECK_FALSE(matches(R"(Department == "WW")", chloe()));
}

TEST_CASE("published: an id in a range of numbers, leading zeros or not", "[core][rules][published]") {
    CHECK(matches("externalId >= 100", with_id("100")));
    CHECK(matches("externalId >= 100", with_id("0004711")));
    CHECK_FALSE(matches("externalId >= 100", with_id("00099")));
    CHECK_FALSE(matches("externalId >= 100", with_id("A100")));
}

TEST_CASE("published: a part of the job title and a department", "[core][rules][published]") {
    const auto* rule = R"(includes('Jobtitle', "bedrijfsleider") and Department == "WW")";

    CHECK(matches(rule, anna()));
    auto other_job = anna();
    other_job.profile.job_title = "Verkoopmedewerker";
    CHECK_FALSE(matches(rule, other_job));
    auto other_department = anna();
    other_department.departments = {"HR", "WW"};
    CHECK_FALSE(matches(rule, other_department));
}

TEST_CASE("published: a division, except ids that begin with some digits", "[core][rules][published]") {
    const auto* rule = R"(Division == "WR" and not(startsWith(externalId, "0004")))";

    CHECK_FALSE(matches(rule, anna()));
    CHECK(matches(rule, with_id("4711")));
    CHECK_FALSE(matches(rule, chloe()));
}

TEST_CASE("published: the rule for who is active", "[core][rules][published]") {
    CHECK(matches(R"(internal.status == "Active")", anna()));
    CHECK_FALSE(matches(R"(internal.status == "Active")", bram()));
}

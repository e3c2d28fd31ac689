#pragma once
// The people and the names that the tests of expressions speak of.

#include "core/rules/expression.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace usersync::test {

/// A tenant whose record has the columns that Speakap's published examples use.
inline const rules::FieldNames& example_names() {
    using rules::FieldType;
    static const rules::FieldNames names({{"department", FieldType::list, {"Department"}},
                                          {"location", FieldType::list, {"Store"}},
                                          {"job_title", FieldType::text, {"Jobtitle"}},
                                          {"internal.status", FieldType::text, {}},
                                          {"division", FieldType::text, {"Division"}},
                                          {"cost_center", FieldType::text, {"Cost center", "Kostenplaats 2"}},
                                          {"fte", FieldType::text, {"FTE"}},
                                          {"contract_end", FieldType::date, {}},
                                          {"straße", FieldType::text, {}}});
    return names;
}

/// The day on which the tests take place.
inline Day example_today() { return *day_from("2026-03-01"); }

/// Department WW (and HR), stores 12 and 14, started on 2026-03-10, number 0004711.
inline Employee anna() {
    Employee anna{.key = EmployeeKey("0004711"),
                  .profile = {},
                  .locations = {"Store 12", "Store 14"},
                  .departments = {"WW", "HR"},
                  .extra = {{"internal.status", "Active"},
                            {"division", "WR"},
                            {"cost_center", "0420"},
                            {"fte", "0,8"},
                            {"straße", "Hauptstraße"}},
                  .employment = {}};
    anna.profile.email = "anna@example.com";
    anna.profile.name = PersonName{"Anna", "de", "Vries"};
    anna.profile.job_title = "Assistent bedrijfsleider";
    anna.employment.upn = "anna@example.com";
    anna.employment.start_date = "2026-03-10";
    anna.employment.status = "active";
    return anna;
}

/// Nobody has said anything about them but their number, and two cells are empty.
inline Employee bram() {
    Employee bram{.key = EmployeeKey("99"), .profile = {}, .extra = {{"division", ""}}, .employment = {}};
    bram.profile.job_title = "";
    return bram;
}

/// Dates that are none, numbers that are none or long, letters of other alphabets.
inline Employee chloe() {
    Employee chloe{.key = EmployeeKey("A-17"),
                   .profile = {},
                   .locations = {"Зал 3"},
                   .departments = {"ICT \"core\""},
                   .extra = {{"division", "wr"},
                             {"cost_center", "123456789012345678901234567890"},
                             {"fte", "full"},
                             {"contract_end", "31-12-2026"}},
                   .employment = {}};
    chloe.profile.name = PersonName{"Chloé", "", "ÅSTRÖM"};
    chloe.profile.job_title = "C:\\Beheer";
    chloe.employment.start_date = "soon";
    chloe.employment.end_date = "2026-03-01";
    return chloe;
}

inline std::string sentences(const rules::ParsedExpression& parsed) {
    std::string text;
    for (const auto& problem : parsed.problems) text += problem.code + ": " + problem.sentence + '\n';
    return text;
}

/// An expression that must be free of errors.
inline rules::Expression expression(const std::string& text, const rules::FieldNames& names = example_names()) {
    auto parsed = rules::parse_expression(text, names);
    if (!parsed.expression) throw std::logic_error(text + "\n" + sentences(parsed));
    return *parsed.expression;
}

inline bool matches(const std::string& text, const Employee& employee) {
    return expression(text).matches(employee, example_names(), example_today());
}

}  // namespace usersync::test

#include "core/ingest/survey_roles.hpp"

#include "core/ingest/heading.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace usersync::ingest {
namespace {

constexpr int score_min = 40;
constexpr int fitting = 20;
constexpr int unfitting = -15;
constexpr int empty_cost = -25;
constexpr int look_alone = 45;  // what the look of the values is worth without a heading that says so
constexpr std::size_t languages_max = 60;
constexpr std::size_t statuses_max = 100;
constexpr std::size_t infixes_max = 500;

// How the values fit a field: points, or nothing when they rule it out.
using Fit = std::optional<int>;
constexpr Fit ruled_out = std::nullopt;

bool is_one_of(Look look, std::initializer_list<Look> looks) {
    return std::find(looks.begin(), looks.end(), look) != looks.end();
}

bool is_no_text(Look look) { return is_one_of(look, {Look::email, Look::date, Look::percentage}); }

Fit fit_of_id(const ColumnSurvey& column, const Tally& tally) {
    if (is_no_text(column.look) || is_one_of(column.look, {Look::boolean, Look::name}) || tally.is_plainly_phone()) {
        return ruled_out;
    }
    return tally.all_differ() ? fitting : unfitting;
}

Fit fit_of_phone(const ColumnSurvey& column) {
    if (column.look == Look::phone) return fitting;
    return is_one_of(column.look, {Look::email, Look::date, Look::name, Look::boolean}) ? ruled_out : Fit(unfitting);
}

Fit fit_of_date(const ColumnSurvey& column, const Tally& tally) {
    return column.look == Look::date || tally.may_be_serial_days() ? Fit(fitting) : ruled_out;
}

Fit fit_of_few(const ColumnSurvey& column, std::size_t distinct_max) {
    if (is_no_text(column.look) || column.look == Look::phone) return ruled_out;
    const bool is_few = column.distinct <= distinct_max && !column.is_more_than_distinct;
    return is_few ? Fit(fitting) : Fit(unfitting);
}

Fit fit_of_name(const ColumnSurvey& column) {
    if (is_one_of(column.look, {Look::name, Look::text})) return fitting;
    return ruled_out;
}

Fit fit_of_text(const ColumnSurvey& column) {
    if (is_no_text(column.look) || column.look == Look::boolean) return ruled_out;
    return is_one_of(column.look, {Look::name, Look::text}) ? Fit(fitting) : Fit(unfitting);
}

Fit fit_of(Field field, const ColumnSurvey& column, const Tally& tally) {
    if (column.look == Look::empty) return field == Field::employee_id ? ruled_out : Fit(empty_cost);
    switch (field) {
        case Field::employee_id: return fit_of_id(column, tally);
        case Field::email: return column.look == Look::email ? Fit(fitting) : ruled_out;
        case Field::phone: return fit_of_phone(column);
        case Field::start_date:
        case Field::end_date: return fit_of_date(column, tally);
        case Field::language: return fit_of_few(column, languages_max);
        case Field::status: return fit_of_few(column, statuses_max);
        case Field::manager: return is_one_of(column.look, {Look::name, Look::email}) ? ruled_out : fit_of_text(column);
        case Field::upn:
            return is_one_of(column.look, {Look::date, Look::phone, Look::boolean}) ? ruled_out : Fit(fitting);
        case Field::first_name:
        case Field::last_name:
        case Field::name: return fit_of_name(column);
        case Field::infix: {
            if (!is_one_of(column.look, {Look::name, Look::text})) return ruled_out;
            return fit_of_few(column, infixes_max);
        }
        case Field::job_title:
        case Field::location:
        case Field::department: return fit_of_text(column);
    }
    return ruled_out;
}

struct Candidate {
    int score = 0;
    std::size_t column = 0;
    Field field = Field::employee_id;
    bool is_whole = false;
    bool by_look_alone = false;
};

std::vector<Candidate> candidates_of(const Survey& survey, const std::vector<Tally>& tallies) {
    std::vector<Candidate> candidates;
    for (std::size_t at = 0; at < survey.columns.size(); ++at) {
        const auto& column = survey.columns[at];
        for (const auto& match : match_heading(column.name)) {
            const auto fit = fit_of(match.field, column, tallies[at]);
            if (!fit || match.score + *fit < score_min) continue;
            candidates.push_back(
                {.score = match.score + *fit, .column = at, .field = match.field, .is_whole = match.is_whole});
        }
        if (column.look == Look::email) {
            candidates.push_back({.score = look_alone, .column = at, .field = Field::email, .by_look_alone = true});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    return candidates;
}

std::string why(const Candidate& candidate, const ColumnSurvey& column, const Tally& tally) {
    std::string reason = candidate.by_look_alone ? "the values look so, though the heading does not say it"
                         : candidate.is_whole    ? "a usual heading for it"
                                                 : "the heading contains a usual one";
    if (column.look == Look::empty) return reason + "; but the column is empty";
    if (candidate.field == Field::employee_id) {
        reason += !tally.all_differ()            ? "; but values occur more than once: several rows per person?"
                  : column.is_more_than_distinct ? "; no value was seen twice"
                                                 : "; all values differ";
    }
    if (candidate.field == Field::email && !tally.all_differ()) reason += "; but addresses occur more than once";
    return reason;
}

using Taken = std::map<Field, std::size_t>;

void take(Survey& survey, const std::vector<Tally>& tallies, const Candidate& candidate, Taken& taken) {
    auto& column = survey.columns[candidate.column];
    column.role = candidate.field;
    column.reason = why(candidate, column, tallies[candidate.column]);
    taken[candidate.field] = candidate.column;
}

// Ids by their look: the first column that is always filled, never repeats a value and looks like nothing else.
void find_ids_by_look(Survey& survey, Taken& taken) {
    if (taken.contains(Field::employee_id)) return;
    for (std::size_t at = 0; at < survey.columns.size(); ++at) {
        auto& column = survey.columns[at];
        const bool is_full = column.filled == survey.rows && survey.rows > 1;
        if (column.role || column.look != Look::id || !is_full) continue;
        column.role = Field::employee_id;
        column.reason = "every row has one and all differ, though the heading does not say that it is an id";
        taken[Field::employee_id] = at;
        return;
    }
}

// "Voornaam, Tussenvoegsel, Naam": beside a column of first names the name is the last one.
void settle_names(Survey& survey, Taken& taken) {
    const auto name = taken.find(Field::name);
    if (name == taken.end()) return;
    auto& column = survey.columns[name->second];
    if (taken.contains(Field::last_name)) {
        column.role.reset();
        column.reason = "the name again, which other columns have in parts";
    } else if (taken.contains(Field::first_name)) {
        column.role = Field::last_name;
        column.reason = "a heading for a name, beside a column of first names";
    } else {
        return;
    }
    taken.erase(Field::name);
}

// Two columns of one name cannot be told apart in a mapping.
void drop_doubled(Survey& survey) {
    for (auto& column : survey.columns) {
        if (!column.role) continue;
        const auto name = fold_name(column.name);
        const auto same = std::count_if(survey.columns.begin(), survey.columns.end(),
                                        [&](const ColumnSurvey& other) { return fold_name(other.name) == name; });
        if (same < 2) continue;
        column.role.reset();
        column.reason = "two columns have this heading: a column that is used must have one of its own";
    }
}

// Numbers below a heading for a date are days as a spreadsheet counts them.
void settle_dates(ColumnSurvey& column, const Tally& tally) {
    const bool is_date = column.role == Field::start_date || column.role == Field::end_date;
    if (!is_date || column.look == Look::date || !tally.may_be_serial_days()) return;
    column.look = Look::date;
    column.date_patterns = {"excel"};
    column.reason += "; numbers as a spreadsheet counts days";
}

void explain_without_role(ColumnSurvey& column, const Tally& tally) {
    if (column.role || !column.reason.empty() || column.look == Look::empty) return;
    const auto matches = match_heading(column.name);
    if (matches.empty() || !matches.front().is_whole || fit_of(matches.front().field, column, tally)) return;
    column.reason =
        "a usual heading for " + std::string(to_string(matches.front().field)) + ", but the values do not look so";
}

}  // namespace

void assign_roles(Survey& survey, const std::vector<Tally>& tallies) {
    if (!survey.has_header) return;
    Taken taken;
    std::set<std::size_t> used;
    for (const auto& candidate : candidates_of(survey, tallies)) {
        if (taken.contains(candidate.field) || used.contains(candidate.column)) continue;
        take(survey, tallies, candidate, taken);
        used.insert(candidate.column);
    }
    find_ids_by_look(survey, taken);
    settle_names(survey, taken);
    drop_doubled(survey);
    for (std::size_t at = 0; at < survey.columns.size(); ++at) {
        auto& column = survey.columns[at];
        settle_dates(column, tallies[at]);
        explain_without_role(column, tallies[at]);
        const bool are_shares = is_one_of(column.look, {Look::number, Look::id}) && tallies[at].may_be_shares();
        if (are_shares && says_percentage(column.name)) column.look = Look::percentage;
    }
}

}  // namespace usersync::ingest

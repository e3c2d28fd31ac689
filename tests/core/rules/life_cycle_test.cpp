// Who belongs in the network on a day, and who cannot be taken in as they are.
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

using Life = rules::WrittenLifeCycle;

struct Case {
    std::string what;
    Life life;
    std::optional<std::string> start;
    std::optional<std::string> end;
    std::string status;
    std::string outcome;  ///< "in" or the absence
};

Life life(void (*change)(Life&)) {
    Life written;
    change(written);
    return written;
}

std::string outcome_of(const Case& c) {
    Rules rules;
    rules.text.life_cycle = c.life;
    auto person = employee("1");
    person.employment.start_date = c.start;
    person.employment.end_date = c.end;
    person.employment.status = c.status;
    const auto network = desired(rules, {person}, day("2026-06-15"));
    return network.not_wanted.empty() ? "in" : outcome(network);
}

}  // namespace

TEST_CASE("who belongs in the network on 15 June", "[core][rules]") {
    const Life plain;
    const auto leads = life([](Life& l) { l.start_lead_days = 14; });
    const auto delays = life([](Life& l) { l.end_delay_days = 7; });
    const auto no_dates = life([](Life& l) {
        l.uses_start_date = false;
        l.uses_end_date = false;
    });
    const auto active = life([](Life& l) { l.active = written("status != \"left\""); });
    const auto leave = life([](Life& l) { l.leave = written("status == \"leave\""); });
    const auto leave_suspends = life([](Life& l) {
        l.leave = written("status == \"leave\"");
        l.leave_suspends = true;
        l.active = written("status != \"left\"");
    });
    const auto none = std::optional<std::string>();
    const auto c = GENERATE_COPY(values<Case>({
        {"the record says no dates", plain, none, none, "", "in"},
        {"its cells are empty", plain, "", "", "", "in"},
        {"starts today", plain, "2026-06-15", none, "", "in"},
        {"starts tomorrow", plain, "2026-06-16", none, "", "not_started"},
        {"starts in two weeks, and may come in two weeks before", leads, "2026-06-29", none, "", "in"},
        {"starts a day later than that", leads, "2026-06-30", none, "", "not_started"},
        {"today is the last day", plain, none, "2026-06-15", "", "in"},
        {"yesterday was the last day", plain, none, "2026-06-14", "", "ended"},
        {"ended a week ago, and may stay a week", delays, none, "2026-06-08", "", "in"},
        {"ended a day before that", delays, none, "2026-06-07", "", "ended"},
        {"dates are not looked at", no_dates, "2026-07-01", "2026-01-01", "", "in"},
        {"ended before it began: ended counts", plain, "2026-07-01", "2026-06-01", "", "ended"},
        {"a text that is no day restricts nobody", plain, "soon", "never", "", "in"},
        {"active", active, none, none, "employed", "in"},
        {"not active", active, none, none, "left", "inactive"},
        {"not active is stronger than the end date", active, none, "2026-06-01", "left", "inactive"},
        {"on leave, and leave means nothing here", leave, none, none, "leave", "in"},
        {"on leave", leave_suspends, none, none, "leave", "on_leave"},
        {"not started is stronger than on leave", leave_suspends, "2026-07-01", none, "leave", "not_started"},
        {"ended is stronger than on leave", leave_suspends, none, "2026-06-01", "leave", "ended"},
    }));
    INFO(c.what);
    CHECK(outcome_of(c) == c.outcome);
}

TEST_CASE("a rule about a field in which the record says nothing takes no account", "[core][rules]") {
    struct Silence {
        std::string what;
        Life life;
        std::optional<std::string> status;  ///< none: the record says nothing
        std::string job_title;
        std::optional<std::string> end;
        std::string outcome;
    };
    const auto when = [](const char* active, const char* leave) {
        Life life;
        if (active != nullptr) life.active = written(active);
        if (leave != nullptr) life.leave = written(leave);
        life.leave_suspends = true;
        return life;
    };
    const auto nothing = std::optional<std::string>();
    const auto c = GENERATE_COPY(values<Silence>({
        {"active by a status that is not said", when("status == \"Active\"", nullptr), nothing, "", nothing, "unclear"},
        {"not left by a status that is not said", when("status != \"Left\"", nullptr), nothing, "", nothing, "unclear"},
        {"an empty cell that is no matter of keeping says something", when("status == \"Active\"", nullptr), "", "",
         nothing, "inactive"},
        {"another field says no", when("status == \"Active\" and job_title == \"Baker\"", nullptr), nothing, "Cook",
         nothing, "inactive"},
        {"another field says yes", when("status == \"Active\" or job_title == \"Baker\"", nullptr), nothing, "Baker",
         nothing, "in"},
        {"not the other way round", when("not(status == \"Left\" or job_title == \"Cook\")", nullptr), nothing, "Baker",
         nothing, "unclear"},
        {"the rule asks whether there is a status", when("not(empty(status))", nullptr), nothing, "", nothing,
         "inactive"},
        {"and takes none for active", when("empty(status) or status == \"Active\"", nullptr), nothing, "", nothing,
         "in"},
        {"the last day is over, whatever the status says", when("status == \"Active\"", nullptr), nothing, "",
         "2026-06-01", "ended"},
        {"on leave by a status that is not said", when(nullptr, "status == \"Leave\""), nothing, "", nothing,
         "unclear"},
        {"on leave by something that is", when(nullptr, "status == \"Leave\" or job_title == \"None\""), nothing,
         "None", nothing, "on_leave"},
        {"not active is stronger than leave that is not said", when("job_title == \"Baker\"", "status == \"Leave\""),
         nothing, "Cook", nothing, "inactive"},
        {"leave is said, and active is not", when("status == \"Active\"", "job_title == \"None\""), nothing, "None",
         nothing, "unclear"},
    }));
    INFO(c.what);
    Rules rules;
    rules.text.life_cycle = c.life;
    auto person = employee("1", {}, {}, c.job_title);
    person.employment.status = c.status;
    person.employment.end_date = c.end;
    const auto network = desired(rules, {person});

    CHECK((network.not_wanted.empty() ? "in" : outcome(network)) == c.outcome);
}

TEST_CASE("whoever cannot be judged is told with the field that says nothing", "[core][rules]") {
    Rules rules;
    rules.text.life_cycle.active = written("status == \"employed\" or job_title == \"Baker\"", 3);

    const auto network = desired(rules, {employee("1", {}, {}, "Cook")});

    REQUIRE(network.not_wanted.size() == 1);
    CHECK(network.not_wanted[0].reason == Reason{"life_cycle.active", {"tenant.toml", 3, 10}, "status", ""});
}

TEST_CASE("an absence says what decided", "[core][rules]") {
    Rules rules;
    rules.text.life_cycle.active = written("status == \"employed\" and startsWith(email, \"1\")", 3);
    auto left = employee("1");
    left.employment.status = "left";
    auto ended = employee("2");
    ended.employment.status = "employed";
    ended.profile.email = "1@shop.example";
    ended.employment.end_date = "2026-06-01";

    const auto network = desired(rules, {left, ended});

    REQUIRE(network.not_wanted.size() == 2);
    CHECK(network.not_wanted[0].reason == Reason{"life_cycle.active", {"tenant.toml", 3, 10}, "status, email", "left"});
    CHECK(network.not_wanted[1].reason == Reason{"life_cycle.end_date", {}, "end_date", "2026-06-01"});
}

TEST_CASE("people whom the network can hardly take are shown where the tenant wants that", "[core][rules]") {
    struct Admission {
        std::string what;
        Rules rules;
        std::optional<std::string> email;
        std::string outcome;  ///< "in" or the absence
    };
    const auto all = [] { return Rules().row({}, topic("All")); };
    const auto report_units = [](Rules rules) {
        rules.text.without_business_unit = Admit::report;
        return rules;
    };
    const auto report_groups = [](Rules rules) {
        rules.text.without_group = Admit::report;
        return rules;
    };
    const auto with_name = [](Rules rules, const char* text) {
        rules.text.user_name = written(text);
        return rules;
    };
    const auto without_report = [](Rules rules) {
        rules.text.without_email = Admit::yes;
        return rules;
    };
    auto keeping = about("1");
    keeping.keep_in_groups = {unit("A")};
    const std::string address = "a@shop.example";
    const std::optional<std::string> none;
    const auto c = GENERATE_COPY(values<Admission>({
        {"an address", all(), address, "in"},
        {"an empty cell", all(), "", "no_email"},
        {"no word about it", all(), none, "no_email"},
        {"the tenant admits them", without_report(all()), none, "in"},
        {"asked in by SMS", all().invite("sms", ""), none, "in"},
        {"on paper", all().invite("printable", ""), none, "in"},
        {"by single sign-on", all().invite("single_sign_on", ""), none, "in"},
        {"not asked in at all", all().invite("none", ""), none, "in"},
        {"asked in by e-mail", all().invite("email", ""), none, "no_email"},
        {"a user name", with_name(all(), "{employee_id}"), none, "in"},
        {"a user name that cannot be filled", with_name(all(), "{upn}"), none, "no_email"},
        {"no business unit, which does not matter", all(), address, "in"},
        {"no business unit", report_units(all()), address, "no_business_unit"},
        {"a business unit", report_units(all().row({}, unit("A"))), address, "in"},
        {"a group of which no kind is known may be one", report_units(all().row({}, with_xid("a"))), address, "in"},
        {"to be kept in one is not to be in it", report_units(all().exception(keeping)), address, "no_business_unit"},
        {"no group, which does not matter", Rules(), address, "in"},
        {"no group", report_groups(Rules()), address, "no_group"},
        {"a group", report_groups(all()), address, "in"},
        {"no address comes first", report_groups(Rules()), none, "no_email"},
    }));
    INFO(c.what);
    auto person = employee("1");
    person.profile.email = c.email;
    const auto network = desired(c.rules, {person});
    CHECK((network.not_wanted.empty() ? "in" : outcome(network)) == c.outcome);
}

TEST_CASE("the first rule that says a channel, and the first that says a language", "[core][rules]") {
    Rules rules;
    rules.invite("sms", "", "job_title == \"Baker\"").invite("", "{language}").invite("printable", "nl-NL");
    auto baker = employee("1", {}, {}, "Baker");
    baker.employment.language = "de-DE";
    auto cook = employee("2", {}, {}, "Cook");

    const auto network = desired(rules, {baker, cook});

    const auto& of_baker = network.users.at(0).placement->invitation;
    CHECK(of_baker.channel == InviteChannel::sms);
    CHECK(of_baker.language == "de-DE");
    CHECK(of_baker.reason == Reason{"invite[0]", {"tenant.toml", 1, 1}, "job_title", "Baker"});
    // The record does not say the cook's language: the next rule does.
    const auto& of_cook = network.users.at(1).placement->invitation;
    CHECK(of_cook.channel == InviteChannel::printable);
    CHECK(of_cook.language == "nl-NL");
}

TEST_CASE("user name and temporary password are filled from the record, or left out", "[core][rules]") {
    Rules rules;
    rules.text.user_name = written("{employee_id}");
    rules.text.temporary_password = written("{last_name}-{employee_id}!");
    auto anna = employee("1");
    anna.profile.name = PersonName{"Anna", "", "Smit"};

    const auto network = desired(rules, {anna, employee("2")});

    CHECK(network.users.at(0).user_name == "1");
    CHECK(network.users[0].temporary_password->expose() == "Smit-1!");
    CHECK(network.users.at(1).user_name == "2");
    CHECK_FALSE(network.users[1].temporary_password);
}

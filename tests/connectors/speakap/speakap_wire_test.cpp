#include "connectors/speakap/speakap_wire.hpp"

#include "connectors/http/message.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

Profile anna() {
    Profile profile;
    profile.email = "anna@shop.example";
    profile.name = PersonName{.first = "Anna", .infix = "de", .last = "Boer"};
    profile.job_title = "Cashier";
    profile.phone = "+31612345678";
    return profile;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("an employee becomes a whole SCIM user, the infix in front of the family name", "[connectors][speakap]") {
    const auto body = scim_user_json(EmployeeKey("1001"), anna(), Account::active, SpeakapOptions{});

    CHECK(body == R"({"active":true,"emails":[{"primary":true,"type":"Work","value":"anna@shop.example"}],)"
                  R"("externalId":"1001","name":{"familyName":"de Boer","givenName":"Anna"},)"
                  R"("phoneNumbers":[{"primary":true,"type":"Work","value":"+31612345678"}],)"
                  R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"title":"Cashier",)"
                  R"("urn:speakap:params:scim:bag":{"login":"1001"},"userName":"1001"})");
}

TEST_CASE("a SCIM user carries phone and login only where the tenant says so", "[connectors][speakap]") {
    SpeakapOptions options;
    options.phone_by_scim = false;
    options.login_in_bag = false;

    const auto body = scim_user_json(EmployeeKey("1001"), anna(), Account::suspended, options);

    CHECK_FALSE(holds(body, "phoneNumbers"));
    CHECK_FALSE(holds(body, "bag"));
    CHECK(holds(body, R"("active":false)"));
}

TEST_CASE("a field without anything to say is left out, an empty one is sent empty", "[connectors][speakap]") {
    Profile profile;
    profile.job_title = "";
    profile.phone = "";

    const auto body = scim_user_json(EmployeeKey("1001"), profile, Account::active, SpeakapOptions{});

    CHECK(holds(body, R"("title":"")"));
    CHECK(holds(body, R"("phoneNumbers":[])"));
    CHECK_FALSE(holds(body, "emails"));
    CHECK_FALSE(holds(body, "givenName"));
}

TEST_CASE("what was written to SCIM reads back as the same profile", "[connectors][speakap]") {
    auto body = scim_user_json(EmployeeKey("1001"), anna(), Account::active, SpeakapOptions{});
    body.insert(1, R"("id":"aB3",)");

    const auto user = scim_user_from(body, SpeakapOptions{});

    REQUIRE(user);
    CHECK(user->id == ScimId("aB3"));
    CHECK(key_of(*user) == EmployeeKey("1001"));
    CHECK(user->active);
    CHECK(shows(user->profile, anna()));
    CHECK(user->profile.name == PersonName{.first = "Anna", .infix = "", .last = "de Boer"});
}

TEST_CASE("a user name that the tenant makes is the login, while people are found by the employee id",
          "[connectors][speakap]") {
    auto body = scim_user_json(EmployeeKey("1001"), anna(), Account::active, SpeakapOptions{}, "boer1001");

    CHECK(holds(body, R"("urn:speakap:params:scim:bag":{"login":"boer1001"})"));
    CHECK(holds(body, R"("userName":"1001")"));
    CHECK(holds(body, R"("externalId":"1001")"));

    body.insert(1, R"("id":"aB3",)");
    CHECK(scim_user_from(body, SpeakapOptions{})->login == "boer1001");
    SpeakapOptions without_bag;
    without_bag.login_in_bag = false;
    CHECK(scim_user_from(body, without_bag)->login.empty());
}

TEST_CASE("a group to be made is posted to the collection of its kind", "[connectors][speakap]") {
    const SpeakapOptions options;
    const auto make = [](GroupKind kind) {
        return MakeGroup{.kind = kind, .name = "Store 12", .business_unit = {}, .department = {}};
    };

    CHECK(collection_of(GroupKind::business_unit) == "business-units/");
    CHECK(group_json(make(GroupKind::business_unit), options) == R"({"name":"Store 12"})");
    CHECK(collection_of(GroupKind::department) == "departments/");
    CHECK(group_json(make(GroupKind::department), options) == R"({"name":"Store 12"})");
    CHECK(collection_of(GroupKind::topic) == "groups/");
    CHECK(group_json(make(GroupKind::topic), options) ==
          R"({"description":"","groupType":"private","name":"Store 12"})");

    auto local = make(GroupKind::local_department);
    local.business_unit = GroupEid("g1");
    local.department = GroupEid("g2");
    CHECK(collection_of(GroupKind::local_department) == "local-departments/");
    CHECK(group_json(local, options) == R"({"businessUnit":{"EID":"g1","type":"group"},)"
                                        R"("department":{"EID":"g2","type":"group"},"name":"Store 12"})");
}

TEST_CASE("a SCIM user is read whatever the server leaves out", "[connectors][speakap]") {
    struct Case {
        std::string body;
        std::string key;
        bool active;
        std::string email;
    };
    const Case cases[] = {
        {R"({"id":"a","userName":"7"})", "7", true, ""},
        {R"({"id":"a","userName":7,"active":"False"})", "7", false, ""},
        {R"({"id":"a","userName":"x@y","externalId":"8","active":false})", "8", false, ""},
        {R"({"id":"a","userName":"7","emails":[{"value":"b@y"},{"value":" A@Y ","primary":true}]})", "7", true, "a@y"},
        {R"({"id":"a","userName":"7","emails":[{"value":"b@y"}],"name":null})", "7", true, "b@y"},
    };
    for (const auto& one : cases) {
        INFO(one.body);
        const auto user = scim_user_from(one.body, SpeakapOptions{});
        REQUIRE(user);
        CHECK(key_of(*user) == EmployeeKey(one.key));
        CHECK(user->active == one.active);
        CHECK(user->profile.email == one.email);
        CHECK(user->profile.job_title == "");
        CHECK(user->profile.phone == "");
    }
}

TEST_CASE("an infix that SCIM shows as middle name is not lost", "[connectors][speakap]") {
    const auto user =
        scim_user_from(R"({"id":"a","userName":"7","name":{"givenName":"Anna","middleName":"de","familyName":"Boer"}})",
                       SpeakapOptions{});
    REQUIRE(user);
    CHECK(user->profile.name->last == "de Boer");
}

TEST_CASE("a phone number that SCIM does not carry is unknown, not empty", "[connectors][speakap]") {
    SpeakapOptions options;
    options.phone_by_scim = false;
    const auto user = scim_user_from(R"({"id":"a","userName":"7","phoneNumbers":[{"value":"1"}]})", options);
    REQUIRE(user);
    CHECK_FALSE(user->profile.phone);
}

TEST_CASE("what is not a SCIM user or list is no user and no list", "[connectors][speakap]") {
    for (const std::string body : {"", "<html>", "[]", "{}", R"({"userName":"7"})", R"({"id":""})", "null"}) {
        INFO(body);
        CHECK_FALSE(scim_user_from(body, SpeakapOptions{}));
        CHECK_FALSE(scim_page_from(body, SpeakapOptions{}));
    }
    CHECK_FALSE(scim_page_from(R"({"totalResults":1,"Resources":[{"userName":"no id"}]})", SpeakapOptions{}));
}

TEST_CASE("a SCIM list says how many there are, or not", "[connectors][speakap]") {
    const auto full = scim_page_from(R"({"totalResults":21,"Resources":[{"id":"a"},{"id":"b"}]})", SpeakapOptions{});
    REQUIRE(full);
    CHECK(full->total == 21u);
    CHECK(full->users.size() == 2);
    const auto past_the_end = scim_page_from(R"({"totalResults":21})", SpeakapOptions{});
    REQUIRE(past_the_end);
    CHECK(past_the_end->users.empty());
    const auto without_total = scim_page_from(R"({"Resources":[]})", SpeakapOptions{});
    REQUIRE(without_total);
    CHECK_FALSE(without_total->total);
}

TEST_CASE("an employee key cannot break out of a SCIM filter", "[connectors][speakap]") {
    CHECK(scim_filter("1001") == R"(userName eq "1001")");
    CHECK(scim_filter(R"(a" or "\)") == R"(userName eq "a\" or \"\\")");
}

TEST_CASE("REST users are read from HAL, from a named list and from a bare list", "[connectors][speakap]") {
    const std::string user =
        R"({"EID":"00AB","type":"user","XID":"1001","name":{"firstName":"Anna","infix":"de","familyName":"Boer"},)"
        R"("jobTitle":"Cashier","primaryEmail":"Anna@Shop.example","fullName":"ignored"})";
    for (const auto& body :
         {R"({"_links":{"users":[{"href":"/networks/n/users/00AB/"}]},"_embedded":{"users":[)" + user + "]}}",
          R"({"_embedded":{"users":)" + user + "}}", R"({"users":[)" + user + "]}", "[" + user + "]"}) {
        INFO(body);
        const auto page = users_from(body);
        REQUIRE(page);
        REQUIRE(page->rows.size() == 1);
        CHECK(page->rows[0].eid == UserEid("00AB"));
        CHECK(page->rows[0].xid == EmployeeKey("1001"));
        CHECK(page->rows[0].profile.name == PersonName{.first = "Anna", .infix = "", .last = "de Boer"});
        CHECK(page->rows[0].profile.email == "anna@shop.example");
        CHECK(page->rows[0].profile.job_title == "Cashier");
        CHECK_FALSE(page->rows[0].profile.phone);
    }
}

TEST_CASE("a page that only links to its members is not an empty page", "[connectors][speakap]") {
    const auto page = users_from(R"({"_links":{"users":[{"href":"/u/1/"},{"href":"/u/2/"}]}})");
    REQUIRE(page);
    CHECK(page->rows.empty());
    CHECK(page->links == 2);
    const auto empty = users_from(R"({"_links":{"self":{"href":"/u/"}}})");
    REQUIRE(empty);
    CHECK(empty->links == 0);
}

TEST_CASE("a member without EID makes the whole page unreadable", "[connectors][speakap]") {
    CHECK_FALSE(users_from(R"({"_embedded":{"users":[{"EID":"1"},{"XID":"1001"}]}})"));
    CHECK_FALSE(groups_from(R"({"_embedded":{"groups":[{"name":"Store 12"}]}})"));
    CHECK_FALSE(memberships_from(R"({"_embedded":{"memberships":[{"EID":"1"}]}})"));
    CHECK_FALSE(users_from("not JSON"));
    CHECK_FALSE(users_from(R"({"_embedded":{"users":"many"}})"));
}

TEST_CASE("a membership names its user by embedding or by link, and its role by key, EID or object",
          "[connectors][speakap]") {
    const auto page = memberships_from(R"({"_embedded":{"memberships":[
        {"EID":"m1","rev":"network","role":"admin","_embedded":{"user":{"EID":"u1","XID":"1001"}}},
        {"EID":"m2","role":{"EID":"r2"},"_links":{"user":{"href":"https://api/networks/n/users/u2/?v=1"}}},
        {"EID":"m3","role":{"key":"member","EID":"r3"},"user":{"EID":"u3"}}]}})");
    REQUIRE(page);
    REQUIRE(page->rows.size() == 3);
    CHECK(page->rows[0].user == UserEid("u1"));
    CHECK(page->rows[0].user_xid == EmployeeKey("1001"));
    CHECK(page->rows[0].rev == "network");
    CHECK(page->rows[0].role == RoleId("admin"));
    CHECK(page->rows[1].user == UserEid("u2"));
    CHECK_FALSE(page->rows[1].user_xid);
    CHECK(page->rows[1].role == RoleId("r2"));
    CHECK(page->rows[2].user == UserEid("u3"));
    CHECK(page->rows[2].role == RoleId("member"));
}

TEST_CASE("group types become kinds", "[connectors][speakap]") {
    const auto page = groups_from(R"([
        {"EID":"1","groupType":"business_unit","name":"Store 12","XID":"s12"},{"EID":"2","groupType":"department"},
        {"EID":"3","groupType":"local_department"},{"EID":"4","groupType":"local_dept."},
        {"EID":"5","groupType":"secret"}])");
    REQUIRE(page);
    REQUIRE(page->rows.size() == 5);
    CHECK(page->rows[0].group ==
          ActualGroup{.eid = GroupEid("1"), .kind = GroupKind::business_unit, .name = "Store 12", .xid = "s12"});
    CHECK(page->rows[1].group.kind == GroupKind::department);
    CHECK(page->rows[2].group.kind == GroupKind::local_department);
    CHECK(page->rows[3].group.kind == GroupKind::local_department);
    CHECK(page->rows[4].group.kind == GroupKind::topic);
}

TEST_CASE("error codes are read as numbers and as text", "[connectors][speakap]") {
    CHECK(error_code_from(R"({"code":-9,"message":"x"})") == -9);
    CHECK(error_code_from(R"({"code":"-9"})") == -9);
    CHECK_FALSE(error_code_from(R"({"code":"-9x"})"));
    CHECK_FALSE(error_code_from(R"({"detail":"scim"})"));
    CHECK_FALSE(error_code_from("<html>"));
    CHECK_FALSE(error_code_from(""));
}

TEST_CASE("a role change that failed stands in data.failed", "[connectors][speakap]") {
    CHECK(lists_failed_roles(R"({"status":"x","data":{"failed":{"m1":"no"}}})"));
    CHECK_FALSE(lists_failed_roles(R"({"status":"x","data":{"failed":{}}})"));
    CHECK_FALSE(lists_failed_roles(R"({"status":"x","data":{"failed":[]}})"));
    CHECK_FALSE(lists_failed_roles(R"({"status":"x"})"));
    CHECK_FALSE(lists_failed_roles(""));
}

TEST_CASE("actions are sent as forms", "[connectors][speakap]") {
    const std::vector<GroupChange> groups = {GroupChange{.eid = GroupEid("0a"), .name = "A", .reason = {}},
                                             GroupChange{.eid = GroupEid("0b"), .name = "B", .reason = {}}};
    const std::vector<http::Parameter> expected = {{"groups[]", "0a"}, {"groups[]", "0b"}};
    CHECK(http::parse_form(groups_form(groups)) == expected);
    const std::vector<http::Parameter> role = {{"memberships[m1]", "admin"}};
    CHECK(http::parse_form(role_form(MembershipEid("m1"), RoleId("admin"))) == role);
}

TEST_CASE("times are written as Speakap prints them", "[connectors][speakap]") {
    CHECK(timestamp(Time(Duration(0))) == "1970-01-01T00:00:00.000+00:00");
    CHECK(timestamp(Time(std::chrono::seconds(1365687307) + Duration(123))) == "2013-04-11T13:35:07.123+00:00");
}

TEST_CASE("a group says how many members it has and when it last changed", "[connectors][speakap]") {
    const auto page = groups_from(
        R"([{"EID":"1","groupType":"secret","numMembers":12,"lastModified":"2026-01-01T00:00:00.000+00:00"},{"EID":"2"}])");
    REQUIRE(page);
    CHECK(page->rows[0].members == 12u);
    CHECK(page->rows[0].type == "secret");
    CHECK(page->rows[0].last_modified == "2026-01-01T00:00:00.000+00:00");
    CHECK_FALSE(page->rows[1].members);
}

TEST_CASE("everything that a REST user shows besides is read, in each shape that it may have",
          "[connectors][speakap]") {
    for (const std::string addresses :
         {R"(["B@y.example","a@y.example","main@y.example"])",
          R"([{"label":"home","value":"b@y.example"},{"label":"work","value":"A@y.example"}])",
          R"([{"email":"b@y.example"},{"address":"a@y.example"},{"emailAddress":"a@y.example"},{"label":"empty"}])"}) {
        INFO(addresses);
        const auto page = users_from(R"([{"EID":"1","primaryEmail":"main@y.example","external":true,)"
                                     R"("birthday":"1980-02-29","lastModified":"x","emailAddresses":)" +
                                     addresses + "}]");
        REQUIRE(page);
        CHECK(page->rows[0].other_emails == std::vector<std::string>{"a@y.example", "b@y.example"});
        CHECK(page->rows[0].external);
        CHECK(page->rows[0].birthday == "1980-02-29");
        CHECK(page->rows[0].last_modified == "x");
    }
}

TEST_CASE("a membership says who protects it and since when somebody is invited", "[connectors][speakap]") {
    const auto page = memberships_from(R"([
        {"EID":"m1","user":{"EID":"u1"},"lockedBy":"00ff","invitedAt":"2026-01-01T01:00:00.500+01:00"},
        {"EID":"m2","user":{"EID":"u2"},"lockedBy":{"EID":"00ee","type":"app"},"invitedAt":null},
        {"EID":"m3","user":{"EID":"u3"},"lockedBy":{"href":"/apps/00dd/"}},
        {"EID":"m4","user":{"EID":"u4"},"lockedBy":null}])");
    REQUIRE(page);
    CHECK(page->rows[0].locked_by == "00ff");
    CHECK(page->rows[0].invited_at == Time(std::chrono::seconds(1'767'225'600) + Duration(500)));
    CHECK(page->rows[1].locked_by == "00ee");
    CHECK_FALSE(page->rows[1].invited_at);
    CHECK(page->rows[2].locked_by == "00dd");
    CHECK(page->rows[3].locked_by.empty());
}

TEST_CASE("plain JSON is read as HAL is", "[connectors][speakap]") {
    const auto page = memberships_from(
        R"({"memberships":[{"EID":"m1","rev":"network","role":"member","user":{"EID":"u1","XID":"1001"}}]})");
    REQUIRE(page);
    REQUIRE(page->rows.size() == 1);
    CHECK(page->rows[0].user_xid == EmployeeKey("1001"));
    const auto one = membership_from(R"({"EID":"m1","role":"admin","user":{"EID":"u1"}})");
    REQUIRE(one);
    CHECK(one->role == RoleId("admin"));
    CHECK_FALSE(membership_from("<html>"));
}

TEST_CASE("an error body says what is published, and nothing of the server's own words", "[connectors][speakap]") {
    const auto rest = error_words_from(R"({"code":"-12","message":"Only Admin"})");
    CHECK(rest.code == -12);
    CHECK(rest.message);
    CHECK(error_words_from(R"({"code":-25,"message":"Stray User Prevented"})").name == "stray_user_prevented");
    CHECK(error_words_from(R"({"code":-26,"message":"No Stray User"})").name == "no_stray_user");
    const auto scim = error_words_from(
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness"})");
    CHECK(scim.scim_type == "uniqueness");
    CHECK(scim.scim_status == 409);
    CHECK(error_words_from(R"({"scimType":"a@shop.example"})").scim_type.empty());
    CHECK(error_words_from("<html>") == ErrorWords{});
}

TEST_CASE("a page is known by what it holds: an object without members, links or their name is none",
          "[connectors][speakap]") {
    for (const std::string none : {"{}", R"({"code":0})", R"({"users":"none"})", "null", "7"}) {
        INFO(none);
        CHECK_FALSE(users_from(none));
    }
    for (const std::string empty : {R"({"_embedded":{}})", R"({"_links":{}})", R"({"users":[]})", "[]"}) {
        INFO(empty);
        const auto page = users_from(empty);
        REQUIRE(page);
        CHECK(page->rows.empty());
    }
}

TEST_CASE("a local department shows its business unit, in each shape that a relation may have",
          "[connectors][speakap]") {
    const auto parent_in = [](const std::string& type, const std::string& shape) {
        const auto page = groups_from(R"([{"EID":"g1","groupType":")" + type + R"(","name":"Checkout")" + shape + "}]");
        REQUIRE(page);
        return page->rows.at(0).group.parent;
    };
    for (const std::string shape :
         {R"(,"_links":{"parent":{"href":"/networks/00aa/groups/g9/"}})", R"(,"_embedded":{"parent":{"EID":"g9"}})",
          R"(,"parent":{"EID":"g9"})", R"(,"parent":{"href":"/networks/00aa/groups/g9/"})", R"(,"parent":"g9")"}) {
        INFO(shape);
        CHECK(parent_in("local_dept", shape) == GroupEid("g9"));
        CHECK_FALSE(parent_in("public", shape));
    }
    CHECK_FALSE(parent_in("local_dept", ""));
}

TEST_CASE("invitations are sent as a form, and answered by address", "[connectors][speakap]") {
    const std::vector<Invitee> invitees = {{.email = "a@y", .name = "Anna de Boer"}, {.email = "b@y", .name = ""}};
    const std::vector<http::Parameter> expected = {
        {"invitees[0][email]", "a@y"}, {"invitees[0][name]", "Anna de Boer"}, {"invitees[1][email]", "b@y"}};
    CHECK(http::parse_form(invite_form(invitees, false)) == expected);
    CHECK(http::parse_form(invite_form(invitees, true)).front() == http::Parameter{"resend", "true"});

    const auto answers = invite_answers_from(
        R"({"ETC":"x","status":"accepted","data":{"A@y":{"status":"sent","EID":"u1"},"b@y":{"status":"invalid"}}})");
    REQUIRE(answers);
    CHECK(answers->at("a@y") == InviteAnswer{.status = "sent", .eid = UserEid("u1")});
    CHECK(answers->at("b@y") == InviteAnswer{.status = "invalid", .eid = std::nullopt});
    CHECK_FALSE(invite_answers_from(R"({"status":"accepted"})"));
    CHECK_FALSE(invite_answers_from("<html>"));
}

TEST_CASE("times are read in each way that they are printed", "[connectors][speakap]") {
    const Time at(std::chrono::seconds(1'365'687'307) + Duration(123));
    CHECK(time_from("2013-04-11T13:35:07.123+00:00") == at);
    CHECK(time_from("2013-04-11T14:35:07.123+01:00") == at);
    CHECK(time_from("2013-04-11T08:05:07.123456-0530") == at);
    CHECK(time_from("2013-04-11T13:35:07Z") == at - Duration(123));
    CHECK(time_from(timestamp(at)) == at);
    for (const auto* nonsense :
         {"", "yesterday", "2013-02-30T00:00:00Z", "2013-04-11T13:35:07", "2013-04-11T13:35:07.1x"}) {
        INFO(nonsense);
        CHECK_FALSE(time_from(nonsense));
    }
}

}  // namespace
}  // namespace usersync::speakap

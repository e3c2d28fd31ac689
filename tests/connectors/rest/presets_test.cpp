// Every preset against a vendor that speaks what is documented, by the pure engine: declaration → calls → lines →
// people.

#include "core/base/byte_text.hpp"
#include "core/rest/check_connector.hpp"
#include "core/rest/delta.hpp"
#include "core/rest/encode.hpp"
#include "core/rest/json_line.hpp"
#include "tests/connectors/rest/preset.hpp"
#include "tests/connectors/rest/pure_read.hpp"
#include "tests/connectors/rest/settled.hpp"
#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::vendors;
using test::PureRead;
using namespace std::chrono_literals;

namespace {

const record::RecordFormat one_per_line{.format = record::Format::jsonl};

/// A tenant of a preset and its vendor. `people`: how many work there.
template <class V = Vendor>
struct Scene {
    explicit Scene(const std::string& preset, std::size_t people = 25)
        : loaded(test::load_preset(preset)),
          values(rest::with_fallbacks(loaded.connector, test::settled(preset).values)),
          owned(test::settled(preset).vendor(invented_people(people))),
          vendor(dynamic_cast<V&>(*owned)) {
        // Where links of answers may lead is where the preset asks.
        const auto base = rest::filled(loaded.connector.base_url, values, {}, rest::Place::url).value_or("");
        const auto url = rest::parse_url(base);
        REQUIRE(url.has_value());
        vendor.origin = "https://" + url->host;
    }

    Result<std::string> everybody() { return PureRead(loaded.connector, values, vendor).everybody(); }
    Result<std::string> one(const std::string& key) {
        REQUIRE(loaded.connector.person);
        return PureRead(loaded.connector, values, vendor).list(*loaded.connector.person, {{"key", key}});
    }
    /// "read", or the code of the failure.
    std::string outcome() {
        const auto read = everybody();
        return read ? "read" : read.error().code;
    }
    test::Read people_of(const std::string& lines) { return test::read_record(lines, loaded.columns, one_per_line); }

    test::LoadedPreset loaded;
    rest::Values values;
    std::unique_ptr<Vendor> owned;
    V& vendor;
};

std::string only(const std::vector<std::string>& list) { return list.empty() ? std::string() : list.front(); }

void check_person(const Employee& read, const Person& person, const test::Brings& brings) {
    CHECK(read.key.value() == person.id);
    CHECK(read.profile.email == person.email);
    REQUIRE(read.profile.name.has_value());
    CHECK(joined(*read.profile.name) == PersonName{person.first, "", person.whole_last()});
    if (brings.job) CHECK(read.profile.job_title == person.job);
    if (brings.phone) CHECK(read.profile.phone == person.phone);
    if (brings.location) CHECK(only(read.locations) == person.location);
    if (brings.department) CHECK(only(read.departments) == person.department);
    if (brings.start) CHECK(read.employment.start_date == person.start);
    if (brings.end && !person.end.empty()) CHECK(read.employment.end_date == person.end);
}

std::vector<std::string> keys(const test::Read& read) {
    std::vector<std::string> all;
    for (const auto& employee : read.employees) all.push_back(employee.key.value());
    return all;
}

http::Response throttled(int status, const std::string& header, const std::string& value,
                         const json& body = json::object()) {
    return reply(status, body, {{header, value}});
}

}  // namespace

TEST_CASE("every preset is sound, and its columns are those of a tenant", "[connectors][rest][presets]") {
    for (const auto& name : test::preset_names()) {
        CAPTURE(name);
        const auto loaded = test::load_preset(name);
        CHECK(loaded.problems.empty());
        for (const auto& problem : loaded.problems) WARN(name + ".toml:" + problem);
        CHECK(rest::check_connector(loaded.connector).empty());
        CHECK(loaded.connector.name == name);
        CHECK(loaded.columns.fields.contains(ingest::Field::employee_id));
        CHECK(loaded.columns.fields.contains(ingest::Field::email));
        CHECK_FALSE(loaded.connector.description.empty());
    }
}

TEST_CASE("every preset has a vendor that it is tried with, and settings that fit", "[connectors][rest][presets]") {
    std::vector<std::string> tried;
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        tried.push_back(one.preset);
        const auto loaded = test::load_preset(one.preset);
        for (const auto& problem : rest::check_values(loaded.connector, one.values)) {
            FAIL_CHECK(problem.where << ": " << problem.sentence);
        }
    }
    CHECK(tried == test::preset_names());
}

TEST_CASE("no preset can be used before a tenant has filled it in", "[connectors][rest][presets]") {
    for (const auto& name : test::preset_names()) {
        CAPTURE(name);
        CHECK_FALSE(rest::check_values(test::load_preset(name).connector, {}).empty());
    }
}

TEST_CASE("every preset reads everybody, in the columns that it proposes", "[connectors][rest][presets]") {
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene<> scene(one.preset);
        const auto lines = scene.everybody();
        if (!lines) FAIL_CHECK(lines.error().code << " " << lines.error().where << ": " << lines.error().detail);
        if (!lines) continue;
        const auto read = scene.people_of(*lines);
        for (const auto& issue : read.issues) FAIL_CHECK(issue.code << " " << issue.message);
        CHECK(read.frozen.empty());
        REQUIRE(read.employees.size() == scene.vendor.people.size());
        for (std::size_t at = 0; at < read.employees.size(); ++at) {
            check_person(read.employees[at], scene.vendor.people[at], one.brings);
        }
    }
}

TEST_CASE("every preset that asks for one person gets that person", "[connectors][rest][presets]") {
    std::set<std::string> asking;
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene<> scene(one.preset);
        if (!scene.loaded.connector.person) continue;
        asking.insert(one.preset);
        const auto lines = scene.one("1003");
        if (!lines) FAIL_CHECK(lines.error().code << ": " << lines.error().detail);
        if (!lines) continue;
        CHECK(std::count(lines->begin(), lines->end(), '\n') == 1);
        // The rows take the place of others by this column, so it has to be the one that says who.
        const auto& key = scene.loaded.columns.fields.at(ingest::Field::employee_id);
        CHECK(key.columns == std::vector<std::string>{scene.loaded.connector.person->records.key});
        CHECK(lines->find("\"1003\"") != std::string::npos);
    }
    CHECK(asking == std::set<std::string>{"afas-get-connector", "afas-get-connector-classic", "afas-get-connector-key",
                                          "bamboohr-employees", "entra-id", "hibob", "personio-v2"});
}

TEST_CASE("a wrong secret is said to be one by every vendor, and by whom it is mended", "[connectors][rest][presets]") {
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene<> scene(one.preset);
        for (auto& [name, secret] : scene.values.secrets) secret = Secret("something else");
        if (one.preset == "afas-get-connector-key" || one.preset == "successfactors") {
            scene.values.settings["client_id"] = {"another"};
            if (one.preset == "afas-get-connector-key") continue;  // signed, and so beyond a vendor without keys
        }
        const auto lines = scene.everybody();
        REQUIRE(lines.has_error());
        CHECK(lines.error().kind == FailureKind::blocked);
        CHECK(lines.error().detail.find("something else") == std::string::npos);
        CHECK(lines.error().detail.size() > 40);
        CHECK(scene.vendor.targets.size() <= 1);
    }
}

TEST_CASE("a vendor that asks us to wait is not taken for one that refuses", "[connectors][rest][presets]") {
    for (const auto& one : test::all_settled()) {
        for (const int status : {429, 503}) {
            CAPTURE(one.preset, status);
            Scene<> scene(one.preset);
            scene.vendor.instead = {throttled(status, "Retry-After", "30")};
            const auto lines = scene.everybody();
            REQUIRE(lines.has_error());
            CHECK(lines.error().kind == FailureKind::transient);
            CHECK(lines.error().retry_after == Duration(std::chrono::seconds(30)));
        }
    }
}

TEST_CASE("an answer that is no record is never an empty one", "[connectors][rest][presets]") {
    const std::vector<std::pair<std::string, std::string>> bodies = {{"{}", "no_record_path"},
                                                                     {"<html>Maintenance</html>", "not_json"},
                                                                     {"", "not_json"},
                                                                     {"null", "no_record_path"}};
    for (const auto& one : test::all_settled()) {
        for (const auto& [body, code] : bodies) {
            CAPTURE(one.preset, body);
            Scene<> scene(one.preset);
            scene.vendor.instead = {{.status = 200, .headers = {}, .body = body}};
            CHECK(scene.outcome() == code);
        }
    }
}

TEST_CASE("a list that is said to be empty gives no rows, and a record without rows is refused",
          "[connectors][rest][presets]") {
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        if (one.preset == "bamboohr-directory") continue;  // says 404
        if (one.preset == "bamboohr") continue;            // its vendor needs somebody to know its fields
        Scene<> scene(one.preset, 0);
        const auto lines = scene.everybody();
        if (!lines) FAIL_CHECK(lines.error().code << ": " << lines.error().detail);
        if (lines) CHECK(lines->empty());
    }
}

TEST_CASE("more people than fit on a page are read page by page", "[connectors][rest][presets]") {
    const std::vector<std::pair<std::string, std::size_t>> paged = {
        {"adp", 4},         {"afas-get-connector", 4}, {"bamboohr", 3}, {"bamboohr-employees", 3}, {"entra-id", 8},
        {"personio-v1", 3}, {"personio-v2", 3},        {"scim2", 37},   {"successfactors", 3},     {"youforce", 3},
        {"odata-v4", 51},   {"odata-v2", 51}};
    for (const auto& [preset, least] : paged) {
        CAPTURE(preset);
        Scene<> scene(preset, 255);
        if (scene.vendor.page_max == 1000) scene.vendor.page_max = 100;
        PureRead reading(scene.loaded.connector, scene.values, scene.vendor);
        const auto lines = reading.list(scene.loaded.connector.list);
        if (!lines) FAIL_CHECK(lines.error().code << ": " << lines.error().detail);
        CHECK(reading.tally().kept >= 255);
        CHECK(reading.pages() >= least);
    }
}

// ---- AFAS -----------------------------------------------------------------------------------------------------

TEST_CASE("AFAS is asked for rows by skip and take, in the order that the tenant says", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 3);
    REQUIRE(scene.outcome() == "read");

    const std::string base = "/ProfitRestServices/connectors/Usersync_Employees?orderbyfieldids=EmployeeId,StartDate";
    CHECK(scene.vendor.targets == std::vector<std::string>{base + "&skip=0&take=1000", base + "&skip=3&take=1000"});
    CHECK(scene.vendor.logins == 1);
}

TEST_CASE("the classic token of AFAS may be pasted in three forms", "[connectors][rest][afas]") {
    const std::string bare(64, 'A');
    const auto whole = "<token><version>1</version><data>" + bare + "</data></token>";
    for (const auto& pasted : {whole, bare, base64(whole), whole.substr(0, 40) + "\r\n  " + whole.substr(40)}) {
        CAPTURE(pasted);
        Scene<Afas> scene("afas-get-connector-classic", 3);
        scene.values.secrets["token"] = Secret(pasted);
        CHECK(scene.outcome() == "read");
    }
}

TEST_CASE("AFAS's second client secret takes over when the first one has ended", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 3);
    scene.values.secrets["client_secret"] = Secret("ended");
    scene.values.secrets["next_client_secret"] = Secret("secret");

    CHECK(scene.outcome() == "read");
    CHECK(scene.vendor.logins == 2);
}

TEST_CASE("what AFAS says in Dutch becomes a code and who mends it", "[connectors][rest][afas]") {
    struct Said {
        int status;
        std::string message;
        std::string code;
        FailureKind kind;
    };
    const std::vector<Said> all = {
        {500, "GetConnector niet ondersteund voor deze app of de gebruiker is niet geautoriseerd",
         "connector_not_linked", FailureKind::blocked},
        {401, "GetConnector niet ondersteund voor deze app", "connector_not_linked", FailureKind::blocked},
        {401, "U bent niet geautoriseerd", "token_refused", FailureKind::blocked},
        {500, "De gebruiker is niet geautoriseerd", "connector_not_linked", FailureKind::blocked},
        {500, "Deze GetConnector (definitie) is geblokkeerd", "connector_blocked", FailureKind::blocked},
        {500, "Connector-veld 'Begindatum' niet gevonden", "field_gone", FailureKind::blocked},
        {500, "Invalid Index field", "bad_order_field", FailureKind::blocked},
        {500, "Command timeout expired", "query_too_heavy", FailureKind::transient},
        {500, "Out of String space", "query_too_heavy", FailureKind::transient},
        {500, "Er is een onverwachte fout opgetreden", "server_error", FailureKind::transient},
        {503, "AFAS Online is geblokkeerd voor onderhoud", "throttled", FailureKind::transient},
        {401, "", "token_refused", FailureKind::blocked},
        {403, "", "address_refused", FailureKind::blocked},
        {404, "", "not_found", FailureKind::blocked},
    };
    for (const auto& said : all) {
        CAPTURE(said.status, said.message);
        Scene<Afas> scene("afas-get-connector", 3);
        scene.vendor.instead = {reply(said.status, {{"externalMessage", said.message},
                                                    {"errorNumber", -2147180996},
                                                    {"profitLogReference", "0123456789ABCDEF0123456789ABCDEF"}})};
        const auto lines = scene.everybody();
        REQUIRE(lines.has_error());
        CHECK(lines.error().code == said.code);
        CHECK(lines.error().kind == said.kind);
        CHECK(lines.error().detail.find("0123456789ABCDEF0123456789ABCDEF") != std::string::npos);
    }
}

TEST_CASE("AFAS under maintenance says in its answer when to come back", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 3);
    scene.vendor.instead = {
        reply(503, {{"error", {{"code", "string"}, {"message", "string"}}}, {"retry_after", 7200}})};

    const auto lines = scene.everybody();
    REQUIRE(lines.has_error());
    CHECK(lines.error().kind == FailureKind::transient);
    CHECK(lines.error().retry_after == Duration(std::chrono::hours(2)));
}

TEST_CASE("the presets of AFAS ask for fifteen minutes of rest after a time-out", "[connectors][rest][afas]") {
    for (const auto* name : {"afas-get-connector", "afas-get-connector-key", "afas-get-connector-classic"}) {
        CHECK(test::load_preset(name).connector.limits.pause_after_timeout == std::chrono::minutes(15));
    }
}

TEST_CASE("a user of AFAS without filter rights gives an empty record, not a failure", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector");
    scene.vendor.has_filter_rights = false;

    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->empty());
}

TEST_CASE("AFAS's (replaced) is not a value: nothing of the read is believed", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector");
    scene.vendor.has_replaced_field = true;

    CHECK(scene.outcome() == "refused_text");
}

TEST_CASE("somebody with two contracts in AFAS has two rows, and the tenant says which one counts",
          "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 10);
    scene.vendor.has_second_contracts = true;
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());

    CHECK(keys(scene.people_of(*lines)).size() == 8);  // two are left alone: nobody said which row counts
    scene.loaded.columns.rows_per_person.main = ingest::RowsPerPerson::Choice::latest_start;
    const auto read = scene.people_of(*lines);
    CHECK(keys(read).size() == 10);
    CHECK(read.employees.front().employment.start_date == "2020-03-01");
    CHECK(read.employees.front().departments == std::vector<std::string>{"Sales", "Archive"});
}

TEST_CASE("an order of AFAS that is not unique loses people, and is found out", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 25);
    scene.vendor.page_max = 10;
    scene.values.settings["order_by"] = {"StartDate"};

    CHECK(scene.outcome() == "record_repeated");
    scene.values.settings["order_by"] = {"EmployeeId"};
    CHECK(scene.outcome() == "read");
}

TEST_CASE("a time of Amsterdam that says Z is the day that is written", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 1);
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->find("\"StartDate\":\"2020-03-01\"") != std::string::npos);
}

TEST_CASE("a query that AFAS would not take is not sent", "[connectors][rest][afas]") {
    Scene<Afas> scene("afas-get-connector", 1);
    scene.values.settings["order_by"] = {std::string(2048, 'x')};

    CHECK(scene.outcome() == "query_too_long");
    CHECK(scene.vendor.targets.empty());
}

TEST_CASE("AFAS's presets differ in the login alone", "[connectors][rest][afas]") {
    const auto reference = test::load_preset("afas-get-connector").connector;
    for (const auto* name : {"afas-get-connector-classic", "afas-get-connector-key"}) {
        CAPTURE(name);
        const auto other = test::load_preset(name).connector;
        CHECK(other.list == reference.list);
        CHECK(other.person == reference.person);
        CHECK(other.limits == reference.limits);
        CHECK(other.probes == reference.probes);
        CHECK(other.headers == reference.headers);
        CHECK(other.base_url == reference.base_url);
        CHECK(test::load_preset(name).columns == test::load_preset("afas-get-connector").columns);
    }
}

// ---- Entra ID -------------------------------------------------------------------------------------------------

TEST_CASE("guests and service accounts of Entra ID are not employees", "[connectors][rest][entra]") {
    Scene<Graph> scene("entra-id", 9);
    PureRead reading(scene.loaded.connector, scene.values, scene.vendor);
    const auto lines = reading.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->find("guest@other.example") == std::string::npos);
    CHECK(reading.tally().passed_over == 2);
    CHECK(reading.tally().kept == 9);
}

TEST_CASE("what changed in Entra ID is applied to everybody who was read before", "[connectors][rest][entra]") {
    Scene<Graph> scene("entra-id", 5);
    PureRead reading(scene.loaded.connector, scene.values, scene.vendor);
    const auto full = reading.everybody();
    REQUIRE(full.has_value());
    REQUIRE(reading.delta_link().has_value());
    auto moved = scene.vendor.people[1];
    moved.department = "Finance";
    auto hired = invented_people(6).back();
    scene.vendor.changes = {Graph::user(moved),
                            {{"id", "guid-1003"}, {"@removed", {{"reason", "changed"}}}},
                            Graph::user(hired),
                            {{"id", "guid-1004"}, {"@removed", {{"reason", "deleted"}}}}};

    const auto link = *reading.delta_link();
    const auto delta = reading.list(scene.loaded.connector.list, {}, rest::PageReader::Purpose::delta, link);
    REQUIRE(delta.has_value());
    const auto merged = rest::merge(*full, *delta, *scene.loaded.connector.delta, "id");
    REQUIRE(merged.has_value());
    const auto read = scene.people_of(merged->lines);
    CHECK(keys(read) == std::vector<std::string>{"1001", "1002", "1005", "1006"});
    CHECK(read.employees[1].departments == std::vector<std::string>{"Finance"});
    CHECK(scene.vendor.targets.back() == "/v1.0/users/delta?$deltatoken=0");
}

TEST_CASE("a change token that Entra ID has forgotten means reading everybody", "[connectors][rest][entra]") {
    Scene<Graph> scene("entra-id", 5);
    PureRead reading(scene.loaded.connector, scene.values, scene.vendor);
    REQUIRE(reading.everybody().has_value());
    scene.vendor.has_forgotten = true;
    const auto link = *reading.delta_link();
    const auto delta = reading.list(scene.loaded.connector.list, {}, rest::PageReader::Purpose::delta, link);
    REQUIRE(delta.has_error());
    CHECK(delta.error().code == "resync");
}

TEST_CASE("a permission that Entra ID lacks is named", "[connectors][rest][entra]") {
    Scene<Graph> scene("entra-id", 5);
    scene.vendor.has_permission = false;
    const auto lines = scene.everybody();
    REQUIRE(lines.has_error());
    CHECK(lines.error().code == "permission_missing");
    CHECK(lines.error().detail.find("User.Read.All") != std::string::npos);
}

// ---- the others -----------------------------------------------------------------------------------------------

TEST_CASE("a directory of BambooHR that is not shared is said to be so by its header", "[connectors][rest][bamboohr]") {
    Scene<Bamboo> scene("bamboohr-directory");
    scene.vendor.shares_directory = false;
    const auto lines = scene.everybody();
    REQUIRE(lines.has_error());
    CHECK(lines.error().code == "directory_off");
    CHECK(lines.error().detail.find("Directory disabled for this account") != std::string::npos);
}

TEST_CASE("a field that BambooHR's dataset does not have is an error, not a column less",
          "[connectors][rest][bamboohr]") {
    Scene<Bamboo> scene("bamboohr");
    scene.values.settings["fields"] = {"eeid", "email", "shoeSize"};
    const auto lines = scene.everybody();
    REQUIRE(lines.has_error());
    CHECK(lines.error().kind == FailureKind::blocked);
    CHECK(lines.error().detail.find("shoeSize") != std::string::npos);
}

TEST_CASE("an attribute that Personio does not allow ends the read: nobody's address is emptied by it",
          "[connectors][rest][personio]") {
    Scene<PersonioV1> scene("personio-v1");
    scene.vendor.allows_email = false;
    const auto lines = scene.everybody();
    REQUIRE(lines.has_error());
    CHECK(lines.error().code == "field_missing");
    CHECK(lines.error().detail.find("email") != std::string::npos);
}

TEST_CASE("fewer people than Personio itself counts is a read to be repeated", "[connectors][rest][personio]") {
    Scene<PersonioV1> scene("personio-v1", 120);
    scene.vendor.loses_one = true;
    const auto lines = scene.everybody();
    // Somebody at the edge of a page was lost, and is asked for again by what came: another one comes twice, or the
    // count is not reached.
    REQUIRE(lines.has_error());
    CHECK(lines.error().kind == FailureKind::transient);
}

TEST_CASE("the latest job of Personio counts, and the way of its next links does not", "[connectors][rest][personio]") {
    Scene<PersonioV2> scene("personio-v2", 60);
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->find("What it was before") == std::string::npos);
    CHECK(scene.vendor.targets.at(1).starts_with("/v2/persons?"));
}

TEST_CASE("Workday's report may come as a list alone", "[connectors][rest][workday]") {
    Scene<Workday> scene("workday-raas", 5);
    scene.vendor.is_bare = true;
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(keys(scene.people_of(*lines)).size() == 5);
}

TEST_CASE("SuccessFactors is asked with an assertion that names user, recipient and key", "[connectors][rest][sap]") {
    Scene<SuccessFactors> scene("successfactors", 1);
    const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)) + std::chrono::hours(10);
    const auto signing = rest::to_sign(scene.loaded.connector, scene.values, now, {.text = "abc"});
    REQUIRE(signing.has_value());
    REQUIRE(signing.value().has_value());
    CHECK((*signing)->what == rest::ToSign::What::saml);
    const auto& xml = (*signing)->text;
    CHECK(xml.find("ID=\"_abc\"") != std::string::npos);
    CHECK(xml.find("Recipient=\"https://vendor.example/oauth/token\"") != std::string::npos);
    CHECK(xml.find(">sync</saml2:NameID>") != std::string::npos);
    CHECK(xml.find("<saml2:AttributeValue>client</saml2:AttributeValue>") != std::string::npos);
    CHECK(xml.find("NotBefore=\"2026-11-23T09:58:00Z\" NotOnOrAfter=\"2026-11-23T10:10:00Z\"") != std::string::npos);
}

TEST_CASE("departments of SuccessFactors get the name that belongs to the code of the job", "[connectors][rest][sap]") {
    Scene<SuccessFactors> scene("successfactors", 3);
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->find("\"department\":\"D-Sal\"") != std::string::npos);
    CHECK(lines->find("\"departmentName\":\"Sales\"") != std::string::npos);
}

TEST_CASE("AFAS lets nobody in by a signed token in which something is missing", "[connectors][rest][afas]") {
    const std::string preset = "afas-get-connector-key";
    CHECK(Scene<Afas>(preset, 3).outcome() == "read");
    for (const auto* name : {"iss", "sub", "aud", "jti", "exp"}) {
        CAPTURE(name);
        Scene<Afas> scene(preset, 3);
        auto& claims = std::get<rest::auth::ClientCredentials>(scene.loaded.connector.auth).jwt.claims;
        REQUIRE(std::erase_if(claims, [&](const auto& claim) { return claim.first == name; }) == 1);
        CHECK(scene.outcome() == "client_refused");
    }
    Scene<Afas> too_long(preset, 3);
    std::get<rest::auth::ClientCredentials>(too_long.loaded.connector.auth).jwt.lifetime = 6min;
    CHECK(too_long.outcome() == "client_refused");
}

TEST_CASE("SuccessFactors lets nobody in by an assertion about somebody or something else",
          "[connectors][rest][successfactors]") {
    const std::string preset = "successfactors";
    CHECK(Scene<SuccessFactors>(preset, 3).outcome() == "read");
    Scene<SuccessFactors> other_user(preset, 3);
    other_user.values.settings["api_user"] = {"root"};
    CHECK(other_user.outcome() != "read");
    Scene<SuccessFactors> other_place(preset, 3);
    other_place.vendor.origin = "https://other.example";
    CHECK(other_place.outcome() != "read");
    Scene<SuccessFactors> too_long(preset, 3);
    std::get<rest::auth::SamlBearer>(too_long.loaded.connector.auth).lifetime = 11min;
    CHECK(too_long.outcome() != "read");
    // Once more with the same one.
    Scene<SuccessFactors> again(preset, 3);
    CHECK(again.outcome() == "read");
    CHECK(again.outcome() != "read");
}

TEST_CASE("a department or a job that Youforce leaves out is empty, and not as it was",
          "[connectors][rest][youforce]") {
    Scene<Youforce> scene("youforce", 3);
    scene.vendor.people[1].department.clear();
    scene.vendor.people[1].job.clear();

    const auto lines = scene.everybody();

    REQUIRE(lines.has_value());
    std::string_view rest = *lines;
    std::string_view line;
    while (rest::next_line(rest, line)) {
        const bool is_that_one = rest::text_of(line, "personCode") == std::optional<std::string>("1002");
        CAPTURE(line);
        CHECK((line.find("\"departmentName\":null") != std::string_view::npos) == is_that_one);
        CHECK((line.find("\"jobTitle\":null") != std::string_view::npos) == is_that_one);
    }
}

TEST_CASE("no preset makes more calls in any stretch of time than its vendor allows", "[connectors][rest][presets]") {
    struct Limit {
        double calls;
        std::chrono::seconds in;
    };
    // As published; those without a number have a pace of our own.
    const std::map<std::string, std::vector<Limit>> published = {
        {"personio-v1", {{300, 60s}, {15, 1s}}},
        {"personio-v2", {{300, 60s}, {15, 1s}}},  // those of v1, since its own are not published
        {"hibob", {{50, 60s}}},
        {"youforce", {{100, 60s}}},
        {"entra-id", {{130'000, 10s}}},
        {"adp", {}},
        {"afas-get-connector", {}},
        {"afas-get-connector-classic", {}},
        {"afas-get-connector-key", {}},
        {"bamboohr", {}},
        {"bamboohr-directory", {}},
        {"bamboohr-employees", {}},
        {"bamboohr-report", {}},
        {"odata-v2", {}},
        {"odata-v4", {}},
        {"scim2", {}},
        {"scim2-basic", {}},
        {"successfactors", {}},
        {"workday-raas", {}},
    };
    for (const auto& name : test::preset_names()) {
        CAPTURE(name);
        REQUIRE(published.contains(name));
        const auto limits = test::load_preset(name).connector.limits;
        for (const auto& limit : published.at(name)) {
            CAPTURE(limit.calls, limit.in.count());
            // What was saved up goes first, and what comes meanwhile with it.
            const auto most = limits.burst + limits.calls_per_second * static_cast<double>(limit.in.count());
            CHECK(most <= limit.calls + 1e-6);
        }
    }
}

TEST_CASE("Youforce is asked for few tokens, slowly, and its next links keep to our server",
          "[connectors][rest][youforce]") {
    Scene<Youforce> scene("youforce", 30);
    scene.vendor.page_max = 10;
    REQUIRE(scene.outcome() == "read");
    CHECK(scene.vendor.targets.at(1) == "/iam/v1.0/employments?skip=10&take=10");
    CHECK(scene.vendor.logins == 1);

    const auto connector = test::load_preset("youforce").connector;
    const auto& auth = std::get<rest::auth::ClientCredentials>(connector.auth);
    CHECK(auth.use.calls_max == 400);
    CHECK(connector.limits.calls_per_day == 6000);
    CHECK(connector.limits.calls_per_second <= 1.0 / 0.6 + 0.001);
    CHECK(connector.limits.burst == 1.0);
}

TEST_CASE("a worker of ADP with several assignments has the job of the primary one", "[connectors][rest][adp]") {
    Scene<Adp> scene("adp", 3);
    const auto lines = scene.everybody();
    REQUIRE(lines.has_value());
    CHECK(lines->find("What it was before") == std::string::npos);
    CHECK(scene.loaded.connector.client_certificate);
}

TEST_CASE("a SCIM service whose order changes from page to page is found out", "[connectors][rest][scim]") {
    Scene<Scim> scene("scim2", 25);
    scene.vendor.has_order = false;
    CHECK(scene.outcome() == "record_repeated");
}

TEST_CASE("an OData service that names every page as the next does not hold us for ever", "[connectors][rest][odata]") {
    for (const auto* preset : {"odata-v4", "odata-v2"}) {
        CAPTURE(preset);
        Scene<OData> scene(preset, 25);
        scene.vendor.turns_in_circles = true;
        const auto outcome = scene.outcome();
        CHECK((outcome == "page_repeated" || outcome == "record_repeated" || outcome == "link_repeated"));
        CHECK(scene.vendor.targets.size() <= 3);
    }
}

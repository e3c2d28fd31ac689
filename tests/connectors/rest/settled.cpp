#include "tests/connectors/rest/settled.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

using namespace vendors;

template <class V>
auto made() {
    return [](std::vector<Person> people) -> std::unique_ptr<Vendor> { return std::make_unique<V>(std::move(people)); };
}

auto made_odata(bool is_v4) {
    return [is_v4](std::vector<Person> people) -> std::unique_ptr<Vendor> {
        return std::make_unique<OData>(std::move(people), is_v4);
    };
}

rest::Values values(std::map<std::string, std::vector<std::string>, std::less<>> settings,
                    const std::map<std::string, std::string>& secrets) {
    rest::Values all{.settings = std::move(settings), .secrets = {}};
    for (const auto& [name, text] : secrets) all.secrets.emplace(name, Secret(text));
    return all;
}

std::vector<Settled> make_all() {
    const std::map<std::string, std::vector<std::string>, std::less<>> afas = {
        {"environment", {"12345"}}, {"connector", {"Usersync_Employees"}}, {"order_by", {"EmployeeId", "StartDate"}}};
    auto afas_oauth = afas;
    afas_oauth["client_id"] = {"client"};
    const std::map<std::string, std::string> secret = {{"client_secret", "secret"}};
    const std::map<std::string, std::string> key = {{"private_key", "a private key"}};
    const auto bamboo = values({{"company", {"shop"}}}, {{"api_key", "key"}});
    const auto odata = values({{"service", {"https://vendor.example/odata"}},
                               {"entity", {"Employees"}},
                               {"order_by", {"EmployeeId"}},
                               {"user", {"user"}}},
                              {{"password", "password"}});
    return {
        {"adp", values({{"client_id", {"client"}}}, secret), made<Adp>(), {}},
        {"afas-get-connector", values(afas_oauth, secret), made<Afas>(), {}},
        {"afas-get-connector-classic", values(afas, {{"token", std::string(64, 'A')}}), made<Afas>(), {}},
        {"afas-get-connector-key", values(afas_oauth, key), made<Afas>(), {}},
        {"bamboohr", bamboo, made<Bamboo>(), {.phone = false, .location = false, .start = false, .end = false}},
        {"bamboohr-directory", bamboo, made<Bamboo>(), {.start = false, .end = false}},
        {"bamboohr-employees", bamboo, made<Bamboo>(), {.end = false}},
        {"bamboohr-report", bamboo, made<Bamboo>(), {}},
        {"entra-id",
         values({{"directory", {"contoso.onmicrosoft.com"}}, {"client_id", {"client"}}}, secret),
         made<Graph>(),
         {.end = false}},
        {"hibob", values({{"service_user", {"service-1"}}}, {{"token", "token"}}), made<Hibob>(), {}},
        {"odata-v2", odata, made_odata(false), {}},
        {"odata-v4", odata, made_odata(true), {}},
        {"personio-v1", values({{"client_id", {"client"}}}, secret), made<PersonioV1>(), {.phone = false}},
        {"personio-v2", values({{"client_id", {"client"}}}, secret), made<PersonioV2>(), {.phone = false}},
        {"scim2",
         values({{"base_url_of_service", {"https://vendor.example/scim/v2"}}}, {{"token", "token"}}),
         made<Scim>(),
         {.start = false, .end = false}},
        {"scim2-basic",
         values({{"base_url_of_service", {"https://vendor.example/scim/v2"}}, {"user", {"user"}}},
                {{"password", "password"}}),
         made<Scim>(),
         {.start = false, .end = false}},
        {"successfactors",
         values({{"api_server", {"vendor.example"}},
                 {"company_id", {"shop"}},
                 {"client_id", {"client"}},
                 {"api_user", {"sync"}}},
                key),
         made<SuccessFactors>(),
         {}},
        {"workday-raas",
         values({{"host", {"vendor.example"}},
                 {"tenant", {"shop"}},
                 {"owner", {"isu"}},
                 {"report", {"User Sync"}},
                 {"user", {"isu@shop"}}},
                {{"password", "password"}}),
         made<Workday>(),
         {}},
        {"youforce",
         values({{"tenant_id", {"shop"}}, {"client_id", {"client"}}}, secret),
         made<Youforce>(),
         {.phone = false, .location = false}},
    };
}

}  // namespace

const std::vector<Settled>& all_settled() {
    static const auto all = make_all();
    return all;
}

const Settled& settled(const std::string& preset) {
    const auto& all = all_settled();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Settled& one) { return one.preset == preset; });
    if (found == all.end()) throw std::logic_error(preset + " has no settings in the tests");
    return *found;
}

}  // namespace usersync::test

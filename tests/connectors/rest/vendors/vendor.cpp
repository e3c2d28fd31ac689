#include "tests/connectors/rest/vendors/vendor.hpp"

#include "core/base/byte_text.hpp"
#include "core/base/day.hpp"
#include "core/rest/encode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace usersync::vendors {
namespace {

http::Response taken_from(std::deque<http::Response>& answers) {
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
}

}  // namespace

std::vector<Person> invented_people(std::size_t count) {
    constexpr std::array<const char*, 5> firsts = {"Jan", "Zoë", "François", "Ada", "Łukasz"};
    constexpr std::array<const char*, 3> infixes = {"", "van der", "de"};
    constexpr std::array<const char*, 4> lasts = {"Berg", "Müller", "O'Brien", "Vries"};
    constexpr std::array<const char*, 3> jobs = {"Store manager", "Shop assistant", "Accountant, \"senior\""};
    constexpr std::array<const char*, 3> places = {"Store 12 Harbour", "Store 14 Market", "Head office"};
    constexpr std::array<const char*, 3> departments = {"Sales", "Training & travel", "Finance"};
    std::vector<Person> people;
    for (std::size_t at = 0; at < count; ++at) {
        Person person;
        person.id = std::to_string(1001 + at);
        person.first = firsts.at(at % firsts.size());
        person.infix = infixes.at(at % infixes.size());
        person.last = lasts.at(at % lasts.size());
        person.email = "person" + person.id + "@shop.example";
        person.job = jobs.at(at % jobs.size());
        person.phone = "+31 20 123 " + person.id;
        person.location = places.at(at % places.size());
        person.department = departments.at(at % departments.size());
        person.manager = at == 0 ? "" : "1001";
        person.start = "2020-03-01";
        person.end = at % 7 == 3 ? "2026-12-31" : "";
        people.push_back(std::move(person));
    }
    return people;
}

std::string Asked::of(const std::string& parameter) const {
    const auto found = query.find(parameter);
    return found == query.end() ? std::string() : found->second;
}

std::size_t Asked::number(const std::string& parameter, std::size_t otherwise) const {
    const auto text = of(parameter);
    std::size_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string Asked::header(std::string_view name) const {
    return std::string(http::find_header(request.headers, name).value_or(""));
}

json Asked::body() const { return json::parse(request.body, nullptr, false); }

bool Asked::is(std::string_view method, std::string_view path_of) const {
    return request.method == method && path == path_of;
}

http::Response reply(int status, const json& body, std::vector<http::Header> headers) {
    headers.push_back({"Content-Type", "application/json"});
    return {.status = status, .headers = std::move(headers), .body = body.dump()};
}

http::Response Vendor::answer(const http::Request& request) {
    const auto target = http::split_target(request.target);
    Asked asked{
        .request = request, .path = http::percent_decode(target.path, http::Plus::literal), .query = {}, .form = {}};
    for (auto& parameter : http::parse_form(target.query)) asked.query[parameter.name] = parameter.value;
    if (asked.header("Content-Type") == "application/x-www-form-urlencoded") {
        for (auto& parameter : http::parse_form(request.body)) asked.form[parameter.name] = parameter.value;
    }
    if (auto token = log_in(asked); token.status != 0) {
        ++logins;
        return instead_of_tokens.empty() ? token : taken_from(instead_of_tokens);
    }
    targets.push_back(request.target);
    if (!instead.empty() && targets.size() > answered_first) return taken_from(instead);
    return speak(asked);
}

Time Vendor::default_now() {
    return Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)) + std::chrono::hours(10);
}

http::Response Vendor::log_in(const Asked&) { return {.status = 0, .headers = {}, .body = {}}; }

http::Response client_credentials(const Asked& asked) {
    const auto has = [&](const char* name, std::string_view value) {
        const auto found = asked.form.find(name);
        return found != asked.form.end() && found->second == value;
    };
    if (!has("grant_type", "client_credentials")) return reply(400, {{"error", "unsupported_grant_type"}});
    if (!has("client_id", "client") || !has("client_secret", "secret")) {
        return reply(400, {{"error", "invalid_client"}});
    }
    return reply(200, {{"access_token", "token-of-today"}, {"token_type", "Bearer"}, {"expires_in", 3600}});
}

bool has_bearer(const Asked& asked) { return asked.header("Authorization") == "Bearer token-of-today"; }

bool has_basic(const Asked& asked, std::string_view user, std::string_view password) {
    return asked.header("Authorization") == "Basic " + base64(std::string(user) + ":" + std::string(password));
}

std::vector<Person> part_of(const std::vector<Person>& people, std::size_t skip, std::size_t take) {
    const auto begin = std::min(skip, people.size());
    const auto end = begin + std::min(take, people.size() - begin);
    return {people.begin() + static_cast<std::ptrdiff_t>(begin), people.begin() + static_cast<std::ptrdiff_t>(end)};
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json ticks(const std::string& day) {
    const auto at = day_from(day);
    if (!at) return {};
    const auto moment = std::chrono::duration_cast<std::chrono::milliseconds>(at->time_since_epoch());
    return "/Date(" + std::to_string(moment.count()) + ")/";
}

}  // namespace usersync::vendors

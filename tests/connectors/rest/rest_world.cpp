#include "tests/connectors/rest/rest_world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace usersync::test {

namespace asio = boost::asio;

namespace {

std::string id_of(std::size_t number) {
    auto digits = std::to_string(number);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace

rest::TextTemplate text(std::string_view written) {
    return std::get<rest::TextTemplate>(rest::parse_template(written));
}

rest::FieldPath path(std::string_view written) { return std::get<rest::FieldPath>(rest::parse_field_path(written)); }

http::Response json(std::string body, int status) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

std::size_t number_in(const http::Request& request, std::string_view name) {
    for (const auto& [key, value] : http::parse_form(http::split_target(request.target).query)) {
        if (key == name) return std::stoul(value);
    }
    return 0;
}

std::string header_in(const http::Request& request, std::string_view name) {
    return std::string(http::find_header(request.headers, name).value_or(""));
}

std::string path_in(const http::Request& request) { return std::string(http::split_target(request.target).path); }

std::string people_json(std::size_t count, std::size_t from, std::size_t size) {
    std::string rows;
    for (std::size_t i = from; i < std::min(count, from + size); ++i) {
        rows += (rows.empty() ? "" : ",") + ("{\"id\":\"" + id_of(i + 1)) + "\",\"site\":null}";
    }
    return "{\"rows\":[" + rows + "]}";
}

std::string people_lines(std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += "{\"id\":\"" + id_of(i + 1) + "\",\"site\":null}\n";
    return lines;
}

rest::Connector people_connector(const std::string& origin) {
    rest::Connector connector;
    connector.name = "people";
    connector.title = "People";
    connector.secrets = {{.name = "secret", .description = "the secret", .is_optional = false}};
    connector.base_url = text(origin);
    rest::auth::ClientCredentials credentials;
    credentials.token_url = text(origin + "/token");
    credentials.client_id = text("us");
    credentials.client_secrets = {text("{secret:secret}")};
    credentials.reply.token = path("access_token");
    credentials.reply.expires_in = path("expires_in");
    connector.auth = credentials;
    connector.list.request.path = text("/people");
    connector.list.paging = rest::paging::Offset{.parameter = "skip", .limit_parameter = "take", .size = 1000};
    connector.list.records.paths = {path("rows")};
    connector.list.records.fields = {{.name = "id", .paths = {path("id")}}, {.name = "site", .paths = {path("site")}}};
    connector.list.records.key = "id";
    connector.errors.messages = {path("message")};
    connector.errors.reference = path("reference");
    connector.limits.calls_per_second = 1000;
    connector.limits.burst = 1000;
    return connector;
}

RestWorld::RestWorld(http::ListenOptions listening) {
    if (listening.certificate_file.empty()) {
        listening.certificate_file = certificates.server.certificate_file.string();
        listening.key_file = certificates.server.key_file.string();
    }
    auto handler = [this](http::Request request) { return respond(std::move(request)); };
    server_ = http::listen(context.get_executor(), std::move(listening), handler).value();
    answer = [this](const http::Request& request) { return usual(request); };
    options.connector = people_connector(origin());
    options.values.secrets["secret"] = Secret("top-secret");
    options.ca_file = certificates.ca_file();
    options.state_folder = (state / "source").string();
    options.declaration = fingerprint_of("declaration");
}

std::string RestWorld::origin() const { return "https://127.0.0.1:" + std::to_string(server_->port()); }

asio::awaitable<http::Response> RestWorld::respond(http::Request request) {
    requests.push_back(request);
    if (std::exchange(stalls_once, false)) {
        asio::steady_timer never(context, asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::use_awaitable);
    }
    co_return answer(request);
}

http::Response RestWorld::usual(const http::Request& request) {
    if (path_in(request) == "/token") {
        ++tokens_given;
        return json("{\"access_token\":\"" + token + "\",\"expires_in\":3600}");
    }
    if (header_in(request, "Authorization") != "Bearer " + token) return json(R"({"message":"who?"})", 401);
    return json(people_json(people, number_in(request, "skip"), number_in(request, "take")));
}

Source& RestWorld::source() {
    const auto executor = context.get_executor();
    if (!source_) source_ = rest_api::make_rest_source(options, clock, executor, executor);
    return *source_;
}

Result<Fetched> RestWorld::fetch(Duration within) { return drive(source().fetch(clock.steady_now() + within)); }

Result<void> RestWorld::acknowledge(const Delivery& delivery) {
    auto receipt = delivery;
    receipt.bytes.clear();
    return drive(source().acknowledge(std::move(receipt), clock.steady_now() + std::chrono::minutes(1)));
}

Result<FetchedPerson> RestWorld::fetch_person(const std::string& key) {
    return drive(source().fetch_person(EmployeeKey(key), clock.steady_now() + std::chrono::minutes(10)));
}

std::size_t RestWorld::asked(std::string_view path) const {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [&](const auto& request) { return path_in(request) == path; }));
}

}  // namespace usersync::test

// Every preset against its vendor over HTTPS on loopback, by the very source that the daemon runs.

#include "connectors/http/server.hpp"
#include "connectors/rest/rest_source.hpp"
#include "core/rest/check_connector.hpp"
#include "tests/connectors/rest/preset.hpp"
#include "tests/connectors/rest/pure_read.hpp"
#include "tests/connectors/rest/settled.hpp"
#include "tests/connectors/rest/signing_key.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

using namespace usersync;
using namespace usersync::vendors;
namespace asio = boost::asio;

namespace {

/// Time that passes only where somebody waits for it, and then at once.
class SwiftClock final : public Clock {
public:
    Time now() const override { return Time(std::chrono::hours(24 * 365 * 56)) + elapsed_; }
    SteadyTime steady_now() const override { return SteadyTime(elapsed_); }
    asio::awaitable<void> sleep_until(Time when) override { return sleep_until(steady_now() + (when - now())); }
    asio::awaitable<void> sleep_until(SteadyTime when) override {
        elapsed_ = std::max(elapsed_, when.time_since_epoch());
        co_return;
    }
    Duration slept() const { return elapsed_; }

private:
    Duration elapsed_{0};
};

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

rest::TextTemplate literal(const std::string& text) { return {.parts = {{rest::TextTemplate::Kind::literal, text}}}; }

/// A template that leads to the vendor leads to this server instead.
void lead(rest::TextTemplate& address, const rest::Values& values, const std::string& origin) {
    const auto text = rest::filled(address, values, {}, rest::Place::url);
    const auto url = text ? rest::parse_url(*text) : std::nullopt;
    REQUIRE(url.has_value());
    address = literal(origin + (url->path == "/" ? "" : url->path));
}

const Secret& private_key() {
    static const Secret key = test::SigningKey::rsa(2048).pem();
    return key;
}

struct Scene {
    explicit Scene(const std::string& preset, std::size_t people = 25)
        : vendor(test::settled(preset).vendor(invented_people(people))) {
        http::ListenOptions listening;
        listening.certificate_file = certificates.server.certificate_file.string();
        listening.key_file = certificates.server.key_file.string();
        server = http::listen(context.get_executor(), listening, [this](http::Request request) {
                     return answered(std::move(request));
                 }).value();
        vendor->origin = "https://localhost:" + std::to_string(server->port());

        options.connector = test::load_preset(preset).connector;
        options.values = rest::with_fallbacks(options.connector, test::settled(preset).values);
        if (options.values.secrets.contains("private_key")) {
            options.values.secrets["private_key"] = private_key();
        }
        lead(options.connector.base_url, options.values, vendor->origin);
        if (auto* auth = std::get_if<rest::auth::ClientCredentials>(&options.connector.auth)) {
            lead(auth->token_url, options.values, vendor->origin);
        }
        if (auto* auth = std::get_if<rest::auth::SamlBearer>(&options.connector.auth)) {
            lead(auth->token_url, options.values, vendor->origin);
        }
        if (options.connector.client_certificate) {
            const auto client = certificates.authority.issue("client");
            options.certificate_file = client.certificate_file.string();
            options.certificate_key = Secret(text_of(client.key_file));
        }
        options.ca_file = certificates.ca_file();
        options.state_folder = state.path().string();
    }

    asio::awaitable<http::Response> answered(http::Request request) { co_return vendor->answer(request); }

    Deadline within_an_hour() const { return clock.steady_now() + std::chrono::hours(1); }
    Result<Delivery> deliver() {
        if (!source)
            source = rest_api::make_rest_source(options, clock, context.get_executor(), context.get_executor());
        auto fetched = test::run(context, source->fetch(within_an_hour()));
        if (!fetched) return fetched.error();
        REQUIRE(fetched->delivery.has_value());
        return *std::move(fetched->delivery);
    }
    Result<std::string> fetch() {
        auto delivery = deliver();
        if (!delivery) return delivery.error();
        return delivery->bytes;
    }

    /// The same people by the pure engine.
    Result<std::string> pure(const std::string& preset) {
        auto connector = test::load_preset(preset).connector;
        const auto values = rest::with_fallbacks(connector, test::settled(preset).values);
        const auto other = test::settled(preset).vendor(vendor->people);
        connector.base_url = options.connector.base_url;
        other->origin = vendor->origin;
        return test::PureRead(connector, values, *other).everybody();
    }

    asio::io_context context;
    SwiftClock clock;
    test::Certificates certificates;
    test::TempDir state;
    std::unique_ptr<Vendor> vendor;
    std::unique_ptr<http::Server> server;
    rest_api::RestOptions options;
    std::unique_ptr<Source> source;
};

}  // namespace

TEST_CASE("every preset reads its vendor over HTTPS to the very lines of the pure engine",
          "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene scene(one.preset);
        const auto lines = scene.fetch();
        if (!lines) FAIL_CHECK(lines.error().code << " " << lines.error().where << ": " << lines.error().detail);
        if (!lines) continue;
        const auto expected = scene.pure(one.preset);
        REQUIRE(expected.has_value());
        CHECK(*lines == *expected);
    }
}

TEST_CASE("a vendor that is busy for a moment is asked again, and everybody is read", "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene scene(one.preset);
        scene.vendor->instead = {reply(429, json::object(), {{"Retry-After", "7"}}),
                                 reply(503, json::object(), {{"Retry-After", "7"}})};
        const auto lines = scene.fetch();
        if (!lines) FAIL_CHECK(lines.error().code << ": " << lines.error().detail);
        CHECK(scene.clock.slept() >= std::chrono::seconds(14));
    }
}

TEST_CASE("a token that ends before it said is renewed once, and the call repeated", "[connectors][rest][vendors]") {
    for (const auto* preset : {"afas-get-connector", "entra-id", "youforce", "personio-v2", "adp", "successfactors"}) {
        CAPTURE(preset);
        Scene scene(preset);
        REQUIRE(scene.fetch().has_value());
        const auto logins = scene.vendor->logins;
        scene.vendor->instead = {reply(401, json::object())};
        const auto lines = scene.fetch();
        if (!lines) FAIL_CHECK(lines.error().code << ": " << lines.error().detail);
        CHECK(scene.vendor->logins == logins + 1);
    }
}

TEST_CASE("a token is kept from one start of the daemon to the next", "[connectors][rest][vendors]") {
    Scene scene("youforce");
    REQUIRE(scene.fetch().has_value());
    scene.source.reset();
    REQUIRE(scene.fetch().has_value());
    CHECK(scene.vendor->logins == 1);
}

TEST_CASE("AFAS under maintenance is left alone until it said", "[connectors][rest][vendors][afas]") {
    Scene scene("afas-get-connector");
    scene.vendor->instead = {reply(503, {{"error", json::object()}, {"retry_after", 7200}})};
    const auto first = scene.fetch();
    REQUIRE(first.has_error());
    CHECK(first.error().kind == FailureKind::transient);
    CHECK(first.error().retry_after == Duration(std::chrono::hours(2)));
    const auto asked = scene.vendor->targets.size();
    const auto second = scene.fetch();
    REQUIRE(second.has_error());
    CHECK(scene.vendor->targets.size() == asked);
}

TEST_CASE("a second read of Entra ID asks for what changed, and delivers everybody",
          "[connectors][rest][vendors][entra]") {
    Scene scene("entra-id", 9);
    auto& graph = dynamic_cast<Graph&>(*scene.vendor);
    const auto first = scene.deliver();
    REQUIRE(first.has_value());
    REQUIRE(test::run(scene.context, scene.source->acknowledge(*first, scene.within_an_hour())).has_value());
    auto moved = graph.people[1];
    moved.department = "Finance";
    graph.changes = {Graph::user(moved), {{"id", "guid-1003"}, {"@removed", {{"reason", "changed"}}}}};
    const auto asked = graph.targets.size();

    const auto lines = scene.fetch();
    REQUIRE(lines.has_value());
    CHECK(graph.targets.size() == asked + 1);
    CHECK(std::count(lines->begin(), lines->end(), '\n') == 8);
    CHECK(lines->find("guid-1003") == std::string::npos);

    graph.has_forgotten = true;
    const auto whole = scene.fetch();
    REQUIRE(whole.has_value());
    CHECK(std::count(whole->begin(), whole->end(), '\n') == 9);
}

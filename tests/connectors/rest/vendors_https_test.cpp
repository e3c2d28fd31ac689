// Every preset against its vendor over HTTPS on loopback, by the very source that the daemon runs: a certificate by an
// authority below the one that is trusted, the login, the pages, and what the vendor says when it gives nobody.

#include "connectors/http/server.hpp"
#include "connectors/rest/rest_source.hpp"
#include "core/rest/check_connector.hpp"
#include "core/rest/token.hpp"
#include "tests/connectors/rest/preset.hpp"
#include "tests/connectors/rest/pure_read.hpp"
#include "tests/connectors/rest/settled.hpp"
#include "tests/connectors/rest/signing_key.hpp"
#include "tests/connectors/rest/vendors/refusals.hpp"
#include "tests/connectors/rest/verify_assertion.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <memory>
#include <set>
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
    void pass(Duration time) { elapsed_ += time; }
    Duration passed() const { return elapsed_; }

private:
    Duration elapsed_{0};
};

const test::CertificateChain& chain() {
    static const test::CertificateChain made;
    return made;
}

/// Who may connect to a vendor that asks for certificates, and ours.
struct Clients {
    test::TempDir folder;
    test::CertificateAuthority authority{folder.path(), "clients"};
    test::KeyPair us = authority.issue("us", {.names = {"DNS:us.example"}, .usage = "clientAuth"});
};

const Clients& clients() {
    static const Clients made;
    return made;
}

const test::SigningKey& signing_key() {
    static const auto key = test::SigningKey::rsa(2048);
    return key;
}

rest::TextTemplate literal(const std::string& text) { return {.parts = {{rest::TextTemplate::Kind::literal, text}}}; }

/// A template that leads to the vendor leads to this server instead.
void lead(rest::TextTemplate& address, const rest::Values& values, const std::string& origin) {
    const auto text = rest::filled(address, values, {}, rest::Place::url);
    const auto url = text ? rest::parse_url(*text) : std::nullopt;
    REQUIRE(url.has_value());
    address = literal(origin + (url->path == "/" ? "" : url->path));
}

void lead(rest::Connector& connector, const rest::Values& values, const std::string& origin) {
    lead(connector.base_url, values, origin);
    if (auto* auth = std::get_if<rest::auth::ClientCredentials>(&connector.auth)) lead(auth->token_url, values, origin);
    if (auto* auth = std::get_if<rest::auth::SamlBearer>(&connector.auth)) lead(auth->token_url, values, origin);
}

struct Scene {
    explicit Scene(const std::string& name, std::size_t people = 25)
        : preset(name), vendor(test::settled(name).vendor(invented_people(people))) {
        options.connector = test::load_preset(preset).connector;
        http::ListenOptions listening;
        listening.certificate_file = chain().server.certificate_file.string();
        listening.key_file = chain().server.key_file.string();
        if (options.connector.client_certificate) {
            listening.client_ca_file = clients().authority.certificate_file().string();
            options.certificate_file = clients().us.certificate_file.string();
            options.certificate_key = Secret(test::TempDir::read(clients().us.key_file));
        }
        server = http::listen(context.get_executor(), listening, [this](http::Request request) {
                     return answered(std::move(request));
                 }).value();
        vendor->origin = "https://localhost:" + std::to_string(server->port());
        if (vendor->page_max > 10) vendor->page_max = 10;

        options.values = rest::with_fallbacks(options.connector, test::settled(preset).values);
        if (options.values.secrets.contains("private_key")) options.values.secrets["private_key"] = signing_key().pem();
        vendor->clock = [this] { return clock.now(); };
        vendor->verifies = [](std::string_view text, std::string_view signature) {
            return signing_key().verifies(rest::auth::Algorithm::rs256, text, signature);
        };
        vendor->verifies_xml = [](const std::string& xml) { return test::verifies_assertion(xml, signing_key()); };
        lead(options.connector, options.values, vendor->origin);
        options.ca_file = chain().ca_file();
        options.state_folder = (state / "source").string();
        options.declaration = fingerprint_of(preset);
    }

    asio::awaitable<http::Response> answered(http::Request request) {
        ++connected;
        co_return vendor->answer(request);
    }

    Deadline within_an_hour() const { return clock.steady_now() + std::chrono::hours(1); }
    Result<Delivery> deliver() {
        const auto executor = context.get_executor();
        if (!source) source = rest_api::make_rest_source(options, clock, executor, executor);
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

    /// The same people by the pure engine, without a server.
    std::string pure() const {
        const auto other = test::settled(preset).vendor(vendor->people);
        other->origin = vendor->origin;
        other->page_max = vendor->page_max;
        return test::PureRead(options.connector, options.values, *other).everybody().value();
    }

    std::string preset;
    asio::io_context context;
    SwiftClock clock;
    test::TempDir state;
    std::unique_ptr<Vendor> vendor;
    std::unique_ptr<http::Server> server;
    rest_api::RestOptions options;
    std::unique_ptr<Source> source;
    std::size_t connected = 0;
};

std::string shown(const Result<std::string>& read) {
    return read ? "read" : read.error().code + " " + read.error().where + ": " + read.error().detail;
}

/// From that call on, for as long as anybody asks.
void refuse(Vendor& vendor, const Refusal& refusal) {
    auto& answers = refusal.call == Refused::login ? vendor.instead_of_tokens : vendor.instead;
    answers.assign(10, refusal.answer);
    vendor.answered_first = refusal.call == Refused::second_page ? 1 : 0;
}

bool has_token(const std::string& preset) {
    return rest::token_use(test::load_preset(preset).connector.auth) != nullptr;
}

}  // namespace

TEST_CASE("every preset reads its vendor over HTTPS to the very lines of the pure engine",
          "[connectors][rest][vendors]") {
    std::vector<std::string> tried;
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        tried.push_back(one.preset);
        Scene scene(one.preset);
        const auto lines = scene.fetch();
        CHECK(shown(lines) == "read");
        if (!lines) continue;
        CHECK(*lines == scene.pure());
        CHECK(std::count(lines->begin(), lines->end(), '\n') >= 25);
    }
    CHECK(tried == test::preset_names());
}

TEST_CASE("what a vendor says when it gives nobody becomes its code and its words, and everybody is read afterwards",
          "[connectors][rest][vendors]") {
    for (const auto& refusal : refusals()) {
        CAPTURE(refusal.preset, static_cast<int>(refusal.call), refusal.answer.status, refusal.answer.body);
        Scene scene(refusal.preset);
        refuse(*scene.vendor, refusal);

        const auto lines = scene.fetch();

        if (lines) FAIL_CHECK("it was read");
        if (lines) continue;
        const auto& failure = lines.error();
        CHECK(failure.kind == refusal.kind);
        CHECK(failure.code == refusal.code);
        CHECK(failure.where.find(refusal.preset) == 0);
        CHECK_THAT(failure.detail, Catch::Contains(refusal.told));
        CHECK(failure.detail.find("token-of-today") == std::string::npos);

        scene.vendor->instead.clear();
        scene.vendor->instead_of_tokens.clear();
        if (refusal.comes_back) {
            CHECK(failure.retry_after == *refusal.comes_back);
            const auto asked = scene.connected;
            const auto too_early = scene.fetch();
            CHECK_THAT(shown(too_early), Catch::StartsWith("left_alone"));
            CHECK(scene.connected == asked);
            scene.clock.pass(*refusal.comes_back);
        }
        CHECK(shown(scene.fetch()) == "read");
    }
}

TEST_CASE("of every vendor it is known how it refuses a login, and how it asks to be left alone",
          "[connectors][rest][vendors]") {
    std::set<std::string> at_login;
    std::set<std::string> busy;
    for (const auto& refusal : refusals()) {
        const auto status = refusal.answer.status;
        if (refusal.kind == FailureKind::blocked && (refusal.call == Refused::login || status == 401)) {
            at_login.insert(refusal.preset);
        }
        if (refusal.comes_back) busy.insert(refusal.preset);
    }
    const auto names = test::preset_names();
    const std::set<std::string> all(names.begin(), names.end());
    CHECK(at_login == all);
    CHECK(busy == all);
}

TEST_CASE("a vendor that is busy for a moment is asked again, and everybody is read", "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        for (const int status : {429, 503}) {
            CAPTURE(one.preset, status);
            Scene scene(one.preset);
            scene.vendor->instead = {reply(status, json::object(), {{"Retry-After", "7"}})};
            const auto lines = scene.fetch();
            CHECK(shown(lines) == "read");
            if (lines) CHECK(*lines == scene.pure());
            CHECK(scene.clock.passed() >= std::chrono::seconds(7));
        }
    }
}

TEST_CASE("a token that ends before it said is renewed once, and the call repeated", "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        if (!has_token(one.preset)) continue;
        CAPTURE(one.preset);
        Scene scene(one.preset);
        REQUIRE(shown(scene.fetch()) == "read");
        const auto logins = scene.vendor->logins;
        scene.vendor->instead = {reply(401, json::object())};
        CHECK(shown(scene.fetch()) == "read");
        CHECK(scene.vendor->logins == logins + 1);

        scene.vendor->instead.assign(10, reply(401, json::object()));
        const auto refused = scene.fetch();
        REQUIRE(refused.has_error());
        CHECK(refused.error().kind == FailureKind::blocked);
        CHECK(scene.vendor->logins == logins + 2);
    }
}

TEST_CASE("a token of SuccessFactors that has ended is a 403, and is renewed like any other",
          "[connectors][rest][vendors][sap]") {
    Scene scene("successfactors");
    REQUIRE(shown(scene.fetch()) == "read");
    scene.vendor->instead = {reply(403, {{"error", {{"code", "LGN0006"}, {"message", {{"value", "Token expired"}}}}}})};
    CHECK(shown(scene.fetch()) == "read");
    CHECK(scene.vendor->logins == 2);
}

TEST_CASE("a login that is no token is not tried a second time", "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        if (has_token(one.preset)) continue;
        CAPTURE(one.preset);
        Scene scene(one.preset);
        for (auto& [name, secret] : scene.options.values.secrets) secret = Secret("something else");
        const auto lines = scene.fetch();
        REQUIRE(lines.has_error());
        CHECK(lines.error().kind == FailureKind::blocked);
        CHECK(lines.error().detail.find("something else") == std::string::npos);
        CHECK(scene.connected == 1);
    }
}

TEST_CASE("what was signed with another key than the vendor has the certificate of is no login",
          "[connectors][rest][vendors]") {
    for (const auto* preset : {"afas-get-connector-key", "successfactors"}) {
        CAPTURE(preset);
        Scene scene(preset);
        scene.options.values.secrets["private_key"] = test::SigningKey::rsa(2048).pem();
        const auto lines = scene.fetch();
        REQUIRE(lines.has_error());
        CHECK(lines.error().kind == FailureKind::blocked);
        CHECK_THAT(lines.error().detail, Catch::Contains("signature"));
        CHECK(scene.vendor->targets.empty());
    }
}

TEST_CASE("a token is kept from one start of the daemon to the next", "[connectors][rest][vendors]") {
    for (const auto& one : test::all_settled()) {
        if (!has_token(one.preset)) continue;
        CAPTURE(one.preset);
        Scene scene(one.preset);
        REQUIRE(shown(scene.fetch()) == "read");
        scene.source.reset();
        CHECK(shown(scene.fetch()) == "read");
        CHECK(scene.vendor->logins == 1);
    }
}

TEST_CASE("without the client certificate ADP hears nothing of us, not even the login",
          "[connectors][rest][vendors][adp]") {
    Scene scene("adp");
    scene.options.certificate_file.clear();
    scene.options.certificate_key = Secret("");
    const auto lines = scene.fetch();
    REQUIRE(lines.has_error());
    CHECK(lines.error().kind == FailureKind::blocked);
    CHECK(lines.error().code == "client_certificate_refused");
    CHECK(scene.connected == 0);
}

TEST_CASE("a vendor behind an authority that nobody trusts gets no credentials", "[connectors][rest][vendors]") {
    const test::CertificateChain stranger;
    for (const auto& one : test::all_settled()) {
        CAPTURE(one.preset);
        Scene scene(one.preset);
        scene.options.ca_file = stranger.ca_file();
        const auto lines = scene.fetch();
        REQUIRE(lines.has_error());
        CHECK(lines.error().kind == FailureKind::blocked);
        CHECK(lines.error().code == "tls_not_trusted");
        CHECK(scene.connected == 0);
    }
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
    REQUIRE(shown(lines) == "read");
    CHECK(graph.targets.size() == asked + 1);
    CHECK(std::count(lines->begin(), lines->end(), '\n') == 8);
    CHECK(lines->find("guid-1003") == std::string::npos);

    SECTION("what it has forgotten since is a 410: everybody is read") { graph.has_forgotten = true; }
    SECTION("or a 400 that names it") {
        graph.instead = {reply(400, {{"error", {{"code", "syncStateNotFound"}, {"message", "not found"}}}})};
    }
    const auto whole = scene.fetch();
    REQUIRE(shown(whole) == "read");
    CHECK(std::count(whole->begin(), whole->end(), '\n') == 9);
}

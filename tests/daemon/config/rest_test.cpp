#include "connectors/rest/presets.hpp"
#include "daemon/config/preset.hpp"
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

namespace {

const std::string declaration = R"(name = 'own'
title = 'Own'
description = 'Ours.'
base_url = 'https://{environment}.example/api'

[[settings]]
name = 'environment'
kind = 'digits'
description = 'the number'

[[settings]]
name = 'order_by'
kind = 'list'
fallback = ['id']
description = 'fields'

[[secrets]]
name = 'client_secret'
description = 'the secret'

[auth]
kind = 'client_credentials'
token_url = 'https://{environment}.example/token'
client_id = 'us'
client_secret = '{secret:client_secret}'

[request]
path = '/people'
query = { order = '{order_by}' }

[paging]
kind = 'offset'
parameter = 'skip'
limit_parameter = 'take'
size = 500
advance = 'rows_received'

[records]
path = 'rows'
key = 'id'
repeated = 'fail'
fields = ['id', { name = 'mail', path = ['work.mail', 'mail'], required = true }]
keep = [{ path = 'type', is = ['Member'] }]

[errors]
messages = ['message']

[[errors.rules]]
statuses = [401]
is = 'auth'
code = 'client_refused'
says = 'make a new one'

[limits]
calls_per_second = '2/s'
pause_after_timeout = '15m'

[columns]
employee_id = 'id'
email = 'mail'
)";

const std::string source = R"([source]
kind = 'rest'
preset_file = 'own.toml'

[source.settings]
environment = '12345'

[source.secrets]
client_secret = { credential = 'password' }

[target]
scim_url = 'https://scim.example/v2'
network = '0123456789abcdef'
rest_token = { credential = 'rest' }
scim_token = { credential = 'scim' }
)";

LoadedConfig load(const std::string& preset, const std::string& tenant = source) {
    Sample sample;
    sample.file("tenants/shop/own.toml", preset);
    sample.tenant("shop", tenant);
    return sample.load();
}

Lines lines_of(const LoadedConfig& loaded) {
    Lines lines;
    for (const auto& problem : loaded.problems) lines.push_back(describe(problem));
    return lines;
}

const rest_api::RestOptions& rest_of(const LoadedConfig& loaded) {
    if (!loaded.config) throw std::logic_error("not usable: " + describe(loaded.problems.front()));
    return std::get<rest_api::RestOptions>(loaded.config->tenants.front().source);
}

}  // namespace

TEST_CASE("a declaration beside the tenant's file is read, and what the tenant filled in", "[daemon][config]") {
    const auto loaded = load(declaration);

    const auto& options = rest_of(loaded);
    CHECK(options.connector.name == "own");
    CHECK(options.values.settings.at("environment") == Lines{"12345"});
    CHECK(options.values.settings.at("order_by") == Lines{"id"});
    CHECK(options.values.secrets.at("client_secret").expose() == "secret");
    CHECK(options.read_max == 1h);
    const auto& paging = std::get<rest::paging::Offset>(options.connector.list.paging);
    CHECK(paging.size == 500);
    CHECK(paging.advance == rest::paging::Offset::Advance::rows_received);
    const auto& list = options.connector.list;
    CHECK(list.repeated == rest::Repeated::fail);
    CHECK(list.records.fields[0].name == "id");
    CHECK(list.records.fields[1].paths.size() == 2);
    CHECK(list.records.fields[1].is_required);
    CHECK(list.records.keep[0].texts == Lines{"Member"});
    CHECK(options.connector.limits.calls_per_second == 2.0);
    CHECK(options.connector.limits.pause_after_timeout == 15min);
    CHECK(options.connector.limits.first_byte == 1min);
    CHECK(options.connector.errors.rules[0].code == "client_refused");
    const auto& credentials = std::get<rest::auth::ClientCredentials>(options.connector.auth);
    CHECK(credentials.reply.token.text == "access_token");
}

TEST_CASE("a system that may take long for a call may take as long to begin its answer, unless it is said otherwise",
          "[daemon][config]") {
    const auto limits = [](const std::string& lines) {
        auto text = declaration;
        text.replace(text.find("[limits]"), 8, "[limits]\n" + lines);
        return load(text);
    };
    const auto first_byte = [&](const std::string& lines) {
        return rest_of(limits(lines)).connector.limits.first_byte;
    };
    CHECK(first_byte("timeout = '31m'\n") == 31min);
    CHECK(first_byte("timeout = '20s'\n") == 20s);
    CHECK(first_byte("timeout = '31m'\nfirst_byte = '30s'\n") == 30s);
    CHECK(first_byte("first_byte = '90s'\n") == 90s);

    const auto problems = lines_of(limits("first_byte = '3m'\n"));
    REQUIRE(problems.size() == 1);
    CHECK_THAT(problems.front(), Catch::Contains("limits.first_byte: an answer that begins after limits.timeout"));
}

TEST_CASE("a tenant without columns has those of the preset, one with columns its own", "[daemon][config]") {
    const auto by_preset = load(declaration);
    const auto own = load(declaration, source + "[columns]\nemployee_id = 'nr'\nemail = 'mail'\n");

    const auto& columns = by_preset.config->tenants.front().columns;
    CHECK(columns.fields.at(ingest::Field::employee_id).columns == Lines{"id"});
    CHECK(columns.fields.at(ingest::Field::email).columns == Lines{"mail"});
    CHECK(own.config->tenants.front().columns.fields.at(ingest::Field::employee_id).columns == Lines{"nr"});
    CHECK(by_preset.config->tenants.front().format.format == record::Format::jsonl);
}

TEST_CASE("offsets that go on by what was asked for are refused where no total tells who was left out",
          "[daemon][config]") {
    const auto by_size = with(declaration, "'rows_received'", "'page_size'");
    const auto refused = load(by_size);
    REQUIRE(refused.problems.size() == 1);
    CHECK_THAT(describe(refused.problems.front()), Catch::Contains("paging.advance") && Catch::Contains("stop.total"));

    const auto loaded = load(with(by_size, "[records]", "[stop]\ntotal = 'count'\n\n[records]"));
    const auto& paging = std::get<rest::paging::Offset>(rest_of(loaded).connector.list.paging);
    CHECK(paging.advance == rest::paging::Offset::Advance::page_size);
}

TEST_CASE("everything that is wrong with a declaration is said at once, where it stands", "[daemon][config]") {
    auto text = with(declaration, "kind = 'offset'", "kind = 'ofset'");
    text = with(text, "path = '/people'", "path = '/{broken'");
    text = with(text, "path = 'rows'", "pth = 'rows'");

    CHECK(lines_of(load(text)) ==
          Lines{"tenants/shop/own.toml:28:8: error: request.path: " +
                    std::get<std::string>(rest::parse_template("/{broken")),
                "tenants/shop/own.toml:32:8: error: paging.kind: expected one of \"none\", \"offset\", \"page\", "
                "\"cursor\", \"next_link\", \"link_header\", got \"ofset\", did you mean \"offset\"?",
                "tenants/shop/own.toml:38:1: error: records.path: missing",
                "tenants/shop/own.toml:39:1: error: records.pth: unknown key, did you mean path?"});
}

TEST_CASE("what the engine has to say about a declaration comes with its place", "[daemon][config]") {
    const auto loaded = load(with(declaration, "'{secret:client_secret}'", "'{secret:client_secert}'"));

    REQUIRE(lines_of(loaded).size() == 1);
    CHECK(lines_of(loaded).front().find("tenants/shop/own.toml:25:17: error: auth.client_secret: ") == 0);
    CHECK(lines_of(loaded).front().find("did you mean \"client_secret\"?") != std::string::npos);
}

TEST_CASE("blanks that are missing, unknown or filled in wrongly are said by name", "[daemon][config]") {
    auto text = with(source, "environment = '12345'", "environment = 'abc'\norderby = ['x']");
    text = with(text, "client_secret = ", "client_secrett = ");

    const auto lines = lines_of(load(declaration, text));

    REQUIRE(lines.size() == 4);
    CHECK(lines[0].find("tenants/shop/tenant.toml:6:1: error: source.settings.environment: ") == 0);
    CHECK(lines[1].find("tenants/shop/tenant.toml:7:1: error: source.settings.orderby: ") == 0);
    CHECK(lines[1].find("did you mean \"order_by\"?") != std::string::npos);
    CHECK(lines[2].find("source.secrets.client_secret: it is missing") != std::string::npos);
    CHECK(lines[3].find("tenants/shop/tenant.toml:10:1: error: source.secrets.client_secrett: ") == 0);
}

TEST_CASE("secrets do not stand in the configuration, and are not shown when they do", "[daemon][config]") {
    const auto lines = lines_of(load(declaration, with(source, "{ credential = 'password' }", "'hunter2'")));

    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("source.secrets.client_secret") != std::string::npos);
    CHECK(lines[0].find("hunter2") == std::string::npos);
}

TEST_CASE("a preset that is not there comes with the nearest one that is", "[daemon][config]") {
    const auto& presets = rest_api::presets();
    if (presets.empty()) return;
    const auto name = presets.front().name;

    const auto lines =
        lines_of(load(declaration, with(source, "preset_file = 'own.toml'", "preset = '" + name + "x'")));

    REQUIRE_FALSE(lines.empty());
    CHECK(lines.front().find("did you mean \"" + name + "\"?") != std::string::npos);
}

TEST_CASE("every preset that comes with the program is right", "[daemon][config]") {
    for (const auto& preset : load_presets()) {
        Lines lines;
        for (const auto& problem : preset.problems) lines.push_back(describe(problem));
        CHECK(lines == Lines{});
    }
}

TEST_CASE("a client certificate and its key belong together", "[daemon][config]") {
    const auto needs_one = "client_certificate = true\n" + declaration;
    const auto none = lines_of(load(needs_one));
    const auto half =
        lines_of(load(declaration, with(source, "\n[source.settings]",
                                        "certificate_key = { credential = 'key' }\n\n[source.settings]")));

    REQUIRE(none.size() == 1);
    CHECK(none[0].find("source.certificate: missing") != std::string::npos);
    REQUIRE(half.size() == 1);
    CHECK(half[0].find("belong together") != std::string::npos);
}

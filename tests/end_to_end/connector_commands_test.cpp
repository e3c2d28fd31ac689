// connector list, show and test, and fetch, as an operator calls them: the real program, a system on loopback.

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/program.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string binary = std::string(USERSYNC_BINARY_DIR) + "/usersyncd";

const std::string declaration = R"(name = 'own'
title = 'Own'
description = 'Ours.'
base_url = '{address}'
[[settings]]
name = 'address'
kind = 'url'
description = 'where it is'
[[secrets]]
name = 'secret'
description = 'the secret'
[auth]
kind = 'client_credentials'
token_url = '{address}/token'
client_id = 'us'
client_secret = '{secret:secret}'
[request]
path = '/people'
[paging]
kind = 'offset'
parameter = 'skip'
limit_parameter = 'take'
[records]
path = 'rows'
fields = ['id', 'mail', 'site', 'boss']
[errors]
messages = ['message']
[columns]
employee_id = 'id'
email = 'mail'
location = 'site'
)";

/// An environment with one tenant, whose source is a system that answers while a program runs.
class Scene {
public:
    RestWorld world;
    TempDir folder;

    Scene() {
        world.answer = [this](const http::Request& request) {
            if (path_in(request) == "/token") return world.usual(request);
            if (number_in(request, "skip") > 0) return json(R"({"rows":[]})");
            return json(R"({"rows":[{"id":"0042","mail":"zoe@shop.example","site":"Utrecht"},)"
                        R"({"id":"0043","mail":"jan@shop.example","site":null}]})");
        };
        const auto state = folder.path().string() + "/state";
        folder.write("env/usersync.toml",
                     "[state]\nfolder = '" + state + "'\n[runtime]\nfolder = '" + state + "/run'\n");
        folder.write("env/tenants/shop/own.toml", declaration);
        secret("rest");
        secret("secret");
        folder.write("env/tenants/shop/tenant.toml",
                     "[source]\nkind = 'rest'\npreset_file = 'own.toml'\nca_file = '" + world.certificates.ca_file() +
                         "'\n[source.settings]\naddress = '" + world.origin() +
                         "'\n[source.secrets]\nsecret = { file = 'secret' }\n[target]\ncreate_by_invite = true\n"
                         "network = '0123456789abcdef'\nrest_token = { file = 'rest' }\n"
                         "[leavers]\naction = 'remove'\n");
    }

    Finished usersyncd(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), binary);
        arguments.insert(arguments.end(), {"--environment", (folder / "env").string()});
        auto work = boost::asio::make_work_guard(world.context);
        std::thread answering([this] { world.context.run(); });
        auto finished = run_program(std::move(arguments));
        world.context.stop();
        answering.join();
        world.context.restart();
        return finished;
    }

private:
    void secret(const std::string& name) {
        fs::permissions(folder.write("env/tenants/shop/" + name, "top-secret\n"), fs::perms(0600));
    }
};

std::vector<Json> lines_of(const std::string& file) {
    std::vector<Json> lines;
    std::istringstream text(TempDir::read(file));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
}

}  // namespace

TEST_CASE("an operator sees every step of a source, and nobody's name", "[end_to_end][connectors]") {
    Scene scene;

    const auto finished = scene.usersyncd({"connector", "test", "shop"});

    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 0);
    for (const std::string text :
         {"name of https://127.0.0.1", "TLSv1.3", "login: a new token was given", "first page: 2 records on 1 page",
          "in no record: boss", "2 employees", "xxx@xxxx.xxxxxxx"}) {
        CHECK_THAT(finished.out, Catch::Contains(text));
    }
    CHECK(finished.out.find("zoe") == std::string::npos);
    CHECK(finished.out.find("top-secret") == std::string::npos);
}

TEST_CASE("a program sees the same steps as JSON", "[end_to_end][connectors]") {
    Scene scene;

    const auto finished = scene.usersyncd({"connector", "test", "shop", "--format", "json", "--all"});

    INFO(finished.out << finished.err);
    const auto told = Json::parse(finished.out);
    CHECK(told["good"] == true);
    CHECK(told["records"]["whole"] == true);
    CHECK(told["fields"]["boss"] == 0);
    CHECK(told["mapping"]["employees"] == 2);
    CHECK(told["steps"].back()["name"] == "fields");
}

TEST_CASE("a source that refuses the login is told as such, and the exit code says so", "[end_to_end][connectors]") {
    Scene scene;
    scene.world.answer = [](const http::Request&) { return json(R"({"message":"secret is over"})", 401); };

    const auto finished = scene.usersyncd({"connector", "test", "shop"});

    CHECK(finished.exit_code == 4);
    CHECK_THAT(finished.out, Catch::Contains("WRONG") && Catch::Contains("login: not_authorised") &&
                                 Catch::Contains("secret is over"));
}

TEST_CASE("what a source answers is kept without saying who is in it", "[end_to_end][connectors]") {
    Scene scene;
    const auto file = (scene.folder / "kept.jsonl").string();

    const auto finished = scene.usersyncd({"fetch", "shop", "--out", file});
    const auto again = scene.usersyncd({"fetch", "shop", "--out", file});

    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 0);
    CHECK(fs::status(file).permissions() == fs::perms(0600));
    const auto answers = lines_of(file);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0]["call"] == "login");
    CHECK(answers[0]["body"] == "");
    const auto page = answers[1]["body"].get<std::string>();
    CHECK_THAT(page, Catch::Contains("\"mail\":\"xxx@xxxx.xxxxxxx\",\"site\":\"Xxxxxxx\"") &&
                         Catch::Contains("\"site\":null"));
    CHECK(TempDir::read(file).find("0042") == std::string::npos);
    CHECK(again.exit_code == 4);
    CHECK_THAT(again.err, Catch::Contains("is there already"));
}

TEST_CASE("what a source answered until its read failed is kept as well", "[end_to_end][connectors]") {
    Scene scene;
    const auto file = (scene.folder / "kept.jsonl").string();
    scene.world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return scene.world.usual(request);
        return json(R"({"message":"no rights, says top-secret"})", 403);
    };

    const auto finished = scene.usersyncd({"fetch", "shop", "--out", file, "--raw"});

    CHECK(finished.exit_code == 4);
    CHECK_THAT(finished.err, Catch::Contains("forbidden") || Catch::Contains("not_allowed"));
    const auto answers = lines_of(file);
    REQUIRE(answers.size() == 3);
    CHECK(answers[1]["status"] == 403);
    CHECK(answers[1]["body"] == R"({"message":"no rights, says ***"})");
    CHECK(answers[2]["failure"].contains("code"));
}

TEST_CASE("what a source says of a failure is told to nobody who may not know about whom", "[end_to_end][connectors]") {
    Scene scene;
    const auto file = (scene.folder / "kept.jsonl").string();
    scene.world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return scene.world.usual(request);
        return json(R"({"message":"zoe has no contract"})", 403);
    };

    const auto finished = scene.usersyncd({"fetch", "shop", "--out", file});

    CHECK(finished.exit_code == 4);
    CHECK(finished.err.find("zoe") == std::string::npos);
    CHECK_THAT(finished.err, Catch::Contains("forbidden"));
    const auto text = TempDir::read(file);
    CHECK(text.find("zoe") == std::string::npos);
    CHECK_THAT(text, Catch::Contains("status 403"));
}

TEST_CASE("the record that is made of the answers is kept when it is asked for", "[end_to_end][connectors]") {
    Scene scene;
    const auto masked = (scene.folder / "masked.jsonl").string();
    const auto raw = (scene.folder / "raw.jsonl").string();

    CHECK(scene.usersyncd({"fetch", "shop", "--record", "--out", masked}).exit_code == 0);
    CHECK(scene.usersyncd({"fetch", "shop", "--record", "--out", raw, "--raw"}).exit_code == 0);

    CHECK_THAT(TempDir::read(masked), Catch::Contains("\"mail\":\"xxx@xxxx.xxxxxxx\",\"site\":\"Xxxxxxx\""));
    CHECK_THAT(TempDir::read(raw),
               Catch::Contains("{\"id\":\"0042\",\"mail\":\"zoe@shop.example\",\"site\":\"Utrecht\"}"));
}

TEST_CASE("a program as a source is tried out, and what it writes is kept, without anybody's name",
          "[end_to_end][connectors]") {
    Scene scene;
    fs::permissions(
        scene.folder.write("env/tenants/shop/export.sh", "#!/bin/sh\nprintf 'Nr,Mail\\n0042,zoe@shop.example\\n'\n"),
        fs::perms(0700));
    scene.folder.write("env/tenants/shop/tenant.toml",
                       "[source]\nkind = 'exec'\ncommand = ['./export.sh']\n[columns]\nemployee_id = 'Nr'\n"
                       "email = 'Mail'\n[target]\ncreate_by_invite = true\nnetwork = '0123456789abcdef'\n"
                       "rest_token = { file = 'rest' }\n[leavers]\naction = 'remove'\n");
    const auto file = (scene.folder / "kept.csv").string();

    const auto tested = scene.usersyncd({"connector", "test", "shop"});
    const auto fetched = scene.usersyncd({"fetch", "shop", "--out", file});

    INFO(tested.out << tested.err << fetched.err);
    CHECK(tested.exit_code == 0);
    CHECK_THAT(tested.out, Catch::Contains("output: ") && Catch::Contains("1 employee"));
    CHECK(fetched.exit_code == 0);
    CHECK_THAT(TempDir::read(file), Catch::StartsWith("Nr,Mail\r\np") && Catch::Contains("xxx@xxxx.xxxxxxx"));
}

TEST_CASE("presets are listed and shown without any configuration", "[end_to_end][connectors]") {
    const auto listed = run_program({binary, "connector", "list"});
    const auto described = Json::parse(run_program({binary, "connector", "list", "--format", "json"}).out);
    const auto shown = run_program({binary, "connector", "show", "afas-get-connector"});
    const auto unknown = run_program({binary, "connector", "show", "afas-get-conector"});

    CHECK(listed.exit_code == 0);
    CHECK_THAT(listed.out, Catch::Contains("afas-get-connector"));
    CHECK(described.size() >= 10);
    CHECK(described[0].contains("settings"));
    CHECK(shown.out ==
          TempDir::read(fs::path(USERSYNC_SOURCE_DIR) / "connectors/rest/presets/afas-get-connector.toml"));
    CHECK(unknown.exit_code == 2);
    CHECK_THAT(unknown.err, Catch::Contains("did you mean \"afas-get-connector\"?"));
}

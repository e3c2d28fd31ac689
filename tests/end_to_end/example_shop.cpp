#include "tests/end_to_end/example_shop.hpp"

#include "core/base/time_text.hpp"

#include <nlohmann/json.hpp>

#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace usersync::test {

namespace {

namespace fs = std::filesystem;

const std::string binary = USERSYNC_BINARY_DIR "/usersyncd";
const fs::path example = fs::path(USERSYNC_SOURCE_DIR) / "docs/example";
const std::string end_of_answer = "=== end of an answer, exit code ";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Of the clock on the wall, by which plans and ledger count: "2026-11-23".
std::string day_of(std::chrono::system_clock::time_point moment) {
    return usersync::utc_text(std::chrono::floor<usersync::Duration>(moment)).substr(0, 10);
}

/// As plans and ledger name whoever types here.
std::string own_name() {
    const auto* user = ::getpwuid(::getuid());
    return user != nullptr ? user->pw_name : "uid " + std::to_string(::getuid());
}

/// How far a run is stands on standard error once a second: more often where the machine is slow.
bool tells_progress(const std::string& line) { return line.find(" operations done, ") != std::string::npos; }

/// Another value for a key that stands once in the text, at the beginning of a line.
void set(std::string& text, const std::string& key, const std::string& value) {
    const auto at = text.find('\n' + key + " = ");
    if (at == std::string::npos || text.find('\n' + key + " = ", at + 1) != std::string::npos) {
        throw std::logic_error("the example does not hold " + key + " once");
    }
    text.replace(at, text.find('\n', at + 1) - at, '\n' + (value.empty() ? "# not here" : key + " = " + value));
}

}  // namespace

ExampleShop::ExampleShop(std::string users) {
    start_sandbox(users);
    write_files();
    fs::create_directories(dir_ / "inbox");
    fs::copy_file(example / "records/shop-day1.csv", dir_ / "inbox/shop-day1.csv");
    const auto sync = run_program({binary, "sync", "shop", "--environment", (dir_ / "example").string()});
    if (sync.exit_code != 3) throw std::runtime_error("the example's first plan is not held: " + sync.out + sync.err);
}

std::string ExampleShop::first_line_of(const std::string& command) {
    const std::string shown = "127.0.0.1:8180";
    auto real = command.substr(command.find(' '));
    replace_all(real, shown, "127.0.0.1:0");
    replace_all(real, "../sandbox.json", "../another.json");
    Program sandbox({"/bin/sh", "-c", "cd '" + (dir_ / "example").string() + "' && exec '" + binary + '\'' + real});
    auto line = sandbox.wait_for_line();
    const auto addresses = nlohmann::json::parse(line);
    const auto url = addresses.at("rest").get<std::string>();
    replace_all(line, url.substr(url.rfind('/') + 1), shown);
    for (const auto* key : {"token", "scim_token"}) replace_all(line, addresses.at(key).get<std::string>(), "…");
    return line;
}

std::string ExampleShop::network() const {
    return run_program({binary, "sandbox", "show", "--state", (dir_ / "sandbox.json").string(), "--events"}).out;
}

void ExampleShop::start_sandbox(const std::string& users) {
    auto network = nlohmann::json::parse(TempDir::read(example / "network-shop.json"));
    network["seed"] = 1;
    network["users"] = nlohmann::json::parse(users);
    const auto described = dir_.write("network.json", network.dump());
    sandbox_ = std::make_unique<Program>(std::vector<std::string>{binary, "sandbox", "--listen", "127.0.0.1:0",
                                                                  "--state", (dir_ / "sandbox.json").string(),
                                                                  "--network", described.string()});
    const auto addresses = nlohmann::json::parse(sandbox_->wait_for_line());
    url_ = addresses.at("rest").get<std::string>();
    token_ = addresses.at("token").get<std::string>();
    for (const auto& [credential, key] : {std::pair("rest", "token"), std::pair("scim", "scim_token")}) {
        const auto file =
            dir_.write("secrets/shop-" + std::string(credential) + "-token", addresses.at(key).get<std::string>());
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    }
}

void ExampleShop::write_files() {
    const auto folder = dir_ / "example";
    fs::remove_all(folder);
    fs::copy(example, folder, fs::copy_options::recursive);
    fs::remove_all(folder / "tenants/office");
    fs::copy(dir_ / "secrets", folder / "credentials");

    auto service = TempDir::read(folder / "usersync.toml");
    replace_all(service, "'/var/lib/usersync/example'", '\'' + (dir_ / "state").string() + '\'');
    replace_all(service, "'/run/usersync/example'", '\'' + (dir_ / "run").string() + '\'');
    set(service, "listen", "'127.0.0.1:0'");
    dir_.write("example/usersync.toml", service);

    auto tenant = TempDir::read(folder / "tenants/shop/tenant.toml");
    set(tenant, "kind", "'folder'");
    set(tenant, "folder", '\'' + (dir_ / "inbox").string() + '\'');
    set(tenant, "stable_for", "'10ms'");
    for (const auto* key : {"host", "port", "user", "private_key", "host_keys"}) set(tenant, key, "");
    set(tenant, "rest_url", '\'' + url_ + '\'');
    set(tenant, "scim_url", '\'' + url_ + "/scim'");
    set(tenant, "calls_per_second", "'500/s'");
    dir_.write("example/tenants/shop/tenant.toml", tenant);
}

std::vector<ExampleShop::Answer> ExampleShop::type(const std::vector<std::string>& commands, const std::string& today) {
    std::string script = "exec 2>&1\ncd '" + (dir_ / "example").string() + "' || exit\nrest='" + url_ + "'\ntoken='" +
                         token_ +
                         "'\nusersyncd() {\n  case $1 in\n    "
                         "check|sync|plan|approve|adopt|probe|apply|reject|undo|retry|queue|brakes|pause|resume|"
                         "ledger|what-changed|status) '" +
                         binary + "' \"$@\" --environment . ;;\n    sandbox) '" + binary + "' \"$@\" ;;\n    *) '" +
                         binary + "' \"$@\" --environment . --today " + today + " ;;\n  esac\n}\n";
    const auto began = std::chrono::system_clock::now();
    for (const auto& command : commands) {
        script += command + "\ncode=$?\necho '" + end_of_answer + "'$code\n(exit $code)\n";
    }
    auto out = run_program({"/bin/sh", "-c", script}).out;
    replace_all(out, (dir_ / "example").string(), "/srv/example");
    // Whoever types it is root on the page, and does so on that day.
    replace_all(out, "by " + own_name(), "by root");
    // An hour before, for what is asked since then.
    for (const auto moment : {began - std::chrono::hours(1), began, std::chrono::system_clock::now()}) {
        replace_all(out, day_of(moment), today);
    }

    std::vector<Answer> answers(1);
    std::istringstream printed(out);
    for (std::string line; std::getline(printed, line);) {
        if (tells_progress(line)) continue;
        // Not every program ends its answer with a line: curl prints a body as it came.
        if (const auto end = line.find(end_of_answer); end != std::string::npos) {
            if (end > 0) answers.back().lines.push_back(line.substr(0, end));
            answers.back().exit_code = std::stoi(line.substr(end + end_of_answer.size()));
            answers.emplace_back();
        } else {
            answers.back().lines.push_back(line);
        }
    }
    if (answers.size() != commands.size() + 1 || !answers.back().lines.empty()) {
        throw std::runtime_error("not every command was answered: " + out);
    }
    answers.pop_back();
    return answers;
}

}  // namespace usersync::test

#include "tests/end_to_end/town.hpp"

#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <stdexcept>

namespace usersync::test {

using Json = nlohmann::json;

Town::Town(std::vector<std::string> sandbox_arguments) : binary_(USERSYNC_BINARY_DIR "/usersyncd") {
    dir_.write("network.json", R"({"network":"00000000000000aa","name":"Town","groups":[
        {"kind":"business_unit","name":"Store 12"},{"kind":"business_unit","name":"Store 14"}]})");
    start_sandbox(std::move(sandbox_arguments));
    write_configuration();
}

void Town::start_sandbox(std::vector<std::string> arguments) {
    std::vector<std::string> command{binary_,     "sandbox",
                                     "--listen",  "127.0.0.1:0",
                                     "--state",   (dir_ / "sandbox.json").string(),
                                     "--network", (dir_ / "network.json").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    sandbox_ = std::make_unique<Program>(std::move(command));
    const auto addresses = Json::parse(sandbox_->wait_for_line());
    rest_ = addresses.at("rest").get<std::string>();
    scim_ = addresses.at("scim").get<std::string>();
    network_ = addresses.at("network").get<std::string>();
    token_ = addresses.at("token").get<std::string>();
    scim_token_ = addresses.at("scim_token").get<std::string>();
}

void Town::restart_sandbox(std::vector<std::string> sandbox_arguments) {
    sandbox_.reset();
    start_sandbox(std::move(sandbox_arguments));
    write_configuration();
}

void Town::write_configuration() {
    const auto secret = [&](const std::string& name, const std::string& value) {
        const auto file = dir_.write("secrets/" + name, value);
        std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    };
    secret("rest", token_);
    secret("scim", scim_token_);
    std::filesystem::create_directories(dir_ / "inbox");
    dir_.write("env/usersync.toml", "[state]\nfolder = '" + (dir_ / "state").string() + "'\n[runtime]\nfolder = '" +
                                        (dir_ / "run").string() + "'\n[health]\nlisten = '127.0.0.1:0'\n" +
                                        extra_service);
    dir_.write("env/tenants/shop/tenant.toml",
               "[source]\nkind = 'folder'\nfolder = '" + (dir_ / "inbox").string() +
                   "'\nstable_for = '10ms'\n[schedule]\n" +
                   (schedule == "daily" ? std::string("cron = 'daily'") : "every = '" + schedule + "'") +
                   "\n[target]\nrest_url = '" + rest_ + "'\nscim_url = '" + scim_ + "'\nnetwork = '" + network_ +
                   "'\nrest_token = { file = '" + (dir_ / "secrets/rest").string() + "' }\nscim_token = { file = '" +
                   (dir_ / "secrets/scim").string() + "' }\ncalls_per_second = '500/s'\nburst = 50\n" + extra_target +
                   "\n[columns]\nemployee_id = 'ID'\nemail = 'E-mail'\nfirst_name = 'First'\nlast_name = 'Last'\n"
                   "location = 'Store'\njob_title = 'Job'\nphone = 'Phone'\n"
                   "[[group_mapping]]\nfield = 'location'\nkind = 'business_unit'\nvalues = 'same'\n"
                   "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Store manager' = 'admin' }\n"
                   "[brakes]\nremovals_share_max = '60%'\nmemberships_lost_share_max = '60%'\n"
                   "[completeness]\ndrop_share_max = '60%'\n"
                   "[retry]\nfirst = '10ms'\nlongest = '50ms'\n" +
                   extra_tables);
}

void Town::deliver(const std::string& name, const std::vector<std::string>& lines) {
    std::string record = "ID,Store,Job,Phone,E-mail,First,Last\n";
    for (const auto& line : lines) {
        const auto key = line.substr(0, line.find(','));
        record += line + ",p" + key + "@town.example,P" + key + ",Person\n";
    }
    deliver_bytes(name, record);
}

void Town::deliver_bytes(const std::string& name, const std::string& bytes) {
    // Under another name first, as careful uploaders do.
    const auto part = dir_.write("inbox/" + name + ".part", bytes);
    std::filesystem::rename(part, dir_ / ("inbox/" + name));
}

Finished Town::usersyncd(std::vector<std::string> arguments, ProgramOptions options) {
    std::vector<std::string> command{binary_};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--environment", config_folder()});
    return run_program(std::move(command), options);
}

std::unique_ptr<Program> Town::serve() {
    auto daemon =
        std::make_unique<Program>(std::vector<std::string>{binary_, "serve", "--environment", config_folder()});
    daemon->wait_for_error_text("event=daemon_ready");
    return daemon;
}

std::string Town::held_plan() {
    const auto status = Json::parse(usersyncd({"status", "--format", "json"}).out);
    const auto& plan = status.at("tenants").at(0).at("plan_held");
    return plan.is_null() ? "" : plan.at("id").get<std::string>();
}

std::string Town::health() {
    const auto status = Json::parse(usersyncd({"status", "--format", "json"}).out);
    return status.at("tenants").at(0).at("health").get<std::string>();
}

int Town::invitations(const std::string& key) const {
    int count = 0;
    const auto state = Json::parse(sandbox_state());
    for (const auto& invitation : state.at("invitations")) {
        if (invitation.at("xid").is_string() && invitation.at("xid").get<std::string>() == key) ++count;
    }
    return count;
}

std::string Town::sandbox_state() const {
    const auto state = sandbox::load_state(dir_ / "sandbox.json");
    if (!state) throw std::runtime_error("the sandbox's state cannot be read: " + state.error().detail);
    return sandbox::state_to_json(*state);
}

std::size_t Town::people() const { return Json::parse(sandbox_state()).at("users").size(); }

std::string Town::shown() const {
    return run_program({binary_, "sandbox", "show", "--state", (dir_ / "sandbox.json").string()}).out;
}

}  // namespace usersync::test

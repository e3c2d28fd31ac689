#include "tests/end_to_end/kill_round.hpp"

#include "tests/end_to_end/town.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/support/certificates.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

namespace usersync::test {

using Json = nlohmann::json;
using simulation::Dice;
using namespace std::chrono_literals;

namespace {

struct Person {
    std::string store;
    bool manager = false;
};
using Company = std::map<std::string, Person>;

void next_day(Dice& dice, Company& company) {
    const std::vector<std::string> stores{"Store 12", "Store 14"};
    for (int n = 0; n < 3; ++n) {
        company.try_emplace(std::to_string(dice.pick(1001, 1030)),
                            Person{.store = dice.of(stores), .manager = dice.one_in(4)});
    }
    auto& mover = std::next(company.begin(), dice.pick(0, static_cast<int>(company.size()) - 1))->second;
    mover.store = mover.store == stores[0] ? stores[1] : stores[0];
    if (company.size() > 4) company.erase(std::next(company.begin(), dice.pick(0, 3)));
}

std::vector<std::string> rows_of(const Company& company) {
    std::vector<std::string> rows;
    for (const auto& [key, person] : company) {
        rows.push_back(key + ',' + person.store + (person.manager ? ",Store manager," : ",Cashier,") + "+31612345601");
    }
    return rows;
}

/// The sandbox's state is on disk before an answer leaves.
Json state_of(const Town& town) { return Json::parse(town.sandbox_state()); }

std::size_t events_of(const Town& town) { return state_of(town).at("events").size(); }

class Round {
public:
    Round(std::uint64_t seed, std::size_t kills_a_day)
        : dice_(seed),
          kills_a_day_(kills_a_day),
          town_({"--latency", "5", "--certificate", certificates_.server.certificate_file.string(), "--key",
                 certificates_.server.key_file.string()}) {
        town_.schedule = "1s";
        town_.extra_target = "ca_file = '" + certificates_.ca_file() + "'\n";
        town_.write_configuration();
    }

    KillRound run() {
        for (int day = 1; day <= 3; ++day) {
            next_day(dice_, company_);
            town_.deliver("day" + std::to_string(day) + ".csv", rows_of(company_));
            for (std::size_t kill = 0; kill < kills_a_day_; ++kill) kill_once();
            finish_the_day();
        }
        check_end();
        return std::move(round_);
    }

private:
    /// Somebody approves what waits; it may be killed under their hands.
    std::unique_ptr<Program> approval() {
        const auto plan = town_.held_plan();
        if (plan.empty()) return nullptr;
        return std::make_unique<Program>(
            std::vector<std::string>{town_.binary(), "approve", "shop", plan, "--environment", town_.config_folder()});
    }

    /// After some of its changes, and a moment more; or when it has done nothing for a while, because all is done.
    void kill_once() {
        const auto before = events_of(town_);
        const auto target = before + static_cast<std::size_t>(dice_.pick(0, 8));
        const auto moment = std::chrono::milliseconds(dice_.pick(0, 25));
        auto daemon = town_.serve();
        auto approved = approval();
        const auto limit = std::chrono::steady_clock::now() + 3s;
        while (events_of(town_) < target && std::chrono::steady_clock::now() < limit) {
            if (!approved && events_of(town_) == 0) approved = approval();
            std::this_thread::sleep_for(1ms);  // nobody else tells when another process has got so far
        }
        std::this_thread::sleep_for(moment);
        daemon->signal(SIGKILL);
        daemon->wait();
        if (approved) approved->wait();
        if (events_of(town_) > before) ++round_.kills;
    }

    void finish_the_day() {
        auto daemon = town_.serve();
        wait_until("the daemon to finish the day", [&] {
            if (auto approved = approval()) approved->wait();
            const auto status = Json::parse(town_.usersyncd({"status", "--format", "json"}).out).at("tenants").at(0);
            return status.at("health") == "well" && status.at("running") == false && is_inbox_empty() &&
                   is_as_recorded();
        });
        daemon->signal(SIGTERM);
        if (daemon->wait(10s) != 0) found("the daemon did not end well on SIGTERM");
    }

    bool is_inbox_empty() const {
        for (const auto& entry : std::filesystem::directory_iterator(town_.dir() / "inbox")) {
            if (entry.is_regular_file()) return false;
        }
        return true;
    }

    bool is_as_recorded() {
        std::set<std::string> there;
        const auto state = state_of(town_);
        for (const auto& user : state.at("users")) {
            const bool left = user.contains("suspended_at") && !user.at("suspended_at").is_null();
            if (!left) there.insert(user.at("xid").get<std::string>());
        }
        std::set<std::string> wanted;
        for (const auto& [key, person] : company_) wanted.insert(key);
        return there == wanted;
    }

    void found(const std::string& what) { round_.findings.push_back(what); }

    void check_end() {
        const auto plan = town_.usersyncd({"plan", "shop", "--format", "json"});
        if (!Json::parse(plan.out).at("operations").empty()) found("something is left to do");
        check_each_effect_once();
        check_places();
    }

    /// What is there is not made again, what is not there not taken away: every effect follows from its opposite.
    void check_each_effect_once() {
        std::set<std::string> accounts;
        std::set<std::string> memberships;
        const auto state = state_of(town_);
        for (const auto& event : state.at("events")) {
            const auto what = event.at("kind").get<std::string>();
            const auto who = event.at("xid").get<std::string>();
            const auto place = who + " in " + event.at("group").get<std::string>();
            if (what == "user_created" && !accounts.insert(who).second) found("two accounts were made for " + who);
            if (what == "invited_again") found(who + " was asked in a second time");
            if (what == "member_added" && !memberships.insert(place).second) found(place + " was added twice");
            if (what == "member_removed" && memberships.erase(place) == 0) found(place + " was removed twice");
        }
        for (const auto& [key, person] : company_) {
            if (town_.invitations(key) != 1) found(key + " was not asked in exactly once");
        }
    }

    void check_places() {
        const auto state = state_of(town_);
        std::map<std::string, std::string> names;
        for (const auto& group : state.at("groups"))
            names[group.at("eid").get<std::string>()] = group.at("name").get<std::string>();
        for (const auto& user : state.at("users")) {
            const auto at = company_.find(user.at("xid").get<std::string>());
            if (at == company_.end()) continue;
            const auto& groups = user.at("groups");
            const bool is_there =
                groups.size() == 1 && names[groups.at(0).at("group").get<std::string>()] == at->second.store;
            if (!is_there) found(at->first + " is not where the record has them");
        }
    }

    Dice dice_;
    std::size_t kills_a_day_;
    Certificates certificates_;
    Town town_;
    Company company_;
    KillRound round_;
};

}  // namespace

KillRound kill_round(std::uint64_t seed, std::size_t kills_a_day) {
    Round round(seed, kills_a_day);
    return round.run();
}

}  // namespace usersync::test

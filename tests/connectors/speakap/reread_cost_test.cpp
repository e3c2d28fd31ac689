// What a second reading costs, and the probe, in front of the sandbox in the same process.
#include "connectors/speakap/probe.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/connectors/speakap/sandbox_client.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

// People 1000 …, each in one of the stores.
std::string chain_of(int people, int stores) {
    std::string groups;
    for (int n = 0; n < stores; ++n) {
        groups +=
            (n == 0 ? "" : ",") + std::string(R"({"kind":"business_unit","name":"Store )") + std::to_string(n) + "\"}";
    }
    std::string users;
    for (int n = 0; n < people; ++n) {
        const auto key = std::to_string(1000 + n);
        users += (n == 0 ? "" : ",") + std::string(R"({"xid":")") + key + R"(","first":"P)" + key +
                 R"(","family":"Person","email":"p)" + key +
                 R"(@shop.example","job_title":"Cashier","groups":["Store )" + std::to_string(n % stores) + "\"]}";
    }
    return R"({"name":"Shop","groups":[)" + groups + R"(],"users":[)" + users + "]}";
}

class Chain {
public:
    Chain(int people, int stores) : clock_(context_), state_(built(chain_of(people, stores))) {
        network_ = make_speakap_network(options(), client(""), client("/scim"), clock_, 1);
    }

    ActualNetwork read() { return must(test::run(context_, network_->read_all({}, deadline()))); }
    ActualNetwork read_again() { return must(test::run(context_, network_->read_again({}, deadline()))); }
    std::vector<ProbeFinding> probe() {
        const auto probe = make_speakap_probe(options(), client(""), client("/scim"), clock_);
        return must(test::run(context_, probe->probe(deadline())));
    }
    /// Somebody else changes this in the network, by its own API.
    void change(const std::string& method, const std::string& target, const std::string& type,
                const std::string& body) {
        http::Request request{.method = method, .target = target, .headers = {}, .body = body};
        const bool scim = target.rfind("/scim", 0) == 0;
        request.headers.push_back({"Authorization", "Bearer " + (scim ? state_.scim_token : state_.token)});
        request.headers.push_back({"Content-Type", type});
        const auto response = sandbox::answer(state_, request, clock_.now());
        INFO(response.body);
        REQUIRE(response.status < 300);
    }
    std::size_t calls() const { return asked_.size(); }
    std::size_t calls(const std::string& part) const {
        return static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), [&](const std::string& call) {
            return call.find(part) != std::string::npos;
        }));
    }
    void forget_calls() { asked_.clear(); }
    const std::vector<std::string>& asked() const { return asked_; }
    sandbox::SandboxState& state() { return state_; }
    test::ManualClock& clock() { return clock_; }
    std::string network_path() const { return "/networks/" + state_.network + "/"; }

private:
    template <class T>
    static T must(Result<T> result) {
        if (!result) FAIL(describe(result.error()));
        return std::move(*result);
    }
    sandbox::SandboxState built(const std::string& text) {
        return must(sandbox::build_network(text, 1, clock_.now() - std::chrono::hours(24)));
    }
    Deadline deadline() const { return clock_.steady_now() + Duration(1h); }
    SpeakapOptions options() const {
        SpeakapOptions options;
        options.network = state_.network;
        options.rest_token = Secret(state_.token);
        options.scim_token = Secret(state_.scim_token);
        options.rate = {.calls_per_second = 100'000, .burst = 100'000};
        return options;
    }
    std::unique_ptr<http::Client> client(const std::string& prefix) {
        return std::make_unique<test::SandboxClient>(state_, clock_, prefix, asked_);
    }

    boost::asio::io_context context_;
    test::ManualClock clock_;
    sandbox::SandboxState state_;
    std::vector<std::string> asked_;
    std::unique_ptr<Network> network_;
};

std::string scim_change(const sandbox::User& user, const std::string& title) {
    return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + user.user_name +
           R"(","externalId":")" + user.xid + R"(","active":true,"title":")" + title + R"(","name":{"givenName":")" +
           user.first_name + R"(","familyName":")" + user.family_name + "\"}}";
}

TEST_CASE("nothing changed: a second reading costs as good as nothing", "[connectors][speakap]") {
    Chain chain(300, 30);
    const auto whole = chain.read();
    const auto cost_of_whole = chain.calls();
    chain.clock().advance(std::chrono::hours(1));
    chain.forget_calls();

    CHECK(chain.read_again() == whole);

    INFO("whole " << cost_of_whole << ", again " << chain.calls());
    CHECK(cost_of_whole > 60);
    CHECK(chain.calls() <= 6);
}

TEST_CASE("a second reading after one percent changed costs calls in proportion to the change",
          "[connectors][speakap]") {
    Chain chain(600, 30);
    chain.read();
    const auto cost_of_whole = chain.calls();
    chain.clock().advance(std::chrono::hours(1));
    // Of 600 people, five have another title and one moves from a store to another.
    for (std::size_t n = 0; n < 5; ++n) {
        const auto& user = chain.state().users.at(n * 100);
        chain.change("PUT", "/scim/Users/" + user.scim_id, "application/scim+json", scim_change(user, "Shift leader"));
    }
    const auto mover = chain.state().users.at(7).eid;
    const auto to = chain.state().groups.at(9).eid;
    const auto from = chain.state().groups.at(7).eid;
    const std::string form = "application/x-www-form-urlencoded";
    chain.change("POST", chain.network_path() + "users/" + mover + "/groups/add", form, "groups[]=" + to);
    chain.change("POST", chain.network_path() + "users/" + mover + "/groups/remove", form, "groups[]=" + from);
    chain.forget_calls();

    const auto again = chain.read_again();
    const auto cost_again = chain.calls();
    const auto scim_again = chain.calls("/scim/");
    chain.forget_calls();
    const auto whole = chain.read();

    CHECK(again == whole);
    INFO("whole " << cost_of_whole << ", again " << cost_again << ", of which SCIM " << scim_again);
    // Two groups of two pages, six people of two calls each, and what any second reading costs.
    CHECK(cost_again <= 26);
    CHECK(scim_again <= 7);
    CHECK(cost_again * 3 < cost_of_whole);
}

TEST_CASE("twice the change costs twice the calls, not the whole", "[connectors][speakap]") {
    const auto cost_of = [](std::size_t changed) {
        Chain chain(300, 30);
        chain.read();
        chain.clock().advance(std::chrono::hours(1));
        for (std::size_t n = 0; n < changed; ++n) {
            const auto& user = chain.state().users.at(n);
            chain.change("PUT", "/scim/Users/" + user.scim_id, "application/scim+json", scim_change(user, "New"));
        }
        chain.forget_calls();
        chain.read_again();
        return chain.calls();
    };
    const auto none = cost_of(0);
    const auto three = cost_of(3) - none;
    const auto six = cost_of(6) - none;
    CHECK(three <= 2 * 3 + 1);
    CHECK(six <= 2 * 6 + 1);
    CHECK(six > three);
}

std::string scim_newcomer(const std::string& key, const std::string& name) {
    return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + key + R"(","externalId":")" +
           key + R"(","active":true,"name":)" + name + R"(,"emails":[{"value":"n)" + key + R"(@shop.example"}]})";
}

TEST_CASE("one newcomer does not cost the memberships of everybody", "[connectors][speakap]") {
    Chain chain(600, 30);
    chain.read();
    chain.clock().advance(std::chrono::hours(1));
    // Somebody of the same name is in the network already.
    const auto body = scim_newcomer("9001", R"({"givenName":"P1007","familyName":"Person"})");
    chain.change("POST", "/scim/Users", "application/scim+json", body);
    chain.forget_calls();

    const auto again = chain.read_again();

    CHECK(chain.calls() <= 11);
    CHECK(chain.calls("memberships/?q=P1007%20Person") == 2);
    CHECK(again == chain.read());
}

TEST_CASE("after many have come a second reading costs no more than the whole", "[connectors][speakap]") {
    Chain chain(200, 4);
    chain.read();
    chain.clock().advance(std::chrono::hours(1));
    for (int n = 0; n < 100; ++n) {
        const auto key = std::to_string(9000 + n);
        chain.change("POST", "/scim/Users", "application/scim+json",
                     scim_newcomer(key, R"({"givenName":"N)" + key + R"(","familyName":"Person"})"));
        const auto newest = chain.state().users.back().eid;
        chain.change("POST", chain.network_path() + "users/" + newest + "/groups/add",
                     "application/x-www-form-urlencoded", "groups[]=" + chain.state().groups.at(n % 4).eid);
    }
    chain.forget_calls();

    const auto again = chain.read_again();
    const auto cost_again = chain.calls();
    chain.forget_calls();

    CHECK(again == chain.read());
    INFO("whole " << chain.calls() << ", again " << cost_again);
    // What changed is listed once, and once more when everybody is read.
    CHECK(cost_again <= chain.calls() + 10);
}

TEST_CASE("a newcomer whom no name finds is found among everybody", "[connectors][speakap]") {
    Chain chain(600, 30);
    chain.read();
    chain.clock().advance(std::chrono::hours(1));
    const auto body = scim_newcomer("9001", R"({"givenName":"","familyName":""})");
    chain.change("POST", "/scim/Users", "application/scim+json", body);
    chain.forget_calls();

    const auto again = chain.read_again();

    CHECK(chain.calls("q=") == 0);
    CHECK(again == chain.read());
}

TEST_CASE("who left the network by way of a group is seen to be gone", "[connectors][speakap]") {
    Chain chain(40, 4);
    chain.read();
    chain.clock().advance(std::chrono::hours(1));
    const auto membership = chain.state().users.at(3).network.eid;
    chain.change("DELETE", chain.network_path() + "memberships/" + membership + "/", "application/json", "");

    const auto again = chain.read_again();

    CHECK(again == chain.read());
}

TEST_CASE("administrators who were made and unmade by hand are seen by a second reading", "[connectors][speakap]") {
    Chain chain(40, 4);
    chain.state().users[2].network.role = "admin";
    chain.read();
    chain.clock().advance(std::chrono::hours(1));
    const std::string form = "application/x-www-form-urlencoded";
    const auto role = [&](std::size_t n, const std::string& to) {
        const auto membership = chain.state().users.at(n).network.eid;
        chain.change("POST", chain.network_path() + "changeroles", form, "memberships[" + membership + "]=" + to);
    };
    role(5, "admin");
    role(2, "member");
    chain.forget_calls();

    const auto again = chain.read_again();

    CHECK(chain.calls() <= 8);
    CHECK(again == chain.read());
}

// ---- probe --------------------------------------------------------------------------------------------------

const ProbeFinding& finding(const std::vector<ProbeFinding>& findings, const std::string& name) {
    const auto at =
        std::find_if(findings.begin(), findings.end(), [&](const ProbeFinding& one) { return one.assumption == name; });
    REQUIRE(at != findings.end());
    return *at;
}

TEST_CASE("a probe sends reads alone, says something to every assumption, and nothing about anybody",
          "[connectors][speakap]") {
    Chain chain(30, 3);

    const auto findings = chain.probe();

    for (const auto& call : chain.asked()) CHECK(call.rfind("GET ", 0) == 0);
    CHECK(findings.size() == assumptions().size());
    for (const auto& one : findings) {
        INFO(one.assumption << ": " << one.sentence);
        CHECK(one.verdict != ProbeFinding::Verdict::fails);
        CHECK_FALSE(one.sentence.empty());
        for (const auto& user : chain.state().users) {
            CHECK(one.sentence.find(user.emails.front()) == std::string::npos);
            CHECK(one.sentence.find(user.eid) == std::string::npos);
        }
        CHECK(one.sentence.find("Person") == std::string::npos);
    }
    for (const std::string holds : {"A-1",  "A-2",  "A-3",  "A-5",  "A-6",  "A-7",  "A-10", "A-11", "A-12", "A-13",
                                    "A-14", "A-20", "A-23", "A-24", "A-27", "A-47", "A-50", "A-51", "A-52", "A-53",
                                    "A-56", "A-57", "A-64", "B-1",  "B-2",  "B-17", "B-18", "B-19", "B-25"}) {
        INFO(holds << ": " << finding(findings, holds).sentence);
        CHECK(finding(findings, holds).verdict == ProbeFinding::Verdict::holds);
    }
    for (const std::string untried : {"A-4", "A-28", "A-40"}) {
        CHECK(finding(findings, untried).verdict == ProbeFinding::Verdict::not_tried);
    }
}

TEST_CASE("a probe says that an assumption fails where nobody is in both lists, or the lists are not the same people",
          "[connectors][speakap]") {
    Chain strangers(4, 1);
    for (auto& user : strangers.state().users) {
        user.xid.clear();
        user.external_id.clear();
        user.user_name = "login-" + user.eid;
    }
    const auto findings = strangers.probe();
    CHECK(finding(findings, "A-5").verdict == ProbeFinding::Verdict::fails);
    CHECK(finding(findings, "A-24").verdict == ProbeFinding::Verdict::fails);
    CHECK(finding(findings, "A-57").verdict == ProbeFinding::Verdict::holds);

    Chain lagging(4, 1);
    // Somebody's membership is listed, they are not yet.
    lagging.state().users[1].seen_from = lagging.clock().now() + std::chrono::hours(1);
    const auto of_lagging = lagging.probe();
    CHECK(finding(of_lagging, "A-57").verdict == ProbeFinding::Verdict::fails);
}

TEST_CASE("a probe of a network with several pages sees long pages and the filter for administrators",
          "[connectors][speakap]") {
    Chain chain(120, 2);
    chain.state().users[3].network.role = "admin";
    const auto findings = chain.probe();
    CHECK(finding(findings, "A-66").verdict == ProbeFinding::Verdict::holds);
    CHECK(finding(findings, "A-67").verdict == ProbeFinding::Verdict::holds);
}

TEST_CASE("the probe knows each row of the page of assumptions, and the page each row of the probe",
          "[connectors][speakap]") {
    std::ifstream page(std::string(USERSYNC_SOURCE_DIR) + "/docs/speakap-assumptions.md");
    REQUIRE(page.good());
    std::set<std::string> of_page;
    for (std::string line; std::getline(page, line);) {
        const bool is_row = line.rfind("| A-", 0) == 0 || line.rfind("| B-", 0) == 0;
        if (is_row) of_page.insert(line.substr(2, line.find(' ', 2) - 2));
    }
    std::set<std::string> of_probe;
    for (const auto& row : assumptions()) of_probe.insert(std::string(row.name));
    CHECK(of_page == of_probe);
}

}  // namespace
}  // namespace usersync::speakap

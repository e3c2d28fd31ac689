#include "tests/scenario/world.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync;
using namespace usersync::test;

namespace {

/// A random company: who works there, where, as what. People come, go, move and are promoted between days.
class Company {
public:
    explicit Company(std::uint32_t seed) : random_(seed) {}

    std::vector<std::string> next_day() {
        const int changes = pick(0, 6);
        for (int i = 0; i < changes; ++i) change_something();
        if (people_.empty()) people_["1000"] = {};
        std::vector<std::string> lines;
        for (const auto& [key, person] : people_) {
            lines.push_back(key + (person.store == 0 ? ";Store 12" : person.store == 1 ? ";Store 14" : ";Store 12|Store 14") +
                            (person.manager ? ";Store manager;" : ";Cashier;") + std::to_string(person.phone));
        }
        return lines;
    }

    /// Somebody does something to the network by hand.
    void meddle(FakeNetwork& network) {
        for (const auto& person : network.people()) {
            if (pick(0, 9) != 0) continue;
            auto& victim = network.person(person.key.value());
            switch (pick(0, 3)) {
                case 0: network.accept(person.key.value()); break;
                case 1: victim.groups.clear(); break;
                case 2: victim.profile.phone = "by hand"; break;
                default: network.forget(person.key.value()); break;
            }
        }
    }

    int pick(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

private:
    struct Person {
        int store = 0;
        bool manager = false;
        int phone = 1;
    };

    void change_something() {
        const auto key = std::to_string(pick(1000, 1012));
        switch (pick(0, 4)) {
            case 0: people_[key] = {}; break;
            case 1: people_.erase(key); break;
            case 2:
                if (people_.contains(key)) people_[key].store = pick(0, 2);
                break;
            case 3:
                if (people_.contains(key)) people_[key].manager = !people_[key].manager;
                break;
            default:
                if (people_.contains(key)) people_[key].phone = pick(1, 9);
        }
    }

    std::mt19937 random_;
    std::map<std::string, Person> people_;
};

}  // namespace

TEST_CASE("whatever happens in a company, applying the plan leaves nothing to do", "[scenario][property]") {
    const auto first_seed = 20260000u;
    for (auto seed = first_seed; seed < first_seed + 25; ++seed) {
        INFO("seed " << seed);
        Company company(seed);
        auto settings = shop_settings();
        settings.completeness.drop_share_max = 1;
        World world(settings);
        for (int day = 0; day < 4; ++day) {
            INFO("day " << day);
            const auto record = company.next_day();
            if (company.pick(0, 3) == 0) {
                world.network.fail_call(world.network.calls() + 1, FaultKind::lost_answer);
            }
            world.sync(record);
            company.meddle(world.network);
            auto repaired = world.run();
            if (repaired.run.end == RunEnd::held) repaired = world.approve();
            CHECK(repaired.run.end == RunEnd::done);
            const auto calls = world.network.calls();
            const auto nothing = world.run();
            CHECK(nothing.plan->plan.empty());
            CHECK(world.network.calls() == calls);
        }
    }
}

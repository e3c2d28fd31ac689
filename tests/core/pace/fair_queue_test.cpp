#include "core/pace/fair_queue.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <vector>

using namespace usersync::pace;

TEST_CASE("who waits alone goes in the order of coming", "[core][pace]") {
    FairQueue queue;
    const auto first = queue.add(1);
    const auto second = queue.add(1);
    CHECK(queue.next() == first);
    CHECK(queue.serve() == first);
    CHECK(queue.serve() == second);
    CHECK(queue.empty());
    CHECK_FALSE(queue.evenness());
}

TEST_CASE("a hundred tenants, one with a hundred times the work, have their turns evenly", "[core][pace]") {
    FairQueue queue;
    std::map<FairQueue::Ticket, Flow> whose;
    std::map<Flow, int> left;
    // As many wait at once as a tenant has under way; the big one has more.
    const auto come = [&](Flow flow) { whose[queue.add(flow)] = flow; };
    for (Flow flow = 1; flow <= 100; ++flow) {
        left[flow] = flow == 1 ? 10000 : 100;
        for (int i = 0; i < (flow == 1 ? 64 : 4); ++i) come(flow);
    }
    std::map<Flow, double> had;
    while (left[2] > 4) {
        const auto flow = whose.at(queue.serve());
        had[flow] += 1;
        if (--left[flow] > 0) come(flow);
    }
    std::vector<double> shares;
    for (const auto& [flow, turns] : had) shares.push_back(turns);
    REQUIRE(shares.size() == 100);
    CHECK(jain_index(shares) >= 0.995);
    REQUIRE(queue.evenness());
    CHECK(*queue.evenness() >= 0.995);
}

TEST_CASE("turns are shared out by weight", "[core][pace]") {
    FairQueue queue;
    std::map<FairQueue::Ticket, Flow> whose;
    for (int i = 0; i < 300; ++i) whose[queue.add(1, 3.0)] = 1;
    for (int i = 0; i < 300; ++i) whose[queue.add(2, 1.0)] = 2;
    int of_first = 0;
    for (int i = 0; i < 200; ++i) of_first += whose.at(queue.serve()) == 1 ? 1 : 0;
    CHECK(of_first >= 149);
    CHECK(of_first <= 151);
}

TEST_CASE("a tenant that comes late waits for one turn of the others, not for all their calls", "[core][pace]") {
    FairQueue queue;
    for (int i = 0; i < 1000; ++i) queue.add(1);
    for (int i = 0; i < 500; ++i) queue.serve();
    const auto late = queue.add(2);
    int turns = 0;
    while (queue.serve() != late) ++turns;
    CHECK(turns <= 1);
}

TEST_CASE("who gives up is forgotten, and pays for nothing", "[core][pace]") {
    FairQueue queue;
    for (int i = 0; i < 10; ++i) queue.add(1);
    std::vector<FairQueue::Ticket> mine;
    for (int i = 0; i < 10; ++i) mine.push_back(queue.add(2));
    for (const auto ticket : mine) queue.remove(ticket);
    queue.remove(mine[0]);
    CHECK(queue.size() == 10);
    const auto again = queue.add(2);
    int turns = 0;
    while (queue.serve() != again) ++turns;
    CHECK(turns <= 1);
}

TEST_CASE("Jain's index is 1 where all have the same and 1/n where one has all", "[core][pace]") {
    CHECK(jain_index({}) == 1.0);
    CHECK(jain_index({3, 3, 3}) == Approx(1.0));
    CHECK(jain_index({1, 0, 0, 0}) == Approx(0.25));
}

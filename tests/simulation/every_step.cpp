#include "tests/simulation/every_step.hpp"

#include <algorithm>

namespace usersync::simulation {

using namespace std::chrono_literals;

Story small_story() {
    Story story;
    story.seed = 1;
    story.days = 2;
    story.quiet_from = 48h;
    story.end = 48h + 44h;
    TenantStory tenant;
    tenant.name = "tenant0";
    tenant.seed = 5;
    tenant.every = 12h;
    tenant.creates_missing = true;
    tenant.network = R"({"name":"Shop","seed":3,"groups":[{"kind":"business_unit","name":"Store 12"}]})";
    const std::string one = "1001;Store 12;Store manager;+31612345601;p1001@shop.example;P1001;Person";
    const std::string two = "1002;Store 12;Cashier;+31612345602;p1002@shop.example;P1002;Person";
    const std::string three = "1003;Store 12;Cashier;+31612345603;p1003@shop.example;P1003;Person";
    const std::string three_moved = "1003;Store 14;Store manager;+31612345603;p1003@shop.example;P1003;Person";
    const std::string four = "1004;Store 14;Cashier;+31612345604;p1004@shop.example;P1004;Person";
    const GoodDelivery day_1{.at = 6h, .rows = {one, two, three}, .people = {"1001", "1002", "1003"}};
    GoodDelivery day_2{.at = 30h, .rows = {one, three_moved, four}, .people = {"1001", "1003", "1004"}};
    tenant.deliveries = {day_1, day_2};
    day_2.at = 54h;
    tenant.deliveries.push_back(day_2);
    // One who leaves out of three is more than the simulation's brake lets pass: an operator approves.
    story.tenants = {tenant};
    return story;
}

SmallWorld::SmallWorld() : story_(small_story()), none_(no_faults(story_)), twin_(story_, none_) { twin_.run(); }

std::vector<std::string> SmallWorld::live(const FaultPlan& faults, Planted planted) {
    SimWorld world(story_, faults, planted);
    world.run();
    processes_ = world.processes();
    trace_ = world.tenant(0).witness.trace.lines();
    auto findings = judge(world, twin_, faults);
    if (!findings.empty()) findings.insert(findings.begin(), describe(faults));
    return findings;
}

bool SmallWorld::saw(const std::string& text) const {
    const auto has_it = [&](const std::string& line) { return line.find(text) != std::string::npos; };
    return std::any_of(trace_.begin(), trace_.end(), has_it);
}

bool SmallWorld::dies_after(std::size_t effect, std::vector<std::string>& findings) {
    auto faults = none_;
    faults.deaths = {effect};
    faults.downtimes = {Duration(0)};
    findings = live(faults);
    return processes_ > 1;
}

std::vector<std::string> SmallWorld::fails_at(std::size_t write, bool after_writing) {
    auto faults = none_;
    faults.tenants[0].disk = {{.from = write, .to = write, .after_writing = after_writing}};
    return live(faults);
}

}  // namespace usersync::simulation

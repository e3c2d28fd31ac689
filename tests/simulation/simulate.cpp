#include "tests/simulation/simulate.hpp"

#include "tests/simulation/oracle.hpp"

#include <exception>

namespace usersync::simulation {

namespace {

std::vector<std::string> trace_of(SimWorld& world) {
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < world.tenants(); ++n) {
        for (const auto& line : world.tenant(n).witness.trace.lines()) {
            lines.push_back(world.tenant(n).story.name + ' ' + line);
        }
    }
    return lines;
}

}  // namespace

std::vector<std::string> trace_of(std::uint64_t seed) {
    const auto story = story_of(seed);
    const auto faults = faults_of(story);
    SimWorld world(story, faults);
    world.run();
    return trace_of(world);
}

struct Simulation::Twin {
    explicit Twin(std::uint64_t seed) : story(story_of(seed)), faults(no_faults(story)), world(story, faults) {
        world.run();
    }
    Story story;
    FaultPlan faults;
    SimWorld world;
};

Simulation::Simulation() = default;
Simulation::~Simulation() = default;

Verdict Simulation::live(std::uint64_t seed, Planted planted, Repeat repeat) {
    try {
        return judged(seed, planted, repeat);
    } catch (const std::exception& error) {
        Verdict verdict;
        verdict.faults = describe(faults_of(story_of(seed)));
        verdict.findings.emplace_back(std::string("the world ended by an exception: ") + error.what());
        return verdict;
    }
}

Verdict Simulation::judged(std::uint64_t seed, Planted planted, Repeat repeat) {
    const bool is_same_story = twin_ && twin_->story.seed / faults_a_story == seed / faults_a_story;
    if (!is_same_story) twin_ = std::make_unique<Twin>(seed);
    const auto story = story_of(seed);
    const auto faults = faults_of(story);
    SimWorld world(story, faults, planted);
    world.run();
    Verdict verdict;
    verdict.faults = describe(faults);
    verdict.findings = judge(world, twin_->world, faults);
    verdict.processes = world.processes();
    for (std::size_t n = 0; n < world.tenants(); ++n) {
        verdict.calls += world.tenant(n).witness.trace.lines().size();
        verdict.operations += world.tenant(n).witness.operations();
    }
    if (repeat == Repeat::yes && trace_of(world) != trace_of(seed)) {
        verdict.findings.emplace_back("I10: the same seed a second time left another trace");
    }
    return verdict;
}

std::string describe(std::uint64_t seed, const Verdict& verdict) {
    std::string text = "seed " + std::to_string(seed) + ", what went wrong in the world:\n" + verdict.faults;
    text += "and what was found:\n";
    for (const auto& finding : verdict.findings) text += "  " + finding + '\n';
    return text;
}

}  // namespace usersync::simulation

#include "tests/fakes/fake_source.hpp"
#include "tests/contract/source_contract.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

class FakeWorld final : public SourceWorld {
public:
    boost::asio::io_context& context() override { return context_; }
    ManualClock& clock() override { return clock_; }
    Source& source() override { return source_; }
    FakeSource& fake() { return source_; }

    void put(const std::string& name, const std::string& bytes) override { source_.put(name, bytes); }
    void put_growing(const std::string& name, const std::string& bytes) override { source_.put_growing(name, bytes); }
    bool has(const std::string& name) const override { return source_.has(name); }
    std::vector<std::string> archive() const override {
        auto archived = source_.archive();
        std::sort(archived.begin(), archived.end());
        return archived;
    }

private:
    static ingest::PickupRules rules() {
        ingest::PickupRules rules;
        rules.pattern = "*.csv";
        rules.bytes_max = 1 << 20;
        return rules;
    }

    boost::asio::io_context context_;
    ManualClock clock_{context_};
    FakeSource source_{rules()};
};

Failure stalled() {
    return Failure{.kind = FailureKind::transient, .code = "peer_stalled", .where = "fake", .detail = "no answer"};
}

}  // namespace

TEST_CASE("the source in memory keeps the source contract", "[fakes]") {
    check_source_contract([] { return std::make_unique<FakeWorld>(); });
}

TEST_CASE("the source in memory fails on demand, once for each demand", "[fakes]") {
    FakeWorld world;
    world.put("employees.csv", "id\n1\n");
    world.fake().fail_next(stalled());

    const auto first = fetch(world);
    const auto second = fetch(world);

    REQUIRE_FALSE(first);
    CHECK(first.error() == stalled());
    REQUIRE(second);
    REQUIRE(second->delivery);
    world.fake().fail_next(stalled());
    CHECK_FALSE(acknowledge(world, *second->delivery));
    CHECK(world.fake().acknowledged().empty());
    CHECK(acknowledge(world, *second->delivery));
    CHECK(world.fake().acknowledged() == std::vector<std::string>{"employees.csv"});
    CHECK(world.fake().fetches() == 2);
}

TEST_CASE("the source in memory can keep its files, as for an account that may not move them", "[fakes]") {
    FakeWorld world;
    world.fake().keep_files();
    world.put("employees.csv", "id\n1\n");
    const auto first = fetch(world);
    REQUIRE(first);
    REQUIRE(first->delivery);

    REQUIRE(acknowledge(world, *first->delivery));
    const auto second = fetch(world);

    REQUIRE(second);
    CHECK(second->delivery == first->delivery);
}

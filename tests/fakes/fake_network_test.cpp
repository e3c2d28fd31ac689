#include "tests/fakes/fake_network.hpp"

#include "tests/contract/network_contract.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace usersync::test {
namespace {

class FakeWorld final : public NetworkWorld {
public:
    FakeWorld() {
        const auto store = fake_.add_group(GroupKind::business_unit, "Store 12");
        fake_.add_group(GroupKind::department, "Checkout");
        fake_.add_group(GroupKind::topic, "Football");
        Profile anna;
        anna.email = "anna@shop.example";
        anna.name = PersonName{.first = "Anna", .infix = "de", .last = "Boer"};
        anna.job_title = "Cashier";
        fake_.add_person("1001", anna).groups = {store};
        fake_.add_stranger(Profile{}, RoleId("admin"));
    }
    boost::asio::io_context& context() override { return context_; }
    Network& network() override { return fake_; }
    Deadline deadline() override { return Deadline::max(); }
    int invitations(const std::string& key) override { return fake_.invitations(key); }
    void accept(const std::string& key) override { fake_.accept(key); }
    void lose_next_answer() override { fake_.fail_call(fake_.calls() + 1, FaultKind::lost_answer); }
    void make_external(const std::string& key) override { fake_.person(key).external = true; }
    void lock(const std::string& key) override {
        fake_.person(key).locked = true;
        fake_.person(key).locked_groups = fake_.person(key).groups;
    }

private:
    boost::asio::io_context context_;
    FakeNetwork fake_;
};

Operation create(const std::string& key) {
    Operation operation;
    operation.change.employee = EmployeeKey(key);
    operation.change.what = CreateUser{};
    return operation;
}

TEST_CASE("the network in memory keeps the contract of a network", "[fakes][contract]") {
    network_contract([]() -> std::unique_ptr<NetworkWorld> { return std::make_unique<FakeWorld>(); });
}

TEST_CASE("a fault meets exactly the call that it was made for", "[fakes]") {
    FakeNetwork fake;
    fake.fail_call(2, FaultKind::refused);
    fake.fail_call(3, FaultKind::lost_request);
    fake.fail_call(4, FaultKind::lost_answer);

    const auto first = run(fake.apply(create("1"), Deadline::max()));
    const auto refused = run(fake.apply(create("2"), Deadline::max()));
    const auto request_lost = run(fake.apply(create("3"), Deadline::max()));
    const auto answer_lost = run(fake.apply(create("4"), Deadline::max()));

    CHECK(first.has_value());
    CHECK((!refused && refused.error().effect == Effect::none));
    CHECK((!request_lost && request_lost.error().effect == Effect::unknown));
    CHECK((!answer_lost && answer_lost.error().effect == Effect::unknown));
    CHECK(fake.invitations("1") == 1);
    CHECK(fake.invitations("2") == 0);
    CHECK(fake.invitations("3") == 0);
    CHECK(fake.invitations("4") == 1);
    CHECK(fake.calls() == 4);
    CHECK(fake.effects() == std::vector<std::string>{"create_user 1", "create_user 4"});
}

TEST_CASE("a watcher sees each effect, and can end the world between effect and answer", "[fakes]") {
    FakeNetwork fake;
    fake.after_each_effect([](std::size_t n) {
        if (n == 2) throw std::runtime_error("killed");
    });

    CHECK(run(fake.apply(create("1"), Deadline::max())).has_value());
    CHECK_THROWS_AS(run(fake.apply(create("2"), Deadline::max())), std::runtime_error);
    CHECK(fake.invitations("2") == 1);
}

TEST_CASE("two people cannot have one address", "[fakes]") {
    FakeNetwork fake;
    Profile anna;
    anna.email = "anna@shop.example";
    fake.add_person("1001", anna);
    Operation second = create("1002");
    second.change.what = CreateUser{.profile = anna};

    const auto refused = run(fake.apply(second, Deadline::max()));

    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "primary_email_address_in_use");
    CHECK_FALSE(fake.knows("1002"));
}

}  // namespace
}  // namespace usersync::test

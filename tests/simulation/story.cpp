#include "tests/simulation/story.hpp"

#include "core/rules/rule_set.hpp"
#include "core/rules/written_rules.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/support/columns.hpp"

#include <map>
#include <stdexcept>

namespace usersync::simulation {

using namespace std::chrono_literals;

namespace {

struct Person {
    int store = 0;
    bool manager = false;
    int phone = 10;
};

/// Who may have an account before the first record, under the key that the record will have.
const std::string there_before = "1001";

/// Who works there, where, as what. People come, go, move and are promoted between days.
class Company {
public:
    Company(std::uint64_t seed, int people) : dice_(seed) {
        for (int n = 0; n < people; ++n) people_[std::to_string(1000 + n)] = hired();
    }

    void next_day() {
        const int changes = dice_.pick(0, 3);
        for (int n = 0; n < changes; ++n) change_something();
    }

    GoodDelivery record(Duration at) const {
        GoodDelivery delivery{.at = at, .rows = {}, .people = {}};
        for (const auto& [key, person] : people_) {
            const std::string store = person.store == 0   ? "Store 12"
                                      : person.store == 1 ? "Store 14"
                                      : person.store == 2 ? "Store 12|Store 14"
                                                          : "Store 16";
            delivery.rows.push_back(key + ';' + store + (person.manager ? ";Store manager;" : ";Cashier;") +
                                    "+316123456" + std::to_string(person.phone) + ";p" + key + "@shop.example;P" + key +
                                    ";Person");
            delivery.people.insert(key);
        }
        return delivery;
    }

private:
    Person hired() { return {.store = dice_.pick(0, 3), .manager = dice_.one_in(5), .phone = dice_.pick(10, 99)}; }

    void change_something() {
        const auto key = std::to_string(1000 + dice_.pick(0, 8));
        switch (dice_.pick(0, 4)) {
            case 0: people_.try_emplace(key, hired()); return;
            case 1:
                // Who is in the network before the first record stays: had they left before it was read, they would
                // never have been ours.
                if (people_.size() > 3 && key != there_before) people_.erase(key);
                return;
            default: break;
        }
        const auto at = people_.find(key);
        if (at == people_.end()) return;
        switch (dice_.pick(0, 2)) {
            case 0: at->second.store = dice_.pick(0, 3); return;
            case 1: at->second.manager = !at->second.manager; return;
            default: at->second.phone = dice_.pick(10, 99);
        }
    }

    Dice dice_;
    std::map<std::string, Person> people_;
};

/// Two people without a key, one of them an administrator, and their group; and sometimes somebody who is there before
/// the first record, under the key that it will have.
std::string network_of(Dice& dice, std::size_t number, bool creates_missing) {
    std::string network = R"({"name":"Network )" + std::to_string(number) + R"(","seed":)" +
                          std::to_string(number + 1) +
                          R"(,"groups":[{"kind":"business_unit","name":"Store 12"},)"
                          R"({"kind":"business_unit","name":"Store 14"},{"kind":"public","name":")" +
                          unmanaged_group + R"("})";
    if (!creates_missing) network += R"(,{"kind":"business_unit","name":"Store 16"})";
    network += R"(],"users":[{"first":"Q","family":"One","email":"q1@other.example","role":"admin","groups":[")" +
               unmanaged_group +
               R"(","Store 12"]},{"first":"Q","family":"Two","email":"q2@other.example","groups":[")" +
               unmanaged_group + R"("]})";
    if (dice.one_in(2)) {
        network += R"(,{"xid":")" + there_before + R"(","first":"Old","family":"Name","email":"p1001@shop.example"})";
    }
    return network + "]}";
}

TenantStory tenant_of(Dice& dice, std::size_t number, int days) {
    TenantStory tenant;
    tenant.name = "tenant" + std::to_string(number);
    tenant.seed = dice.next();
    tenant.every = dice.of(std::vector<Duration>{12h, 24h, 24h});
    tenant.creates_missing = dice.one_in(2);
    tenant.removes_leavers = dice.one_in(3);
    tenant.keeps_files = dice.one_in(4);
    tenant.network = network_of(dice, number, tenant.creates_missing);
    Dice ways(tenant.seed);
    tenant.learns_rate = ways.one_in(3);
    tenant.canary = ways.one_in(2) ? 2 : 0;
    tenant.outage_wait = ways.one_in(2) ? 1min : 0min;
    tenant.holds_kinds = ways.one_in(3);
    Company company(dice.next(), dice.pick(3, 6));
    for (int day = 0; day <= days + 1; ++day) {
        const auto at = day * 24h + 6h + std::chrono::minutes(dice.pick(0, 90));
        tenant.deliveries.push_back(company.record(at));
        // What the company says on the last day it goes on saying.
        if (day + 1 < days) company.next_day();
    }
    return tenant;
}

}  // namespace

const std::string unmanaged_group = "Canteen";

Story story_of(std::uint64_t seed) {
    Dice dice(seed / faults_a_story);
    Story story;
    story.seed = seed;
    story.days = dice.pick(2, 3);
    story.quiet_from = story.days * 24h;
    story.end = story.quiet_from + 92h;
    const std::size_t tenants = dice.one_in(4) ? 3 : 2;
    for (std::size_t n = 0; n < tenants; ++n) story.tenants.push_back(tenant_of(dice, n, story.days));
    Dice pace(dice.next());
    story.share_pace = pace.one_in(3);
    return story;
}

std::string record_of(const std::vector<std::string>& rows) {
    std::string record = "Employee ID;Location;Job title;Phone;Email;First name;Last name\r\n";
    for (const auto& row : rows) record += row + "\r\n";
    return record;
}

namespace {

/// Everybody belongs in the business unit that is named like their location; store managers are administrators.
rules::RuleSet rules_of(const TenantStory& tenant, RulesInForce in_force) {
    rules::WrittenGroupRule same;
    same.id = "group_mapping[1]";
    same.origin = {.file = "tenant.toml", .line = 30, .column = 1};
    same.when.cells = {{.field = "location", .values = {"*"}}};
    const bool are_others = in_force == RulesInForce::others;
    same.group = {.kind = "business_unit", .by = "name", .text = are_others ? "Store 12" : "{location}"};
    rules::WrittenGroupTable table;
    table.id = same.id;
    table.origin = same.origin;
    table.create_missing = tenant.creates_missing;
    table.rules = {same};
    rules::WrittenRoleRule managers;
    managers.id = "role_mapping[1]";
    managers.origin = {.file = "tenant.toml", .line = 36, .column = 1};
    managers.when.cells = {{.field = "job_title", .values = {"Store manager"}}};
    managers.role = "admin";
    rules::WrittenRules written;
    written.groups = {table};
    if (!are_others) written.roles = {managers};
    auto checked = rules::check_rules(written, rules::FieldNames(), Day{});
    if (!checked.rules) throw std::logic_error("the rules of the simulation are wrong");
    return std::move(*checked.rules);
}

}  // namespace

sync::TenantSettings settings_of(const TenantStory& tenant, RulesInForce in_force) {
    using ingest::Field;
    sync::TenantSettings settings;
    settings.tenant = TenantId(tenant.name);
    settings.columns = test::columns({{Field::employee_id, "Employee ID"},
                                      {Field::email, "Email"},
                                      {Field::first_name, "First name"},
                                      {Field::last_name, "Last name"},
                                      {Field::job_title, "Job title"},
                                      {Field::phone, "Phone"},
                                      {Field::location, "Location"}});
    settings.rules = rules_of(tenant, in_force);
    settings.rules_fingerprint = rules::fingerprint_of(settings.rules);
    if (tenant.removes_leavers) settings.policy.leavers = diff::LeaverAction::remove;
    // A handful of people: shares are coarse.
    settings.guard.removals_share_max = 0.30;
    settings.guard.memberships_lost_share_max = 0.60;
    if (tenant.holds_kinds) settings.guard.scope = plan::HoldScope::kind;
    settings.completeness.drop_share_max = 0.45;
    settings.completeness.rise_share_max = 100;
    settings.apply.canary = tenant.canary;
    settings.apply.canary_above = 1;
    settings.apply.outage_wait_max = tenant.outage_wait;
    // What the network said and did not do is tried again within the time that is watched.
    settings.repeats.remembered = 20h;
    return settings;
}

}  // namespace usersync::simulation

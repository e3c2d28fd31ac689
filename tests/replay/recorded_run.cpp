#include "tests/replay/recorded_run.hpp"

#include "core/plan/plan_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string written(const Json& json) { return json.dump(1) + '\n'; }

Json read_json(const fs::path& file) { return Json::parse(read_text(file)); }

// ---- small values ---------------------------------------------------------------------------------------------

template <class Tag, class T>
Json json_of(const Strong<Tag, T>& id) {
    return id.value();
}
Json json_of(const std::string& text) { return text; }
Json json_of(Time time) { return time.time_since_epoch().count(); }

// Known before the templates below, which are to find them.
Json json_of(const PersonName& value);
void take(const Json& json, PersonName& value);
Json json_of(const ActualGroupRole& value);
void take(const Json& json, ActualGroupRole& value);
Json json_of(const ActualUser& value);
void take(const Json& json, ActualUser& value);
Json json_of(const ActualGroup& value);
void take(const Json& json, ActualGroup& value);
Json json_of(const OwnedGroupRole& value);
void take(const Json& json, OwnedGroupRole& value);
Json json_of(const OwnedUser& value);
void take(const Json& json, OwnedUser& value);
Json json_of(const plan::QueuedRemoval& value);
void take(const Json& json, plan::QueuedRemoval& value);
Json json_of(const plan::RemovalHold& value);
void take(const Json& json, plan::RemovalHold& value);
Json json_of(const MissingSince& value);
void take(const Json& json, MissingSince& value);
Json json_of(const LedgerCounts& value);
void take(const Json& json, LedgerCounts& value);
Json json_of(const Operation& value);
void take(const Json& json, Operation& value);

template <class T>
Json json_of(const std::optional<T>& value) {
    return value ? json_of(*value) : Json();
}
template <class T>
Json json_of(const std::vector<T>& list) {
    auto json = Json::array();
    for (const auto& one : list) json.push_back(json_of(one));
    return json;
}

template <class Tag, class T>
void take(const Json& json, Strong<Tag, T>& id) {
    id = Strong<Tag, T>(json.get<T>());
}
void take(const Json& json, std::string& text) { text = json.get<std::string>(); }
void take(const Json& json, bool& value) { value = json.get<bool>(); }
void take(const Json& json, std::size_t& value) { value = json.get<std::size_t>(); }
void take(const Json& json, Time& time) { time = Time(Duration(json.get<Duration::rep>())); }

template <class T>
void take(const Json& json, std::optional<T>& value) {
    value.reset();
    if (json.is_null()) return;
    T read;
    take(json, read);
    value = std::move(read);
}
template <class T>
void take(const Json& json, std::vector<T>& list) {
    list.clear();
    for (const auto& one : json) {
        T read;
        take(one, read);
        list.push_back(std::move(read));
    }
}

template <class T>
void take_at(const Json& json, const char* key, T& value) {
    take(json.at(key), value);
}

// ---- networks -------------------------------------------------------------------------------------------------

Json json_of(const PersonName& name) { return Json::array({name.first, name.infix, name.last}); }
void take(const Json& json, PersonName& name) {
    take(json.at(0), name.first);
    take(json.at(1), name.infix);
    take(json.at(2), name.last);
}

Json json_of(const ActualGroupRole& role) {
    return Json::array({role.group.value(), role.role.value(), role.membership.value()});
}
void take(const Json& json, ActualGroupRole& role) {
    take(json.at(0), role.group);
    take(json.at(1), role.role);
    take(json.at(2), role.membership);
}

UserState state_from(const std::string& text) {
    for (const auto state : {UserState::invited, UserState::active, UserState::suspended}) {
        if (to_string(state) == text) return state;
    }
    throw std::runtime_error("no state of an account: " + text);
}

Json json_of(const ActualUser& user) {
    return {{"eid", json_of(user.eid)},
            {"xid", json_of(user.xid)},
            {"scim_id", json_of(user.scim_id)},
            {"state", to_string(user.state)},
            {"email", json_of(user.profile.email)},
            {"name", json_of(user.profile.name)},
            {"job_title", json_of(user.profile.job_title)},
            {"phone", json_of(user.profile.phone)},
            {"membership", json_of(user.membership)},
            {"role", json_of(user.role)},
            {"groups", json_of(user.groups)},
            {"group_roles", json_of(user.group_roles)},
            {"locked_groups", json_of(user.locked_groups)},
            {"locked", user.locked},
            {"external", user.external},
            {"linked", user.linked},
            {"other_emails", json_of(user.other_emails)},
            {"birthday", json_of(user.birthday)},
            {"invited_at", json_of(user.invited_at)}};
}
void take(const Json& json, ActualUser& user) {
    take_at(json, "eid", user.eid);
    take_at(json, "xid", user.xid);
    take_at(json, "scim_id", user.scim_id);
    user.state = state_from(json.at("state").get<std::string>());
    take_at(json, "email", user.profile.email);
    take_at(json, "name", user.profile.name);
    take_at(json, "job_title", user.profile.job_title);
    take_at(json, "phone", user.profile.phone);
    take_at(json, "membership", user.membership);
    take_at(json, "role", user.role);
    take_at(json, "groups", user.groups);
    take_at(json, "group_roles", user.group_roles);
    take_at(json, "locked_groups", user.locked_groups);
    take_at(json, "locked", user.locked);
    take_at(json, "external", user.external);
    take_at(json, "linked", user.linked);
    take_at(json, "other_emails", user.other_emails);
    take_at(json, "birthday", user.birthday);
    take_at(json, "invited_at", user.invited_at);
}

Json json_of(const ActualGroup& group) {
    return {{"eid", json_of(group.eid)},
            {"kind", to_string(group.kind)},
            {"name", group.name},
            {"xid", json_of(group.xid)},
            {"parent", json_of(group.parent)}};
}
void take(const Json& json, ActualGroup& group) {
    take_at(json, "eid", group.eid);
    group.kind = group_kind_from(json.at("kind").get<std::string>()).value();
    take_at(json, "name", group.name);
    take_at(json, "xid", group.xid);
    take_at(json, "parent", group.parent);
}

Json json_of(const ActualNetwork& network) {
    return {{"eid", json_of(network.eid)}, {"groups", json_of(network.groups)}, {"users", json_of(network.users)}};
}
void take(const Json& json, ActualNetwork& network) {
    take_at(json, "eid", network.eid);
    take_at(json, "groups", network.groups);
    take_at(json, "users", network.users);
}

// ---- what is ours ---------------------------------------------------------------------------------------------

Json json_of(const OwnedGroupRole& role) { return Json::array({role.group.value(), role.role.value()}); }
void take(const Json& json, OwnedGroupRole& role) {
    take(json.at(0), role.group);
    take(json.at(1), role.role);
}

Json json_of(const OwnedUser& owned) {
    return {{"key", json_of(owned.key)},
            {"user", owned.user},
            {"groups", json_of(owned.groups)},
            {"role", json_of(owned.role)},
            {"link", json_of(owned.link)},
            {"declined", json_of(owned.declined)},
            {"role_declined", json_of(owned.role_declined)},
            {"invited_again", owned.invited_again},
            {"group_roles", json_of(owned.group_roles)},
            {"group_roles_declined", json_of(owned.group_roles_declined)},
            {"user_declined", owned.user_declined},
            {"suspended", owned.suspended},
            {"link_scim", json_of(owned.link_scim)},
            {"invite_due", owned.invite_due},
            {"changed_at", json_of(owned.changed_at)}};
}
void take(const Json& json, OwnedUser& owned) {
    take_at(json, "key", owned.key);
    take_at(json, "user", owned.user);
    take_at(json, "groups", owned.groups);
    take_at(json, "role", owned.role);
    take_at(json, "link", owned.link);
    take_at(json, "declined", owned.declined);
    take_at(json, "role_declined", owned.role_declined);
    take_at(json, "invited_again", owned.invited_again);
    take_at(json, "group_roles", owned.group_roles);
    take_at(json, "group_roles_declined", owned.group_roles_declined);
    take_at(json, "user_declined", owned.user_declined);
    take_at(json, "suspended", owned.suspended);
    take_at(json, "link_scim", owned.link_scim);
    take_at(json, "invite_due", owned.invite_due);
    take_at(json, "changed_at", owned.changed_at);
}

// ---- who leaves -----------------------------------------------------------------------------------------------

Json json_of(const plan::QueuedRemoval& queued) {
    return {{"key", json_of(queued.key)},
            {"evidence", plan::to_string(queued.evidence)},
            {"first_snapshot", json_of(queued.first_snapshot)},
            {"first_seen", json_of(queued.first_seen)},
            {"snapshots", queued.snapshots},
            {"counted", json_of(queued.counted)},
            {"suspended_at", json_of(queued.suspended_at)}};
}
void take(const Json& json, plan::QueuedRemoval& queued) {
    take_at(json, "key", queued.key);
    queued.evidence = plan::evidence_from(json.at("evidence").get<std::string>()).value();
    take_at(json, "first_snapshot", queued.first_snapshot);
    take_at(json, "first_seen", queued.first_seen);
    take_at(json, "snapshots", queued.snapshots);
    take_at(json, "counted", queued.counted);
    take_at(json, "suspended_at", queued.suspended_at);
}

Json json_of(const plan::RemovalHold& hold) {
    return {{"key", json_of(hold.key)}, {"by", hold.by}, {"reason", hold.reason}, {"since", json_of(hold.since)}};
}
void take(const Json& json, plan::RemovalHold& hold) {
    take_at(json, "key", hold.key);
    take_at(json, "by", hold.by);
    take_at(json, "reason", hold.reason);
    take_at(json, "since", hold.since);
}

Json json_of(const MissingSince& missing) {
    return {{"key", json_of(missing.key)},
            {"last_row", json_of(missing.last_row)},
            {"since", json_of(missing.since)},
            {"snapshots", missing.snapshots}};
}
void take(const Json& json, MissingSince& missing) {
    take_at(json, "key", missing.key);
    take_at(json, "last_row", missing.last_row);
    take_at(json, "since", missing.since);
    take_at(json, "snapshots", missing.snapshots);
}

// ---- what was done --------------------------------------------------------------------------------------------

Json json_of(const LedgerCounts& counts) {
    auto by_group = Json::object();
    for (const auto& [group, lost] : counts.memberships_lost_in) by_group[group.value()] = lost;
    return {{"removals", counts.removals},
            {"memberships_lost", counts.memberships_lost},
            {"role_grants", counts.role_grants},
            {"groups_made", counts.groups_made},
            {"memberships_lost_in", by_group},
            {"suspensions", counts.suspensions},
            {"endings", counts.endings},
            {"accounts_made", counts.accounts_made},
            {"profiles_changed", counts.profiles_changed},
            {"addresses_changed", counts.addresses_changed},
            {"memberships_gained", counts.memberships_gained},
            {"invitations", counts.invitations}};
}
void take(const Json& json, LedgerCounts& counts) {
    take_at(json, "removals", counts.removals);
    take_at(json, "memberships_lost", counts.memberships_lost);
    take_at(json, "role_grants", counts.role_grants);
    take_at(json, "groups_made", counts.groups_made);
    take_at(json, "suspensions", counts.suspensions);
    take_at(json, "endings", counts.endings);
    take_at(json, "accounts_made", counts.accounts_made);
    take_at(json, "profiles_changed", counts.profiles_changed);
    take_at(json, "addresses_changed", counts.addresses_changed);
    take_at(json, "memberships_gained", counts.memberships_gained);
    take_at(json, "invitations", counts.invitations);
    for (const auto& [group, lost] : json.at("memberships_lost_in").items()) {
        counts.memberships_lost_in[GroupEid(group)] = lost.get<std::size_t>();
    }
}

Json json_of(const Operation& operation) { return Json::parse(plan::encode(operation)); }
void take(const Json& json, Operation& operation) {
    auto read = plan::decode_operation(json.dump());
    if (!read) throw std::runtime_error(describe(read.error()));
    operation = std::move(*read);
}

Json facts_of(const RecordedRun& run) {
    return {
        {"snapshot", json_of(run.snapshot)},
        {"now", json_of(run.now)},
        {"rules", run.rules.hex()},
        {"first_run", run.first_run},
        {"undoes", json_of(run.undoes)},
        {"recent",
         {{"day", json_of(run.recent.day)}, {"week", json_of(run.recent.week)}, {"month", json_of(run.recent.month)}}},
        {"missing", json_of(run.missing)}};
}

}  // namespace

std::vector<fs::path> recorded_in(const fs::path& folder) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory() && entry.path().filename() != "rules") folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) throw std::runtime_error(file.string() + " cannot be written");
}

RecordedRun load_run(const fs::path& folder) {
    RecordedRun run;
    run.record = read_text(folder / "record.csv");
    if (fs::exists(folder / "before.csv")) run.before = read_text(folder / "before.csv");
    const auto facts = read_json(folder / "run.json");
    take_at(facts, "snapshot", run.snapshot);
    take_at(facts, "now", run.now);
    run.rules = Fingerprint::from_hex(facts.at("rules").get<std::string>());
    take_at(facts, "first_run", run.first_run);
    take_at(facts, "undoes", run.undoes);
    take_at(facts.at("recent"), "day", run.recent.day);
    take_at(facts.at("recent"), "week", run.recent.week);
    take_at(facts.at("recent"), "month", run.recent.month);
    take_at(facts, "missing", run.missing);
    take(read_json(folder / "network.json"), run.network);
    take(read_json(folder / "ownership.json"), run.ownership.users);
    const auto queue = read_json(folder / "queue.json");
    take_at(queue, "queued", run.removals.queued);
    take_at(queue, "holds", run.removals.holds);
    if (run.undoes) take(read_json(folder / "effects.json"), run.effects);
    return run;
}

void save_run(const fs::path& folder, const RecordedRun& run) {
    fs::remove_all(folder);
    write_text(folder / "record.csv", run.record);
    if (run.before) write_text(folder / "before.csv", *run.before);
    write_text(folder / "run.json", written(facts_of(run)));
    write_text(folder / "network.json", written(json_of(run.network)));
    write_text(folder / "ownership.json", written(json_of(run.ownership.users)));
    write_text(folder / "queue.json",
               written({{"queued", json_of(run.removals.queued)}, {"holds", json_of(run.removals.holds)}}));
    if (run.undoes) write_text(folder / "effects.json", written(json_of(run.effects)));
}

std::string plan_text(const Plan& plan, const Verdict& verdict) {
    return written({{"plan", Json::parse(plan::encode(plan))}, {"verdict", Json::parse(plan::encode(verdict))}});
}

}  // namespace usersync::test

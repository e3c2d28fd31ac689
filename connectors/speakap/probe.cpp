#include "connectors/speakap/probe.hpp"

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/probe_sample.hpp"
#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;
using Verdict = ProbeFinding::Verdict;

/// "12 people, of whom …", "1 person, of whom …".
std::string number(std::size_t count, std::string_view what) {
    constexpr std::string_view people = "people";
    const bool is_one = count == 1 && what.starts_with(people);
    return std::to_string(count) + (is_one ? " person" : " ") + std::string(what.substr(is_one ? people.size() : 0));
}

// The code of a failure, never its place or the server's words.
std::string why(const Failure& failure) { return "the call failed: " + failure.code; }

template <class Rows, class Is>
std::size_t count(const Rows& rows, Is is) {
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), is));
}

/// What reads showed of each assumption.
class Findings {
public:
    void say(const char* name, Verdict verdict, std::string sentence) {
        by_name_[name] = {verdict, std::move(sentence)};
    }
    void holds_if(bool holds, const char* name, std::string sentence) {
        say(name, holds ? Verdict::holds : Verdict::fails, std::move(sentence));
    }
    /// `seen` of something that may not be there at all.
    void holds_if_seen(std::size_t seen, const char* name, const char* what) {
        const bool any = seen > 0;
        say(name, any ? Verdict::holds : Verdict::not_seen, any ? number(seen, what) : std::string("no ") + what);
    }
    void failed(const char* name, const Failure& failure) { say(name, Verdict::fails, why(failure)); }

    std::vector<ProbeFinding> in_order() const {
        std::vector<ProbeFinding> findings;
        for (const auto& row : assumptions()) {
            ProbeFinding finding{
                .assumption = std::string(row.name),
                .verdict = row.untried.empty() ? Verdict::not_seen : Verdict::not_tried,
                .sentence = row.untried.empty() ? "nothing that was read shows it" : std::string(row.untried),
                .setting = std::string(row.setting)};
            const auto at = by_name_.find(finding.assumption);
            if (at != by_name_.end()) {
                finding.verdict = at->second.first;
                finding.sentence = at->second.second;
            }
            findings.push_back(std::move(finding));
        }
        return findings;
    }

private:
    std::map<std::string, std::pair<Verdict, std::string>> by_name_;
};

class SpeakapProbe final : public Probe {
public:
    SpeakapProbe(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim,
                 Clock& clock, Gates gates)
        : calls_(std::move(options), std::move(rest), std::move(scim), clock, 1, std::move(gates)),
          sample_(calls_),
          clock_(clock) {}

    awaitable<Result<std::vector<ProbeFinding>>> probe(Deadline deadline) override;

private:
    struct Seen {
        Sampled<RestUser> users;
        Sampled<RestMembership> memberships;
        Sampled<RestGroup> groups;
        Sampled<ScimUser> scim;
    };
    bool has_scim() const { return !calls_.options().create_by_invite; }

    awaitable<void> look_at_users(Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_memberships(Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_groups(Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_scim(Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_filters(const Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_protected_role(const Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_long_page(const Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> look_at_what_the_sandbox_does(const Seen& seen, Findings& findings, Deadline deadline);
    awaitable<void> expect_status(Api api, const char* target, const char* accept, int status, const char* name,
                                  Findings& findings, Deadline deadline);
    awaitable<void> look_at_single_reads(const Seen& seen, Findings& findings, Deadline deadline);
    void compare(const Seen& seen, Findings& findings) const;
    void compare_lists(const Seen& seen, Findings& findings) const;

    Calls calls_;
    ProbeSample sample_;
    Clock& clock_;
};

awaitable<Result<std::vector<ProbeFinding>>> SpeakapProbe::probe(Deadline deadline) {
    Findings findings;
    Result<NetworkEid> network = co_await sample_.network(deadline);
    if (!network) co_return network.error();
    if (lower_case(network->value()) != lower_case(calls_.options().network)) {
        co_return Failure{.kind = FailureKind::blocked,
                          .code = "wrong_network",
                          .where = "speakap.rest",
                          .detail = "the network behind the configured address is not the configured one"};
    }
    findings.say("A-1", Verdict::holds, "the network answers, and its EID is the configured one");
    findings.say("A-6", Verdict::holds, "version " + calls_.options().rest_version + " is answered");
    Seen seen;
    co_await look_at_users(seen, findings, deadline);
    co_await look_at_memberships(seen, findings, deadline);
    co_await look_at_groups(seen, findings, deadline);
    if (has_scim()) co_await look_at_scim(seen, findings, deadline);
    co_await look_at_filters(seen, findings, deadline);
    co_await look_at_protected_role(seen, findings, deadline);
    co_await look_at_long_page(seen, findings, deadline);
    co_await look_at_single_reads(seen, findings, deadline);
    co_await look_at_what_the_sandbox_does(seen, findings, deadline);
    compare(seen, findings);
    compare_lists(seen, findings);
    co_return findings.in_order();
}

awaitable<void> SpeakapProbe::look_at_users(Seen& seen, Findings& findings, Deadline deadline) {
    std::string everybody;
    seen.users = co_await sample_.users(std::move(everybody), deadline);
    const auto& users = seen.users;
    if (users.error) {
        findings.failed("A-10", *users.error);
        findings.failed("A-11", *users.error);
        co_return;
    }
    const auto limit = calls_.options().page_size;
    findings.holds_if(users.first_page <= limit && users.repeated == 0, "A-10",
                      "a page of " + std::to_string(limit) + " held " + number(users.first_page, "people, and ") +
                          number(users.repeated, "people were shown twice"));
    findings.holds_if(
        users.links <= users.rows.size() + users.repeated, "A-11",
        users.rows.empty() && users.links > 0 ? "only links are shown, nobody is embedded" : "people are embedded");
    findings.holds_if_seen(count(users.rows, [](const RestUser& user) { return user.xid.has_value(); }), "A-5",
                           "people with an XID");
    findings.holds_if_seen(count(users.rows, [](const RestUser& user) { return user.deleted; }), "A-22",
                           "people shown as deleted");
    findings.holds_if_seen(count(users.rows, [](const RestUser& user) { return user.external; }), "A-49",
                           "people from outside");
    findings.holds_if_seen(count(users.rows, [](const RestUser& user) { return !user.other_emails.empty(); }), "A-54",
                           "people with other addresses that can be read");
}

awaitable<void> SpeakapProbe::look_at_memberships(Seen& seen, Findings& findings, Deadline deadline) {
    std::string all;
    seen.memberships = co_await sample_.memberships(std::move(all), deadline);
    const auto& memberships = seen.memberships;
    if (memberships.error) {
        findings.failed("A-13", *memberships.error);
        co_return;
    }
    const auto of_network = count(memberships.rows, [](const RestMembership& row) { return row.rev == "network"; });
    const auto of_groups = count(memberships.rows, [](const RestMembership& row) { return row.rev == "group"; });
    const auto with_xid = count(memberships.rows, [](const RestMembership& row) { return row.user_xid.has_value(); });
    findings.holds_if(of_network > 0 || (memberships.rows.empty() && seen.users.rows.empty()), "A-13",
                      number(of_network, "memberships of the network and ") +
                          number(of_groups, "of groups are listed, of which ") + number(with_xid, "name an XID"));
    findings.holds_if_seen(count(memberships.rows, [](const RestMembership& row) { return !row.locked_by.empty(); }),
                           "A-48", "memberships that an application protects");
    const auto invited = count(memberships.rows, [](const RestMembership& row) { return row.role == invitee; });
    const auto with_time = count(
        memberships.rows, [](const RestMembership& row) { return row.role == invitee && row.invited_at.has_value(); });
    if (invited == 0) findings.say("A-55", Verdict::not_seen, "nobody is invited");
    if (invited > 0) {
        findings.holds_if(with_time > 0, "A-55",
                          "of " + number(invited, "people who are invited, ") + number(with_time, "show since when"));
    }
}

awaitable<void> SpeakapProbe::look_at_groups(Seen& seen, Findings& findings, Deadline deadline) {
    std::string all;
    seen.groups = co_await sample_.groups(std::move(all), deadline);
    const auto& groups = seen.groups;
    if (groups.error) {
        findings.failed("A-14", *groups.error);
        co_return;
    }
    std::set<std::string> unknown;
    std::size_t local = 0;
    const std::set<std::string> known = {"business_unit", "department", "public", "restricted", "private", "secret"};
    for (const auto& group : groups.rows) {
        if (group.group.kind == GroupKind::local_department) ++local;
        if (group.group.kind != GroupKind::local_department && !known.contains(group.type)) unknown.insert(group.type);
    }
    findings.holds_if_seen(local, "A-16", "local departments");
    if (!unknown.empty()) {
        findings.say("A-16", Verdict::fails, number(unknown.size(), "types of groups are not known to us"));
    }
    // The group with the most members of those that are read in a few pages.
    const RestGroup* chosen = nullptr;
    for (const auto& group : groups.rows) {
        const auto size = group.members.value_or(0);
        if (size > 1000) continue;
        if (chosen == nullptr || size > chosen->members.value_or(0)) chosen = &group;
    }
    if (chosen == nullptr) co_return;
    std::string query = "&group=" + percent_encoded(chosen->group.eid.value());
    Sampled<RestMembership> members = co_await sample_.memberships(std::move(query), deadline);
    if (members.error) {
        findings.failed("A-14", *members.error);
        co_return;
    }
    const auto strange = count(members.rows, [](const RestMembership& row) { return row.rev == "network"; });
    findings.holds_if(strange == 0, "A-14", "a group lists " + number(members.rows.size(), "members"));
    if (!members.rows.empty()) {
        std::string of_one = "&user=" + percent_encoded(members.rows.front().user.value());
        Sampled<RestGroup> theirs = co_await sample_.groups(std::move(of_one), deadline);
        const auto has_it =
            count(theirs.rows, [&](const RestGroup& one) { return one.group.eid == chosen->group.eid; });
        if (theirs.error) findings.failed("A-64", *theirs.error);
        if (!theirs.error) {
            findings.holds_if(has_it == 1, "A-64",
                              "of a member of that group, " + number(theirs.rows.size(), "groups are listed, ") +
                                  (has_it == 1 ? "and it is among them" : "and it is not among them"));
        }
    }
    const auto waiting = count(members.rows, [](const RestMembership& row) { return row.role == wannabee; });
    findings.holds_if_seen(waiting, "A-15", "people who asked to join the group that was looked at");
    if (!chosen->members) findings.say("A-47", Verdict::not_seen, "groups do not say how many members they have");
    if (chosen->members) {
        findings.holds_if(members_agree(*chosen, members.rows), "A-47",
                          "a group says to have " + number(*chosen->members, "members and shows ") +
                              std::to_string(members.rows.size()));
    }
}

awaitable<void> SpeakapProbe::look_at_scim(Seen& seen, Findings& findings, Deadline deadline) {
    std::string one = "startIndex=1&count=1";
    Result<ScimPage> first = co_await sample_.scim_page(std::move(one), deadline);
    if (!first) {
        findings.failed("A-2", first.error());
        findings.failed("A-3", first.error());
        co_return;
    }
    findings.holds_if(
        first->total.has_value(), "A-2",
        first->total ? "SCIM has " + number(*first->total, "users") : "SCIM does not say how many it has");
    findings.say("A-3", Verdict::holds, "both tokens are accepted now; whether they stay so is seen by time alone");
    seen.scim = co_await sample_.scim_users(deadline);
    if (seen.scim.error) findings.failed("A-12", *seen.scim.error);
    if (!seen.scim.error) {
        const auto size = calls_.options().scim_page_size;
        const bool pages_fit = seen.scim.first_page == std::min(size, first->total.value_or(size));
        findings.holds_if(pages_fit && seen.scim.repeated == 0, "A-12",
                          "a page of " + std::to_string(size) + " held " + number(seen.scim.first_page, "users, and ") +
                              number(seen.scim.repeated, "users were shown twice"));
    }
    std::size_t right = 0;
    std::size_t asked = 0;
    std::set<bool> states;
    for (const auto& user : seen.scim.rows) {
        // One who is active and one who is suspended.
        if (user.user_name.empty() || !states.insert(user.active).second) continue;
        ++asked;
        std::string query = "filter=" + percent_encoded(scim_filter(user.user_name));
        Result<ScimPage> page = co_await sample_.scim_page(std::move(query), deadline);
        const bool exact = page && page->users.size() == 1 && page->users[0].id == user.id;
        if (exact) ++right;
    }
    if (asked > 0) {
        findings.holds_if(
            right == asked, "A-27",
            "of " + number(asked, "filters for one person, ") + number(right, "found exactly that one") +
                (states.size() == 2 ? ", a suspended one among them" : "; nobody suspended was asked for"));
    }
}

awaitable<void> SpeakapProbe::look_at_filters(const Seen& seen, Findings& findings, Deadline deadline) {
    std::string tomorrow = "&modified_since=" + percent_encoded(timestamp(clock_.now() + std::chrono::hours(24)));
    std::string for_groups = tomorrow;
    Sampled<RestUser> users = co_await sample_.users(std::move(tomorrow), deadline);
    if (users.error) findings.failed("A-20", *users.error);
    if (!users.error) {
        findings.holds_if(users.rows.empty(), "A-20",
                          number(users.rows.size(), "people are shown as changed since a moment that is to come"));
    }
    Sampled<RestGroup> groups = co_await sample_.groups(std::move(for_groups), deadline);
    if (groups.error) findings.failed("A-50", *groups.error);
    if (!groups.error) {
        findings.holds_if(groups.rows.empty(), "A-50",
                          number(groups.rows.size(), "groups are shown as changed since a moment that is to come"));
    }
    const auto invited = count(seen.memberships.rows, [](const RestMembership& row) { return row.role == invitee; });
    std::string by_role = "&role=invitee";
    Sampled<RestMembership> invitees = co_await sample_.memberships(std::move(by_role), deadline);
    if (invitees.error) findings.failed("A-21", *invitees.error);
    if (invitees.error) co_return;
    const auto others = count(invitees.rows, [](const RestMembership& row) { return row.role != invitee; });
    const bool nobody = invited == 0 && invitees.rows.empty();
    if (nobody) findings.say("A-21", Verdict::not_seen, "nobody is invited");
    if (!nobody) {
        findings.holds_if(others == 0 && !invitees.rows.empty(), "A-21",
                          "the filter for invitees shows " + number(invitees.rows.size(), "people, of whom ") +
                              number(others, "are something else"));
    }
    if (invitees.rows.empty() || others > 0) co_return;
    Result<std::string> status = co_await sample_.status(invitees.rows.front().user, deadline);
    if (!status) findings.failed("A-17", status.error());
    if (status) {
        findings.holds_if(*status == "inactive", "A-17",
                          *status == "inactive" ? "an invitee has the status inactive"
                                                : "an invitee has another status than inactive");
    }
}

awaitable<void> SpeakapProbe::look_at_protected_role(const Seen& seen, Findings& findings, Deadline deadline) {
    if (seen.memberships.error || calls_.options().protected_roles.empty()) co_return;
    const RoleId role(calls_.options().protected_roles.front());
    const auto has_it = [&](const RestMembership& row) { return row.role == role; };
    const auto known = count(seen.memberships.rows, has_it);
    std::string by_role = "&role=" + percent_encoded(role.value());
    Sampled<RestMembership> rows = co_await sample_.memberships(std::move(by_role), deadline);
    if (rows.error) findings.failed("A-66", *rows.error);
    if (rows.error) co_return;
    const auto shown = count(rows.rows, has_it);
    if (known == 0 && rows.rows.empty()) {
        findings.say("A-66", Verdict::not_seen, "nobody has the protected role");
        co_return;
    }
    findings.holds_if(shown == rows.rows.size() && shown >= known, "A-66",
                      "the filter for the protected role shows " + number(rows.rows.size(), "people, of whom ") +
                          number(shown, "have it, and ") + number(known, "of all who were read have it"));
}

awaitable<void> SpeakapProbe::look_at_long_page(const Seen& seen, Findings& findings, Deadline deadline) {
    const auto page_size = calls_.options().page_size;
    if (seen.users.error || seen.users.rows.size() <= page_size) {
        findings.say("A-67", Verdict::not_seen, "everybody fits into one page");
        co_return;
    }
    std::string target = "users/?embed=users&offset%5Bself%5D=0&limit%5Bself%5D=1000";
    std::string usual;
    Result<http::Response> answer = co_await sample_.get(Api::rest, std::move(target), std::move(usual), deadline);
    if (!answer) findings.failed("A-67", answer.error());
    if (!answer) co_return;
    const auto page = users_from(answer->body);
    const auto rows = page ? page->rows.size() : 0;
    findings.holds_if(rows >= std::min<std::size_t>(seen.users.rows.size(), 1000), "A-67",
                      "a page of 1000 held " + number(rows, "people"));
}

// One GET and the status that the sandbox has for it.
awaitable<void> SpeakapProbe::expect_status(Api api, const char* target, const char* accept, int status,
                                            const char* name, Findings& findings, Deadline deadline) {
    Result<http::Response> answer = co_await sample_.get(api, std::string(target), std::string(accept), deadline);
    if (!answer) findings.failed(name, answer.error());
    if (answer) {
        findings.holds_if(
            answer->status == status, name,
            "the answer was HTTP " + std::to_string(answer->status) + ", the sandbox has " + std::to_string(status));
    }
}

awaitable<void> SpeakapProbe::look_at_what_the_sandbox_does(const Seen& seen, Findings& findings, Deadline deadline) {
    co_await expect_status(Api::rest, "users/?nonsense=1", "", 400, "B-1", findings, deadline);
    co_await expect_status(Api::rest, "", "application/vnd.speakap.api-v9.9.9+json+hal", 406, "B-2", findings,
                           deadline);
    if (has_scim()) co_await expect_status(Api::scim, "/ServiceProviderConfig", "", 404, "B-25", findings, deadline);
    const auto has_xid = [](const RestUser& user) { return user.xid.has_value(); };
    const auto with_xid = std::find_if(seen.users.rows.begin(), seen.users.rows.end(), has_xid);
    if (with_xid != seen.users.rows.end()) {
        std::string by_xid = "&q=" + percent_encoded("XID:" + with_xid->xid->value());
        Sampled<RestUser> found = co_await sample_.users(std::move(by_xid), deadline);
        if (found.error) findings.failed("B-17", *found.error);
        if (!found.error) {
            findings.holds_if(found.rows.empty(), "B-17",
                              "asked for somebody by q=XID, " + number(found.rows.size(), "people are shown"));
        }
    }
    std::string search = "search/?type=user&q=a";
    std::string usual;
    Result<http::Response> results = co_await sample_.get(Api::rest, std::move(search), std::move(usual), deadline);
    if (!results) findings.failed("B-18", results.error());
    if (results) {
        const bool as_there = results->status == 200 && results->body.find("\"results\"") != std::string::npos;
        findings.holds_if(as_there, "B-18",
                          "a search is answered by HTTP " + std::to_string(results->status) +
                              (as_there ? ", with the relation results" : ", without the relation results"));
    }
    co_await expect_status(Api::rest, "stats/activated-users?periods=today,last_week", "", 200, "B-19", findings,
                           deadline);
}

awaitable<void> SpeakapProbe::look_at_single_reads(const Seen& seen, Findings& findings, Deadline deadline) {
    const auto& users = seen.users.rows;
    if (users.size() >= 2) {
        std::string query = "&eid=" + users[0].eid.value() + ',' + users[1].eid.value();
        Sampled<RestUser> two = co_await sample_.users(std::move(query), deadline);
        if (two.error) findings.failed("A-51", *two.error);
        if (!two.error) {
            findings.holds_if(two.rows.size() == 2, "A-51",
                              "asked for two people by EID, " + number(two.rows.size(), "are shown"));
        }
    }
    if (!seen.memberships.rows.empty()) {
        const auto& known = seen.memberships.rows.front();
        Result<std::optional<RestMembership>> row = co_await sample_.membership(known.eid, deadline);
        if (!row) findings.failed("A-52", row.error());
        if (row) {
            const bool same = row->has_value() && (*row)->role == known.role &&
                              lower_case((*row)->user.value()) == lower_case(known.user.value());
            findings.holds_if(same, "A-52",
                              same ? "a membership by itself is the one of the list"
                                   : "a membership by itself is not the one of the list");
        }
    }
    const auto failure = co_await sample_.unknown_user(deadline);
    const bool is_not_found = failure && failure->code == "not_found";
    const bool has_code = failure && failure->detail.find("code -4") != std::string::npos;
    findings.holds_if(is_not_found && has_code, "A-56",
                      is_not_found ? (has_code ? "somebody unknown is 404 with code -4"
                                               : "somebody unknown is 404, without the published code")
                                   : "somebody unknown is not 404");
}

void SpeakapProbe::compare(const Seen& seen, Findings& findings) const {
    const auto& users = seen.users.rows;
    std::size_t stamped = count(users, [](const RestUser& user) { return !user.last_modified.empty(); });
    for (const auto& group : seen.groups.rows) stamped += group.last_modified.empty() ? 0 : 1;
    const auto rows = users.size() + seen.groups.rows.size();
    if (rows > 0) {
        findings.holds_if(stamped == rows, "A-53",
                          "of " + number(rows, "people and groups, ") + number(stamped, "say when they last changed"));
    }
    std::map<std::string, std::string> as_sent;
    std::size_t other_case = 0;
    for (const auto& user : users) as_sent.emplace(lower_case(user.eid.value()), user.eid.value());
    std::size_t compared = 0;
    for (const auto& membership : seen.memberships.rows) {
        const auto at = as_sent.find(lower_case(membership.user.value()));
        if (at == as_sent.end()) continue;
        ++compared;
        if (at->second != membership.user.value()) ++other_case;
    }
    if (compared > 0) {
        findings.say("A-7", Verdict::holds,
                     "of " + number(compared, "EIDs seen in two places, ") + number(other_case, "differ in case"));
    }
    std::map<std::string, const RestUser*> by_xid;
    std::set<std::string> strangers;
    for (const auto& user : users) {
        if (user.xid) by_xid.emplace(user.xid->value(), &user);
        if (!user.xid) strangers.insert(user.profile.email.value_or(""));
    }
    std::size_t joined = 0;
    std::size_t same_id = 0;
    std::size_t by_external_id = 0;
    std::size_t suspended = 0;
    std::size_t suspended_listed = 0;
    std::size_t active_unlisted = 0;
    std::size_t by_address = 0;
    std::map<std::string, std::size_t> accounts;
    for (const auto& user : seen.scim.rows) {
        const auto key = key_of(user).value();
        const auto at = by_xid.find(key);
        const bool is_listed = at != by_xid.end();
        const bool is_stranger = user.external_id.empty() && strangers.contains(lower_case(user.user_name));
        ++accounts[key];
        if (is_listed) ++joined;
        if (is_listed && lower_case(at->second->eid.value()) == lower_case(user.id.value())) ++same_id;
        if (is_listed && user.external_id == key) ++by_external_id;
        if (!user.active) ++suspended;
        if (!user.active && is_listed) ++suspended_listed;
        if (user.active && !is_listed && !is_stranger) ++active_unlisted;
        if (is_stranger) ++by_address;
    }
    if (joined > 0) {
        findings.holds_if(same_id == 0, "A-23",
                          "of " + number(joined, "people whom both know, ") + number(same_id, "have one id in both"));
        findings.say("A-24", Verdict::holds,
                     "of " + number(joined, "people whom both know by the XID, ") +
                         number(by_external_id, "have it as externalId, the others as userName"));
    }
    const bool both_whole = seen.users.whole && seen.scim.whole;
    if (joined == 0 && both_whole && !users.empty() && !seen.scim.rows.empty()) {
        findings.say("A-24", Verdict::fails,
                     "of " + number(users.size(), "people of REST and ") +
                         number(seen.scim.rows.size(), "users of SCIM nobody is in both by the XID"));
    }
    if (by_xid.empty() && seen.users.whole && !seen.scim.rows.empty()) {
        findings.say("A-5", Verdict::fails, "SCIM has users, and nobody in REST shows an XID");
    }
    if (seen.users.whole && suspended > 0) {
        findings.holds_if(
            suspended_listed == 0, "A-18",
            "of " + number(suspended, "suspended people, REST lists ") + std::to_string(suspended_listed));
    }
    if (seen.users.whole) findings.holds_if_seen(active_unlisted, "A-19", "active people whom REST does not list");
    findings.holds_if_seen(count(accounts, [](const auto& entry) { return entry.second > 1; }), "A-25",
                           "keys that several users of SCIM have");
    findings.holds_if_seen(by_address, "A-26", "people without XID whose userName is their address");
}

void SpeakapProbe::compare_lists(const Seen& seen, Findings& findings) const {
    if (!seen.users.whole || !seen.memberships.whole || (has_scim() && !seen.scim.whole)) return;
    Reading reading;
    reading.users = seen.users.rows;
    reading.memberships = seen.memberships.rows;
    std::erase_if(reading.memberships, [](const RestMembership& row) { return row.rev == "group"; });
    reading.scim_users = seen.scim.rows;
    findings.holds_if(people_agree(reading), "A-57",
                      number(reading.users.size(), "people and ") +
                          number(reading.memberships.size(), "memberships of the network are listed"));
}

}  // namespace

std::unique_ptr<Probe> make_speakap_probe(SpeakapOptions options, std::unique_ptr<http::Client> rest,
                                          std::unique_ptr<http::Client> scim, Clock& clock, Gates gates) {
    return std::make_unique<SpeakapProbe>(std::move(options), std::move(rest), std::move(scim), clock,
                                          std::move(gates));
}

}  // namespace usersync::speakap

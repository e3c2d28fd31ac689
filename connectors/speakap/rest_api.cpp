#include "connectors/speakap/rest_api.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace usersync::speakap {
namespace {

using http::Parameter;

// Sixteen digits and a comma each: an address of less than a thousand characters passes everywhere.
constexpr std::size_t eids_in_one_call = 50;

constexpr const char* user_properties =
    "XID,name,jobTitle,primaryEmail,emailAddresses,birthday,external,deleted,lastModified";

// No network has a million pages: whoever gives us more is not a Speakap network.
constexpr std::size_t pages_max = 1'000'000;

// Of a collection that is read to its end.
template <class Row>
bool never_enough(const std::vector<Row>&, std::size_t) {
    return false;
}

bool is_nobody(const RestMembership&) { return false; }

std::optional<RestPage<RestUser>> decode(std::string_view body, const RestUser*) { return users_from(body); }
std::optional<RestPage<RestGroup>> decode(std::string_view body, const RestGroup*) { return groups_from(body); }
std::optional<RestPage<RestMembership>> decode(std::string_view body, const RestMembership*) {
    return memberships_from(body);
}

Failure failure(FailureKind kind, std::string code, std::string detail) {
    return Failure{.kind = kind, .code = std::move(code), .where = "speakap.rest", .detail = std::move(detail)};
}

Failure members_not_embedded(const std::string& name) {
    return failure(FailureKind::blocked, "members_not_embedded",
                   "the collection of " + name + " only links to members that were to be embedded");
}

Failure paging_does_not_move(const std::string& name) {
    return failure(FailureKind::transient, "paging_does_not_move",
                   "a page of " + name + " holds nothing that the pages before it did not");
}

Failure collection_changes(const std::string& name) {
    return failure(FailureKind::transient, "collection_changes",
                   "the collection of " + name + " changes while it is read, twice in a row");
}

const std::string& eid_of(const RestUser& user) { return user.eid.value(); }
const std::string& eid_of(const RestMembership& membership) { return membership.eid.value(); }
const std::string& eid_of(const RestGroup& group) { return group.group.eid.value(); }

Parameter parameter(std::string name, std::string value) {
    return Parameter{.name = std::move(name), .value = std::move(value)};
}

std::vector<Parameter> all_groups() {
    std::vector<Parameter> parameters;
    parameters.push_back(parameter("embed", "groups"));
    parameters.push_back(parameter("properties[groups]", "groupType,name,XID,numMembers,lastModified"));
    parameters.push_back(parameter("include_hidden", "true"));
    parameters.push_back(parameter("include_secret", "true"));
    return parameters;
}

}  // namespace

// What one reading of a collection shows.
template <class Row>
struct RestApi::Pass {
    std::vector<Row> rows;
    std::set<std::string> seen;
    bool overlaps = false;
    bool is_enough = false;

    // False when the page holds nothing new.
    bool add(std::vector<Row> page) {
        const auto before = rows.size();
        for (auto& row : page) {
            const bool is_new = seen.insert(lower_case(eid_of(row))).second;
            if (is_new) rows.push_back(std::move(row));
            if (!is_new) overlaps = true;
        }
        return rows.size() > before;
    }
};

RestApi::RestApi(Calls& calls) : calls_(calls) {}

std::string RestApi::path(const std::string& below) const {
    return "/networks/" + percent_encoded(calls_.options().network) + '/' + below;
}

boost::asio::awaitable<Result<NetworkEid>> RestApi::network(Deadline deadline) {
    Result<http::Response> answer = co_await calls_.read(Api::rest, path(""), deadline);
    if (!answer) co_return answer.error();
    auto eid = network_eid_from(answer->body);
    if (!eid) co_return unreadable_answer(Sent::read, "speakap.rest");
    co_return std::move(*eid);
}

template <class Row>
boost::asio::awaitable<Result<RestApi::Pass<Row>>> RestApi::pass(std::string name, std::vector<Parameter> parameters,
                                                                 Enough<Row> enough, Deadline deadline) {
    const auto size = calls_.options().page_size;
    Pass<Row> pass;
    std::size_t offset = 0;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
        auto query = parameters;
        query.push_back(parameter("offset[self]", std::to_string(offset)));
        query.push_back(parameter("limit[self]", std::to_string(size)));
        std::string target = path(name + "/?" + http::encode_form(query));
        Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
        if (!answer) co_return answer.error();
        auto page = decode(answer->body, static_cast<const Row*>(nullptr));
        if (!page) co_return unreadable_answer(Sent::read, "speakap.rest");
        if (page->links > page->rows.size()) co_return members_not_embedded(name);
        if (page->rows.empty()) co_return pass;
        offset += page->rows.size();
        const auto first_new = pass.rows.size();
        if (!pass.add(std::move(page->rows))) co_return paging_does_not_move(name);
        pass.is_enough = enough(pass.rows, first_new);
        if (pass.is_enough) co_return pass;
    }
    co_return paging_does_not_move(name);
}

template <class Row>
boost::asio::awaitable<Result<std::vector<Row>>> RestApi::collection(std::string name,
                                                                     std::vector<Parameter> parameters,
                                                                     Enough<Row> enough, Deadline deadline) {
    Result<Pass<Row>> first = co_await pass<Row>(name, parameters, enough, deadline);
    if (!first) co_return first.error();
    if (!first->overlaps || first->is_enough) co_return std::move(first->rows);
    Result<Pass<Row>> second = co_await pass<Row>(name, parameters, enough, deadline);
    if (!second) co_return second.error();
    const bool settles = !second->overlaps || second->is_enough || second->seen == first->seen;
    if (!settles) co_return collection_changes(name);
    co_return std::move(second->rows);
}

boost::asio::awaitable<Result<std::vector<RestUser>>> RestApi::users(std::optional<Time> modified_since,
                                                                     Deadline deadline) {
    SeesUsers nobody_looks = [](const std::vector<RestUser>&, std::size_t) {};
    return users(modified_since, std::move(nobody_looks), deadline);
}

boost::asio::awaitable<Result<std::vector<RestUser>>> RestApi::users(std::optional<Time> modified_since, SeesUsers sees,
                                                                     Deadline deadline) {
    std::vector<Parameter> parameters;
    parameters.push_back(parameter("embed", "users"));
    parameters.push_back(parameter("properties[users]", user_properties));
    if (modified_since) parameters.push_back(parameter("modified_since", timestamp(*modified_since)));
    Enough<RestUser> enough = [sees = std::move(sees)](const std::vector<RestUser>& rows, std::size_t first_new) {
        sees(rows, first_new);
        return false;
    };
    return collection<RestUser>("users", std::move(parameters), std::move(enough), deadline);
}

boost::asio::awaitable<Result<std::vector<RestUser>>> RestApi::users_with(std::vector<UserEid> eids,
                                                                          Deadline deadline) {
    std::vector<RestUser> users;
    for (std::size_t begin = 0; begin < eids.size(); begin += eids_in_one_call) {
        const auto end = std::min(eids.size(), begin + eids_in_one_call);
        std::string list;
        for (auto n = begin; n < end; ++n) list += (n == begin ? "" : ",") + eids[n].value();
        std::vector<Parameter> parameters;
        parameters.push_back(parameter("eid", std::move(list)));
        parameters.push_back(parameter("embed", "users"));
        parameters.push_back(parameter("properties[users]", user_properties));
        const std::size_t asked = end - begin;
        Enough<RestUser> has_all = [asked](const std::vector<RestUser>& rows, std::size_t) {
            return rows.size() >= asked;
        };
        Result<std::vector<RestUser>> some =
            co_await collection<RestUser>("users", std::move(parameters), std::move(has_all), deadline);
        if (!some) co_return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(users));
    }
    co_return users;
}

boost::asio::awaitable<Result<std::vector<RestGroup>>> RestApi::groups(std::optional<Time> modified_since,
                                                                       Deadline deadline) {
    std::vector<Parameter> parameters = all_groups();
    if (modified_since) parameters.push_back(parameter("modified_since", timestamp(*modified_since)));
    return collection<RestGroup>("groups", std::move(parameters), never_enough<RestGroup>, deadline);
}

boost::asio::awaitable<Result<std::vector<RestGroup>>> RestApi::groups_of(UserEid user, Deadline deadline) {
    std::vector<Parameter> parameters = all_groups();
    parameters.push_back(parameter("user", user.value()));
    return collection<RestGroup>("groups", std::move(parameters), never_enough<RestGroup>, deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::network_memberships(std::optional<RoleId> role,
                                                                                         Deadline deadline) {
    std::vector<Parameter> parameters;
    if (role) parameters.push_back(Parameter{.name = "role", .value = role->value()});
    return memberships(std::move(parameters), "network", is_nobody, deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::network_memberships_of(std::string name,
                                                                                            Deadline deadline) {
    std::vector<Parameter> parameters = {Parameter{.name = "q", .value = std::move(name)}};
    return memberships(std::move(parameters), "network", is_nobody, deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::group_memberships(GroupEid group,
                                                                                       Deadline deadline) {
    std::vector<Parameter> parameters = {Parameter{.name = "group", .value = group.value()}};
    return memberships(std::move(parameters), "group", is_nobody, deadline);
}

boost::asio::awaitable<Result<std::optional<RestMembership>>> RestApi::group_membership(GroupEid group,
                                                                                        std::string name,
                                                                                        IsWanted is_wanted,
                                                                                        Deadline deadline) {
    using Rows = std::vector<RestMembership>;
    if (!name.empty()) {
        std::vector<Parameter> of_name = {parameter("group", group.value()), parameter("q", std::move(name))};
        Result<Rows> some = co_await memberships(std::move(of_name), "group", is_wanted, deadline);
        if (!some && some.error().kind != FailureKind::rejected) co_return some.error();
        if (!some) some = Rows();
        const auto at = std::find_if(some->begin(), some->end(), is_wanted);
        if (at != some->end()) co_return std::optional(std::move(*at));
    }
    // That a name finds nobody proves nothing: how it is looked at is not public.
    std::vector<Parameter> of_group = {parameter("group", group.value())};
    Result<Rows> all = co_await memberships(std::move(of_group), "group", is_wanted, deadline);
    if (!all) co_return all.error();
    const auto at = std::find_if(all->begin(), all->end(), is_wanted);
    co_return at == all->end() ? std::nullopt : std::optional(std::move(*at));
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::memberships(std::vector<Parameter> parameters,
                                                                                 std::string rev, IsWanted last,
                                                                                 Deadline deadline) {
    parameters.push_back(parameter("embed", "memberships,memberships.user"));
    parameters.push_back(parameter("properties[memberships.user]", "XID"));
    // Whether the plain collection also holds memberships of groups is not public.
    const auto is_other = [&rev](const RestMembership& row) { return !row.rev.empty() && row.rev != rev; };
    Enough<RestMembership> enough = [&last, is_other](const std::vector<RestMembership>& rows, std::size_t first_new) {
        const auto is_last = [&](const RestMembership& row) { return !is_other(row) && last(row); };
        return std::any_of(rows.begin() + static_cast<std::ptrdiff_t>(first_new), rows.end(), is_last);
    };
    Result<std::vector<RestMembership>> rows =
        co_await collection<RestMembership>("memberships", std::move(parameters), std::move(enough), deadline);
    if (rows) std::erase_if(*rows, is_other);
    co_return rows;
}

boost::asio::awaitable<Result<std::optional<RestMembership>>> RestApi::membership(MembershipEid membership,
                                                                                  Deadline deadline) {
    std::string target = path("memberships/" + percent_encoded(membership.value()) + "/?embed=user");
    Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
    if (!answer && (answer.error().code == "not_found" || answer.error().code == "gone")) {
        co_return std::optional<RestMembership>();
    }
    if (!answer) co_return answer.error();
    auto row = membership_from(answer->body);
    if (!row) co_return unreadable_answer(Sent::read, "speakap.rest");
    co_return row;
}

boost::asio::awaitable<Result<http::Response>> RestApi::post_form(std::string action, std::string form,
                                                                  Deadline deadline) {
    http::Request request{.method = "POST", .target = path(action), .headers = {}, .body = std::move(form)};
    request.headers.push_back(http::Header{.name = "Content-Type", .value = "application/x-www-form-urlencoded"});
    return calls_.write(Api::rest, std::move(request), deadline);
}

boost::asio::awaitable<Result<Taken>> RestApi::add_to_groups(UserEid user, std::vector<GroupChange> groups,
                                                             Deadline deadline) {
    std::string action = "users/" + percent_encoded(user.value()) + "/groups/add";
    Result<http::Response> answer = co_await post_form(std::move(action), groups_form(groups), deadline);
    if (!answer) co_return answer.error();
    co_return taken_as(*answer);
}

boost::asio::awaitable<Result<Taken>> RestApi::remove_from_groups(UserEid user, std::vector<GroupChange> groups,
                                                                  Deadline deadline) {
    std::string action = "users/" + percent_encoded(user.value()) + "/groups/remove";
    Result<http::Response> answer = co_await post_form(std::move(action), groups_form(groups), deadline);
    if (!answer) co_return answer.error();
    co_return taken_as(*answer);
}

boost::asio::awaitable<Result<Taken>> RestApi::change_role(MembershipEid membership, RoleId role, Deadline deadline) {
    std::string form = role_form(membership, role);
    Result<http::Response> answer = co_await post_form("changeroles", std::move(form), deadline);
    if (!answer) co_return answer.error();
    if (lists_failed_roles(answer->body)) {
        co_return failure(FailureKind::rejected, "role_not_changed", "the network lists this role change as failed");
    }
    co_return taken_as(*answer);
}

boost::asio::awaitable<Result<void>> RestApi::make_group(MakeGroup group, Deadline deadline) {
    http::Request request{.method = "POST",
                          .target = path(std::string(collection_of(group.kind))),
                          .headers = {},
                          .body = group_json(group, calls_.options())};
    request.headers.push_back(http::Header{.name = "Content-Type", .value = "application/json"});
    Result<http::Response> answer = co_await calls_.write(Api::rest, std::move(request), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>();
}

boost::asio::awaitable<Result<Taken>> RestApi::delete_membership(MembershipEid membership, Deadline deadline) {
    http::Request request{.method = "DELETE",
                          .target = path("memberships/" + percent_encoded(membership.value()) + '/'),
                          .headers = {},
                          .body = {}};
    Result<http::Response> answer = co_await calls_.write(Api::rest, std::move(request), deadline);
    if (!answer) co_return answer.error();
    co_return taken_as(*answer);
}

boost::asio::awaitable<Result<std::map<std::string, InviteAnswer>>> RestApi::invite(std::vector<Invitee> invitees,
                                                                                    Asked asked, Deadline deadline) {
    const bool resend = asked == Asked::again && calls_.options().invite_resend;
    std::string form = invite_form(invitees, resend);
    Result<http::Response> answer = co_await post_form("invite", std::move(form), deadline);
    if (!answer) co_return answer.error();
    auto answers = invite_answers_from(answer->body);
    if (!answers) co_return unreadable_answer(Sent::write, "speakap.rest");
    co_return std::move(*answers);
}

}  // namespace usersync::speakap

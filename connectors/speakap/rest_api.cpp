#include "connectors/speakap/rest_api.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace usersync::speakap {
namespace {

using http::Parameter;

// No network has a million pages: whoever gives us more is not a Speakap network.
constexpr std::size_t pages_max = 1'000'000;

std::optional<RestPage<RestUser>> decode(std::string_view body, const RestUser*) { return users_from(body); }
std::optional<RestPage<ActualGroup>> decode(std::string_view body, const ActualGroup*) { return groups_from(body); }
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

// Adds the rows that are new; false when there is none.
template <class Row>
bool add_new(std::vector<Row>& rows, std::set<std::string>& seen, std::vector<Row> page) {
    const auto before = rows.size();
    for (auto& row : page) {
        if (seen.insert(folded(row.eid.value())).second) rows.push_back(std::move(row));
    }
    return rows.size() > before;
}

}  // namespace

RestApi::RestApi(Calls& calls) : calls_(calls) {}

std::string RestApi::path(const std::string& below) const {
    return "/networks/" + http::percent_encode(calls_.options().network) + '/' + below;
}

boost::asio::awaitable<Result<NetworkEid>> RestApi::network(Deadline deadline) {
    Result<http::Response> answer = co_await calls_.read(Api::rest, path(""), deadline);
    if (!answer) co_return answer.error();
    auto eid = network_eid_from(answer->body);
    if (!eid) co_return unreadable_answer(Sent::read, "speakap.rest");
    co_return std::move(*eid);
}

template <class Row>
boost::asio::awaitable<Result<std::vector<Row>>> RestApi::collection(std::string name,
                                                                     std::vector<Parameter> parameters,
                                                                     Deadline deadline) {
    const auto size = calls_.options().page_size;
    std::vector<Row> rows;
    std::set<std::string> seen;
    std::size_t offset = 0;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
        auto query = parameters;
        query.push_back(Parameter{.name = "offset[self]", .value = std::to_string(offset)});
        query.push_back(Parameter{.name = "limit[self]", .value = std::to_string(size)});
        std::string target = path(name + "/?" + http::encode_form(query));
        Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
        if (!answer) co_return answer.error();
        auto page = decode(answer->body, static_cast<const Row*>(nullptr));
        if (!page) co_return unreadable_answer(Sent::read, "speakap.rest");
        if (page->links > page->rows.size()) co_return members_not_embedded(name);
        if (page->rows.empty()) co_return rows;
        offset += page->rows.size();
        if (!add_new(rows, seen, std::move(page->rows))) co_return paging_does_not_move(name);
    }
    co_return paging_does_not_move(name);
}

boost::asio::awaitable<Result<std::vector<RestUser>>> RestApi::users(std::optional<Time> modified_since,
                                                                     Deadline deadline) {
    std::vector<Parameter> parameters = {
        Parameter{.name = "embed", .value = "users"},
        Parameter{.name = "properties[users]", .value = "XID,name,jobTitle,primaryEmail,deleted"}};
    if (modified_since) {
        parameters.push_back(Parameter{.name = "modified_since", .value = timestamp(*modified_since)});
    }
    Result<std::vector<RestUser>> users = co_await collection<RestUser>("users", std::move(parameters), deadline);
    if (users) std::erase_if(*users, [](const RestUser& user) { return user.deleted; });
    co_return users;
}

boost::asio::awaitable<Result<std::vector<ActualGroup>>> RestApi::groups(Deadline deadline) {
    std::vector<Parameter> parameters = {Parameter{.name = "embed", .value = "groups"},
                                         Parameter{.name = "include_hidden", .value = "true"},
                                         Parameter{.name = "include_secret", .value = "true"}};
    return collection<ActualGroup>("groups", std::move(parameters), deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::network_memberships(std::optional<RoleId> role,
                                                                                         Deadline deadline) {
    std::vector<Parameter> parameters;
    if (role) parameters.push_back(Parameter{.name = "role", .value = role->value()});
    return memberships(std::move(parameters), "network", deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::group_memberships(GroupEid group,
                                                                                       Deadline deadline) {
    std::vector<Parameter> parameters = {Parameter{.name = "group", .value = group.value()}};
    return memberships(std::move(parameters), "group", deadline);
}

boost::asio::awaitable<Result<std::vector<RestMembership>>> RestApi::memberships(std::vector<Parameter> parameters,
                                                                                 std::string rev, Deadline deadline) {
    parameters.insert(parameters.begin(), Parameter{.name = "embed", .value = "memberships,memberships.user"});
    Result<std::vector<RestMembership>> rows =
        co_await collection<RestMembership>("memberships", std::move(parameters), deadline);
    // Whether the plain collection also holds memberships of groups is not public.
    if (rows) std::erase_if(*rows, [&](const RestMembership& row) { return !row.rev.empty() && row.rev != rev; });
    co_return rows;
}

boost::asio::awaitable<Result<http::Response>> RestApi::post_form(std::string action, std::string form,
                                                                  Deadline deadline) {
    http::Request request{.method = "POST", .target = path(action), .headers = {}, .body = std::move(form)};
    request.headers.push_back(http::Header{.name = "Content-Type", .value = "application/x-www-form-urlencoded"});
    Result<http::Response> answer = co_await calls_.write(Api::rest, std::move(request), deadline);
    if (answer && !is_success(*answer)) co_return calls_.meaning(Api::rest, *answer, Sent::write);
    co_return answer;
}

boost::asio::awaitable<Result<void>> RestApi::add_to_groups(UserEid user, std::vector<GroupChange> groups,
                                                            Deadline deadline) {
    std::string action = "users/" + http::percent_encode(user.value()) + "/groups/add";
    Result<http::Response> answer = co_await post_form(std::move(action), groups_form(groups), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> RestApi::remove_from_groups(UserEid user, std::vector<GroupChange> groups,
                                                                 Deadline deadline) {
    std::string action = "users/" + http::percent_encode(user.value()) + "/groups/remove";
    Result<http::Response> answer = co_await post_form(std::move(action), groups_form(groups), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> RestApi::change_role(MembershipEid membership, RoleId role, Deadline deadline) {
    std::string form = role_form(membership, role);
    Result<http::Response> answer = co_await post_form("changeroles", std::move(form), deadline);
    if (!answer) co_return answer.error();
    if (lists_failed_roles(answer->body)) {
        co_return failure(FailureKind::rejected, "role_not_changed", "the network lists this role change as failed");
    }
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> RestApi::make_group(MakeGroup group, Deadline deadline) {
    http::Request request{.method = "POST",
                          .target = path(std::string(collection_of(group.kind))),
                          .headers = {},
                          .body = group_json(group, calls_.options())};
    request.headers.push_back(http::Header{.name = "Content-Type", .value = "application/json"});
    Result<http::Response> answer = co_await calls_.write(Api::rest, std::move(request), deadline);
    if (!answer) co_return answer.error();
    if (!is_success(*answer)) co_return calls_.meaning(Api::rest, *answer, Sent::write);
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> RestApi::delete_membership(MembershipEid membership, Deadline deadline) {
    http::Request request{.method = "DELETE",
                          .target = path("memberships/" + http::percent_encode(membership.value()) + '/'),
                          .headers = {},
                          .body = {}};
    Result<http::Response> answer = co_await calls_.write(Api::rest, std::move(request), deadline);
    if (!answer) co_return answer.error();
    if (!is_success(*answer)) co_return calls_.meaning(Api::rest, *answer, Sent::write);
    co_return Result<void>();
}

}  // namespace usersync::speakap

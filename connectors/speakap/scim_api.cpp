#include "connectors/speakap/scim_api.hpp"

#include "core/base/byte_text.hpp"

#include <set>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

using http::Parameter;

constexpr std::size_t pages_max = 1'000'000;

http::Request scim_request(std::string method, std::string target, std::string body) {
    http::Request request{
        .method = std::move(method), .target = std::move(target), .headers = {}, .body = std::move(body)};
    request.headers.push_back(http::Header{.name = "Content-Type", .value = "application/scim+json"});
    return request;
}

Failure scim_list_incomplete() {
    return Failure{.kind = FailureKind::transient,
                   .code = "scim_list_incomplete",
                   .where = "speakap.scim",
                   .detail = "the pages of the SCIM users end before the announced total"};
}

}  // namespace

ScimApi::ScimApi(Calls& calls) : calls_(calls) {}

boost::asio::awaitable<Result<std::vector<ScimUser>>> ScimApi::users(Deadline deadline) {
    Result<std::vector<ScimUser>> users = co_await users_once(deadline);
    if (users || users.error().code != "scim_list_incomplete") co_return users;
    // Somebody may have come or gone between two pages.
    Result<std::vector<ScimUser>> second_look = co_await users_once(deadline);
    co_return second_look;
}

boost::asio::awaitable<Result<std::vector<ScimUser>>> ScimApi::users_once(Deadline deadline) {
    std::vector<ScimUser> users;
    std::set<ScimId> seen;
    std::size_t read = 0;
    std::optional<std::size_t> announced;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
        const std::vector<Parameter> query = {
            Parameter{.name = "startIndex", .value = std::to_string(read + 1)},
            Parameter{.name = "count", .value = std::to_string(calls_.options().scim_page_size)}};
        std::string target = "/Users?" + http::encode_form(query);
        Result<http::Response> answer = co_await calls_.read(Api::scim, std::move(target), deadline);
        if (!answer) co_return answer.error();
        auto page = scim_page_from(answer->body, calls_.options());
        if (!page) co_return unreadable_answer(Sent::read, "speakap.scim");

        // Whoever went between two pages moved somebody from a page that was to come to one that was read.
        if (page_number > 0 && page->total != announced) co_return scim_list_incomplete();
        announced = page->total;
        const auto before = users.size();
        for (auto& user : page->users) {
            if (seen.insert(user.id).second) users.push_back(std::move(user));
        }
        read += page->users.size();
        // Whoever was shown twice took the place of somebody who was not shown.
        if (page->total && read >= *page->total && users.size() < *page->total) co_return scim_list_incomplete();
        if (page->total && read >= *page->total) co_return users;
        if (page->users.empty() && !page->total) co_return users;
        if (users.size() == before) co_return scim_list_incomplete();
    }
    co_return scim_list_incomplete();
}

boost::asio::awaitable<Result<ScimPage>> ScimApi::first(Deadline deadline) {
    std::string target = "/Users?startIndex=1&count=1";
    Result<http::Response> answer = co_await calls_.read(Api::scim, std::move(target), deadline);
    if (!answer) co_return answer.error();
    auto page = scim_page_from(answer->body, calls_.options());
    if (!page) co_return unreadable_answer(Sent::read, "speakap.scim");
    co_return std::move(*page);
}

boost::asio::awaitable<Result<std::optional<ScimUser>>> ScimApi::user(std::string name, Deadline deadline) {
    const std::vector<Parameter> query = {Parameter{.name = "filter", .value = scim_filter(name)}};
    std::string target = "/Users?" + http::encode_form(query);
    Result<http::Response> answer = co_await calls_.read(Api::scim, std::move(target), deadline);
    if (!answer) co_return answer.error();
    auto page = scim_page_from(answer->body, calls_.options());
    if (!page) co_return unreadable_answer(Sent::read, "speakap.scim");
    std::optional<ScimUser> found;
    for (auto& candidate : page->users) {
        // Filters compare userName without regard to case; employee keys do not.
        if (candidate.user_name != name && candidate.external_id != name) continue;
        if (!found || (candidate.active && !found->active)) found = std::move(candidate);
    }
    co_return found;
}

boost::asio::awaitable<Result<std::optional<ScimUser>>> ScimApi::create(EmployeeKey key, Profile profile,
                                                                        std::string login, Deadline deadline) {
    std::string body = scim_user_json(key, profile, Account::active, calls_.options(), login);
    auto request = scim_request("POST", "/Users", std::move(body));
    Result<http::Response> answer = co_await calls_.exchange(Api::scim, std::move(request), deadline);
    if (!answer) co_return answer.error();
    if (answer->status == 409) co_return std::optional<ScimUser>();
    const auto failure = calls_.failure_in(Api::scim, *answer, Sent::write);
    if (failure) co_return *failure;
    auto user = scim_user_from(answer->body, calls_.options());
    // Without an id nothing proves that there is an account now.
    if (!user) co_return unreadable_answer(Sent::write, "speakap.scim");
    co_return user;
}

boost::asio::awaitable<Result<Taken>> ScimApi::replace(ScimUser user, Deadline deadline) {
    std::string body = scim_user_json(user, calls_.options());
    auto request = scim_request("PUT", "/Users/" + percent_encoded(user.id.value()), std::move(body));
    Result<http::Response> answer = co_await calls_.write(Api::scim, std::move(request), deadline);
    if (!answer) co_return answer.error();
    co_return taken_as(*answer);
}

}  // namespace usersync::speakap

#include "connectors/speakap/probe_sample.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;

// Two thousand people of REST and four hundred of SCIM say enough about how they are shown.
constexpr std::size_t pages_max = 20;

std::optional<RestPage<RestUser>> decode(std::string_view body, const RestUser*) { return users_from(body); }
std::optional<RestPage<RestGroup>> decode(std::string_view body, const RestGroup*) { return groups_from(body); }
std::optional<RestPage<RestMembership>> decode(std::string_view body, const RestMembership*) {
    return memberships_from(body);
}

const std::string& eid_of(const RestUser& user) { return user.eid.value(); }
const std::string& eid_of(const RestMembership& membership) { return membership.eid.value(); }
const std::string& eid_of(const RestGroup& group) { return group.group.eid.value(); }

}  // namespace

ProbeSample::ProbeSample(Calls& calls) : calls_(calls) {}

std::string ProbeSample::path(const std::string& below) const {
    return "/networks/" + percent_encoded(calls_.options().network) + '/' + below;
}

awaitable<Result<NetworkEid>> ProbeSample::network(Deadline deadline) {
    Result<http::Response> answer = co_await calls_.read(Api::rest, path(""), deadline);
    if (!answer) co_return answer.error();
    auto eid = network_eid_from(answer->body);
    if (!eid) co_return unreadable_answer(Sent::read, "speakap.rest");
    co_return std::move(*eid);
}

template <class Row>
awaitable<Sampled<Row>> ProbeSample::sample(std::string name, std::string query, Deadline deadline) {
    Sampled<Row> sampled;
    std::set<std::string> seen;
    std::size_t offset = 0;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
        std::string target = path(name + "/?embed=" + query + "&offset%5Bself%5D=" + std::to_string(offset) +
                                  "&limit%5Bself%5D=" + std::to_string(calls_.options().page_size));
        Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
        auto page = answer ? decode(answer->body, static_cast<const Row*>(nullptr)) : std::nullopt;
        if (!answer) sampled.error = answer.error();
        if (answer && !page) sampled.error = unreadable_answer(Sent::read, "speakap.rest");
        if (!page) break;
        sampled.links += page->links;
        if (page_number == 0) sampled.first_page = page->rows.size();
        if (page->rows.empty()) {
            sampled.whole = page->links == 0;
            break;
        }
        offset += page->rows.size();
        const auto before = sampled.rows.size();
        for (auto& row : page->rows) {
            const bool is_new = seen.insert(lower_case(eid_of(row))).second;
            if (!is_new) ++sampled.repeated;
            if (is_new) sampled.rows.push_back(std::move(row));
        }
        if (sampled.rows.size() == before) break;
    }
    co_return sampled;
}

awaitable<Sampled<RestUser>> ProbeSample::users(std::string query, Deadline deadline) {
    std::string all =
        "users&properties%5Busers%5D=XID,name,jobTitle,primaryEmail,emailAddresses,birthday,external,"
        "deleted,lastModified" +
        query;
    return sample<RestUser>("users", std::move(all), deadline);
}

awaitable<Sampled<RestGroup>> ProbeSample::groups(std::string query, Deadline deadline) {
    std::string all = "groups&include_hidden=true&include_secret=true" + query;
    return sample<RestGroup>("groups", std::move(all), deadline);
}

awaitable<Sampled<RestMembership>> ProbeSample::memberships(std::string query, Deadline deadline) {
    std::string all = "memberships,memberships.user" + query;
    return sample<RestMembership>("memberships", std::move(all), deadline);
}

awaitable<Result<ScimPage>> ProbeSample::scim_page(std::string query, Deadline deadline) {
    std::string target = "/Users?" + query;
    Result<http::Response> answer = co_await calls_.read(Api::scim, std::move(target), deadline);
    if (!answer) co_return answer.error();
    auto page = scim_page_from(answer->body, calls_.options());
    if (!page) co_return unreadable_answer(Sent::read, "speakap.scim");
    co_return std::move(*page);
}

awaitable<Sampled<ScimUser>> ProbeSample::scim_users(Deadline deadline) {
    Sampled<ScimUser> sampled;
    std::set<std::string> seen;
    std::size_t read = 0;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
        std::string query =
            "startIndex=" + std::to_string(read + 1) + "&count=" + std::to_string(calls_.options().scim_page_size);
        Result<ScimPage> page = co_await scim_page(std::move(query), deadline);
        if (!page) {
            sampled.error = page.error();
            break;
        }
        if (page_number == 0) sampled.first_page = page->users.size();
        read += page->users.size();
        for (auto& user : page->users) {
            const bool is_new = seen.insert(user.id.value()).second;
            if (!is_new) ++sampled.repeated;
            if (is_new) sampled.rows.push_back(std::move(user));
        }
        sampled.whole = page->total ? sampled.rows.size() >= *page->total : page->users.empty();
        if (sampled.whole || page->users.empty()) break;
    }
    co_return sampled;
}

awaitable<Result<std::optional<RestMembership>>> ProbeSample::membership(MembershipEid eid, Deadline deadline) {
    std::string target = path("memberships/" + percent_encoded(eid.value()) + "/?embed=user");
    Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
    if (!answer) co_return answer.error();
    co_return membership_from(answer->body);
}

awaitable<Result<std::string>> ProbeSample::status(UserEid eid, Deadline deadline) {
    std::string target = path("users/" + percent_encoded(eid.value()) + "/status");
    Result<http::Response> answer = co_await calls_.read(Api::rest, std::move(target), deadline);
    if (!answer) co_return answer.error();
    co_return status_from(answer->body);
}

awaitable<Result<http::Response>> ProbeSample::get(Api api, std::string target, std::string accept, Deadline deadline) {
    http::Request request{
        .method = "GET", .target = api == Api::rest ? path(target) : std::move(target), .headers = {}, .body = {}};
    if (!accept.empty()) request.headers.push_back(http::Header{.name = "Accept", .value = std::move(accept)});
    Result<http::Response> answer = co_await calls_.exchange(api, std::move(request), deadline);
    co_return answer;
}

awaitable<std::optional<Failure>> ProbeSample::unknown_user(Deadline deadline) {
    Result<http::Response> answer = co_await calls_.read(Api::rest, path("users/0000000000000000/"), deadline);
    if (!answer) co_return std::optional<Failure>(answer.error());
    co_return std::nullopt;
}

}  // namespace usersync::speakap

// Routes about the network as a whole: itself, search, labels, counts.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_settling.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules search_rules{.relations = {"results"}, .filters = {"type", "q", "group"}};
const QueryRules label_rules{.relations = {"groups", "groups.members"}, .filters = {}};
const QueryRules labels_rules{.relations = {"labels", "labels.groups", "labels.groups.members"}, .filters = {}};
const QueryRules stats_rules{.relations = {}, .filters = {"periods"}};

http::Response search_users(const Call& call, const Query& query, const std::string& text) {
    const auto* group = filter(query, "group");
    std::vector<const User*> users;
    for (const auto& current : call.state.users) {
        const auto& user = as_listed(call.state, current, call.now);
        if (!is_listed(user) || !shows_in_lists(user.seen_from, call.now)) continue;
        if (group != nullptr && find_membership(user, *group) == nullptr) continue;
        if (contains(full_name(user), text) || contains(user.job_title, text)) users.push_back(&user);
    }
    return found_answer(scene_of(call, query.view), users);
}

http::Response search_groups(const Call& call, const Query& query, const std::string& text) {
    std::vector<const Group*> groups;
    for (const auto& current : call.state.groups) {
        const auto& group = as_listed(call.state, current, call.now);
        // assumption: a search finds neither hidden nor secret groups.
        if (group.hidden || group.type == GroupType::secret || !shows_in_lists(group.seen_from, call.now)) continue;
        if (contains(group.name, text)) groups.push_back(&group);
    }
    return found_answer(scene_of(call, query.view), groups);
}

struct Span {
    Time begin{};
    Time end{};
};

/// assumption: days begin at midnight UTC and weeks on Monday; the last 7 and 30 days include today.
std::optional<Span> span_of(std::string_view period, Time now) {
    using std::chrono::days;
    const auto today = std::chrono::floor<days>(now);
    const auto monday = today - (std::chrono::weekday(today) - std::chrono::Monday);
    const std::chrono::year_month_day date(today);
    const std::chrono::sys_days first(date.year() / date.month() / std::chrono::day(1));
    const std::chrono::sys_days first_before(date.year() / date.month() / std::chrono::day(1) - std::chrono::months(1));
    if (period == "today") return Span{.begin = today, .end = now + Duration(1)};
    if (period == "yesterday") return Span{.begin = today - days(1), .end = today};
    if (period == "last_7_days") return Span{.begin = today - days(6), .end = now + Duration(1)};
    if (period == "last_week") return Span{.begin = monday - days(7), .end = monday};
    if (period == "last_30_days") return Span{.begin = today - days(29), .end = now + Duration(1)};
    if (period == "last_month") return Span{.begin = first_before, .end = first};
    return std::nullopt;
}

std::size_t activated_within(const SandboxState& state, const Span& span) {
    const auto count = std::count_if(state.users.begin(), state.users.end(), [&](const User& user) {
        return user.activated_at && *user.activated_at >= span.begin && *user.activated_at < span.end;
    });
    return static_cast<std::size_t>(count);
}

}  // namespace

http::Response get_network(Call& call) {
    const auto query = read_query(call, {});
    if (!query) return query.error();
    return network_answer(scene_of(call, query->view));
}

http::Response search(Call& call) {
    const auto query = read_query(call, search_rules);
    if (!query) return query.error();
    const auto* type = filter(*query, "type");
    const auto* text = filter(*query, "q");
    if (type == nullptr || text == nullptr) return rest_error(RestError::invalid_request, "type and q are compulsory");
    const bool messages = type->starts_with("message:");
    if (*type != "user" && *type != "group" && !messages) {
        return rest_error(RestError::invalid_request, "unknown type");
    }
    if (!messages && !permits(call.state, *type == "user" ? "get_profiles" : "list_groups")) {
        return rest_error(RestError::insufficient_scope, "the app lacks a permission");
    }
    if (messages) return found_answer(scene_of(call, query->view), std::vector<const User*>());  // there are none here
    return *type == "user" ? search_users(call, *query, *text) : search_groups(call, *query, *text);
}

http::Response list_labels(Call& call) {
    const auto query = read_query(call, labels_rules);
    if (!query) return query.error();
    std::vector<const Label*> labels;
    for (const auto& label : call.state.labels) labels.push_back(&label);
    return labels_answer(scene_of(call, query->view), labels);
}

http::Response get_label(Call& call) {
    const auto query = read_query(call, label_rules);
    if (!query) return query.error();
    for (const auto& label : call.state.labels) {
        if (same_eid(label.eid, call.captured.at(0))) return label_answer(scene_of(call, query->view), label);
    }
    return rest_error(RestError::not_found, "unknown label");
}

http::Response count_activated(Call& call) {
    const auto query = read_query(call, stats_rules);
    if (!query) return query.error();
    const auto periods = filter_list(*query, "periods");
    if (periods.empty()) return rest_error(RestError::invalid_request, "periods is missing");
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (const auto& period : periods) {
        const auto span = span_of(period, call.now);
        if (!span) return rest_error(RestError::invalid_request, "unknown period " + period);
        counts.emplace_back(period, activated_within(call.state, *span));
    }
    return counts_answer(counts);
}

}  // namespace usersync::sandbox

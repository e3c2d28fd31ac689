#include "connectors/speakap/sandbox/sandbox_judge.hpp"

#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "connectors/speakap/sandbox/scim_wire.hpp"
#include "core/base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_success(int status) { return status >= 200 && status < 300; }

std::string area_of(const http::Request& request) {
    const auto path = path_of(request);
    const bool is_read = request.method == "GET";
    if (is_scim(path)) return is_read ? "scim.read" : "scim.write";
    if (is_read) return "rest.read";
    return ends_with(path, "/invite") ? "rest.invite" : "rest.write";
}

JudgeRow& row_of(SandboxState& state, const http::Request& request, std::string_view token) {
    const auto area = area_of(request);
    for (auto& row : state.judgement) {
        if (row.token == token && row.area == area) return row;
    }
    JudgeRow row;
    row.token = std::string(token);
    row.area = area;
    return state.judgement.emplace_back(std::move(row));
}

/// What the call is about: the segment after the collection, or the call as a whole.
std::string subject_of(const http::Request& request) {
    const auto path = path_of(request);
    for (const std::string_view collection : {"/users/", "/memberships/", "/groups/", "/roles/", "/scim/Users/"}) {
        const auto at = path.find(collection);
        if (at == std::string_view::npos) continue;
        const auto rest = path.substr(at + collection.size());
        if (!rest.empty()) return std::string(rest.substr(0, rest.find('/')));
    }
    const auto form = http::parse_form(request.body);
    if (ends_with(path, "/changeroles") && !form.empty()) return form.front().name;
    return request.method + ' ' + request.target + '\n' + request.body;
}

std::size_t digest_of(const http::Request& request) {
    return std::hash<std::string>()(request.method + ' ' + request.target + '\n' + request.body);
}

bool has_membership(const SandboxState& state, std::string_view eid) {
    return std::any_of(state.users.begin(), state.users.end(), [&](const User& user) {
        if (!has_account(user)) return false;
        if (same_eid(user.network.eid, eid)) return true;
        return std::any_of(user.groups.begin(), user.groups.end(),
                           [&](const Membership& one) { return same_eid(one.eid, eid); });
    });
}

/// A form that names a group or a membership which is not there.
bool names_what_is_missing(const SandboxState& state, const http::Request& request) {
    constexpr std::string_view membership = "memberships[";
    for (const auto& [name, value] : http::parse_form(request.body)) {
        if (name == "groups[]" && find_group(state, value) == nullptr) return true;
        if (!name.starts_with(membership) || name.back() != ']') continue;
        const auto eid = std::string_view(name).substr(membership.size(), name.size() - membership.size() - 1);
        if (!has_membership(state, eid)) return true;
    }
    return false;
}

/// The account that a refused one would have made or changed has the same key: the call was sent before.
bool is_there_already(const SandboxState& state, const http::Request& request) {
    const auto wanted = read_scim_user(request);
    if (!wanted) return false;
    const auto key = wanted->external_id.value_or(wanted->user_name.value_or(""));
    const auto places = users_who_may_claim(state, wanted->user_name.value_or(""), key, "");
    return std::any_of(places.begin(), places.end(), [&](std::size_t place) {
        const auto& user = state.users[place];
        return has_account(user) && !key.empty() && user.xid == key;
    });
}

/// A refused change: it came before what it needs, or once more.
void look_at_refusal(const SandboxState& state, const http::Request& request, int status, JudgeRow& row) {
    const bool is_missing = status == 404 || status == 410;
    if (is_missing) {
        ++(request.method == "DELETE" ? row.sent_again : row.order_violations);
    } else if (status == 409) {
        const bool is_repeated = !is_scim(path_of(request)) || is_there_already(state, request);
        ++(is_repeated ? row.sent_again : row.order_violations);
    } else if (status == 400 && names_what_is_missing(state, request)) {
        ++row.order_violations;
    }
}

std::string mail_name(const Invitation& mail) {
    return lower_case(mail.address.empty() ? "key " + mail.xid : mail.address);
}

using Count = std::pair<const char*, std::uint64_t JudgeRow::*>;
constexpr std::array<Count, 8> counts{{
    {"calls", &JudgeRow::calls},
    {"admitted", &JudgeRow::admitted},
    {"carried_out", &JudgeRow::carried_out},
    {"answered_429", &JudgeRow::answered_429},
    {"answered_503", &JudgeRow::answered_503},
    {"order_violations", &JudgeRow::order_violations},
    {"duplicates", &JudgeRow::duplicates},
    {"sent_again", &JudgeRow::sent_again},
}};
using Moment = std::pair<const char*, std::optional<Time> JudgeRow::*>;
constexpr std::array<Moment, 4> moments{{
    {"first", &JudgeRow::first},
    {"last", &JudgeRow::last},
    {"first_503", &JudgeRow::first_503},
    {"last_503", &JudgeRow::last_503},
}};

JudgeRow total_of(const std::vector<JudgeRow>& rows) {
    JudgeRow total;
    const auto take = [](std::optional<Time>& mine, const std::optional<Time>& other, bool earliest) {
        if (other && (!mine || (*other < *mine) == earliest)) mine = other;
    };
    for (const auto& row : rows) {
        for (const auto& [name, count] : counts) total.*count += row.*count;
        take(total.first, row.first, true);
        take(total.last, row.last, false);
        take(total.first_503, row.first_503, true);
        take(total.last_503, row.last_503, false);
    }
    return total;
}

json counts_json(const JudgeRow& row) {
    json shown = json::object();
    for (const auto& [name, count] : counts) shown[name] = row.*count;
    for (const auto& [name, moment] : moments) {
        if (row.*moment) shown[name] = to_iso(*(row.*moment));
    }
    return shown;
}

std::string line_of(const std::string& name, const JudgeRow& row) {
    std::string line = name + ":";
    for (const auto& [word, count] : counts) {
        if (row.*count == 0 && count != &JudgeRow::calls) continue;
        std::string shown = word;
        std::replace(shown.begin(), shown.end(), '_', ' ');
        line += (line.back() == ':' ? " " : ", ") + shown + " " + std::to_string(row.*count);
    }
    if (row.first && row.last) line += ", from " + to_iso(*row.first) + " to " + to_iso(*row.last);
    return line + '\n';
}

}  // namespace

Judge::Judge(const SandboxState& state) {
    for (const auto& mail : state.invitations) mailed_[mail_name(mail)] = mail.at;
    for (const auto& event : state.events) {
        if (event.kind == EventKind::user_created && !event.xid.empty()) created_[event.xid] = event.at;
    }
}

void Judge::called(SandboxState& state, const http::Request& request, std::string_view token, Admission admission,
                   Time now) {
    auto& row = row_of(state, request, token);
    ++row.calls;
    if (!row.first) row.first = now;
    ++(admission == Admission::admitted ? row.admitted : row.answered_429);
}

void Judge::performed(SandboxState& state, const http::Request& request, std::string_view token, int status, Time now) {
    auto& row = row_of(state, request, token);
    const bool is_read = request.method == "GET";
    if (is_success(status)) {
        ++row.carried_out;
        row.last = now;
        if (!is_read) look_at_success(state, request, row, now);
    } else if (!is_read) {
        look_at_refusal(state, request, status, row);
    }
}

void Judge::answered(SandboxState& state, const http::Request& request, std::string_view token, int status, Time now) {
    if (status != 429 && status != 503) return;
    auto& row = row_of(state, request, token);
    if (status == 429) {
        ++row.answered_429;
        return;
    }
    ++row.answered_503;
    if (!row.first_503) row.first_503 = now;
    row.last_503 = now;
}

void Judge::look_at_success(SandboxState& state, const http::Request& request, JudgeRow& row, Time now) {
    const auto digest = digest_of(request);
    const auto [known, is_new] = last_.try_emplace(subject_of(request), digest);
    if (!is_new && std::exchange(known->second, digest) == digest) ++row.sent_again;
    if (ends_with(path_of(request), "/changeroles") && names_what_is_missing(state, request)) ++row.order_violations;
    look_for_doubles(state, row, now);
}

void Judge::look_for_doubles(const SandboxState& state, JudgeRow& row, Time now) {
    for (auto i = state.touched.invitations_before; i < state.invitations.size(); ++i) {
        if (was_within_a_day(mailed_, mail_name(state.invitations[i]), now)) ++row.duplicates;
    }
    for (auto event = state.events.rbegin(); event != state.events.rend(); ++event) {
        if (event->number <= state.touched.events_seen) break;
        if (event->kind != EventKind::user_created || event->xid.empty()) continue;
        if (was_within_a_day(created_, event->xid, now)) ++row.duplicates;
    }
}

bool Judge::was_within_a_day(std::unordered_map<std::string, Time>& times, const std::string& name, Time now) {
    const auto [known, is_new] = times.try_emplace(name, now);
    return !is_new && now - std::exchange(known->second, now) < same_again_within;
}

std::string judgement_json(const SandboxState& state) {
    json rows = json::array();
    for (const auto& row : state.judgement) {
        auto shown = counts_json(row);
        shown["token"] = row.token;
        shown["area"] = row.area;
        rows.push_back(std::move(shown));
    }
    const json judgement = {{"rows", std::move(rows)}, {"total", counts_json(total_of(state.judgement))}};
    return judgement.dump();
}

std::string show_judgement(const SandboxState& state) {
    std::string text = "judge:\n";
    for (const auto& row : state.judgement) text += "  " + line_of(row.token + " token, " + row.area, row);
    return text + "  " + line_of("all", total_of(state.judgement));
}

void begin_judgement(SandboxState& state) {
    for (auto& row : state.judgement) {
        JudgeRow fresh;
        fresh.token = std::move(row.token);
        fresh.area = std::move(row.area);
        row = std::move(fresh);
    }
}

}  // namespace usersync::sandbox

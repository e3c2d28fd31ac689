#include "connectors/speakap/sandbox/sandbox_scim.hpp"

#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"
#include "connectors/speakap/sandbox/sandbox_settling.hpp"
#include "connectors/speakap/sandbox/scim_wire.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::sandbox {
namespace {

template <class T>
using Asked = boost::system::result<T, http::Response>;

// ---- reading ------------------------------------------------------------------------------------------------------

struct Filter {
    enum class Attribute { user_name, external_id };
    Attribute attribute = Attribute::user_name;
    std::string value;
};

std::string_view take_word(std::string_view& text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

/// "\"Anna \\\"A\\\"\"" → Anna "A"; nullopt unless it is one quoted string.
std::optional<std::string> unquoted(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    text = text.substr(1, text.size() - 2);
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') return std::nullopt;
        if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
        value += text[i];
    }
    return value;
}

std::optional<Filter> filter_from(std::string_view text) {
    const auto attribute = take_word(text);
    const auto comparison = take_word(text);
    auto value = unquoted(text);
    // Attribute names and operators ignore case in SCIM.
    const bool by_name = same_eid(attribute, "userName");
    if ((!by_name && !same_eid(attribute, "externalId")) || !same_eid(comparison, "eq") || !value) return std::nullopt;
    return Filter{.attribute = by_name ? Filter::Attribute::user_name : Filter::Attribute::external_id,
                  .value = std::move(*value)};
}

struct ListQuery {
    std::size_t start_index = 1;
    std::size_t count = scim_page_max;
    std::optional<Filter> filter;
};

/// A number below `lowest` counts as `lowest`.
std::optional<std::size_t> number_from(std::string_view text, int lowest) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return static_cast<std::size_t>(std::max(number, lowest));
}

Asked<ListQuery> read_list_query(std::string_view query) {
    ListQuery read;
    for (const auto& [name, value] : http::parse_form(query)) {
        if (name == "filter") {
            read.filter = filter_from(value);
            if (!read.filter) return scim_error(400, "invalidFilter", "only userName eq and externalId eq are known");
        }
        if (name != "startIndex" && name != "count") continue;
        const auto number = number_from(value, name == "count" ? 0 : 1);
        if (!number) return scim_error(400, "invalidValue", "startIndex and count are numbers");
        (name == "count" ? read.count : read.start_index) = *number;
    }
    read.count = std::min(read.count, scim_page_max);
    return read;
}

bool fits(const SandboxState& state, const std::optional<Filter>& filter, const User& user, Time now) {
    if (!filter) return shows_in_lists(user.seen_from, now);
    if (!shows_alone(state, user.seen_from, now)) return false;
    switch (filter->attribute) {
        case Filter::Attribute::user_name: return user.user_name == filter->value;
        case Filter::Attribute::external_id: return user.external_id == filter->value;
    }
    return false;
}

http::Response list_users(const SandboxState& state, std::string_view query, Time now) {
    const auto wanted = read_list_query(query);
    if (!wanted) return wanted.error();
    std::vector<const User*> page;
    std::size_t total = 0;
    for (const auto& current : state.users) {
        const auto& user = wanted->filter ? as_read(state, current, now) : as_listed(state, current, now);
        if (!has_account(user) || !fits(state, wanted->filter, user, now)) continue;
        ++total;
        if (total >= wanted->start_index && page.size() < wanted->count) page.push_back(&user);
    }
    return scim_list_answer(page, {.total = total, .start_index = wanted->start_index});
}

http::Response unknown_user() { return scim_error(404, "", "there is no such user"); }

http::Response get_user(const SandboxState& state, const std::string& id, Time now) {
    const auto* user = find_scim_user(state, id);
    if (user == nullptr || !shows_alone(state, user->seen_from, now)) return unknown_user();
    return scim_user_answer(as_read(state, *user, now), 200);
}

// ---- writing ------------------------------------------------------------------------------------------------------

/// The sentence of the 409 when somebody other than `self` already has what `wanted` claims.
std::optional<std::string_view> conflict(const SandboxState& state, const ScimUser& wanted, const User* self) {
    const auto email = wanted.emails && !wanted.emails->empty() ? wanted.emails->front() : std::string();
    for (const auto place :
         users_who_may_claim(state, wanted.user_name.value_or(""), wanted.external_id.value_or(""), email)) {
        const auto& other = state.users[place];
        if (&other == self || !has_account(other)) continue;
        if (wanted.user_name && other.user_name == *wanted.user_name) return "userName is taken";
        const bool has_external_id = wanted.external_id && !wanted.external_id->empty();
        if (has_external_id && other.external_id == *wanted.external_id) return "externalId is taken";
        // Addresses ignore case as EIDs do.
        if (!email.empty() && same_eid(primary_email(other), email)) return "the e-mail address is taken";
    }
    return std::nullopt;
}

void set_profile(User& user, const ScimUser& wanted) {
    if (wanted.user_name) user.user_name = *wanted.user_name;
    if (wanted.external_id) user.external_id = *wanted.external_id;
    if (wanted.name) {
        user.first_name = wanted.name->given;
        user.infix = wanted.name->middle;
        user.family_name = wanted.name->family;
    }
    if (wanted.title) user.job_title = *wanted.title;
    if (wanted.phones) user.phones = *wanted.phones;
    if (wanted.login) user.login = *wanted.login;
}

/// The XID that the account has with these two names, or keeps when neither is given. A userName that stays as it is
/// gives nobody a key: it is what somebody without one signs in with.
std::string key_of(const User& user, const ScimUser& wanted) {
    if (!wanted.user_name && !wanted.external_id) return user.xid;
    const auto& external_id = wanted.external_id ? *wanted.external_id : user.external_id;
    if (!external_id.empty()) return external_id;
    const bool is_new_name = wanted.user_name && *wanted.user_name != user.user_name;
    return is_new_name ? *wanted.user_name : user.xid;
}

/// assumption: an account that is nobody's yet may always be given its key; another key for somebody's account is
/// taken, refused, or taken while the person comes back, as network.json says.
bool may_change_key(const SandboxState& state, const User& user, const ScimUser& wanted) {
    if (user.xid.empty() || key_of(user, wanted) == user.xid) return true;
    switch (state.behaviour.key_change) {
        case KeyChange::allowed: return true;
        case KeyChange::on_reactivation: return user.suspended_at && wanted.active == true;
        case KeyChange::refused: return false;
    }
    return false;
}

/// The strict reading of PUT: what it does not carry is cleared. `active` stays, since nothing is no value of it.
void clear_what_is_missing(ScimUser& wanted) {
    if (!wanted.external_id) wanted.external_id = "";
    if (!wanted.name) wanted.name = ScimUser::Name{};
    if (!wanted.title) wanted.title = "";
    if (!wanted.emails) wanted.emails = std::vector<std::string>();
    if (!wanted.phones) wanted.phones = std::vector<std::string>();
    if (!wanted.login) wanted.login = "";
}

/// The body of a POST or PUT, or the refusal: unreadable, without userName, or claiming what is another's.
Asked<ScimUser> read_claim(const SandboxState& state, const http::Request& request, const User* self) {
    auto wanted = read_scim_user(request);
    if (!wanted) return wanted;
    if (!wanted->user_name || wanted->user_name->empty()) return scim_error(400, "invalidValue", "userName is missing");
    if (const auto taken = conflict(state, *wanted, self)) {
        return scim_conflict(state.behaviour.scim_conflict, *taken);
    }
    return wanted;
}

http::Response create(SandboxState& state, const http::Request& request, Time now) {
    const auto wanted = read_claim(state, request, nullptr);
    if (!wanted) return wanted.error();
    User draft;
    draft.xid = key_of(draft, *wanted);
    set_profile(draft, *wanted);
    if (wanted->emails) draft.emails = *wanted->emails;
    const bool is_active = wanted->active.value_or(true);
    auto& user = create_user(state, std::move(draft), "created", is_active ? Invite::now : Invite::later, now);
    if (!is_active) suspend(state, user, now);
    return scim_user_answer(user, 201);
}

http::Response replace(SandboxState& state, const http::Request& request, const std::string& id, Time now) {
    auto* user = find_scim_user(state, id);
    if (user == nullptr) return unknown_user();
    auto wanted = read_claim(state, request, user);
    if (!wanted) return wanted.error();
    if (!may_change_key(state, *user, *wanted)) return scim_error(400, "mutability", "the key stays as it is");
    if (state.behaviour.strict_put) clear_what_is_missing(*wanted);
    change_key(state, *user, key_of(*user, *wanted), now);
    set_profile(*user, *wanted);
    user->modified = now;
    if (wanted->emails) change_emails(state, *user, *wanted->emails, now);
    if (wanted->active == false) suspend(state, *user, now);
    if (wanted->active == true) reactivate(state, *user, now);
    return scim_user_answer(*user, 200);
}

http::Response not_supported(const std::string& allowed) {
    // assumption: as REST says it; RFC 7644 would have 501 for PATCH.
    auto response = scim_error(405, "", "this method is not supported");
    response.headers.push_back({.name = "Allow", .value = allowed});
    return response;
}

}  // namespace

http::Response answer_scim(SandboxState& state, const http::Request& request, Time now) {
    constexpr std::string_view users = "/scim/Users";
    if (!bears(request, state.scim_token)) return scim_error(401, "", "the token is not valid");
    const auto [path, query] = http::split_target(request.target);
    if (path == users) {
        if (request.method == "GET") return list_users(state, query, now);
        if (request.method == "POST") return create(state, request, now);
        return not_supported("GET, POST");
    }
    if (path.substr(0, users.size()) != users || path[users.size()] != '/') {
        return scim_error(404, "", "unknown resource");
    }
    const auto id = http::percent_decode(path.substr(users.size() + 1), http::Plus::literal);
    if (request.method == "GET") return get_user(state, id, now);
    if (request.method == "PUT") return replace(state, request, id, now);
    return not_supported("GET, PUT");
}

}  // namespace usersync::sandbox

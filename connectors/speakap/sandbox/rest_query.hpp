#pragma once
// The query of a REST call: what it embeds, which page, which properties, which filters.

#include "connectors/speakap/sandbox/rest_call.hpp"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// assumption: Speakap publishes neither a default nor a maximum page size. 25 is an invention, small enough that a
/// client which forgets to page is found out; a limit above 1000 counts as 1000.
constexpr std::size_t page_default = 25;
constexpr std::size_t page_max = 1000;

/// How the answer is to be shown. Paths are dotted ("users.organizationGroups").
struct View {
    std::vector<std::string> embeds;                             ///< with every outer path of a nested one
    std::map<std::string, std::vector<std::string>> properties;  ///< by path; "" speaks for every path without its own
    std::map<std::string, std::size_t> offsets;                  ///< likewise
    std::map<std::string, std::size_t> limits;                   ///< likewise
};

bool embeds(const View& view, std::string_view path);

/// The part of a collection of `size` members that is shown.
struct Page {
    std::size_t begin = 0;
    std::size_t end = 0;
};
/// `paths`: names under which the collection may be addressed, best first. A number without a path counts for the
/// main resource and for every embedded collection alike.
Page page_of(const View& view, std::initializer_list<std::string_view> paths, std::size_t size);

struct Query {
    View view;
    std::map<std::string, std::string> filters;
};

/// What a route understands.
struct QueryRules {
    std::vector<std::string_view> relations;  ///< paths that may be embedded
    std::vector<std::string_view> filters;
};

/// 400 for a parameter, a path or a number that is not understood, and for a repeated parameter.
Asked<Query> read_query(const Call& call, const QueryRules& rules);

/// nullptr when the filter is absent.
const std::string* filter(const Query& query, std::string_view name);
/// The filter's comma-separated words; none when it is absent.
std::vector<std::string> filter_list(const Query& query, std::string_view name);
/// "true" or "1" is true, absent is false.
bool filter_flag(const Query& query, std::string_view name);

/// True when one of the EIDs or role keys is this one.
bool is_any_of(const std::vector<std::string>& words, std::string_view word);

/// assumption: the app's token belongs to nobody, so of the published scopes only "network" can mean anything.
/// A refusal for any other.
std::optional<http::Response> refuse_scope(const Query& query);

/// The time of a filter, nullopt when it is absent, or the refusal.
Asked<std::optional<Time>> filter_time(const Query& query, std::string_view name);

/// True when `text` contains `part`, in ASCII without regard to case.
bool contains(std::string_view text, std::string_view part);

}  // namespace usersync::sandbox

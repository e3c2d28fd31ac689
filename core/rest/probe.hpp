#pragma once
// What the answer to a probe says about access, spelling and environment. Pure.

#include "core/base/result.hpp"
#include "core/rest/connector.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rest {

/// Texts of somebody else's for people: one line, cut where it gets long; and several of them, at most `max`.
std::string shown_line(std::string_view text);
std::string listed_names(const std::vector<std::string>& names, std::size_t max = 10);

/// `blocked`/"not_offered": what `must_name` says is not among the names, with the nearest that is. A text that orders
/// by a name is the name: "-EmployeeId", "['E-mail']".
std::optional<Failure> not_offered(const Probe& probe, std::string_view body, const Values& values);

/// Those of `columns` that are not among the names, of a probe that names columns.
std::vector<std::string> columns_not_offered(const Probe& probe, std::string_view body,
                                             const std::vector<std::string>& columns);

/// Whether this probe tells environments apart, and the tenant says which one is meant.
bool tells_environment(const Probe& probe, const Values& values);

/// `blocked`/"other_environment": the answer does not say what the setting says, or says nothing.
std::optional<Failure> other_environment(const Probe& probe, std::string_view body, const Values& values);

}  // namespace usersync::rest

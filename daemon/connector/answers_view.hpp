#pragma once
// The answers of a source as they came, as text for a support case. Pure.

#include "connectors/rest/kept_answers.hpp"

#include <functional>
#include <string>

namespace usersync::connector_view {

/// What the other system itself said of a failure may name people: where it answered, the failure says the status and
/// what the declaration says of it, and nothing else. What we say of an answer, or of there being none, stays.
void leave_out_words(rest_api::KeptAnswers& kept, const rest::Connector& connector);

/// A line of JSON for each call, in their order:
///
/// | key      | is                                                                              |
/// |----------|---------------------------------------------------------------------------------|
/// | call     | "login", "list page 3"                                                          |
/// | status   | of the answer; null: there was none                                             |
/// | headers  | their names                                                                     |
/// | type     | what the answer says that it is; "" where it does not                           |
/// | body     | a text, as `shown` makes it of what came; of a login nothing                    |
/// | left_out | bytes of a body for which there was no room; not there where all of it is       |
/// | failure  | of a call without an answer; of the last line what the read ended with, if so   |
std::string answers_text(const rest_api::KeptAnswers& kept,
                         const std::function<std::string(const std::string& body)>& shown);

}  // namespace usersync::connector_view

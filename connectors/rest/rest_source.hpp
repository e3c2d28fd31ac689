#pragma once
// A system with a REST API, asked as a declaration says, as a source of employee records.

#include "connectors/rest/rest_options.hpp"
#include "connectors/rest/watcher.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace usersync::rest_api {

/// A read is whole or a Failure: log in where a token is needed, the list page by page, joins, child calls. The
/// delivery is one line of JSON for each record.
///
/// Where the declaration has a delta, the last record that was acknowledged is kept in the state folder, what changed
/// is applied to it, and the record is whole again. Nothing is concluded from a delta alone. What is kept counts only
/// from `acknowledge` on; damaged, too old, of another declaration or forgotten by the other system: everything is
/// read, in the same fetch.
///
/// Calls keep to the declared pace. An answer that says when to come back is obeyed within the deadline; when that is
/// later, the fetch fails and no call is made until then, in another process neither. A token is kept in the state
/// folder, asked for before it ends, and dropped when credentials change; a call that is refused with it is repeated
/// once with a new one.
///
/// Failures: those of core/rest (`class_of`, PageReader, Pager, tokens), of connectors/http, of the state's files
/// (`private_file.hpp`), and
///   transient: deadline_passed, left_alone (with the time until then)
///   blocked:   record_too_large, bad_signing_key, bad_assertion, other_environment
/// They name the step ("afas-get-connector list page 3"), what the other system said, its reference, and who mends it;
/// never a token, a secret or a query.
///
/// Coroutines run on `executor`; reading JSON, files and signatures on `lane`.
/// REQUIRES: `clock` and the lane's threads outlive the source and every call on it; check_connector and check_values
/// have nothing to say about the options. `watcher`, if there is one, outlives the source.
std::unique_ptr<Source> make_rest_source(RestOptions options, Clock& clock, boost::asio::any_io_executor executor,
                                         boost::asio::any_io_executor lane, Watcher* watcher = nullptr);

}  // namespace usersync::rest_api

#pragma once
// A source tried out step by step, by the very code that reads it.

#include "connectors/rest/rest_options.hpp"
#include "core/ports/clock.hpp"
#include "core/rest/page.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace usersync::rest_api {

struct TrialStep {
    std::string name;  ///< "connection to https://host:443", "login", "first page"
    bool is_good = true;
    std::optional<Duration> took;  ///< nullopt: nobody measured it by itself
    std::string says;              ///< what was found, or what is wrong and who mends it; no secret, no person
    std::string code;              ///< of a failure: "not_authorised"
    bool operator==(const TrialStep&) const = default;
};

struct Trial {
    std::vector<TrialStep> steps;  ///< up to the first after which nothing more can be tried
    std::string lines;             ///< of the first page, or of all
    rest::ReadTally tally;
    std::size_t pages = 0;
    bool is_whole = false;       ///< there is nothing beyond `lines`
    bool counts_records = true;  ///< false: `lines` are a record of whatever format, and nobody has counted

    /// Whether it came to its end; a step before may be wrong all the same.
    bool is_good() const { return !steps.empty() && steps.back().is_good; }
};

enum class HowMuch { first_page, everything };

/// Name, TLS, login, probes, the first page or all pages, joins and child calls of those. Keeps token and counts as a
/// run does, and no record. `columns` are those that are mapped; one that the other system does not offer is a step
/// that is wrong, and the trial goes on. REQUIRES: as make_rest_source.
boost::asio::awaitable<Trial> try_out(RestOptions options, std::vector<std::string> columns, HowMuch how_much,
                                      Clock& clock, boost::asio::any_io_executor executor,
                                      boost::asio::any_io_executor lane, Deadline deadline);

}  // namespace usersync::rest_api

#pragma once
// A source tried out step by step, by the very code that reads it.

#include "connectors/rest/rest_options.hpp"
#include "core/ports/clock.hpp"
#include "core/rest/page.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace usersync::rest_api {

struct TrialStep {
    std::string name;  ///< "connection to https://host:443", "login", "first page"
    bool is_good = true;
    Duration took{};
    std::string says;  ///< what was found, or what is wrong and who mends it; no secret, no person
    std::string code;  ///< of a failure: "not_authorised"
    bool operator==(const TrialStep&) const = default;
};

struct Trial {
    std::vector<TrialStep> steps;  ///< up to the first that failed
    std::string lines;             ///< of the first page, or of all
    rest::ReadTally tally;
    std::size_t pages = 0;
    bool is_whole = false;  ///< there is nothing beyond `lines`

    bool is_good() const { return !steps.empty() && steps.back().is_good; }
};

enum class HowMuch { first_page, everything };

/// Name, TLS, login, probes, the first page or all pages, joins and child calls of those. Keeps token and counts as a
/// run does, and no record. REQUIRES: as make_rest_source.
boost::asio::awaitable<Trial> try_out(RestOptions options, HowMuch how_much, Clock& clock,
                                      boost::asio::any_io_executor executor, boost::asio::any_io_executor lane,
                                      Deadline deadline);

}  // namespace usersync::rest_api

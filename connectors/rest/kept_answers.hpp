#pragma once
// The answers of one read as they came, for a support case.

#include "connectors/rest/rest_options.hpp"
#include "core/base/result.hpp"
#include "core/ports/clock.hpp"
#include "core/rest/answer_class.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::rest_api {

struct KeptAnswer {
    std::string where;               ///< "list page 3", "login"
    rest::Reply reply;               ///< without secrets; of a login without a body
    std::size_t left_out = 0;        ///< bytes of a body for which there was no room any more
    std::optional<Failure> failure;  ///< there was no answer
};

struct KeptAnswers {
    std::vector<KeptAnswer> answers;  ///< in their order, those that mean a failure among them
    std::optional<Failure> failure;   ///< what the read ended with, if it failed
};

constexpr std::size_t kept_bytes_max = std::size_t{48} << 20;  ///< of all bodies together

/// Reads everything as a run does, changes nothing, and keeps what came. REQUIRES: as make_rest_source.
boost::asio::awaitable<KeptAnswers> keep_answers(RestOptions options, Clock& clock,
                                                 boost::asio::any_io_executor executor,
                                                 boost::asio::any_io_executor lane, Deadline deadline);

}  // namespace usersync::rest_api

#pragma once
// What a probe looks at: a sample of a network, and what was seen on the way to it.

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/reading.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// The first pages of a collection.
template <class Row>
struct Sampled {
    std::vector<Row> rows;
    std::size_t first_page = 0;    ///< rows of it
    std::size_t links = 0;         ///< members that the pages link to
    std::size_t repeated = 0;      ///< rows that a page before had as well
    bool whole = false;            ///< the last page was empty
    std::optional<Failure> error;  ///< why there are no more
};

/// Reads of a network, of which none changes anything. `calls` must outlive it.
class ProbeSample {
public:
    explicit ProbeSample(Calls& calls);

    boost::asio::awaitable<Result<NetworkEid>> network(Deadline deadline);
    /// `query`: more parameters, "&role=invitee".
    boost::asio::awaitable<Sampled<RestUser>> users(std::string query, Deadline deadline);
    boost::asio::awaitable<Sampled<RestGroup>> groups(std::string query, Deadline deadline);
    boost::asio::awaitable<Sampled<RestMembership>> memberships(std::string query, Deadline deadline);
    boost::asio::awaitable<Sampled<ScimUser>> scim_users(Deadline deadline);
    boost::asio::awaitable<Result<ScimPage>> scim_page(std::string query, Deadline deadline);
    boost::asio::awaitable<Result<std::optional<RestMembership>>> membership(MembershipEid eid, Deadline deadline);
    boost::asio::awaitable<Result<std::string>> status(UserEid eid, Deadline deadline);
    /// GET of anything, once, with whatever status it is answered. Of REST, `target` is below the network. An empty
    /// `accept` is the usual one.
    boost::asio::awaitable<Result<http::Response>> get(Api api, std::string target, std::string accept,
                                                       Deadline deadline);
    /// The failure that reading somebody who cannot be there ends in; nullopt when it succeeds.
    boost::asio::awaitable<std::optional<Failure>> unknown_user(Deadline deadline);

private:
    template <class Row>
    boost::asio::awaitable<Sampled<Row>> sample(std::string name, std::string query, Deadline deadline);
    std::string path(const std::string& below) const;

    Calls& calls_;
};

}  // namespace usersync::speakap

#pragma once
// Invitations: whoever asks at the same time goes out in one call.

#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/turns.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// `rest` must outlive it. One thread.
class Invites {
public:
    /// At most `batch` invitees go out in one call; the network takes 1,000.
    Invites(RestApi& rest, std::size_t batch);

    /// Asks one person in, together with everybody who is asked in meanwhile; an address is in a call once, and nobody
    /// who is asked for the first time is in a call with somebody who is asked again. A call that is refused as a whole
    /// for one of its invitees took no effect, so its halves are sent again, until it is known whom the network does
    /// not take; one that is refused as malformed, and so are both its halves, is not cut any smaller.
    /// `transient`/"not_answered" when the answer does not name this address: it may have been sent.
    boost::asio::awaitable<Result<InviteAnswer>> invite(Invitee invitee, Asked asked, Deadline deadline);

private:
    struct Waiting;
    class Place;
    using Batch = std::vector<std::shared_ptr<Waiting>>;

    using Answers = Result<std::map<std::string, InviteAnswer>>;

    Batch take_batch();
    boost::asio::awaitable<Answers> ask(Batch batch, Deadline deadline);
    boost::asio::awaitable<void> send(Batch batch, Deadline deadline);
    boost::asio::awaitable<void> settle(Batch batch, Answers answers, Deadline deadline);
    boost::asio::awaitable<void> send_halves(Batch batch, std::string refused_as, Deadline deadline);
    static void give_out(const Batch& batch, const Answers& answers);

    RestApi& rest_;
    std::size_t batch_;
    Turns turns_;
    Batch waiting_;
};

}  // namespace usersync::speakap

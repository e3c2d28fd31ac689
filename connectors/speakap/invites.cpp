#include "connectors/speakap/invites.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace usersync::speakap {

namespace asio = boost::asio;

namespace {

Failure not_answered() {
    return Failure{.kind = FailureKind::transient,
                   .code = "not_answered",
                   .where = "speakap.rest",
                   .detail = "the network answers the call, and says nothing about this invitation",
                   .effect = Effect::unknown};
}

}  // namespace

struct Invites::Waiting {
    Invitee invitee;
    std::optional<Result<InviteAnswer>> answer;
};

// A place in the queue, given up by whoever leaves before it was called.
class Invites::Place {
public:
    Place(Batch& queue, std::shared_ptr<Waiting> mine) : queue_(queue), mine_(std::move(mine)) {
        queue_.push_back(mine_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { std::erase(queue_, mine_); }

    bool is_called() const { return std::find(queue_.begin(), queue_.end(), mine_) == queue_.end(); }

private:
    Batch& queue_;
    std::shared_ptr<Waiting> mine_;
};

Invites::Invites(RestApi& rest, std::size_t batch) : rest_(rest), batch_(std::clamp<std::size_t>(batch, 1, 1000)) {}

asio::awaitable<Result<InviteAnswer>> Invites::invite(Invitee invitee, Deadline deadline) {
    auto mine = std::make_shared<Waiting>();
    mine->invitee = std::move(invitee);
    Place place(waiting_, mine);
    // Those who begin in the same moment come into the queue before the first call goes out.
    auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    while (!place.is_called()) {
        Turns::Turn turn = co_await turns_.take();
        if (place.is_called()) break;
        auto batch = take_batch();
        co_await send(std::move(batch), deadline);
    }
    // Called and not answered: whoever sent the call was broken off.
    if (!mine->answer) {
        Turns::Turn after_the_call = co_await turns_.take();
    }
    co_return mine->answer.value_or(not_answered());
}

Invites::Batch Invites::take_batch() {
    Batch batch;
    Batch rest;
    std::set<std::string> addresses;
    for (auto& waiting : waiting_) {
        const bool fits = batch.size() < batch_ && addresses.insert(normalised_email(waiting->invitee.email)).second;
        (fits ? batch : rest).push_back(std::move(waiting));
    }
    waiting_ = std::move(rest);
    return batch;
}

asio::awaitable<void> Invites::send(Batch batch, Deadline deadline) {
    std::vector<Invitee> invitees;
    for (const auto& one : batch) invitees.push_back(one->invitee);
    Result<std::map<std::string, InviteAnswer>> answers = co_await rest_.invite(std::move(invitees), deadline);
    const bool refused_whole =
        !answers && answers.error().kind == FailureKind::rejected && answers.error().effect == Effect::none;
    if (refused_whole && batch.size() > 1) {
        const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
        Batch first(batch.begin(), middle);
        Batch second(middle, batch.end());
        co_await send(std::move(first), deadline);
        co_await send(std::move(second), deadline);
        co_return;
    }
    for (const auto& one : batch) {
        if (!answers) {
            one->answer = answers.error();
            continue;
        }
        const auto at = answers->find(normalised_email(one->invitee.email));
        one->answer = at == answers->end() ? Result<InviteAnswer>(not_answered()) : Result<InviteAnswer>(at->second);
    }
}

}  // namespace usersync::speakap

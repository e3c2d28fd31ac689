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

constexpr const char* malformed = "invalid_request";

template <class Answers>
bool is_refused_as(const Answers& answers, const std::string& code) {
    if (answers) return false;
    const auto& failure = answers.error();
    return failure.kind == FailureKind::rejected && failure.effect == Effect::none && failure.code == code;
}

// A refusal that one invitee may be the reason of. Any other would be the same for every part of the call.
template <class Answers>
bool is_for_one_of_them(const Answers& answers) {
    return is_refused_as(answers, "invalid_email_address") || is_refused_as(answers, "already_member") ||
           is_refused_as(answers, malformed);
}

}  // namespace

struct Invites::Waiting {
    Invitee invitee;
    Asked asked = Asked::in;
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

asio::awaitable<Result<InviteAnswer>> Invites::invite(Invitee invitee, Asked asked, Deadline deadline) {
    auto mine = std::make_shared<Waiting>();
    mine->invitee = std::move(invitee);
    mine->asked = asked;
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
    const Asked asked = waiting_.empty() ? Asked::in : waiting_.front()->asked;
    for (auto& waiting : waiting_) {
        // What is asked of one is asked of the whole call.
        const bool fits = batch.size() < batch_ && waiting->asked == asked &&
                          addresses.insert(normalised_email(waiting->invitee.email)).second;
        (fits ? batch : rest).push_back(std::move(waiting));
    }
    waiting_ = std::move(rest);
    return batch;
}

asio::awaitable<Invites::Answers> Invites::ask(Batch batch, Deadline deadline) {
    std::vector<Invitee> invitees;
    for (const auto& one : batch) invitees.push_back(one->invitee);
    const Asked asked = batch.front()->asked;
    Answers answers = co_await rest_.invite(std::move(invitees), asked, deadline);
    co_return answers;
}

asio::awaitable<void> Invites::send(Batch batch, Deadline deadline) {
    Answers answers = co_await ask(batch, deadline);
    co_await settle(std::move(batch), std::move(answers), deadline);
}

asio::awaitable<void> Invites::settle(Batch batch, Answers answers, Deadline deadline) {
    if (batch.size() > 1 && is_for_one_of_them(answers)) {
        std::string refused_as = answers.error().code;
        co_await send_halves(std::move(batch), std::move(refused_as), deadline);
        co_return;
    }
    give_out(batch, answers);
}

asio::awaitable<void> Invites::send_halves(Batch batch, std::string refused_as, Deadline deadline) {
    const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    Batch first(batch.begin(), middle);
    Batch second(middle, batch.end());
    Answers of_first = co_await ask(first, deadline);
    Answers of_second = co_await ask(second, deadline);
    // Then it is the call that the network does not understand, and no invitee of it.
    if (refused_as == malformed && is_refused_as(of_first, malformed) && is_refused_as(of_second, malformed)) {
        give_out(first, of_first);
        give_out(second, of_second);
        co_return;
    }
    co_await settle(std::move(first), std::move(of_first), deadline);
    co_await settle(std::move(second), std::move(of_second), deadline);
}

void Invites::give_out(const Batch& batch, const Answers& answers) {
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

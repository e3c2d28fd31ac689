#include "connectors/rest/kept_answers.hpp"

#include "connectors/rest/rest_source.hpp"
#include "connectors/rest/watcher.hpp"

#include <utility>

namespace usersync::rest_api {

namespace asio = boost::asio;

namespace {

class Keeping final : public Watcher {
public:
    bool wants_answers() const override { return true; }

    void answered(const std::string& where, rest::Reply reply) override {
        KeptAnswer answer{.where = where, .reply = std::move(reply), .left_out = 0, .failure = {}};
        if (answer.reply.body.size() > room_) {
            answer.left_out = answer.reply.body.size();
            answer.reply.body.clear();
        }
        room_ -= answer.reply.body.size();
        kept_.answers.push_back(std::move(answer));
    }

    void unanswered(const std::string& where, const Failure& failure) override {
        kept_.answers.push_back({.where = where, .reply = {}, .left_out = 0, .failure = failure});
    }

    KeptAnswers take(std::optional<Failure> failure) {
        kept_.failure = std::move(failure);
        return std::move(kept_);
    }

private:
    KeptAnswers kept_;
    std::size_t room_ = kept_bytes_max;
};

}  // namespace

asio::awaitable<KeptAnswers> keep_answers(RestOptions options, Clock& clock, asio::any_io_executor executor,
                                          asio::any_io_executor lane, Deadline deadline) {
    Keeping keeping;
    options.keeps_record = false;
    auto source = make_rest_source(std::move(options), clock, std::move(executor), std::move(lane), &keeping);
    auto fetched = co_await source->fetch(deadline);
    auto kept = keeping.take(fetched ? std::optional<Failure>() : fetched.error());
    co_return kept;
}

}  // namespace usersync::rest_api

#pragma once
// An HTTP client that asks the sandbox in the same process, and counts what is asked.

#include "connectors/http/client.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/ports/clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

/// State and clock must outlive it.
class SandboxClient final : public http::Client {
public:
    SandboxClient(sandbox::SandboxState& state, Clock& clock, std::string prefix, std::vector<std::string>& asked)
        : state_(state), clock_(clock), prefix_(std::move(prefix)), asked_(asked) {}

    boost::asio::awaitable<Result<http::Response>> send(http::Request request, Deadline) override {
        auto executor = co_await boost::asio::this_coro::executor;
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
        request.target = prefix_ + request.target;
        asked_.push_back(request.method + ' ' + request.target);
        co_return sandbox::answer(state_, request, clock_.now());
    }

private:
    sandbox::SandboxState& state_;
    Clock& clock_;
    std::string prefix_;
    std::vector<std::string>& asked_;
};

}  // namespace usersync::test

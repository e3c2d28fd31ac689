#include "tests/fakes/scripted_http_client.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

namespace asio = boost::asio;

bool fits(std::string_view rule, const http::Request& request) {
    std::istringstream words{std::string(rule)};
    std::string method;
    std::string path;
    words >> method >> path;
    const auto target = http::split_target(request.target);
    if (method != request.method || path != target.path) return false;
    const auto parameters = http::parse_form(target.query);
    for (std::string wanted; words >> wanted;) {
        const bool found = std::any_of(parameters.begin(), parameters.end(), [&](const http::Parameter& parameter) {
            return parameter.name + '=' + parameter.value == wanted;
        });
        if (!found) return false;
    }
    return true;
}

class ScriptedHttpClient final : public http::Client {
public:
    explicit ScriptedHttpClient(HttpScript& script) : script_(script) {}

    asio::awaitable<Result<http::Response>> send(http::Request request, Deadline) override {
        auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        const auto scripted = script_.take(request);
        if (const auto* failure = std::get_if<Failure>(&scripted)) co_return *failure;
        co_return std::get<http::Response>(scripted);
    }

private:
    HttpScript& script_;
};

}  // namespace

http::Response answer(int status, std::string body, std::vector<http::Header> headers) {
    return http::Response{.status = status, .headers = std::move(headers), .body = std::move(body)};
}

Failure answer_lost() {
    return Failure{.kind = FailureKind::transient,
                   .code = "connection_lost",
                   .where = "http",
                   .detail = "the connection was closed before the answer",
                   .effect = Effect::unknown};
}

void HttpScript::on(std::string rule, std::vector<ScriptedAnswer> answers) {
    rules_.push_back(Rule{.text = std::move(rule), .answers = std::move(answers)});
}

void HttpScript::on(std::string rule, ScriptedAnswer answer) {
    on(std::move(rule), std::vector<ScriptedAnswer>{std::move(answer)});
}

std::size_t HttpScript::count(std::string_view rule) const {
    return static_cast<std::size_t>(
        std::count_if(sent_.begin(), sent_.end(), [&](const http::Request& request) { return fits(rule, request); }));
}

const http::Request& HttpScript::last(std::string_view rule) const {
    const auto at =
        std::find_if(sent_.rbegin(), sent_.rend(), [&](const http::Request& request) { return fits(rule, request); });
    if (at == sent_.rend()) throw std::logic_error("nothing was sent that fits " + std::string(rule));
    return *at;
}

std::unique_ptr<http::Client> HttpScript::client() { return std::make_unique<ScriptedHttpClient>(*this); }

ScriptedAnswer HttpScript::take(const http::Request& request) {
    sent_.push_back(request);
    const auto rule =
        std::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& one) { return fits(one.text, request); });
    if (rule == rules_.rend()) {
        throw std::logic_error("no answer is scripted for " + request.method + ' ' + request.target);
    }
    const auto at = std::min(rule->given, rule->answers.size() - 1);
    ++rule->given;
    return rule->answers[at];
}

std::string header_of(const http::Request& request, std::string_view name) {
    return std::string(http::find_header(request.headers, name).value_or(std::string_view()));
}

}  // namespace usersync::test

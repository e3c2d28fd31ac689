#include "tests/connectors/rest/pure_read.hpp"

#include "core/rest/answer_class.hpp"
#include "core/rest/join.hpp"

#include <chrono>
#include <utility>

namespace usersync::test {
namespace {

const Time now = vendors::Vendor::default_now();

rest::Reply sent(const rest::Call& call, vendors::Vendor& vendor) {
    http::Request request;
    request.method = call.method == rest::Method::get ? "GET" : "POST";
    request.target = call.url.target();
    for (const auto& [name, value] : call.headers) request.headers.push_back({name, value});
    request.body = call.body;
    auto response = vendor.answer(request);
    rest::Reply reply{.status = response.status, .headers = {}, .body = std::move(response.body)};
    for (auto& header : response.headers) reply.headers.emplace_back(header.name, header.value);
    return reply;
}

}  // namespace

Result<rest::HeaderTexts> PureRead::credentials() {
    const auto* use = rest::token_use(connector_.auth);
    if (use == nullptr) return rest::fixed_credentials(connector_.auth, values_);
    while (!token_.token) {
        auto text = rest::to_sign(connector_, values_, now, {.text = "never-twice"});
        if (!text) return text.error();
        const auto call = rest::token_call(connector_, values_, token_, now, *text ? (*text)->text + ".signature" : "");
        if (!call) return call.error();
        const auto reply = sent(*call, vendor_);
        const auto answer = rest::class_of(reply, connector_.errors, connector_.limits, now);
        if (answer.kind == rest::AnswerKind::ok) {
            if (auto kept = rest::keep_token(token_, connector_.auth, reply, now); !kept) return kept.error();
        } else if (!rest::try_next_secret(token_, connector_.auth, values_, answer)) {
            return rest::failure_of(answer, "login");
        }
    }
    return rest::token_header(token_, *use);
}

Result<rest::Reply> PureRead::exchange(rest::Call call, const rest::DeltaRule* delta) {
    auto headers = credentials();
    if (!headers) return headers.error();
    call.headers.insert(call.headers.end(), headers->begin(), headers->end());
    auto reply = sent(call, vendor_);
    const auto answer = rest::class_of(reply, connector_.errors, connector_.limits, now, delta);
    if (answer.kind == rest::AnswerKind::ok || answer.kind == rest::AnswerKind::nothing) return reply;
    return rest::failure_of(answer, "list");
}

Result<std::string> PureRead::list(const rest::ListRule& list, rest::Words words, rest::PageReader::Purpose purpose,
                                   std::string start_link) {
    const auto* delta = purpose == rest::PageReader::Purpose::delta && connector_.delta ? &*connector_.delta : nullptr;
    rest::ListRead read(connector_, list, values_, std::move(words), purpose, std::move(start_link));
    std::string lines;
    auto first = read.first();
    if (!first) return first.error();
    std::optional<rest::Call> next = std::move(*first);
    while (next) {
        auto reply = exchange(*std::move(next), delta);
        if (!reply) return reply.error();
        auto taken = read.take(std::move(*reply));
        if (!taken) return taken.error();
        lines += read.take_lines();
        next = std::move(*taken);
    }
    delta_link_ = read.delta_link();
    tally_ = read.tally();
    pages_ = read.pages();
    return lines;
}

Result<std::string> PureRead::everybody() {
    auto lines = list(connector_.list);
    if (!lines) return lines;
    const auto link = delta_link_;
    const auto tally = tally_;
    for (const auto& join : connector_.joins) {
        auto other = list(join.list);
        if (!other) return other;
        rest::Additions additions;
        additions.add_lines(*other, join.list.records.key);
        *lines = additions.added_to(*lines, join.column, rest::empty_columns(join.list.records));
    }
    for (const auto& child : connector_.children) {
        rest::Additions additions;
        for (const auto& key : rest::keys_of(*lines, child.column)) {
            auto other = list(child.list, {{"key", key}});
            if (!other) return other;
            additions.add_child(key, *other);
        }
        *lines = additions.added_to(*lines, child.column, rest::empty_columns(child.list.records));
    }
    delta_link_ = link;
    tally_ = tally;
    return lines;
}

}  // namespace usersync::test

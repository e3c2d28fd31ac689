#include "daemon/http/webhook_door.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace usersync::status {
namespace {

using webhook::Judgement;

constexpr std::string_view prefix = "/webhooks/";

http::Response plain(int status) { return {.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = {}}; }

/// As plain text and nothing else: whoever asks chooses what is in it.
http::Response echo(std::string text) {
    return {.status = 200,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Cache-Control", "no-store"}},
            .body = std::move(text)};
}

struct Open {
    explicit Open(WebhookDoor tenants) : door(std::move(tenants)), genuine(webhook_rate), others(webhook_rubbish_rate) {
        if (!door.counts) door.counts = std::make_shared<sync::WebhookCounts>();
    }
    WebhookDoor door;
    pace::TokenBucket genuine;
    pace::TokenBucket others;
    webhook::SeenProofs seen;
};

/// All doors, shared by the answers under way.
class Doors {
public:
    Doors(std::map<std::string, WebhookDoor> doors, Clock& clock, log::Log& log) : clock_(clock), log_(log) {
        for (auto& [tenant, door] : doors) open_.emplace(tenant, Open(std::move(door)));
    }

    http::Response answer(http::Request request) {
        const auto target = http::split_target(request.target);
        const auto at = request.method == "POST" ? find(target.path) : open_.end();
        if (at == open_.end()) return plain(404);
        auto& [tenant, open] = *at;
        webhook::Event event{.headers = {}, .query = {}, .body = std::move(request.body)};
        for (auto& header : request.headers)
            event.headers.emplace_back(std::move(header.name), std::move(header.value));
        for (auto& parameter : http::parse_form(target.query)) {
            event.query.emplace_back(std::move(parameter.name), std::move(parameter.value));
        }
        auto verified = webhook::verify(event, open.door.rule, open.door.secrets, open.seen, clock_.now());
        const auto now = clock_.steady_now();
        // Only what is proven and new may spend what genuine events have: rubbish and copies are anybody's to send.
        auto& bucket = verified.judgement == Judgement::accepted ? open.genuine : open.others;
        if (bucket.free_at(now) > now) {
            ++open.door.counts->too_many;
            return plain(429);
        }
        bucket.reserve(now);
        count(*open.door.counts, verified.judgement);
        note(tenant, verified.judgement);
        return respond(open, std::move(verified));
    }

private:
    using Opened = std::map<std::string, Open, std::less<>>;

    Opened::iterator find(std::string_view path) {
        if (!path.starts_with(prefix)) return open_.end();
        path.remove_prefix(prefix.size());
        const auto slash = path.find('/');
        const auto at = open_.find(path.substr(0, slash));
        if (at == open_.end()) return at;
        const auto token = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
        return webhook::same_secret(at->second.door.path_token.expose(), token) ? at : open_.end();
    }

    static void count(sync::WebhookCounts& counts, Judgement judgement) {
        switch (judgement) {
            case Judgement::accepted: ++counts.accepted; break;
            case Judgement::doubled: ++counts.replayed; break;
            case Judgement::unproven:
            case Judgement::too_large: ++counts.unproven; break;
            case Judgement::out_of_time: ++counts.out_of_time; break;
            case Judgement::echo: break;
        }
    }

    void note(const std::string& tenant, Judgement judgement) {
        const bool is_fine =
            judgement == Judgement::accepted || judgement == Judgement::doubled || judgement == Judgement::echo;
        log_.write(is_fine ? log::Level::info : log::Level::warn, "webhook",
                   {{"tenant", tenant}, {"outcome", webhook::to_string(judgement)}});
    }

    static http::Response respond(Open& open, webhook::Verified verified) {
        switch (verified.judgement) {
            case Judgement::echo: return echo(std::move(verified.text));
            case Judgement::doubled: return plain(202);
            case Judgement::unproven:
            case Judgement::out_of_time: return plain(401);
            case Judgement::too_large: return plain(413);
            case Judgement::accepted: break;
        }
        if (verified.proof != Fingerprint{}) open.seen.add(verified.proof);
        std::optional<EmployeeKey> person;
        if (open.door.one_person && verified.person) person = EmployeeKey(std::move(*verified.person));
        open.door.wake(std::move(person));
        return plain(202);
    }

    Clock& clock_;
    log::Log& log_;
    Opened open_;
};

boost::asio::awaitable<http::Response> respond(std::shared_ptr<Doors> doors, http::Request request) {
    co_return doors->answer(std::move(request));
}

}  // namespace

http::Handler make_webhook_handler(std::map<std::string, WebhookDoor> doors, Clock& clock, log::Log& log) {
    auto opened = std::make_shared<Doors>(std::move(doors), clock, log);
    return [opened](http::Request request) { return respond(opened, std::move(request)); };
}

}  // namespace usersync::status

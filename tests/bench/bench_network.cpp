// Ours, for E5: a network is read through the client that the daemon has, over TLS with a certificate that is checked.
//
//     bench_network calls FOLDER N       the first N memberships, one call each: small answers
//     bench_network pages FOLDER         everybody by REST, page after page: large answers
//     bench_network read FOLDER          the whole network
//     bench_network again FOLDER N       the same; then others change N people, and what changed is read
//     bench_network check FOLDER N       the same; then the whole is read once more, and must be equal
//
// FOLDER is that of a running bench_sandbox. It tells on its last line, as JSON, what it read; the last three print a
// line for each reading, with its calls, the bytes of their answers and the processor time that it took.
#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/scim_api.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/support/real_clock.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace usersync;
using boost::asio::awaitable;

constexpr std::uint64_t seed = 1;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_network: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T value_of(Result<T> result) {
    if (!result) give_up(describe(result.error()));
    return std::move(*result);
}

void require(const Result<void>& result) {
    if (!result) give_up(describe(result.error()));
}

struct Tally {
    std::size_t calls = 0;
    std::size_t bytes = 0;  ///< of bodies
};

class CountingClient final : public http::Client {
public:
    CountingClient(std::unique_ptr<http::Client> inner, Tally& tally) : inner_(std::move(inner)), tally_(tally) {}

    awaitable<Result<http::Response>> send(http::Request request, Deadline deadline) override {
        Result<http::Response> answer = co_await inner_->send(std::move(request), deadline);
        ++tally_.calls;
        if (answer) tally_.bytes += answer->body.size();
        co_return answer;
    }

private:
    std::unique_ptr<http::Client> inner_;
    Tally& tally_;
};

/// What bench_sandbox wrote down, and how to get in.
class Site {
public:
    explicit Site(const std::string& folder) {
        std::ifstream file(folder + "/site");
        for (auto* line : {&options_.rest_url, &options_.scim_url, &options_.network, &rest_token_, &scim_token_,
                           &options_.ca_file}) {
            if (!std::getline(file, *line)) give_up("no bench_sandbox runs in " + folder);
        }
        options_.rest_token = Secret(rest_token_);
        options_.scim_token = Secret(scim_token_);
        // Nobody holds us back: what is measured is ours.
        options_.rate = {.calls_per_second = 1e6, .burst = 1e6};
    }

    const speakap::SpeakapOptions& options() const { return options_; }
    const std::string& rest_token() const { return rest_token_; }
    std::unique_ptr<http::Client> client(const std::string& url, Tally& tally) {
        auto made = http::make_client(context_.get_executor(), {.base_url = url, .ca_file = options_.ca_file});
        return std::make_unique<CountingClient>(value_of(std::move(made)), tally);
    }
    std::unique_ptr<http::Client> rest(Tally& tally) { return client(options_.rest_url, tally); }
    std::unique_ptr<http::Client> scim(Tally& tally) { return client(options_.scim_url, tally); }
    Clock& clock() { return clock_; }
    Deadline deadline() const { return clock_.steady_now() + std::chrono::hours(1); }
    template <class T>
    T wait(awaitable<T> coroutine) {
        return test::run(context_, std::move(coroutine));
    }

private:
    boost::asio::io_context context_{1};
    test::RealClock clock_;
    speakap::SpeakapOptions options_;
    std::string rest_token_;
    std::string scim_token_;
};

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// ---- calls ----------------------------------------------------------------------------------------------------------

std::vector<MembershipEid> some_memberships(const std::string& folder, std::size_t most) {
    std::ifstream file(folder + "/memberships");
    std::vector<MembershipEid> eids;
    std::string line;
    while (eids.size() < most && std::getline(file, line)) eids.emplace_back(line);
    return eids;
}

awaitable<std::size_t> read_each(speakap::RestApi& rest, const std::vector<MembershipEid>& eids, Deadline deadline) {
    std::size_t found = 0;
    for (const auto& eid : eids) {
        Result<std::optional<speakap::RestMembership>> row = co_await rest.membership(eid, deadline);
        if (row && *row && (*row)->eid == eid) ++found;
    }
    co_return found;
}

void read_calls(const std::string& folder, std::size_t most) {
    Site site(folder);
    Tally tally;
    speakap::Calls calls(site.options(), site.rest(tally), site.scim(tally), site.clock(), seed);
    speakap::RestApi rest(calls);
    const auto eids = some_memberships(folder, most);
    const auto found = site.wait(read_each(rest, eids, site.deadline()));
    std::printf("{\"calls\":%zu,\"memberships\":%zu,\"bytes\":%zu}\n", tally.calls, found, tally.bytes);
}

void read_pages(const std::string& folder) {
    Site site(folder);
    Tally tally;
    speakap::Calls calls(site.options(), site.rest(tally), site.scim(tally), site.clock(), seed);
    speakap::RestApi rest(calls);
    const auto users = value_of(site.wait(rest.users(std::nullopt, site.deadline())));
    std::printf("{\"calls\":%zu,\"people\":%zu,\"bytes\":%zu}\n", tally.calls, users.size(), tally.bytes);
}

// ---- the whole network ----------------------------------------------------------------------------------------------

std::size_t memberships_in(const ActualNetwork& network) {
    std::size_t count = 0;
    for (const auto& user : network.users) count += user.groups.size();
    return count;
}

class Reader {
public:
    explicit Reader(Site& site)
        : site_(site),
          network_(speakap::make_speakap_network(site.options(), site.rest(tally_), site.scim(tally_), site.clock(),
                                                 seed)) {}

    ActualNetwork read_all() { return read("all", network_->read_all({}, site_.deadline())); }
    ActualNetwork read_again() { return read("again", network_->read_again({}, site_.deadline())); }

private:
    ActualNetwork read(const char* what, awaitable<Result<ActualNetwork>> reading) {
        tally_ = {};
        const double before = cpu_seconds();
        auto network = value_of(site_.wait(std::move(reading)));
        const double cpu = cpu_seconds() - before;
        std::printf(
            "{\"read\":\"%s\",\"people\":%zu,\"groups\":%zu,\"memberships\":%zu,\"calls\":%zu,\"bytes\":%zu,"
            "\"cpu\":%.3f}\n",
            what, network.users.size(), network.groups.size(), memberships_in(network), tally_.calls, tally_.bytes,
            cpu);
        std::fflush(stdout);
        return network;
    }

    Site& site_;
    Tally tally_;
    std::unique_ptr<Network> network_;
};

// ---- what others change ---------------------------------------------------------------------------------------------

/// Of twenty people eight get another title, five join a group, five leave one, one comes and one goes.
class Others {
public:
    Others(Site& site, const ActualNetwork& network)
        : site_(site),
          by_hand_(site.rest(tally_)),
          calls_(site.options(), site.rest(tally_), site.scim(tally_), site.clock(), seed),
          rest_(calls_),
          scim_(calls_) {
        for (const auto& group : network.groups) {
            if (group.kind == GroupKind::topic) topics_.push_back(group.eid);
            if (group.kind == GroupKind::local_department) rooms_.push_back(group.eid);
        }
        for (const auto& user : network.users) {
            if (user.eid && user.membership && user.state != UserState::suspended) people_.push_back(&user);
        }
    }

    void change(std::size_t count) {
        const std::size_t step = people_.size() / count;
        if (step == 0 || topics_.empty() || rooms_.empty()) give_up("the network is too small for this change");
        for (std::size_t n = 0; n < count; ++n) change_one(n, *people_[n * step]);
    }

private:
    void change_one(std::size_t n, const ActualUser& user) {
        const std::size_t lot = n % 20;
        if (lot < 8) return set_title(*user.eid, "Title " + std::to_string(n));
        if (lot < 13) return join(*user.eid, topics_[n % topics_.size()]);
        if (lot < 18) return leave(user);
        if (lot == 18) return come(n);
        require(site_.wait(rest_.delete_membership(*user.membership, site_.deadline())));
    }
    void set_title(const UserEid& user, const std::string& title) {
        http::Request request{.method = "POST", .target = "/sandbox/by-hand", .headers = {}, .body = {}};
        request.headers.push_back({.name = "Authorization", .value = "Bearer " + site_.rest_token()});
        request.headers.push_back({.name = "Content-Type", .value = "application/x-www-form-urlencoded"});
        request.body = http::encode_form({{"what", "set_title"}, {"user", user.value()}, {"title", title}});
        const auto answer = value_of(site_.wait(by_hand_->send(std::move(request), site_.deadline())));
        if (answer.status != 200) give_up("the sandbox refuses a change by hand");
    }
    void join(const UserEid& user, const GroupEid& group) {
        std::vector<GroupChange> groups = {GroupChange{.eid = group}};
        require(site_.wait(rest_.add_to_groups(user, std::move(groups), site_.deadline())));
    }
    /// The smallest kind of group that the person is in: who is in none but those of their room leaves that.
    void leave(const ActualUser& user) {
        for (const auto* kind : {&topics_, &rooms_}) {
            for (const auto& group : user.groups) {
                if (!std::binary_search(kind->begin(), kind->end(), group)) continue;
                std::vector<GroupChange> groups = {GroupChange{.eid = group}};
                return require(site_.wait(rest_.remove_from_groups(*user.eid, std::move(groups), site_.deadline())));
            }
        }
    }
    void come(std::size_t n) {
        const auto number = std::to_string(9'000'000 + n);
        Profile profile;
        profile.name = PersonName{.first = "Nova", .infix = "", .last = "N" + number};
        profile.email = "nova" + number + "@veldkamp-bv.example";
        const std::optional<Time> since = site_.clock().now();
        const auto made = value_of(site_.wait(scim_.create(EmployeeKey(number), profile, "", site_.deadline())));
        if (!made) give_up("the sandbox has somebody of this key");
        for (const auto& user : value_of(site_.wait(rest_.users(since, site_.deadline())))) {
            if (user.xid == EmployeeKey(number)) join(user.eid, rooms_[n * 7 % rooms_.size()]);
        }
    }

    Site& site_;
    Tally tally_;
    std::unique_ptr<http::Client> by_hand_;
    speakap::Calls calls_;
    speakap::RestApi rest_;
    speakap::ScimApi scim_;
    std::vector<GroupEid> topics_;
    std::vector<GroupEid> rooms_;
    std::vector<const ActualUser*> people_;
};

void read_network(const std::string& folder, std::string_view what, std::size_t changes) {
    Site site(folder);
    Reader reader(site);
    const auto before = reader.read_all();
    if (what != "read") {
        Others(site, before).change(changes);
        const auto after = reader.read_again();
        if (what == "check" && reader.read_all() != after) give_up("what was read again is not what is there");
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view what = count > 1 ? arguments[1] : "";
    const bool has_number = what == "calls" || what == "again" || what == "check";
    if (count != (has_number ? 4 : 3) || (!has_number && what != "pages" && what != "read")) {
        give_up("usage: bench_network calls|again|check FOLDER N, or pages|read FOLDER");
    }
    const std::size_t number = has_number ? std::strtoul(arguments[3], nullptr, 10) : 0;
    if (has_number && number == 0) give_up("N is at least 1");
    if (what == "calls") {
        read_calls(arguments[2], number);
    } else if (what == "pages") {
        read_pages(arguments[2]);
    } else {
        read_network(arguments[2], what, number);
    }
    return 0;
}

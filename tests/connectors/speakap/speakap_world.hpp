#pragma once
// A small Speakap network out of a script: what the adapter sends, and what it makes of the answers.

#include "connectors/speakap/speakap_network.hpp"
#include "connectors/speakap/speakap_wire.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/scripted_http_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {

using test::answer;
using test::answer_lost;

inline const std::string empty_page = R"({"_links":{"self":{"href":"/x/"}}})";

inline std::string page(const std::string& name, const std::string& members) {
    return R"({"_embedded":{")" + name + R"(":[)" + members + "]}}";
}

inline std::string user(const std::string& eid, const std::string& xid) {
    return R"({"EID":")" + eid + R"(","XID":")" + xid +
           R"(","name":{"firstName":"Anna","infix":"de","familyName":"Boer"},"primaryEmail":"a@shop.example"})";
}

inline std::string membership(const std::string& eid, const std::string& user, const std::string& xid,
                              const std::string& role) {
    return R"({"EID":")" + eid + R"(","rev":"network","role":")" + role + R"(","_embedded":{"user":{"EID":")" + user +
           R"(","XID":")" + xid + R"("}}})";
}

inline std::string scim_user(const std::string& id, const std::string& key, const std::string& more = {}) {
    return R"({"id":")" + id + R"(","userName":")" + key + R"(","externalId":")" + key +
           R"(","name":{"givenName":"Anna","familyName":"de Boer"},"title":"Cashier","emails":[{"value":"a@shop.example"}])" +
           more + "}";
}

inline std::string scim_list(const std::string& users, int total) {
    return R"({"totalResults":)" + std::to_string(total) + R"(,"Resources":[)" + users + "]}";
}

// A network with one business unit and one employee, 1001, in it; pages of two.
class World {
public:
    explicit World(pace::BucketLimits rate = {.calls_per_second = 1000, .burst = 1000})
        : World(SpeakapOptions{}, rate) {}
    explicit World(SpeakapOptions options, pace::BucketLimits rate = {.calls_per_second = 1000, .burst = 1000})
        : clock(context) {
        options.network = "00AA";
        options.rest_token = Secret("app_rest-secret");
        options.scim_token = Secret("scim-secret");
        options.page_size = 2;
        options.scim_page_size = 2;
        options.rate = rate;
        network = make_speakap_network(options, rest.client(), scim.client(), clock, 1);

        rest.on("GET /networks/00AA/", answer(200, R"({"EID":"00aa","name":"Shop"})"));
        for (const std::string name : {"groups", "users", "memberships"}) {
            rest.on("GET /networks/00AA/" + name + "/", answer(200, empty_page));
        }
        rest.on("GET /networks/00AA/groups/ offset[self]=0",
                answer(200, page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12"})")));
        rest.on("GET /networks/00AA/users/ offset[self]=0", answer(200, page("users", user("u1", "1001"))));
        rest.on("GET /networks/00AA/memberships/ offset[self]=0",
                answer(200, page("memberships", membership("m1", "u1", "1001", "member"))));
        rest.on("GET /networks/00AA/memberships/ offset[self]=0 role=invitee", answer(200, empty_page));
        rest.on("GET /networks/00AA/memberships/m1/", answer(200, membership("m1", "u1", "1001", "member")));
        rest.on("GET /networks/00AA/memberships/ offset[self]=0 group=g1",
                answer(200, page("memberships", R"({"EID":"x1","rev":"group","role":"member",)"
                                                R"("_links":{"user":{"href":"/networks/00aa/users/u1/"}}})")));
        scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001"), 1)));
    }

    template <class T>
    T run(boost::asio::awaitable<T> coroutine) {
        std::optional<T> value;
        std::exception_ptr error;
        boost::asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr e, T v) {
            error = e;
            if (!e) value.emplace(std::move(v));
        });
        while (!value && !error) {
            context.restart();
            context.poll();
            if (!value && !error && !clock.advance_to_next()) throw std::logic_error("waits for ever");
        }
        if (error) std::rethrow_exception(error);
        return std::move(*value);
    }
    Deadline deadline() const { return clock.steady_now() + Duration(std::chrono::hours(1)); }
    Result<ActualNetwork> read(const std::vector<Link>& links = {}) {
        return run(network->read_all(links, deadline()));
    }
    Result<ActualNetwork> read_again(const std::vector<Link>& links = {}) {
        return run(network->read_again(links, deadline()));
    }
    Result<Receipt> apply(const std::string& key, What what) {
        return run(network->apply(operation(key, std::move(what)), deadline()));
    }
    Result<Found> find(const std::string& key, What what) {
        return run(network->find(operation(key, std::move(what)), deadline()));
    }
    static Operation operation(const std::string& key, What what) {
        Operation made;
        made.change = Change{.employee = EmployeeKey(key), .what = std::move(what), .reason = Reason{}};
        return made;
    }

    boost::asio::io_context context;
    test::ManualClock clock;
    test::HttpScript rest;
    test::HttpScript scim;
    std::unique_ptr<Network> network;
};

inline GroupChange store() { return GroupChange{.eid = GroupEid("g1"), .name = "Store 12", .reason = Reason{}}; }
inline AddToGroups to_store() { return AddToGroups{.groups = {store()}}; }
inline RemoveFromGroups from_store() { return RemoveFromGroups{.groups = {store()}}; }
inline ChangeRole to_admin() { return ChangeRole{.before = RoleId("member"), .after = RoleId("admin")}; }

inline const std::string users_path = "GET /networks/00AA/users/";
inline const std::string memberships_path = "GET /networks/00AA/memberships/";

}  // namespace usersync::speakap

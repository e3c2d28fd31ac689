#pragma once
// Whoever wants to know what a source does, step by step: the trial of `usersyncd connector test`, and `fetch`.

#include "connectors/http/client.hpp"
#include "core/rest/answer_class.hpp"

#include <string>

namespace usersync::rest_api {

class Watcher {
public:
    virtual ~Watcher() = default;
    /// `origin`: "https://host:443".
    virtual void connected(const std::string& origin, const http::ConnectionFacts& facts) {
        static_cast<void>(origin);
        static_cast<void>(facts);
    }

    /// Whether `answered` and `unanswered` are wanted: a copy of every answer.
    virtual bool wants_answers() const { return false; }
    /// Each answer as it came, whatever it means, but without our secrets; of a login without its body. `where`:
    /// "list page 3", "login".
    virtual void answered(const std::string& where, rest::Reply reply) {
        static_cast<void>(where);
        static_cast<void>(reply);
    }
    virtual void unanswered(const std::string& where, const Failure& failure) {
        static_cast<void>(where);
        static_cast<void>(failure);
    }
};

}  // namespace usersync::rest_api

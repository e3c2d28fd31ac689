#pragma once
// Whoever wants to know what a source does, step by step: the trial of `usersyncd connector test`.

#include "connectors/http/client.hpp"
#include "core/rest/answer_class.hpp"

#include <string>

namespace usersync::rest_api {

class Watcher {
public:
    virtual ~Watcher() = default;
    /// `origin`: "https://host:443".
    virtual void connected(const std::string& origin, const http::ConnectionFacts& facts) = 0;
};

}  // namespace usersync::rest_api

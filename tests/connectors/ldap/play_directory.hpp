#pragma once
// A directory that answers what a test says: for what OpenLDAP's server does not do and Active Directory does.

#include "connectors/ldap/entry.hpp"
#include "connectors/ldap/handle.hpp"
#include "connectors/session/descriptor.hpp"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace usersync::test {

struct Asked {
    std::string base;
    std::vector<std::string> attributes;
};

struct Answer {
    std::vector<ldap::Entry> entries;
    std::string referral;  ///< empty: none
    int code = 0;
    std::string cookie;
    bool hang_up = false;  ///< before the last word
};

/// Answers one search after the other, unencrypted, over a pair of sockets.
class PlayDirectory {
public:
    explicit PlayDirectory(std::function<Answer(const Asked&)> answer);
    ~PlayDirectory();
    PlayDirectory(const PlayDirectory&) = delete;
    PlayDirectory& operator=(const PlayDirectory&) = delete;

    ::ldap* session() const { return session_.get(); }
    /// The client's end, for a breaker.
    const session::Descriptor& connection() const { return duplicate_; }

private:
    void serve(int connection);

    std::function<Answer(const Asked&)> answer_;
    session::Descriptor duplicate_;
    ldap::Handle session_;
    std::thread thread_;
};

}  // namespace usersync::test

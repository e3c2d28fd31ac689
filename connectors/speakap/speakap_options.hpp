#pragma once
// How to reach a tenant's Speakap network, and every assumption about it that is not public.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/pace/bucket.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// docs/speakap-assumptions.md lists why each of these is a setting.
struct SpeakapOptions {
    std::string rest_url = "https://api.speakap.io";
    std::string scim_url;  ///< given out by Speakap; calls are {scim_url}/Users
    std::string network;   ///< network EID
    Secret rest_token;     ///< "{appEID}_{appSecret}"
    Secret scim_token;
    std::string ca_file;  ///< PEM bundle instead of the system's; for a proxy or a test network

    std::string rest_version = "1.8.2";        ///< pinned by the Accept header
    std::size_t page_size = 100;               ///< REST offset/limit paging
    std::size_t scim_page_size = 20;           ///< SCIM startIndex/count paging
    bool phone_by_scim = true;                 ///< send phoneNumbers in the SCIM user
    bool login_in_bag = true;                  ///< send urn:speakap:params:scim:bag {login}
    std::string basic_group_type = "private";  ///< of groups that are neither unit nor department, when we make one

    std::string own_lock;  ///< `lockedBy` of memberships that this app protects itself; empty: every lock is another's
    /// Who gets or loses one of them by hand is looked for at every reading.
    std::vector<std::string> protected_roles = {"admin", "enterprise_admin"};
    bool group_roles = false;         ///< `changeroles` also takes memberships of groups
    bool create_by_invite = false;    ///< no SCIM token: accounts come by REST `invite`, and are linked by address
    std::size_t invite_batch = 1000;  ///< invitees in one call, at most 1000
    bool invite_resend = false;       ///< a further invitation carries `resend`, published for Speakap's own pages only
    bool counts_agree = true;         ///< `numMembers` and memberships must be as many as were read

    pace::BucketLimits rate;                    ///< for REST and SCIM together, but for what has its own below
    bool learn_rate = false;                    ///< nobody knows what the network allows; `rate` is the most we want
    std::optional<double> scim_rate = {};       ///< SCIM has a limit of its own
    std::optional<double> write_rate = {};      ///< so have calls of REST that change something
    std::optional<Duration> limit_window = {};  ///< what a limit counts that the network states without a window
    Duration server_wait_max = std::chrono::minutes(15);  ///< a server that asks for a longer pause gets this one
    std::string pace_group;                        ///< tenants with the same word share the limit; empty: by credential
    double pace_weight = 1.0;                      ///< their share, where they do
    Duration call_max = std::chrono::seconds(60);  ///< one exchange
    std::size_t concurrency = 32;                  ///< operations under way at once, at most
};

/// How much of the burst calls make use of: they do not arrive as far apart as they left, and a refusal costs a second
/// for all, so that some of it is left for that.
inline double burst_used(const SpeakapOptions& options) {
    constexpr double share = 0.75;
    return std::max(1.0, options.rate.burst * share);
}

}  // namespace usersync::speakap

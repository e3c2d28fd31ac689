#pragma once
// Where HR systems say that something has changed. An event only wakes a run: whatever it says of a person is not read,
// so that one that is lost, comes twice or is forged changes nothing in the end.

#include "connectors/http/server.hpp"
#include "core/base/secret.hpp"
#include "core/model/ids.hpp"
#include "core/pace/bucket.hpp"
#include "core/ports/clock.hpp"
#include "core/webhook/verify.hpp"
#include "daemon/log/log.hpp"
#include "daemon/sync/tenant_status.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace usersync::status {

/// One tenant's door.
struct WebhookDoor {
    webhook::Rule rule;
    webhook::Secrets secrets;
    Secret path_token;        ///< behind the tenant's name in the path; empty: none is wanted
    bool one_person = false;  ///< the id in the event is the key of the record
    /// Must answer at once.
    std::function<void(std::optional<EmployeeKey>)> wake;
    std::shared_ptr<sync::WebhookCounts> counts;  ///< kept up to date; null: nobody counts
};

/// So many genuine events of a tenant are taken; more are turned away. Bursts of a vendor's are far below.
constexpr pace::BucketLimits webhook_rate{.calls_per_second = 10.0, .burst = 100.0};
/// So many others are answered and logged, apart from those: whoever floods a door with what proves nothing, or with
/// copies, keeps no genuine event out.
constexpr pace::BucketLimits webhook_rubbish_rate{.calls_per_second = 1.0, .burst = 20.0};

/// POST /webhooks/TENANT, or /webhooks/TENANT/TOKEN:
///
/// | event                                              | answer                                     | wakes |
/// |----------------------------------------------------|--------------------------------------------|-------|
/// | genuine                                            | 202                                        | yes   |
/// | genuine, and seen before                           | 202                                        | no    |
/// | the webhook is being set up (Graph)                | 200, the token that is to be echoed        | no    |
/// | without proof, with another one, or signed too long ago | 401                                   | no    |
/// | more than `webhook_rate`, of what is not both genuine and new more than `webhook_rubbish_rate` | 429 | no |
/// | larger than the verifier takes                     | 413                                        | no    |
/// | no such tenant, another token, another method      | 404                                        | no    |
///
/// No answer but the echo has a body, and all are given before any work begins. The log has one line for every event of
/// a tenant that was not turned away by its number, with its outcome. `clock` and `log` outlive the handler.
http::Handler make_webhook_handler(std::map<std::string, WebhookDoor> doors, Clock& clock, log::Log& log);

}  // namespace usersync::status

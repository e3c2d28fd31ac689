#include "connectors/http/base_url.hpp"
#include "daemon/config/readers.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace usersync::config {
namespace {

void read_base_url(TableReader& target, std::string_view key, std::string& url) {
    target.text(key, url);
    if (url.empty() || !target.has(key)) return;
    if (const auto parsed = http::parse_base_url(url); !parsed) return target.error(key, parsed.error().detail);
    while (url.back() == '/') url.pop_back();
}

void read_network(TableReader& target, std::string& network) {
    target.text("network", network);
    const bool hexadecimal = std::all_of(network.begin(), network.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    constexpr std::size_t usual_digits = 16;
    if (!hexadecimal) return target.error("network", "expected the network's EID, 16 hexadecimal digits");
    if (!network.empty() && network.size() != usual_digits) {
        target.warn("network",
                    "an EID usually has 16 hexadecimal digits, this one has " + std::to_string(network.size()));
    }
}

void read_ca_file(TableReader& target, std::string& ca_file) {
    std::filesystem::path path;
    target.path("ca_file", path);
    if (path.empty() || !target.reading().wants_secrets) return;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return target.error("ca_file", path.string() + " is not a file");
    ca_file = path.string();
}

void read_own_rate(TableReader& target, std::string_view key, std::optional<double>& rate) {
    double own = 0;
    target.rate(key, own);
    if (own > 0) rate = own;
}

}  // namespace

void read_target(TableReader& root, TenantConfig& config) {
    auto& options = config.target;
    using std::chrono::hours;
    using std::chrono::seconds;
    auto target = root.table("target");
    target.require({"network", "rest_token"});
    target.flag("create_by_invite", options.create_by_invite);
    // Whoever makes accounts by invitation may have no SCIM at all.
    if (!options.create_by_invite) target.require({"scim_url", "scim_token"});
    read_base_url(target, "rest_url", options.rest_url);
    read_base_url(target, "scim_url", options.scim_url);
    read_network(target, options.network);
    target.secret("rest_token", options.rest_token);
    target.secret("scim_token", options.scim_token);
    read_ca_file(target, options.ca_file);

    target.rate("calls_per_second", options.rate.calls_per_second);
    target.number("burst", options.rate.burst, 1.0, 10000.0);
    target.flag("learn_rate", options.learn_rate);
    read_own_rate(target, "scim_calls_per_second", options.scim_rate);
    read_own_rate(target, "write_calls_per_second", options.write_rate);
    target.duration("limit_window", options.limit_window, {.min = seconds(1), .max = hours(24)});
    target.text("pace_group", options.pace_group);
    target.number("pace_weight", options.pace_weight, 0.01, 100.0);
    target.whole("concurrency", options.concurrency, {.min = 1, .max = 64});
    target.duration("typical_latency", config.typical_latency, {.min = Duration(1), .max = std::chrono::minutes(1)});
    target.duration("call_max", options.call_max, {.min = seconds(1), .max = hours(1)});

    target.text("rest_version", options.rest_version);
    target.whole("page_size", options.page_size, {.min = 1, .max = 1000});
    target.whole("scim_page_size", options.scim_page_size, {.min = 1, .max = 1000});
    target.flag("phone_by_scim", options.phone_by_scim);
    target.flag("login_in_bag", options.login_in_bag);
    target.text("own_lock", options.own_lock);
    target.flag("group_roles", options.group_roles);
    target.whole("invite_batch", options.invite_batch, {.min = 1, .max = 1000});
    target.flag("invite_resend", options.invite_resend);
    target.flag("counts_agree", options.counts_agree);
    target.duration("read_whole_every", config.read_whole_every, {.max = hours(24 * 31)});
    config.policy.can_suspend = !options.create_by_invite;
    config.policy.group_roles_by_call = options.group_roles;
}

}  // namespace usersync::config

#include "core/ingest/address_domains.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <string>

namespace usersync::ingest {

void count_address(AddressCount& count, std::string_view address, const AddressDomains& domains) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return;
    const auto domain = address.substr(at + 1);
    ++count.addresses;
    const bool is_ours = std::any_of(domains.ours.begin(), domains.ours.end(),
                                     [&](const auto& ours) { return equal_but_for_case(ours, domain); });
    if (!is_ours) ++count.others;
}

std::optional<Bounce> bounce_of(const AddressCount& count, const AddressDomains& domains) {
    const auto allowed = domains.other_domains_share_max * static_cast<double>(count.addresses);
    if (domains.ours.empty() || static_cast<double>(count.others) <= allowed) return std::nullopt;
    std::string ours;
    for (const auto& domain : domains.ours) ours += (ours.empty() ? "" : ", ") + domain;
    Bounce bounce;
    bounce.code = "other_address_domains";
    bounce.sentence = std::to_string(count.others) + " of " + std::to_string(count.addresses) +
                      " addresses are of other domains than " + ours +
                      ": it looks like test data, or the record of another company";
    bounce.subject = std::move(ours);
    return bounce;
}

}  // namespace usersync::ingest

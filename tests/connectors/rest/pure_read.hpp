#pragma once
// A vendor read by the pure engine alone: every call is answered at once, nothing waits, and the first failure ends it.

#include "core/rest/list_read.hpp"
#include "core/rest/token.hpp"
#include "tests/connectors/rest/vendors/vendor.hpp"

#include <optional>
#include <string>

namespace usersync::test {

class PureRead {
public:
    /// All of them outlive this.
    PureRead(const rest::Connector& connector, const rest::Values& values, vendors::Vendor& vendor)
        : connector_(connector), values_(values), vendor_(vendor) {}

    /// Everybody, with what joins and child calls add.
    Result<std::string> everybody();
    /// One list.
    Result<std::string> list(const rest::ListRule& list, rest::Words words = {},
                             rest::PageReader::Purpose purpose = rest::PageReader::Purpose::full,
                             std::string start_link = {});

    const std::optional<std::string>& delta_link() const { return delta_link_; }
    const rest::ReadTally& tally() const { return tally_; }
    std::size_t pages() const { return pages_; }

private:
    Result<rest::Reply> exchange(rest::Call call, const rest::DeltaRule* delta);
    Result<rest::HeaderTexts> credentials();

    const rest::Connector& connector_;
    const rest::Values& values_;
    vendors::Vendor& vendor_;
    rest::TokenState token_;
    std::optional<std::string> delta_link_;
    rest::ReadTally tally_;
    std::size_t pages_ = 0;
};

}  // namespace usersync::test

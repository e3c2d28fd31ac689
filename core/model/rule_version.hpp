#pragma once
// A version of a tenant's rules: the files they were read from, and who says what about them.

#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"

#include <string>
#include <vector>

namespace usersync {

/// A configuration file by itself. Secrets are never in one, only references to them.
struct RuleFile {
    std::string name;  ///< relative to the tenant's folder: "tenant.toml", "groups.csv"
    std::string bytes;
    auto operator<=>(const RuleFile&) const = default;
};

struct RuleVersion {
    Fingerprint fingerprint;  ///< that of the settings: the one in every plan
    Time first_used{};
    std::string author;           ///< as written under [version]; empty: nobody said
    std::string comment;          ///< likewise
    std::vector<RuleFile> files;  ///< sorted by name
    bool operator==(const RuleVersion&) const = default;
};

}  // namespace usersync

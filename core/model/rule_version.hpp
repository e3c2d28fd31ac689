#pragma once
// A version of a tenant's rules: the files they were read from, and who says what about them.

#include "core/base/fingerprint.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// A configuration file by itself. Secrets are never in one, only references to them.
struct RuleFile {
    std::string name;  ///< relative to the tenant's folder: "tenant.toml", "groups.csv"
    std::string bytes;
    auto operator<=>(const RuleFile&) const = default;
};

/// How far a customer has come with a mapping. Only a final one acts by itself.
enum class MappingState {
    concept_,  ///< being written
    feedback,  ///< with the customer, for review
    final_,    ///< agreed
};
std::string_view to_string(MappingState state);
std::optional<MappingState> mapping_state_from(std::string_view text);

struct RuleVersion {
    Fingerprint fingerprint;  ///< that of the settings: the one in every plan
    Time first_used{};
    MappingState state = MappingState::final_;
    std::string author;           ///< as written under [version]; empty: nobody said
    std::string comment;          ///< likewise
    std::vector<RuleFile> files;  ///< sorted by name
    bool operator==(const RuleVersion&) const = default;
};

}  // namespace usersync

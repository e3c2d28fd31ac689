#pragma once
// The last record that was acknowledged, kept for what only says what changed since.

#include "core/base/fingerprint.hpp"
#include "core/rest/delta.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest_api {

struct KeptRecord {
    rest::DeltaState state;
    Fingerprint delivery;  ///< of the bytes that were delivered
    std::string lines;     ///< before joins and child calls, where there is a delta; else as delivered
};

/// A file is a line about the record, and its lines. Damaged, or of another declaration: nullopt, and all is read anew.
std::string kept_head(const KeptRecord& record, const Fingerprint& declaration);
std::optional<KeptRecord> kept_from(std::string text, const Fingerprint& declaration);

/// `record.jsonl` of the state folder. What cannot be read is not there, but for one that is open to others: a Failure.
Result<std::optional<KeptRecord>> load_kept(const std::filesystem::path& folder, const Fingerprint& declaration);
/// Put beside it until it counts.
Result<void> save_next(const std::filesystem::path& folder, const KeptRecord& record, const Fingerprint& declaration);
/// What was put beside it last counts from now on. Again: nothing.
Result<void> advance_kept(const std::filesystem::path& folder);
bool has_kept(const std::filesystem::path& folder);

}  // namespace usersync::rest_api

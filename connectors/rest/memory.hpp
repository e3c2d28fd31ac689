#pragma once
// What a source remembers of its dealings with the other system: token, calls made, how long to leave it alone.

#include "connectors/rest/rest_options.hpp"
#include "core/base/time.hpp"
#include "core/rest/budget.hpp"
#include "core/rest/token.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace usersync::rest_api {

struct Memory {
    rest::TokenState token;
    rest::DayCalls calls;
    std::optional<Time> not_before;  ///< the other system asked to be left alone until then
    std::optional<Time> asked;       ///< a call of before is not known to have ended: the process did while it waited
    std::set<std::string> gone;      ///< digests of what was listed and not found, since the last read that was whole
};

/// Whose token it is: changed credentials, settings or another connector make another one.
Fingerprint credentials_of(const RestOptions& options);

/// As a file; and back. Of other credentials: without the token, since what the other system counts, and the rest that
/// it is owed, are no matter of who asks. Damaged: nullopt, and nothing is remembered.
std::string memory_text(const Memory& memory, const Fingerprint& credentials);
std::optional<Memory> memory_from(std::string_view text, const Fingerprint& credentials);

/// `memory.json` in the state folder, as `private_file.hpp` says. Without a folder there is nothing, and nothing is
/// kept.
Result<Memory> load_memory(const std::filesystem::path& folder, const Fingerprint& credentials);
Result<void> save_memory(const std::filesystem::path& folder, const Memory& memory, const Fingerprint& credentials);

}  // namespace usersync::rest_api

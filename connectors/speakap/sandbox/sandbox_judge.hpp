#pragma once
// The judge: it sees every call to REST and SCIM and counts what a client does well and badly. It changes nothing but
// the counts. docs/sandbox.md says what each of them means.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace usersync::sandbox {

inline constexpr std::string_view judge_path = "/sandbox/judge";

/// One mail to an address, and one account for a key, is enough for so long; a reminder comes later.
constexpr std::chrono::hours same_again_within{24};

enum class Admission { admitted, refused };

class Judge {
public:
    /// It knows of the mails that went out before, and of the accounts that were made.
    explicit Judge(const SandboxState& state);

    /// A call has come in.
    void called(SandboxState& state, const http::Request& request, std::string_view token, Admission admission,
                Time now);
    /// A read was answered, or a change took effect or was refused, with this status; an answer that is spoiled on its
    /// way comes after. REQUIRES: between `begin_changes` and their end.
    void performed(SandboxState& state, const http::Request& request, std::string_view token, int status, Time now);
    /// What leaves is this; 0: nothing.
    void answered(SandboxState& state, const http::Request& request, std::string_view token, int status, Time now);

private:
    void look_at_success(SandboxState& state, const http::Request& request, JudgeRow& row, Time now);
    void look_for_doubles(const SandboxState& state, JudgeRow& row, Time now);
    bool was_within_a_day(std::unordered_map<std::string, Time>& times, const std::string& name, Time now);

    std::unordered_map<std::string, Time> mailed_;   ///< by address, or by key
    std::unordered_map<std::string, Time> created_;  ///< by key
    /// What was last carried out about one person, membership or group, as a digest.
    std::unordered_map<std::string, std::size_t> last_;
};

/// The counts as JSON: {"rows": […], "total": {…}}.
std::string judgement_json(const SandboxState& state);
/// As text for people.
std::string show_judgement(const SandboxState& state);
/// From now on everything is counted anew.
void begin_judgement(SandboxState& state);

}  // namespace usersync::sandbox

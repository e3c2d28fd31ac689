#pragma once
// What a tenant's state is, as one value: the source of /status, `status` and the health answers.

#include "core/base/fingerprint.hpp"
#include "core/model/rule_version.hpp"
#include "core/plan/held_people.hpp"
#include "core/ports/network.hpp"
#include "core/ports/pause.hpp"
#include "core/ports/run_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sync {

/// The network does not answer, or not well: nothing is sent but a harmless read now and then (demand X-6).
struct Away {
    Time since{};
    Time next_probe{};
    std::string code;  ///< of the newest failure: "service_unavailable"
    bool operator==(const Away&) const = default;
};

struct Progress {
    std::size_t done = 0;  ///< operations settled in the run under way
    std::size_t left = 0;
    std::size_t people_done = 0;    ///< whose last operation is settled
    std::size_t people_left = 0;    ///< for whom there is something left
    std::optional<Away> away = {};  ///< the run waits for the network to come back
    bool is_canary = false;         ///< the first people go alone, or are looked at
    std::optional<Time> started_at = {};
    double per_second = 0.0;           ///< operations settled, since then; 0 while there are none
    std::optional<Time> ends_at = {};  ///< estimated; absent while nothing is known
    bool operator==(const Progress&) const = default;
};

/// `expected`: what the whole plan was estimated to take; 0: it was not. The more of it is done, the more its own pace
/// counts.
Progress progress_at(std::size_t done, std::size_t all, Time started_at, Time now, Duration expected);
/// "12 operations done, 30 left, 4 of 14 people done, 4.8/s, ends about 2026-11-22T19:45:01Z (in 6 s)": for a terminal.
std::string progress_text(const Progress& progress, Time now);

/// What is wrong with a tenant's files. The sentence may quote what somebody wrote into a rule, an address or a name:
/// it is for people who may read the files; place and code are for everybody.
struct FileProblem {
    std::string file;        ///< in the tenant's folder: "groups.csv"
    std::size_t line = 0;    ///< of a sheet the row; 0: about the file as a whole
    std::size_t column = 0;  ///< of a sheet the cell; 0: about the line as a whole
    std::string code;        ///< "unknown_field"
    std::string sentence;
    auto operator<=>(const FileProblem&) const = default;
};
/// "groups.csv:3:1 unknown_field"
std::string place_and_code(const FileProblem& problem);

/// Which version of the rules counts, and what has become of changed files.
struct RulesStatus {
    struct Refusal {
        Time at{};
        std::vector<FileProblem> problems;  ///< the first of them
        std::size_t count = 0;              ///< of all
        bool operator==(const Refusal&) const = default;
    };
    Fingerprint fingerprint;
    Time since{};
    MappingState state = MappingState::final_;
    std::string author;                      ///< empty: not said
    std::string comment;                     ///< likewise
    std::optional<Refusal> refused;          ///< the files have changed and cannot be used; what was stays in force
    std::vector<std::string> needs_restart;  ///< changed settings that only a restart applies
    bool operator==(const RulesStatus&) const = default;
};

/// A plan that somebody does not want. It is made again as long as nothing differs, and waits for nobody.
struct RejectedPlan {
    PlanId id;
    Rejection rejection;
    bool operator==(const RejectedPlan&) const = default;
};

/// Who is to leave.
struct RemovalsStatus {
    std::size_t waiting = 0;  ///< people in the removal queue
    std::size_t held = 0;     ///< people whom somebody holds
    bool operator==(const RemovalsStatus&) const = default;
};

/// Events of the HR system since the service began to listen.
struct WebhookCounts {
    std::uint64_t accepted = 0;
    std::uint64_t replayed = 0;     ///< genuine, and seen before
    std::uint64_t unproven = 0;     ///< no proof, another one, or larger than any event
    std::uint64_t out_of_time = 0;  ///< signed too long ago, or ahead of our clock
    std::uint64_t too_many = 0;     ///< turned away by their number
    bool operator==(const WebhookCounts&) const = default;
};

struct TenantStatus {
    TenantId tenant;
    bool running = false;
    std::optional<Progress> progress;        ///< while a plan is applied
    std::optional<RunRecord> last_run;       ///< the newest that ended
    std::optional<Time> last_good_snapshot;  ///< when it was taken
    std::size_t employees = 0;               ///< in that snapshot
    bool is_overdue = false;                 ///< no record for longer than the tenant expects (demand S-5)
    std::optional<PlanId> plan_held;
    std::vector<HoldReason> hold_reasons;
    std::size_t plan_operations = 0;                ///< of the held plan
    std::vector<plan::HeldCount> hold_people = {};  ///< how many people each reason of the held plan is about
    std::optional<RejectedPlan> plan_rejected = {};
    std::optional<Pause> paused = {};
    RemovalsStatus removals = {};
    std::size_t drift = 0;  ///< what the newest plan found changed in the network of what is ours
    std::optional<Time> next_run;
    std::optional<Time> waits_until;  ///< the run under way: the network has asked it to wait until then
    std::optional<Away> away = {};    ///< the breaker is open: in the run under way, or between runs
    std::optional<Pacing> pacing = {};
    std::map<EmployeeKey, Time> next_attempts =
        {};  ///< whom the network refused in several runs, and when they are due
    RulesStatus rules;
    std::optional<WebhookCounts> webhook = {};  ///< absent: it has no door for events
    bool operator==(const TenantStatus&) const = default;
};

/// | the tenant's                                   | health    |
/// |------------------------------------------------|-----------|
/// | last run failed                                | failed    |
/// | last run left people open, was held, or is open | attention |
/// | plan waits for a person, or was rejected       | attention |
/// | runs are paused                                | attention |
/// | changed rules are refused or wait for a restart | attention |
/// | last run left nobody open, or none ran yet     | well      |
/// The first row that is true counts.
enum class Health { well, attention, failed };
Health health_of(const TenantStatus& status);
std::string_view to_string(Health health);

}  // namespace usersync::sync

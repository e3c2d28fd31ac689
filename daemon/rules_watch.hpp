#pragma once
// Looks at a tenant's files before each run, so that changed rules count without a restart.

#include "daemon/config/config.hpp"
#include "daemon/sync/rules_watch.hpp"

#include <sys/types.h>
#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync {

/// What tells, without reading it, that a file is as it was.
struct FileStamp {
    ::dev_t device = 0;
    ::ino_t place = 0;
    ::off_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const FileStamp&) const = default;
};

/// What a look tells of these problems: the errors among them.
std::vector<sync::FileProblem> errors_of(const std::vector<config::ConfigProblem>& problems);

/// A changed file is read whole and checked, on `lane`. One that was changed less than ten seconds ago may still be
/// being written: then nothing changes until a later look. With an error in it nothing of it is used. Settings that
/// only a start applies stay as they were at the start; where they take part in deciding what a plan holds (another
/// network), nothing of the changed files is used before the restart.
class ConfigRulesWatch final : public sync::RulesWatch {
public:
    /// `started_with` is what the daemon runs by, and `settings` what was made of it. What it says to be refused was
    /// told to the loop: a look that finds the same says nothing.
    ConfigRulesWatch(config::TenantConfig started_with, std::shared_ptr<const sync::TenantSettings> settings,
                     config::ShutdownLimits shutdown, Clock& clock, boost::asio::any_io_executor lane);

    boost::asio::awaitable<std::optional<sync::RulesLook>> look() override;

private:
    // On the lane:
    std::optional<sync::RulesLook> look_at(Time now);
    bool is_as_it_was(Time now) const;
    bool is_unsettled(const std::vector<std::string>& read, Time now) const;
    std::optional<sync::RulesLook> refused(std::vector<sync::FileProblem> problems);
    sync::RulesLook accepted(config::TenantConfig config) const;

    config::TenantConfig started_with_;
    std::shared_ptr<const sync::TenantSettings> started_settings_;
    config::ShutdownLimits shutdown_;
    Clock& clock_;
    boost::asio::any_io_executor lane_;
    std::vector<RuleFile> files_;                   ///< at the last look that found no error
    std::vector<std::optional<FileStamp>> stamps_;  ///< of these, then; nullopt: too fresh to tell anything
    std::vector<sync::FileProblem> problems_;       ///< of the last look
};

}  // namespace usersync

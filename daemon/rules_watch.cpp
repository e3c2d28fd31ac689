#include "daemon/rules_watch.hpp"

#include "core/async/run_on.hpp"
#include "daemon/config/until_restart.hpp"
#include "daemon/tenant_settings.hpp"

#include <sys/stat.h>
#include <algorithm>
#include <exception>
#include <utility>

namespace usersync {

namespace {

/// Two changes within one tick of the file system's clock leave the same times behind.
constexpr Duration tells_after = std::chrono::seconds(2);

/// Programs write a large sheet in several goes, and an upload takes its time.
constexpr Duration settles_after = std::chrono::seconds(10);

std::int64_t nanoseconds(const ::timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

std::optional<FileStamp> any_stamp_of(const std::filesystem::path& file) {
    struct ::stat status {};
    if (::stat(file.c_str(), &status) != 0) return std::nullopt;
    return FileStamp{.device = status.st_dev,
                     .place = status.st_ino,
                     .size = status.st_size,
                     .modified_ns = nanoseconds(status.st_mtim),
                     .changed_ns = nanoseconds(status.st_ctim)};
}

/// nullopt when it tells nothing.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file, Time now) {
    const auto stamp = any_stamp_of(file);
    if (!stamp) return std::nullopt;
    const auto changed = std::chrono::floor<Duration>(std::chrono::nanoseconds(stamp->changed_ns));
    if (changed + tells_after > now.time_since_epoch()) return std::nullopt;
    return stamp;
}

/// A time that lies ahead says that a clock is wrong, and not that somebody is writing: nobody is to wait for it.
bool is_young(const std::filesystem::path& file, Time now) {
    const auto stamp = any_stamp_of(file);
    if (!stamp) return false;
    const auto age = now.time_since_epoch() - std::chrono::floor<Duration>(std::chrono::nanoseconds(stamp->changed_ns));
    return age < settles_after && age > -settles_after;
}

std::vector<std::optional<FileStamp>> stamps_of(const std::filesystem::path& folder, const std::vector<RuleFile>& files,
                                                Time now) {
    std::vector<std::optional<FileStamp>> stamps;
    for (const auto& file : files) stamps.push_back(stamp_of(folder / file.name, now));
    return stamps;
}

std::string text_of(const std::vector<RuleFile>& files, const std::string& name) {
    const auto at = std::find_if(files.begin(), files.end(), [&](const RuleFile& file) { return file.name == name; });
    return at == files.end() ? std::string() : at->bytes;
}

}  // namespace

std::vector<sync::FileProblem> errors_of(const std::vector<config::ConfigProblem>& problems) {
    std::vector<sync::FileProblem> errors;
    for (const auto& problem : problems) {
        if (problem.severity != config::Severity::error) continue;
        errors.push_back({.file = problem.file,
                          .line = problem.line,
                          .column = problem.column,
                          .code = problem.code,
                          .sentence = (problem.path.empty() ? "" : problem.path + ": ") + problem.message});
    }
    return errors;
}

ConfigRulesWatch::ConfigRulesWatch(config::TenantConfig started_with,
                                   std::shared_ptr<const sync::TenantSettings> settings,
                                   config::ShutdownLimits shutdown, Clock& clock, boost::asio::any_io_executor lane)
    : started_with_(std::move(started_with)),
      started_settings_(std::move(settings)),
      shutdown_(shutdown),
      clock_(clock),
      lane_(std::move(lane)),
      files_(started_with_.version.files),
      problems_(errors_of(started_with_.refused)) {}

boost::asio::awaitable<std::optional<sync::RulesLook>> ConfigRulesWatch::look() {
    const auto now = clock_.now();
    // One look at a time, and nobody else uses what the lane changes here.
    auto job = [this, now]() -> std::optional<sync::RulesLook> {
        try {
            return look_at(now);
        } catch (const std::exception& error) {
            return refused({{.file = started_with_.file.filename().string(),
                             .line = 0,
                             .column = 0,
                             .code = "cannot_look",
                             .sentence = error.what()}});
        }
    };
    auto found = co_await run_on(lane_, std::move(job));
    co_return found;
}

/// After errors there is no telling which files they hung on: then everything is read again each time.
bool ConfigRulesWatch::is_as_it_was(Time now) const {
    if (!problems_.empty() || stamps_.empty()) return false;
    const auto stamps = stamps_of(started_with_.file.parent_path(), files_, now);
    const bool all_tell =
        std::all_of(stamps.begin(), stamps.end(), [](const auto& stamp) { return stamp.has_value(); });
    return all_tell && stamps == stamps_;
}

/// Of the files that count and of those that were just read.
bool ConfigRulesWatch::is_unsettled(const std::vector<std::string>& read, Time now) const {
    const auto folder = started_with_.file.parent_path();
    const auto young = [&](const std::string& name) { return is_young(folder / name, now); };
    return std::any_of(read.begin(), read.end(), young) ||
           std::any_of(files_.begin(), files_.end(), [&](const RuleFile& file) { return young(file.name); });
}

std::optional<sync::RulesLook> ConfigRulesWatch::look_at(Time now) {
    if (is_as_it_was(now)) return std::nullopt;
    const auto folder = started_with_.file.parent_path();
    auto loaded = config::load_rules(folder, std::chrono::floor<std::chrono::days>(now));
    const bool says_the_same = loaded.config && loaded.config->version.files == files_ && problems_.empty();
    if (!says_the_same && is_unsettled(loaded.files, now)) {
        sync::RulesLook look;
        look.is_unsettled = true;
        return look;
    }
    if (!loaded.config) return refused(errors_of(loaded.problems));
    auto& config = *loaded.config;
    const bool mended = !problems_.empty();
    problems_.clear();
    stamps_ = stamps_of(folder, config.version.files, now);
    if (config.version.files == files_ && !mended) return std::nullopt;
    files_ = config.version.files;
    config.file = started_with_.file;
    return accepted(std::move(config));
}

std::optional<sync::RulesLook> ConfigRulesWatch::refused(std::vector<sync::FileProblem> problems) {
    if (problems == problems_) return std::nullopt;
    problems_ = problems;
    sync::RulesLook look;
    look.problems = std::move(problems);
    return look;
}

sync::RulesLook ConfigRulesWatch::accepted(config::TenantConfig config) const {
    sync::RulesLook look;
    const auto name = started_with_.file.filename().string();
    const auto now = text_of(files_, name);
    look.needs_restart = config::changed_until_restart(started_with_.connection_text, now);
    const bool source_waits =
        std::find(look.needs_restart.begin(), look.needs_restart.end(), "source") != look.needs_restart.end();
    if (source_waits && !config::reads_alike(started_with_.connection_text, now)) return look;
    const auto fingerprint = config.fingerprint;
    config.target = started_with_.target;
    config.schedule = started_with_.schedule;  // its time zone says which day it is
    if (config::fingerprint_of(config) != fingerprint) return look;
    auto settings = settings_of(config, shutdown_);
    settings.decrypt = started_settings_->decrypt;
    look.settings = std::make_shared<const sync::TenantSettings>(std::move(settings));
    return look;
}

}  // namespace usersync

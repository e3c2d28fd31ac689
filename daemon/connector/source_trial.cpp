#include "daemon/connector/source_trial.hpp"

#include "core/base/time_text.hpp"

#include <algorithm>
#include <utility>

namespace usersync::connector_view {

namespace asio = boost::asio;

namespace {

std::size_t step_of(const std::vector<StepName>& steps, const std::string& code) {
    for (std::size_t at = 0; at < steps.size(); ++at) {
        if (std::find(steps[at].codes.begin(), steps[at].codes.end(), code) != steps[at].codes.end()) return at;
    }
    return steps.size() - 1;
}

/// What may happen at any step: which one it was is not known.
bool is_of_any_step(const std::string& code) {
    return code == "connection_lost" || code == "peer_stalled" || code == "deadline_passed" || code == "server_busy";
}

std::vector<StepName> as_one(const std::vector<StepName>& steps) {
    StepName all;
    for (const auto& step : steps) all.name += (all.name.empty() ? "" : ", ") + step.name;
    return {all};
}

std::string sentence_of(const Failure& failure) {
    auto says = failure.detail;
    if (failure.retry_after) says += " (try again in " + span_text(*failure.retry_after) + ")";
    return says;
}

std::string found(const Fetched& fetched) {
    std::string says = "there is nothing complete now";
    if (fetched.delivery)
        says = fetched.delivery->name + ", " + std::to_string(fetched.delivery->bytes.size()) + " bytes";
    if (fetched.too_large) says = fetched.too_large->name + " is larger than a record of this tenant may be";
    for (const auto& other : fetched.not_ready) says += "; " + other;
    for (const auto& other : fetched.passed_over) says += "; " + other;
    return says;
}

}  // namespace

std::vector<StepName> directory_steps() {
    return {{"name", {"name_not_resolved"}},
            {"connection", {"connect_failed", "too_many_connections"}},
            {"TLS", {"bad_ca_file", "tls_not_trusted", "tls_refused"}},
            {"login", {"login_refused", "bad_options"}},
            {"entries", {}}};
}

std::vector<StepName> program_steps() {
    return {
        {"start", {"program_missing", "program_not_executable", "program_too_open", "folder_missing", "cannot_start"}},
        {"output", {}}};
}

std::vector<StepName> folder_steps() {
    return {{"name", {"name_not_resolved"}},
            {"connection", {"connect_failed", "too_many_connections"}},
            {"login",
             {"host_key_mismatch", "host_key_type_not_offered", "no_common_algorithms", "bad_private_key",
              "bad_options", "login_refused", "sftp_refused"}},
            {"folder", {}}};
}

std::vector<StepName> local_steps() { return {{"folder", {}}}; }

asio::awaitable<rest_api::Trial> try_source(std::unique_ptr<Source> source, std::vector<StepName> steps, Clock& clock,
                                            Deadline deadline) {
    rest_api::Trial trial;
    trial.counts_records = false;
    const auto began = clock.steady_now();
    auto fetched = co_await source->fetch(deadline);
    const auto took = clock.steady_now() - began;
    if (!fetched && is_of_any_step(fetched.error().code)) steps = as_one(steps);
    const auto last = fetched ? steps.size() - 1 : step_of(steps, fetched.error().code);
    for (std::size_t at = 0; at < last; ++at) {
        trial.steps.push_back(
            {.name = steps[at].name, .is_good = true, .took = std::nullopt, .says = "is as it should be", .code = {}});
    }
    rest_api::TrialStep step{.name = steps[last].name, .is_good = true, .took = took, .says = {}, .code = {}};
    if (!fetched) {
        step.code = fetched.error().code;
        step.says = sentence_of(fetched.error());
    } else {
        step.says = found(*fetched);
        if (!fetched->delivery) step.code = fetched->too_large ? "file_too_large" : "nothing_there";
    }
    step.is_good = step.code.empty();
    trial.steps.push_back(std::move(step));
    trial.is_whole = fetched && fetched->delivery;
    if (trial.is_whole) trial.lines = std::move(fetched->delivery->bytes);
    co_return trial;
}

}  // namespace usersync::connector_view

#include "core/model/snapshot.hpp"

#include <array>

namespace usersync {

std::string_view to_string(Completeness completeness) {
    switch (completeness) {
        case Completeness::complete: return "complete";
        case Completeness::doubtful: return "doubtful";
        case Completeness::partial: return "partial";
    }
    return "partial";
}

std::optional<Completeness> completeness_from(std::string_view text) {
    for (const auto value : std::array{Completeness::complete, Completeness::doubtful, Completeness::partial}) {
        if (to_string(value) == text) return value;
    }
    return std::nullopt;
}

std::string_view to_string(RecordEnding ending) {
    switch (ending) {
        case RecordEnding::whole: return "whole";
        case RecordEnding::line_break: return "line_break";
        case RecordEnding::no_line_break: return "no_line_break";
    }
    return "no_line_break";
}

std::optional<RecordEnding> ending_from(std::string_view text) {
    for (const auto value : std::array{RecordEnding::whole, RecordEnding::line_break, RecordEnding::no_line_break}) {
        if (to_string(value) == text) return value;
    }
    return std::nullopt;
}

std::string_view to_string(IssueSeverity severity) {
    switch (severity) {
        case IssueSeverity::warning: return "warning";
        case IssueSeverity::frozen: return "frozen";
        case IssueSeverity::unknown: return "unknown";
    }
    return "unknown";
}

std::optional<IssueSeverity> issue_severity_from(std::string_view text) {
    for (const auto value : std::array{IssueSeverity::warning, IssueSeverity::frozen, IssueSeverity::unknown}) {
        if (to_string(value) == text) return value;
    }
    return std::nullopt;
}

// Over the fingerprints of the people, so that whoever knows those of the unchanged need not see them again.
Fingerprint content_fingerprint(const PeopleBytes& employees) {
    FingerprintBuilder builder;
    for (std::size_t at = 0; at < employees.size(); ++at) builder.add(fingerprint_of(employees.bytes(at)));
    return builder.finish();
}

}  // namespace usersync

#include "core/base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace usersync {

std::string_view to_string(FailureKind kind) {
    switch (kind) {
        case FailureKind::transient: return "transient";
        case FailureKind::rejected: return "rejected";
        case FailureKind::blocked: return "blocked";
        case FailureKind::broken: return "broken";
    }
    return "broken";
}

std::string describe(const Failure& failure) {
    std::string text = failure.code;
    if (!failure.where.empty()) text += " at " + failure.where;
    if (!failure.detail.empty()) text += ": " + failure.detail;
    return text;
}

void invariant_broken(const char* sentence, const char* file, int line) {
    std::fprintf(stderr, "event=invariant_broken file=%s line=%d sentence=\"%s\"\n", file, line, sentence);
    std::abort();
}

void throw_exception_from_error(const Failure& failure, const boost::source_location& location) {
    invariant_broken(describe(failure).c_str(), location.file_name(), static_cast<int>(location.line()));
}

}  // namespace usersync

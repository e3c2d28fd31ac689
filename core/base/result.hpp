#pragma once
// The one way a function of this project says that it did not succeed.

#include "core/base/time.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace usersync {

/// What a caller may do about a failure. The adapter that saw the error decides; nobody guesses later.
enum class FailureKind {
    transient,  ///< the same thing may succeed later: again, by the pace rules
    rejected,   ///< this one thing will not succeed as it is: leave it, go on with the rest
    blocked,    ///< nothing of this kind will succeed until something outside changes (login, host key, address)
    broken,     ///< we, our configuration or our store are wrong: stop
};

/// Whether a failed action may nevertheless have happened at the other end.
enum class Effect {
    none,     ///< certainly nothing happened there
    unknown,  ///< it may have happened: look before doing it again
};

/// An expected failure, as a value. `detail` is for people and never holds names, addresses or secrets.
struct [[nodiscard]] Failure {
    FailureKind kind = FailureKind::broken;
    std::string code;    ///< stable, snake_case, e.g. "host_key_mismatch"; metrics and tests match on it
    std::string where;   ///< the part that failed, e.g. "sftp", "speakap.scim", "tenants/shop/tenant.toml:12:3"
    std::string detail;  ///< one sentence
    Effect effect = Effect::none;
    std::optional<Duration> retry_after;  ///< the server's own word on when to come back, when it gave one

    bool operator==(const Failure&) const = default;
};

/// A value or a Failure. `.value()` on a Failure is a broken invariant and ends the process.
template <class T>
using Result = boost::system::result<T, Failure>;

std::string_view to_string(FailureKind kind);

/// "host_key_mismatch at sftp: the server's key is not the pinned one" — for logs and messages.
std::string describe(const Failure& failure);

/// Ends the process with file, line and the sentence: a broken invariant is a bug, in every build type.
[[noreturn]] void invariant_broken(const char* sentence, const char* file, int line);

/// Found by argument-dependent look-up when `.value()` is called on a failed Result.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& location);

}  // namespace usersync

#define USERSYNC_INVARIANT(condition, sentence) \
    ((condition) ? static_cast<void>(0) : ::usersync::invariant_broken(sentence, __FILE__, __LINE__))

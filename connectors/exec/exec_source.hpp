#pragma once
// Any program as a source of employee records.

#include "connectors/exec/exec_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace usersync::exec {

/// Each `fetch` runs the program once; what it writes to standard output, to its end, is the record, if it then ends
/// by itself with exit code 0. An empty output is a delivery of no bytes. `acknowledge` does nothing.
///
/// The program gets: PATH, LANG=C.UTF-8, TZ=UTC and the variables that were listed; no standard input, no other
/// descriptor, a session and process group of its own, every signal as it is by default. It runs as the daemon's user.
///
/// Time: what is left until the deadline by `clock` is the real time that the program gets, and at most `time_max`.
/// Then its group is sent SIGTERM, and `kill_after` later SIGKILL; so it is at once when the caller is cancelled.
/// Whatever the program leaves running in its group is killed when it has ended.
///
/// Failures (where "exec"); then nothing of the output is used:
///   transient: asked_to_come_back (exit code 75), ended_by_signal, time_limit_passed, deadline_passed, cannot_start,
///              output_not_readable
///   blocked:   program_failed (any other exit code), program_missing, program_not_executable, program_too_open,
///              folder_missing, output_too_large, output_left_open (it ended, but something it started still holds its
///              standard output)
/// The detail of a failure by exit code ends with the last lines of the program's standard error, without secrets and
/// control characters: for the operator's log.
///
/// REQUIRES: `clock` and the lane's threads outlive the source and every call on it.
std::unique_ptr<Source> make_exec_source(ExecOptions options, Clock& clock, boost::asio::any_io_executor lane);

}  // namespace usersync::exec

#pragma once
// A program whose standard output is the employee record.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace usersync::exec {

struct ExecOptions {
    std::vector<std::string> command;  ///< the program's full path and its arguments; no shell reads them
    std::string folder = "/";          ///< where it is started
    /// What it finds in its environment beside PATH, LANG and TZ, which it may also change. Nothing of the daemon's own
    /// environment is handed on.
    std::map<std::string, std::string> environment;
    std::map<std::string, Secret> secrets;          ///< further variables; never an argument, which anybody can read
    Duration time_max = std::chrono::minutes(5);    ///< then it is asked to end, and everything it started
    Duration kill_after = std::chrono::seconds(5);  ///< after it was asked, it is killed
    std::uint64_t bytes_max = std::uint64_t{256} << 20;  ///< of the record
};

}  // namespace usersync::exec

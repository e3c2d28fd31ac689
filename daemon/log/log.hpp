#pragma once
// One event per line: event=run_done tenant=shop run=12 … — the only place that knows the logging library.

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::log {

/// debug: off in production. info: a person may want it tomorrow. warn: someone should look.
/// error: a run or a tenant failed.
enum class Level { debug, info, warn, error };

enum class Format { key_value, json };

/// Ids, codes, counts and sentences without personal data. Never names, addresses, secrets or message bodies.
struct Field {
    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(v) {}
    Field(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)), number(true) {}
    std::string key;
    std::string value;
    bool number = false;
};

/// Where events go. Usable from the I/O thread only; never blocks it for long.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(Level level, std::string_view event, const std::vector<Field>& fields) = 0;

    void debug(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::debug, event, fields); }
    void info(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::info, event, fields); }
    void warn(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::warn, event, fields); }
    void error(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::error, event, fields); }
};

struct LogOptions {
    Level level = Level::info;
    Format format = Format::key_value;
};

/// Writes to a descriptor, which it does not own: one line per event, begun with the moment it was given here,
/// `time=2026-11-22T19:45:01.123Z level=info event=…`. Writing happens on a thread of its own. When the reader is slow
/// or stuck, at most 4096 lines wait; then the oldest are dropped, and a line event=log_lines_lost says how many.
/// Destruction writes what waits, but for a stuck reader waits no longer than about a second.
std::unique_ptr<Log> make_log(int descriptor, LogOptions options);

/// make_log on standard error.
std::unique_ptr<Log> make_stderr_log(LogOptions options);

/// One line without its time and newline: `level=info event=… key=value`. Values that are empty or hold anything but
/// printable ASCII without space, quote, '=' and backslash are quoted and escaped as in JSON, control characters and
/// broken UTF-8 included, so that one event is always one line. In JSON: one object, numbers as numbers.
std::string format_line(Level level, std::string_view event, const std::vector<Field>& fields, Format format);

}  // namespace usersync::log

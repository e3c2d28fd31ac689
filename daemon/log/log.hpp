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

/// Writes to standard error, one line per event, flushed.
std::unique_ptr<Log> make_stderr_log(LogOptions options);

/// One line as it is written, without the newline: `level=info event=… key=value`. Values that hold spaces, quotes
/// or control characters are quoted and escaped, so that one event is always one line.
std::string format_line(Level level, std::string_view event, const std::vector<Field>& fields, Format format);

}  // namespace usersync::log

#pragma once
// Says what a JSON record holds, to a table of names.
// Only the units that read JSON include this: simdjson is in it.

#include "core/base/result.hpp"
#include "core/record/named_table.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace usersync::record {

/// Walks values, every token of them: simdjson looks closely only at what it is asked for, so what is skipped would
/// not be checked. A call that returns false left its reason in `failure`.
class JsonTeller {
public:
    /// REQUIRES: `text` is padded as simdjson needs it, and outlives this.
    JsonTeller(std::string_view text, std::size_t depth_max);

    /// One record. `depth` is that of the object itself, 1 for the outermost.
    bool tell(simdjson::ondemand::object record, NamedTable& table, std::size_t depth);
    /// A value that belongs to no record.
    bool check(simdjson::ondemand::value value, std::size_t depth);

    bool fail(std::string code, std::string sentence);
    bool fail_at_depth();
    /// The text is not JSON, near what was looked at last.
    bool damaged(std::string_view why);
    bool damaged(simdjson::error_code error);
    const Failure& failure() const { return failure_; }
    void looked_at(std::string_view token) { last_ = token.data(); }

private:
    bool tell_fields(simdjson::ondemand::object object, NamedTable::Node parent, std::size_t depth);
    bool tell_value(simdjson::ondemand::value value, NamedTable::Node node, std::size_t depth);
    bool tell_array(simdjson::ondemand::array array, NamedTable::Node node, std::size_t depth);
    bool tell_scalar(simdjson::ondemand::value value, std::string_view token, NamedTable::Node node);
    NamedTable::Node node_of(simdjson::ondemand::field& field, NamedTable::Node parent);

    std::string_view text_;
    std::size_t depth_max_;
    NamedTable* table_ = nullptr;
    std::uint64_t objects_ = 0;
    const char* last_;
    Failure failure_;
};

/// Whether nothing stands behind a document that was walked to its end.
bool is_at_end(simdjson::ondemand::document& document);

/// A token without the white space behind it.
std::string_view json_token(simdjson::ondemand::value& value);

}  // namespace usersync::record

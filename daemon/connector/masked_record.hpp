#pragma once
// A record for somebody who is to see what is wrong with it, and not who is in it. Pure but for decrypting.

#include "core/base/result.hpp"
#include "core/ingest/inspection.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace usersync::connector_view {

/// Who a row is about: the columns whose values must be told apart although nobody is to see them.
std::set<std::string> key_columns(const ingest::ColumnMap& columns);

/// Lines of JSON stay such; anything else becomes a CSV text with its header as it is, where one is found. Of all cells
/// the letters are x or X and digits 9; those of `key_columns` are pseudonyms. Fails as `open_record` does.
Result<std::string> masked_record(const std::string& bytes, const ingest::Mapping& mapping,
                                  const record::Decrypt& decrypt, std::uint64_t seed);

}  // namespace usersync::connector_view

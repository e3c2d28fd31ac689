#pragma once
// Taking a record out of what it is wrapped in.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace usersync::record {

/// All members of a gzip file, one after another.
///
/// `rejected`: "damaged_gzip" (cut off, a wrong checksum, something behind the end), "too_large_unpacked". Memory: what
/// comes out, never more than the limits say; they are checked while it comes.
Result<std::string> unpack_gzip(std::string_view bytes, const RecordLimits& limits);

/// A zip is a workbook (its format; it stays packed), or a wrapper around one file (its bytes). Folders, and what
/// macOS and Windows add by themselves, do not count.
///
/// `rejected`: "damaged_zip", "encrypted_zip", "zip_empty", "zip_several_files", "too_large_unpacked"; "unknown_format"
/// for documents that are a zip too.
Result<std::variant<Format, std::string>> look_into_zip(std::string_view bytes, const RecordLimits& limits);

}  // namespace usersync::record

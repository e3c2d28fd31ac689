#pragma once
// Writes a compound file (MS-CFB) around one stream.

#include <string>
#include <string_view>

namespace usersync::record {

/// The same stream gives the same bytes. The stream is filled up with zeros to 4096 bytes, below which it would belong
/// into a place of its own. REQUIRES: `name` is ASCII, at most 31 characters; the stream is smaller than 2 GiB.
std::string write_compound_file(std::string_view name, std::string stream);

}  // namespace usersync::record

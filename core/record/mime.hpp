#pragma once
// Messages as mail programs write them (MIME): a head of named lines, a body, and parts within it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

struct MimePart {
    std::string type;               ///< "text/html", in lower case; empty where nothing is said
    std::string boundary;           ///< of a multipart type
    std::string charset;            ///< in lower case; empty where nothing is said
    std::string transfer_encoding;  ///< "base64", in lower case; empty where nothing is said
    std::string location;           ///< where the part was saved from: "file:///C:/staff_files/sheet001.htm"
    std::string_view body;          ///< as it stands in the message
};

/// Head and body. REQUIRES: `message` outlives the part.
MimePart read_mime_part(std::string_view message);

/// What stands between the boundary's lines; an unfinished last part too. None without a boundary.
std::vector<std::string_view> split_mime_parts(std::string_view body, std::string_view boundary, std::size_t parts_max);

/// The body without its transfer encoding; nothing when it is damaged or its encoding unknown.
std::optional<std::string> decoded_body(const MimePart& part);

}  // namespace usersync::record

#pragma once
// Which version and which representation of REST a call asks for.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/rest_call.hpp"

#include <string>

namespace usersync::sandbox {

struct Representation {
    std::string version = "1.8.2";  ///< as it was asked for
    bool hal = true;                ///< otherwise plain JSON
    bool operator==(const Representation&) const = default;
};

/// Reads Accept (`application/vnd.speakap.api-v1.8.2+json+hal`, several with q) and the query parameter `v`, which
/// names the version alone and wins. Whatever the version, the answer is that of 1.8.2.
/// assumption: without a version the latest is answered, and that is 1.8.2: newer copies of some pages say 2024.3.2,
/// which is accepted as well. Versions up to 1.8.2 exist, with two numbers or three; nothing else ever did, and
/// what never was is refused with 406.
/// assumption: `*/*`, `application/*` and `application/json` get HAL, other types 406. The third representation,
/// `minimal+json`, is refused with 406, since its shape is not public.
Asked<Representation> read_representation(const http::Request& request);

/// The answer as it was asked for: with its content type, and for plain JSON without `_links` and `_embedded`.
/// assumption: in plain JSON the embedded members stand under their relation's name in the resource itself, and
/// members that are not embedded as {href}.
http::Response represented(http::Response response, const Representation& wanted);

}  // namespace usersync::sandbox

#include "connectors/speakap/sandbox/rest_version.hpp"

#include "connectors/speakap/sandbox/rest_wire.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view vendor = "application/vnd.speakap.api-v";
constexpr std::string_view latest_of_all = "2024.3.2";
constexpr std::array<int, 3> latest{1, 8, 2};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool existed(std::string_view version) {
    if (version == latest_of_all) return true;
    std::array<int, 3> numbers{0, 0, 0};
    std::size_t count = 0;
    while (!version.empty()) {
        const auto word = version.substr(0, version.find('.'));
        if (count == numbers.size() || word.empty()) return false;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), numbers[count]);
        if (error != std::errc() || end != word.data() + word.size() || numbers[count] < 0) return false;
        ++count;
        version.remove_prefix(std::min(word.size() + 1, version.size()));
    }
    return count >= 2 && numbers[0] == 1 && numbers <= latest;
}

/// One type of an Accept line; nullopt when nothing can be answered to it.
std::optional<Representation> representation_of(std::string_view type) {
    if (type == "*/*" || type == "application/*" || type == "application/json") return Representation{};
    if (type.substr(0, vendor.size()) != vendor) return std::nullopt;
    type.remove_prefix(vendor.size());
    const auto plus = type.find('+');
    if (plus == std::string_view::npos) return std::nullopt;
    const auto version = type.substr(0, plus);
    const auto form = type.substr(plus);
    if (!existed(version) || (form != "+json+hal" && form != "+json")) return std::nullopt;
    return Representation{.version = std::string(version), .hal = form == "+json+hal"};
}

double weight_of(std::string_view parameters) {
    const auto place = parameters.find("q=");
    if (place == std::string_view::npos) return 1;
    const auto word = trimmed(parameters.substr(place + 2));
    double weight = 1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), weight);
    return error == std::errc() ? weight : 0;
}

/// The best of what was offered that can be answered; among equals the first.
std::optional<Representation> best_of(std::string_view accept) {
    std::optional<Representation> best;
    double best_weight = 0;
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        const auto one = accept.substr(0, comma);
        accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
        const auto end = std::min(one.find(';'), one.size());
        auto representation = representation_of(trimmed(one.substr(0, end)));
        const double weight = weight_of(one.substr(end));
        if (!representation || weight <= best_weight) continue;
        best = std::move(representation);
        best_weight = weight;
    }
    return best;
}

json plain(json value) {
    if (value.is_array()) {
        for (auto& one : value) one = plain(std::move(one));
        return value;
    }
    if (!value.is_object()) return value;
    const json links = value.value("_links", json::object());
    const json embedded = value.value("_embedded", json::object());
    value.erase("_links");
    value.erase("_embedded");
    for (auto& [key, inner] : value.items()) inner = plain(std::move(inner));
    for (const auto& [relation, target] : links.items()) {
        if (target.is_array()) value[relation] = target;
    }
    for (const auto& [relation, members] : embedded.items()) value[relation] = plain(members);
    return value;
}

http::Response not_acceptable(std::string_view message) { return rest_error(RestError::not_acceptable, message); }

}  // namespace

Asked<Representation> read_representation(const http::Request& request) {
    Representation wanted;
    if (const auto accept = http::find_header(request.headers, "Accept"); accept && !trimmed(*accept).empty()) {
        auto best = best_of(*accept);
        if (!best) return not_acceptable("no such version or representation");
        wanted = std::move(*best);
    }
    for (const auto& [name, value] : http::parse_form(http::split_target(request.target).query)) {
        if (name != "v") continue;
        if (!existed(value)) return not_acceptable("no such version");
        wanted.version = value;
    }
    return wanted;
}

http::Response represented(http::Response response, const Representation& wanted) {
    if (response.body.empty()) return response;
    if (!wanted.hal) {
        auto body = plain(json::parse(response.body, nullptr, false));
        response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    for (auto& header : response.headers) {
        if (header.name != "Content-Type") continue;
        header.value = std::string(vendor) + wanted.version + (wanted.hal ? "+json+hal" : "+json");
    }
    return response;
}

}  // namespace usersync::sandbox

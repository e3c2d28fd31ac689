#include "connectors/rest/kept_record.hpp"

#include "connectors/rest/private_file.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <utility>

namespace usersync::rest_api {
namespace {

using nlohmann::json;

constexpr int version = 1;
constexpr std::size_t bytes_max = std::size_t{2} << 30;
constexpr const char* file_name = "record.jsonl";
constexpr const char* next_name = "record.next";

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }
Time time_at(const json& root, const char* name) { return Time(Duration(root.at(name).get<std::int64_t>())); }

}  // namespace

std::string kept_head(const KeptRecord& record, const Fingerprint& declaration) {
    const json head = {{"version", version},
                       {"declaration", declaration.hex()},
                       {"link", record.state.link},
                       {"read_began", count_of(record.state.read_began)},
                       {"full_began", count_of(record.state.full_began)},
                       {"delivery", record.delivery.hex()},
                       {"lines", fingerprint_of(record.lines).hex()}};
    return head.dump() + "\n";
}

std::optional<KeptRecord> kept_from(std::string text, const Fingerprint& declaration) {
    const auto end = text.find('\n');
    if (end == std::string::npos) return std::nullopt;
    try {
        const auto head = json::parse(text.substr(0, end));
        if (head.at("version").get<int>() != version) return std::nullopt;
        if (head.at("declaration").get<std::string>() != declaration.hex()) return std::nullopt;
        KeptRecord record;
        record.state = {.link = head.at("link").get<std::string>(),
                        .read_began = time_at(head, "read_began"),
                        .full_began = time_at(head, "full_began")};
        record.delivery = Fingerprint::from_hex(head.at("delivery").get<std::string>());
        text.erase(0, end + 1);
        if (fingerprint_of(text).hex() != head.at("lines").get<std::string>()) return std::nullopt;
        record.lines = std::move(text);
        return record;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

Result<std::optional<KeptRecord>> load_kept(const std::filesystem::path& folder, const Fingerprint& declaration) {
    if (folder.empty()) return std::optional<KeptRecord>();
    auto text = read_private(folder / file_name, bytes_max);
    if (!text && text.error().code == "state_too_open") return text.error();
    if (!text || !*text) return std::optional<KeptRecord>();
    return kept_from(std::move(**text), declaration);
}

Result<void> save_next(const std::filesystem::path& folder, const KeptRecord& record, const Fingerprint& declaration) {
    if (folder.empty()) return {};
    return write_private(folder / next_name, kept_head(record, declaration), record.lines);
}

Result<void> advance_kept(const std::filesystem::path& folder) {
    std::error_code error;
    if (folder.empty() || !std::filesystem::exists(folder / next_name, error)) return {};
    return rename_private(folder / next_name, folder / file_name);
}

bool has_kept(const std::filesystem::path& folder) {
    std::error_code error;
    return !folder.empty() && std::filesystem::exists(folder / file_name, error);
}

}  // namespace usersync::rest_api

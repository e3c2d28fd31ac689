#include "daemon/connector/connector_view.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace usersync::connector_view {
namespace {

using Json = nlohmann::ordered_json;
namespace auth = rest::auth;
namespace paging = rest::paging;

struct AuthWord {
    std::string operator()(const auth::None&) const { return "none"; }
    std::string operator()(const auth::Basic&) const { return "basic"; }
    std::string operator()(const auth::Bearer&) const { return "bearer"; }
    std::string operator()(const auth::Header&) const { return "header"; }
    std::string operator()(const auth::ClientCredentials&) const { return "client_credentials"; }
    std::string operator()(const auth::LoginToken&) const { return "login"; }
    std::string operator()(const auth::SamlBearer&) const { return "saml_bearer"; }
};
struct PagingWord {
    std::string operator()(const paging::None&) const { return "none"; }
    std::string operator()(const paging::Offset&) const { return "offset"; }
    std::string operator()(const paging::Page&) const { return "page"; }
    std::string operator()(const paging::Cursor&) const { return "cursor"; }
    std::string operator()(const paging::NextLink&) const { return "next_link"; }
    std::string operator()(const paging::LinkHeader&) const { return "link_header"; }
};

const char* word_of(rest::Setting::Kind kind) {
    switch (kind) {
        case rest::Setting::Kind::text: return "text";
        case rest::Setting::Kind::digits: return "digits";
        case rest::Setting::Kind::host_part: return "host_part";
        case rest::Setting::Kind::url: return "url";
        case rest::Setting::Kind::choice: return "choice";
        case rest::Setting::Kind::list: return "list";
    }
    return "";
}

Json json_of(const rest::Connector& connector) {
    Json json{{"name", connector.name},
              {"title", connector.title},
              {"description", connector.description},
              {"auth", auth_word(connector.auth)},
              {"paging", paging_word(connector.list.paging)},
              {"client_certificate", connector.client_certificate},
              {"person", connector.person.has_value()},
              {"delta", connector.delta.has_value()}};
    json["settings"] = Json::array();
    for (const auto& setting : connector.settings) {
        json["settings"].push_back({{"name", setting.name},
                                    {"kind", word_of(setting.kind)},
                                    {"description", setting.description},
                                    {"optional", setting.is_optional},
                                    {"choices", setting.choices},
                                    {"fallback", setting.fallback}});
    }
    json["secrets"] = Json::array();
    for (const auto& secret : connector.secrets) {
        json["secrets"].push_back(
            {{"name", secret.name}, {"description", secret.description}, {"optional", secret.is_optional}});
    }
    return json;
}

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

std::string auth_word(const rest::Auth& auth) { return std::visit(AuthWord{}, auth); }
std::string paging_word(const rest::Paging& paging) { return std::visit(PagingWord{}, paging); }

std::string connectors_text(const std::vector<rest::Connector>& connectors) {
    std::size_t width = 0;
    for (const auto& connector : connectors) width = std::max(width, connector.name.size());
    std::string text;
    for (const auto& connector : connectors) {
        text += padded(connector.name, width) + "  " + padded(auth_word(connector.auth), 18) + "  " +
                padded(paging_word(connector.list.paging), 11) + "  " + connector.title + "\n";
    }
    return text;
}

std::string connectors_json(const std::vector<rest::Connector>& connectors) {
    Json json = Json::array();
    for (const auto& connector : connectors) json.push_back(json_of(connector));
    return dumped(json);
}

std::string connector_json(const rest::Connector& connector) { return dumped(json_of(connector)); }

}  // namespace usersync::connector_view

#include "tests/connectors/rest/vendors/assertions.hpp"

#include "core/base/byte_text.hpp"
#include "core/base/time_text.hpp"
#include "core/rest/encode.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace usersync::vendors {
namespace {

std::string in_form(const Asked& asked, const std::string& name) {
    const auto found = asked.form.find(name);
    return found == asked.form.end() ? std::string() : found->second;
}

std::string from_base64url(std::string text) {
    for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0) text += '=';
    return from_base64(text).value_or("");
}

/// What stands between these, the first time; "" when it is not there.
std::string between(const std::string& text, const std::string& before, const std::string& behind) {
    const auto begin = text.find(before);
    if (begin == std::string::npos) return {};
    const auto end = text.find(behind, begin + before.size());
    return end == std::string::npos ? std::string() : text.substr(begin + before.size(), end - begin - before.size());
}

std::string element(const std::string& xml, const std::string& name) {
    const auto close = "</saml2:" + name + ">";
    if (const auto bare = between(xml, "<saml2:" + name + ">", close); !bare.empty()) return bare;
    const auto inner = between(xml, "<saml2:" + name + " ", close);
    return inner.substr(std::min(inner.find('>') + 1, inner.size()));
}

std::string attribute(const std::string& xml, const std::string& of, const std::string& name) {
    return between(between(xml, "<saml2:" + of + " ", ">"), name + "=\"", "\"");
}

}  // namespace

std::string problem_of_jwt(const Asked& asked, Vendor& vendor, const std::string& token_url) {
    if (in_form(asked, "grant_type") != "client_credentials") return "grant_type";
    if (in_form(asked, "client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") {
        return "client_assertion_type";
    }
    if (asked.form.contains("client_secret") || !asked.header("Authorization").empty()) return "two ways at once";
    const auto token = in_form(asked, "client_assertion");
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string::npos || first == last) return "not three parts";
    const auto head = json::parse(from_base64url(token.substr(0, first)), nullptr, false);
    const auto claims = json::parse(from_base64url(token.substr(first + 1, last - first - 1)), nullptr, false);
    if (!head.is_object() || head.value("alg", "") != "RS256") return "alg";
    if (!claims.is_object()) return "claims";
    if (claims.value("iss", "") != "client" || claims.value("sub", "") != "client") return "iss or sub";
    if (claims.value("aud", "") != token_url) return "aud";
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(vendor.clock().time_since_epoch()).count();
    const auto expires = claims.find("exp");
    if (expires == claims.end() || !expires->is_number_integer()) return "exp";
    if (expires->get<std::int64_t>() <= now || expires->get<std::int64_t>() > now + 300) return "exp";
    if (!vendor.seen.insert(claims.value("jti", "")).second || claims.value("jti", "").empty()) return "jti";
    const bool is_signed =
        !vendor.verifies || vendor.verifies(token.substr(0, last), from_base64url(token.substr(last + 1)));
    return is_signed ? "" : "signature";
}

std::string problem_of_saml(const Asked& asked, Vendor& vendor, const std::string& token_url) {
    const auto xml = from_base64(in_form(asked, "assertion")).value_or("");
    if (element(xml, "Issuer") != "www.successfactors.com") return "Issuer";
    if (element(xml, "Audience") != "www.successfactors.com") return "Audience";
    if (element(xml, "NameID") != "sync") return "NameID";
    if (attribute(xml, "SubjectConfirmationData", "Recipient") != token_url) return "Recipient";
    if (attribute(xml, "Attribute", "Name") != "api_key" || element(xml, "AttributeValue") != "client")
        return "api_key";
    const auto now = vendor.clock();
    for (const auto* where : {"Conditions", "SubjectConfirmationData"}) {
        const auto until = attribute(xml, where, "NotOnOrAfter");
        if (until <= utc_text(now) || until > utc_text(now + std::chrono::minutes(10))) return "NotOnOrAfter";
    }
    const auto from = attribute(xml, "Conditions", "NotBefore");
    if (from.empty() || from > utc_text(now)) return "NotBefore";
    const auto id = attribute(xml, "Assertion", "ID");
    if (id.empty() || !vendor.seen.insert(id).second) return "ID";
    return !vendor.verifies_xml || vendor.verifies_xml(xml) ? "" : "signature";
}

}  // namespace usersync::vendors

#include "connectors/rest/saml.hpp"

#include "connectors/rest/release.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/valid.h>

#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <climits>
#include <memory>
#include <string_view>

namespace usersync::rest_api {
namespace {

using Document = std::unique_ptr<xmlDoc, Release<xmlFreeDoc>>;
using Buffer = std::unique_ptr<xmlBuffer, Release<xmlBufferFree>>;
using Signing = std::unique_ptr<xmlSecDSigCtx, Release<xmlSecDSigCtxDestroy>>;

constexpr std::string_view assertion_space = "urn:oasis:names:tc:SAML:2.0:assertion";

Failure blocked(const char* code, const char* sentence) {
    return {.kind = FailureKind::blocked, .code = code, .where = "rest.sign", .detail = sentence};
}

const xmlChar* as_xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }
std::string_view as_text(const xmlChar* text) {
    return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

void say_nothing(const char*, int, const char*, const char*, const char*, int, const char*) {}

/// Once in a process, for both libraries.
bool is_ready() {
    static const bool ready = [] {
        xmlInitParser();
        const bool begun = xmlSecInit() == 0 && xmlSecCryptoAppInit(nullptr) == 0 && xmlSecCryptoInit() == 0;
        // What goes wrong here may hold the assertion, and so who is asked for: it is not for standard error.
        xmlSecErrorsSetCallback(say_nothing);
        return begun;
    }();
    return ready;
}

bool is_element(const xmlNode* node, std::string_view name) {
    return node != nullptr && node->type == XML_ELEMENT_NODE && as_text(node->name) == name && node->ns != nullptr &&
           as_text(node->ns->href) == assertion_space;
}

xmlNode* issuer_of(const xmlNode* assertion) {
    for (auto* node = assertion->children; node != nullptr; node = node->next) {
        if (is_element(node, "Issuer")) return node;
    }
    return nullptr;
}

/// The Signature, yet without its values. nullptr: out of memory.
xmlNode* put_signature(xmlDoc* document, xmlNode* issuer, const std::string& id) {
    auto* signature =
        xmlSecTmplSignatureCreate(document, xmlSecTransformExclC14NId, xmlSecTransformRsaSha256Id, nullptr);
    if (signature == nullptr) return nullptr;
    xmlAddNextSibling(issuer, signature);
    const auto uri = "#" + id;
    auto* reference =
        xmlSecTmplSignatureAddReference(signature, xmlSecTransformSha256Id, nullptr, as_xml(uri.c_str()), nullptr);
    const bool made = reference != nullptr &&
                      xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId) != nullptr &&
                      xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId) != nullptr;
    return made ? signature : nullptr;
}

Result<void> fill_signature(xmlNode* signature, const Secret& key_pem) {
    const Signing signing(xmlSecDSigCtxCreate(nullptr));
    if (!signing) return blocked("bad_assertion", "the assertion cannot be signed");
    const auto& pem = key_pem.expose();
    const auto* bytes = reinterpret_cast<const xmlSecByte*>(pem.data());
    signing->signKey = xmlSecCryptoAppKeyLoadMemory(bytes, static_cast<xmlSecSize>(pem.size()), xmlSecKeyDataFormatPem,
                                                    "", nullptr, nullptr);
    if (signing->signKey == nullptr) {
        return blocked("bad_signing_key", "the private key is not a PEM text, or has a passphrase");
    }
    if (xmlSecDSigCtxSign(signing.get(), signature) != 0 || signing->status != xmlSecDSigStatusSucceeded) {
        return blocked("bad_signing_key", "the assertion cannot be signed: an RSA key is needed");
    }
    return {};
}

std::string text_of(xmlDoc* document) {
    const Buffer buffer(xmlBufferCreate());
    if (!buffer || xmlNodeDump(buffer.get(), document, xmlDocGetRootElement(document), 0, 0) < 0) return {};
    return std::string(as_text(xmlBufferContent(buffer.get())));
}

}  // namespace

Result<std::string> sign_assertion(const std::string& assertion, const Secret& key_pem) {
    if (!is_ready()) return blocked("bad_assertion", "the library for XML signatures does not start");
    if (assertion.size() > INT_MAX) return blocked("bad_assertion", "the assertion is too long");
    const Document document(xmlReadMemory(assertion.data(), static_cast<int>(assertion.size()), "assertion.xml",
                                          nullptr, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!document || document->intSubset != nullptr) {
        return blocked("bad_assertion", "the assertion is no XML, or has a document type");
    }
    auto* root = xmlDocGetRootElement(document.get());
    auto* id = root == nullptr ? nullptr : xmlHasProp(root, as_xml("ID"));
    auto* issuer = root == nullptr ? nullptr : issuer_of(root);
    if (!is_element(root, "Assertion") || id == nullptr || id->children == nullptr || issuer == nullptr) {
        return blocked("bad_assertion", "the assertion is no SAML 2.0 Assertion with an ID and an Issuer");
    }
    const std::string name(as_text(id->children->content));
    xmlAddID(nullptr, document.get(), as_xml(name.c_str()), id);
    auto* signature = put_signature(document.get(), issuer, name);
    if (signature == nullptr) return blocked("bad_assertion", "the assertion cannot be signed");
    if (auto signed_ = fill_signature(signature, key_pem); !signed_) return signed_.error();
    return text_of(document.get());
}

}  // namespace usersync::rest_api

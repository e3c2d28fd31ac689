#include "tests/connectors/rest/verify_assertion.hpp"

#include <libxml/parser.h>
#include <libxml/valid.h>

#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

namespace usersync::test {
namespace {

const xmlChar* as_xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

}  // namespace

bool verifies_assertion(const std::string& xml, const SigningKey& key) {
    auto* document = xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "a.xml", nullptr, XML_PARSE_NONET);
    if (document == nullptr) return false;
    auto* root = xmlDocGetRootElement(document);
    auto* id = xmlGetProp(root, as_xml("ID"));
    if (id != nullptr) xmlAddID(nullptr, document, id, xmlHasProp(root, as_xml("ID")));
    xmlFree(id);
    auto* signature = xmlSecFindNode(root, xmlSecNodeSignature, xmlSecDSigNs);
    const auto pem = key.public_pem();
    auto* context = xmlSecDSigCtxCreate(nullptr);
    context->signKey = xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(pem.data()),
                                                    static_cast<xmlSecSize>(pem.size()), xmlSecKeyDataFormatPem,
                                                    nullptr, nullptr, nullptr);
    const bool is_checked = signature != nullptr && xmlSecDSigCtxVerify(context, signature) == 0;
    const bool good = is_checked && context->status == xmlSecDSigStatusSucceeded;
    xmlSecDSigCtxDestroy(context);
    xmlFreeDoc(document);
    return good;
}

}  // namespace usersync::test

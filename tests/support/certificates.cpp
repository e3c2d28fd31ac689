#include "tests/support/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace usersync::test {

namespace {

template <auto free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        free(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using File = std::unique_ptr<FILE, Freed<std::fclose>>;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("test certificates: ") + what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "no key");
    return key;
}

void add(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension != nullptr, "a bad extension");
    require(X509_add_ext(certificate, extension.get(), -1) == 1, "an extension does not fit");
}

Certificate begin(const std::string& name, EVP_PKEY* key, const CertificateTerms& terms) {
    Certificate certificate(X509_new());
    require(certificate != nullptr, "no certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    constexpr long day = 24 * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), terms.valid_from_days * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), terms.valid_to_days * day);
    const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "cannot sign");
}

File open(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "w"));
    require(file != nullptr, "cannot write");
    return file;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
}

}  // namespace

struct CertificateAuthority::State {
    std::filesystem::path folder;
    std::filesystem::path certificate_file;
    Key key = make_key();
    Certificate certificate;
    const State* parent = nullptr;
};

void CertificateAuthority::make_authority(State& state, const std::string& name) {
    const auto& issuer = state.parent == nullptr ? state : *state.parent;
    state.certificate_file = state.folder / (name + "-ca.pem");
    state.certificate = begin(name + " authority", state.key.get(), {.names = {}});
    auto* certificate = state.certificate.get();
    auto* signed_by = issuer.certificate.get();
    add(certificate, signed_by, NID_basic_constraints, "critical,CA:TRUE");
    add(certificate, signed_by, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(certificate, signed_by, issuer.key.get());
    const auto file = open(state.certificate_file);
    require(PEM_write_X509(file.get(), certificate) == 1, "cannot write");
}

CertificateAuthority::CertificateAuthority(std::filesystem::path folder, std::string name)
    : state_(std::make_unique<State>()) {
    state_->folder = std::move(folder);
    make_authority(*state_, name);
}

CertificateAuthority::CertificateAuthority(const CertificateAuthority& parent, std::string name)
    : state_(std::make_unique<State>()) {
    state_->folder = parent.state_->folder;
    state_->parent = parent.state_.get();
    make_authority(*state_, name);
}

CertificateAuthority::~CertificateAuthority() = default;

const std::filesystem::path& CertificateAuthority::certificate_file() const { return state_->certificate_file; }

KeyPair CertificateAuthority::issue(const std::string& name, const CertificateTerms& terms) const {
    const auto key = make_key();
    const auto certificate = begin(name, key.get(), terms);
    add(certificate.get(), state_->certificate.get(), NID_subject_alt_name, joined(terms.names));
    add(certificate.get(), state_->certificate.get(), NID_ext_key_usage, terms.usage);
    sign(certificate.get(), state_->certificate.get(), state_->key.get());
    KeyPair pair{.certificate_file = state_->folder / (name + ".pem"), .key_file = state_->folder / (name + ".key")};
    const auto certificate_file = open(pair.certificate_file);
    require(PEM_write_X509(certificate_file.get(), certificate.get()) == 1, "cannot write");
    for (const auto* above = state_.get(); above->parent != nullptr; above = above->parent) {
        require(PEM_write_X509(certificate_file.get(), above->certificate.get()) == 1, "cannot write");
    }
    const auto key_file = open(pair.key_file);
    require(PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "cannot write");
    return pair;
}

}  // namespace usersync::test

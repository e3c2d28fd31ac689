#include "tests/connectors/pgp/key_owner.hpp"

#include "tests/support/program.hpp"

#include <stdexcept>

namespace usersync::test {
namespace {

constexpr const char* gpg = "/usr/bin/gpg";
constexpr const char* gpgconf = "/usr/bin/gpgconf";

}  // namespace

// Stretching the passphrase is not what is tested, and takes seconds to be calibrated.
KeyOwner::KeyOwner() { home_.write("gpg-agent.conf", "s2k-count 65536\n"); }

KeyOwner::~KeyOwner() { run_program({gpgconf, "--homedir", home_.path(), "--kill", "gpg-agent"}); }

std::string KeyOwner::run(const std::vector<std::string>& arguments, const std::string& plain) const {
    const auto in = home_.write("in", plain);
    const auto out = home_ / "out";
    std::filesystem::remove(out);
    std::vector<std::string> all = {
        gpg,      "--homedir",       home_.path(), "--batch",  "--quiet", "--no-tty", "--trust-model",
        "always", "--pinentry-mode", "loopback",   "--output", out};
    all.insert(all.end(), arguments.begin(), arguments.end());
    if (!plain.empty()) all.push_back(in);
    const auto finished = run_program(all);
    if (finished.exit_code != 0) throw std::runtime_error("gpg failed: " + finished.err);
    return std::filesystem::exists(out) ? TempDir::read(out) : finished.out;
}

void KeyOwner::make_key(const std::string& address, const std::string& passphrase) const {
    run({"--passphrase", passphrase, "--quick-generate-key", address, "future-default", "default", "never"});
}

void KeyOwner::make_signing_key(const std::string& address) const {
    run({"--passphrase", "", "--quick-generate-key", address, "ed25519", "sign", "never"});
}

std::string KeyOwner::private_key(const std::string& address, const std::string& passphrase, Armour armour) const {
    std::vector<std::string> arguments = {"--passphrase", passphrase};
    if (armour == Armour::yes) arguments.emplace_back("--armor");
    arguments.insert(arguments.end(), {"--export-secret-keys", address});
    return run(arguments);
}

std::string KeyOwner::public_key(const std::string& address) const { return run({"--armor", "--export", address}); }

void KeyOwner::know(const std::string& public_key) const { run({"--import"}, public_key); }

std::string KeyOwner::encrypt(const std::string& plain, const std::string& address,
                              const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--recipient", address, "--encrypt"});
    return run(all, plain);
}

}  // namespace usersync::test

// The other side of bench_network and of its anchor: a sandbox under TLS, in memory, in a process of its own.
//
//     bench_sandbox NETWORK FOLDER [CALLS]      serves until it is ended; it prints one line when it is ready
//
// FOLDER gets `site`, which bench_network reads: one line each for rest, scim, network, token, scim_token and the
// certificate to trust; `memberships`, the EIDs of as many memberships of people as CALLS says, or of all; and `curl`,
// which asks for each of them.
#include "connectors/speakap/sandbox/sandbox_server.hpp"
#include "core/base/result.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/real_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using namespace usersync;

constexpr std::size_t everybody = static_cast<std::size_t>(-1);

/// Yesterday, until the network stands: nobody in it has just changed.
class BenchClock final : public Clock {
public:
    void arrive() { behind_ = Duration(0); }

    Time now() const override { return real_.now() - behind_; }
    SteadyTime steady_now() const override { return real_.steady_now(); }
    boost::asio::awaitable<void> sleep_until(Time when) override { return real_.sleep_until(when); }
    boost::asio::awaitable<void> sleep_until(SteadyTime when) override { return real_.sleep_until(when); }

private:
    test::RealClock real_;
    Duration behind_ = std::chrono::hours(24);
};

void write_site(const std::filesystem::path& folder, const sandbox::SandboxAddresses& at, const std::string& ca_file) {
    std::ofstream site(folder / "site");
    for (const auto& line : {at.rest, at.scim, at.network, at.token, at.scim_token, ca_file}) site << line << '\n';
}

void write_calls(const std::filesystem::path& folder, const sandbox::Sandbox& sandbox, const std::string& ca_file,
                 std::size_t most) {
    const auto at = sandbox.addresses();
    std::ofstream memberships(folder / "memberships");
    std::ofstream curl(folder / "curl");
    curl << "silent\nfail\nfail-early\nhttp1.1\ncacert = " << ca_file << "\nheader = \"Authorization: Bearer "
         << at.token << "\"\nheader = \"Accept: application/vnd.speakap.api-v1.8.2+json+hal\"\n";
    for (const auto& user : sandbox.state().users) {
        if (!sandbox::is_listed(user)) continue;
        if (most-- == 0) break;
        memberships << user.network.eid << '\n';
        curl << "url = " << at.rest << "/networks/" << at.network << "/memberships/" << user.network.eid
             << "/?embed=user\noutput = /dev/null\n";
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3 && count != 4) {
        std::fputs("usage: bench_sandbox NETWORK FOLDER [CALLS]\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    const std::filesystem::path folder = arguments[2];
    std::filesystem::create_directories(folder);
    const test::CertificateAuthority root(folder, "root");
    const test::CertificateAuthority intermediate(root, "intermediate");
    const auto pair = intermediate.issue("server");

    sandbox::SandboxOptions options;
    options.network_file = arguments[1];
    options.certificate_file = pair.certificate_file;
    options.key_file = pair.key_file;
    boost::asio::io_context context(1);
    BenchClock clock;
    const auto sandbox = sandbox::Sandbox::start(context.get_executor(), clock, options);
    if (!sandbox) {
        std::fprintf(stderr, "%s\n", describe(sandbox.error()).c_str());
        return 1;
    }
    clock.arrive();
    const auto ca_file = root.certificate_file().string();
    write_site(folder, (*sandbox)->addresses(), ca_file);
    write_calls(folder, **sandbox, ca_file, count == 4 ? std::strtoul(arguments[3], nullptr, 10) : everybody);
    std::puts((*sandbox)->addresses().to_json_line().c_str());
    std::fflush(stdout);
    context.run();
    return 0;
}

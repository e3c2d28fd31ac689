// The other side of bench_rest and of its anchor: AFAS by HTTPS, in a process of its own. Its pages are made when they
// are asked for and kept nowhere.
//
//     bench_vendor FOLDER ROWS [PAGE]      serves until it is ended; it prints one line when it is ready
//
// FOLDER gets `vendor`, which bench_rest reads: its origin, the certificate to trust, the rows of a page (1000); and
// `curl`, which asks for the same pages in the same order, the empty one at the end included.
#include "connectors/http/server.hpp"
#include "tests/support/certificates.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace {

using namespace usersync;

constexpr const char* path = "/ProfitRestServices/connectors/Rows";
constexpr std::size_t page_usual = 1000;

void append_row(std::size_t row, std::string& body) {
    const auto id = std::to_string(1'000'000 + row);
    body += R"({"EmployeeId":")" + id + R"(","EmailWork":"person.)" + id + R"(@shop.example","FirstName":"Zo\u00eb",)";
    body += R"("Infix":"van der","LastName":"M\u00fcller","JobTitle":"Shop assistant","Phone":"+31 20 )" + id + R"(",)";
    body += R"("Location":"Store )" + std::to_string(row % 500) + R"(","Department":"Department )";
    body += std::to_string(row % 40) + R"(","StartDate":"2020-03-01T00:00:00Z","EndDate":null})";
}

boost::asio::awaitable<http::Response> page(http::Request request, std::size_t rows) {
    std::size_t skip = 0;
    std::size_t take = 100;
    for (const auto& parameter : http::parse_form(http::split_target(request.target).query)) {
        if (parameter.name == "skip") skip = std::strtoul(parameter.value.c_str(), nullptr, 10);
        if (parameter.name == "take") take = std::strtoul(parameter.value.c_str(), nullptr, 10);
    }
    const auto end = std::min(rows, skip + take);
    std::string body = "{\"skip\":" + std::to_string(skip) + ",\"take\":" + std::to_string(take) + ",\"rows\":[";
    for (auto row = skip; row < end; ++row) {
        if (row > skip) body += ',';
        append_row(row, body);
    }
    body += "]}";
    co_return http::Response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

void write_calls(const std::filesystem::path& folder, const std::string& origin, const std::string& ca_file,
                 std::size_t rows, std::size_t size) {
    std::ofstream(folder / "vendor") << origin << '\n' << ca_file << '\n' << size << '\n';
    std::ofstream curl(folder / "curl");
    curl << "silent\nfail\nfail-early\nhttp1.1\ncacert = " << ca_file << '\n';
    for (std::size_t skip = 0; skip < rows + size; skip += size) {
        curl << "url = \"" << origin << path << "?orderbyfieldids=EmployeeId&skip=" << std::min(skip, rows)
             << "&take=" << size << "\"\noutput = /dev/null\n";
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3 && count != 4) {
        std::fputs("usage: bench_vendor FOLDER ROWS [PAGE]\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    const std::filesystem::path folder = arguments[1];
    const std::size_t rows = std::strtoul(arguments[2], nullptr, 10);
    const std::size_t size = count == 4 ? std::strtoul(arguments[3], nullptr, 10) : page_usual;
    std::filesystem::create_directories(folder);
    const test::CertificateAuthority root(folder, "root");
    const test::CertificateAuthority intermediate(root, "intermediate");
    const auto pair = intermediate.issue("server");

    boost::asio::io_context context(1);
    http::ListenOptions options;
    options.certificate_file = pair.certificate_file.string();
    options.key_file = pair.key_file.string();
    const auto server = http::listen(context.get_executor(), options,
                                     [rows](http::Request request) { return page(std::move(request), rows); });
    if (!server) {
        std::fprintf(stderr, "%s\n", describe(server.error()).c_str());
        return 1;
    }
    const auto origin = "https://localhost:" + std::to_string((*server)->port());
    write_calls(folder, origin, root.certificate_file().string(), rows, size);
    std::puts(origin.c_str());
    std::fflush(stdout);
    context.run();
    return 0;
}

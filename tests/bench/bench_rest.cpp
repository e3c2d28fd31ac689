// A source by HTTPS, read by the very code of the daemon: rows per second, processor time, memory.
//
//     bench_rest ROWS [PAGE]       so many rows of a GetConnector, PAGE (1000) at a time
//
// The vendor is a process of its own, so that its processor time is not ours. Prints one line of JSON; `memory_above`
// is what the process needed at most, less the record itself: it must not grow with the rows.
#include "connectors/http/server.hpp"
#include "connectors/rest/presets.hpp"
#include "connectors/rest/rest_source.hpp"
#include "core/rest/check_connector.hpp"
#include "daemon/config/read_connector.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/real_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace usersync;
namespace asio = boost::asio;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_rest: %s\n", why.c_str());
    std::exit(1);
}

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || value == 0) give_up("\"" + std::string(text) + "\" is no number");
    return value;
}

// ---- the vendor -----------------------------------------------------------------------------------------------------

void append_row(std::size_t row, std::string& body) {
    auto id = std::to_string(1'000'000 + row);
    body += R"({"EmployeeId":")" + id + R"(","EmailWork":"person.)" + id + R"(@shop.example","FirstName":"Zo\u00eb",)";
    body += R"("Infix":"van der","LastName":"M\u00fcller","JobTitle":"Shop assistant","Phone":"+31 20 )" + id + R"(",)";
    body += R"("Location":"Store )" + std::to_string(row % 500) + R"(","Department":"Department )";
    body += std::to_string(row % 40) + R"(","StartDate":"2020-03-01T00:00:00Z","EndDate":null})";
}

asio::awaitable<http::Response> page(http::Request request, std::size_t rows) {
    std::size_t skip = 0;
    std::size_t take = 100;
    for (const auto& parameter : http::parse_form(http::split_target(request.target).query)) {
        if (parameter.name == "skip" && parameter.value != "0") skip = number(parameter.value);
        if (parameter.name == "take") take = number(parameter.value);
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

[[noreturn]] void serve(const test::Certificates& certificates, std::size_t rows, int tell) {
    asio::io_context context(1);
    http::ListenOptions options;
    options.certificate_file = certificates.server.certificate_file.string();
    options.key_file = certificates.server.key_file.string();
    auto server = http::listen(context.get_executor(), options,
                               [rows](http::Request request) { return page(std::move(request), rows); });
    if (!server) give_up(describe(server.error()));
    const std::uint16_t port = (*server)->port();
    if (::write(tell, &port, sizeof port) != sizeof port) std::_Exit(1);
    context.run();
    std::_Exit(0);
}

// ---- ours -----------------------------------------------------------------------------------------------------------

rest::TextTemplate literal(const std::string& text) { return {.parts = {{rest::TextTemplate::Kind::literal, text}}}; }

rest_api::RestOptions options_for(std::uint16_t port, std::size_t page_size, const std::string& ca_file) {
    const auto* preset = rest_api::find_preset("afas-get-connector-classic");
    if (preset == nullptr) give_up("the preset is not there");
    config::PresetFile file;
    file.text = preset->text;
    file.reading.text = file.text;
    file.document = config::parse_document(file.text);
    rest_api::RestOptions options;
    options.connector = config::read_connector(file);
    options.connector.base_url = literal("https://localhost:" + std::to_string(port) + "/ProfitRestServices");
    std::get<rest::paging::Offset>(options.connector.list.paging).size = page_size;
    // Nobody holds us back: what is measured is ours.
    options.connector.limits.calls_per_second = 1e6;
    options.connector.limits.burst = 1e6;
    options.values.settings = {{"environment", {"12345"}}, {"connector", {"Rows"}}, {"order_by", {"EmployeeId"}}};
    options.values.secrets.emplace("token", Secret(std::string(64, 'A')));
    options.values = rest::with_fallbacks(options.connector, std::move(options.values));
    options.ca_file = ca_file;
    options.bytes_max = std::size_t{8} << 30;
    return options;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void read(const rest_api::RestOptions& options, std::size_t rows) {
    asio::io_context context(1);
    asio::thread_pool lane(1);
    test::RealClock clock;
    const auto began = std::chrono::steady_clock::now();
    const auto source = rest_api::make_rest_source(options, clock, context.get_executor(), lane.get_executor());
    auto fetched = test::run(context, source->fetch(clock.steady_now() + std::chrono::hours(1)));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    if (!fetched) give_up(describe(fetched.error()));
    if (!fetched->delivery) give_up("nothing was delivered");
    const auto& bytes = fetched->delivery->bytes;
    const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (lines != rows) give_up(std::to_string(lines) + " rows came");
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto peak = static_cast<std::size_t>(used.ru_maxrss) * 1024;
    std::printf(
        "{\"rows\":%zu,\"seconds\":%.3f,\"rows_per_second\":%.0f,\"cpu\":%.3f,\"bytes\":%zu,\"memory\":%zu,"
        "\"memory_above\":%zu}\n",
        rows, took.count(), static_cast<double>(rows) / took.count(), seconds(used.ru_utime) + seconds(used.ru_stime),
        bytes.size(), peak, peak - std::min(peak, bytes.size()));
}

}  // namespace

int main(int count, char** words) {
    if (count != 2 && count != 3) give_up("bench_rest ROWS [PAGE]");
    const auto rows = number(words[1]);
    const auto page_size = count == 3 ? number(words[2]) : 1000;
    const test::Certificates certificates;
    int pipe[2];
    if (::pipe(pipe) != 0) give_up("no pipe");
    const auto vendor = ::fork();
    if (vendor == 0) serve(certificates, rows, pipe[1]);
    ::close(pipe[1]);
    std::uint16_t port = 0;
    if (::read(pipe[0], &port, sizeof port) != sizeof port) give_up("the vendor did not start");
    read(options_for(port, page_size, certificates.ca_file()), rows);
    ::kill(vendor, SIGTERM);
    ::waitpid(vendor, nullptr, 0);
    return 0;
}

// Ours, for P10: everybody of a GetConnector over HTTPS, read and kept by the very source that the daemon runs.
//
//     bench_rest FOLDER       FOLDER is that of bench_vendor, which runs
//
// Prints one line of JSON; `memory_above` is what the process needed at most besides the record itself.
#include "connectors/rest/presets.hpp"
#include "connectors/rest/rest_source.hpp"
#include "core/rest/check_connector.hpp"
#include "daemon/config/read_connector.hpp"
#include "tests/support/real_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace {

using namespace usersync;

constexpr double no_limit = 1e6;  // what is measured is ours, not the pace that the vendor is owed

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_rest: %s\n", why.c_str());
    std::exit(1);
}

rest::TextTemplate literal(const std::string& text) { return {.parts = {{rest::TextTemplate::Kind::literal, text}}}; }

rest_api::RestOptions options_for(const std::filesystem::path& folder) {
    std::ifstream vendor(folder / "vendor");
    std::string origin;
    rest_api::RestOptions options;
    std::size_t page_size = 0;
    if (!(vendor >> origin >> options.ca_file >> page_size)) give_up("no bench_vendor runs for " + folder.string());
    const auto* preset = rest_api::find_preset("afas-get-connector-classic");
    if (preset == nullptr) give_up("the preset is not there");
    config::PresetFile file;
    file.text = preset->text;
    file.reading.text = file.text;
    file.document = config::parse_document(file.text);
    options.connector = config::read_connector(file);
    options.connector.base_url = literal(origin + "/ProfitRestServices");
    std::get<rest::paging::Offset>(options.connector.list.paging).size = page_size;
    options.connector.limits.calls_per_second = no_limit;
    options.connector.limits.burst = no_limit;
    options.values.settings = {{"environment", {"12345"}}, {"connector", {"Rows"}}, {"order_by", {"EmployeeId"}}};
    options.values.secrets.emplace("token", Secret(std::string(64, 'A')));
    options.values = rest::with_fallbacks(options.connector, std::move(options.values));
    return options;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) give_up("usage: bench_rest FOLDER");
    auto options = options_for(arguments[1]);
    const test::TempDir state;
    options.state_folder = (state / "source").string();
    boost::asio::io_context context(1);
    boost::asio::thread_pool lane(1);
    test::RealClock clock;
    const auto began = std::chrono::steady_clock::now();
    const auto source =
        rest_api::make_rest_source(std::move(options), clock, context.get_executor(), lane.get_executor());
    auto fetched = test::run(context, source->fetch(clock.steady_now() + std::chrono::hours(1)));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    if (!fetched) give_up(describe(fetched.error()));
    if (!fetched->delivery) give_up("nothing was delivered");

    const auto& bytes = fetched->delivery->bytes;
    const auto rows = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto peak = static_cast<std::size_t>(used.ru_maxrss) * 1024;
    std::printf(
        "{\"rows\":%zu,\"seconds\":%.3f,\"rows_per_second\":%.0f,\"cpu\":%.3f,\"bytes\":%zu,\"memory\":%zu,"
        "\"memory_above\":%zu}\n",
        rows, took.count(), static_cast<double>(rows) / took.count(), seconds(used.ru_utime) + seconds(used.ru_stime),
        bytes.size(), peak, peak - std::min(peak, bytes.size()));
    return 0;
}

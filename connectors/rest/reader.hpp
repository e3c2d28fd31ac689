#pragma once
// Reads lists of one source, whole or not at all.

#include "connectors/rest/calls.hpp"
#include "core/rest/list_read.hpp"

#include <memory>
#include <optional>
#include <string>

namespace usersync::rest_api {

struct ReadList {
    std::string lines;
    rest::ReadTally tally;
    std::size_t pages = 0;
    bool is_whole = true;
    std::optional<std::string> delta_link;
};

/// What of a list is read.
struct ListAsk {
    rest::Words words = {};  ///< {since}, {key}
    Where where;             ///< "list": how failures name it
    rest::PageReader::Purpose purpose = rest::PageReader::Purpose::full;
    std::string start_link = {};
    bool only_first_page = false;
    About about = {};  ///< something that was in a list
};

class Reader {
public:
    /// `calls` and `clock` outlive this and every reading.
    Reader(std::shared_ptr<const RestOptions> options, Calls& calls, Clock& clock, boost::asio::any_io_executor lane)
        : options_(std::move(options)), calls_(calls), clock_(clock), lane_(std::move(lane)) {}

    /// Page by page: of the answers one is in memory at a time. `list` belongs to the options.
    boost::asio::awaitable<Result<ReadList>> read(const rest::ListRule& list, ListAsk ask, Deadline deadline);

    /// The lines with the columns of all joins and child calls.
    boost::asio::awaitable<Result<std::string>> completed(std::string lines, Deadline deadline);

private:
    struct Children;
    boost::asio::awaitable<Result<std::string>> joined(std::string lines, const rest::Join& join, Deadline deadline);
    boost::asio::awaitable<Result<std::string>> with_children(std::string lines, const rest::ChildCall& rule,
                                                              Deadline deadline);
    boost::asio::awaitable<void> ask_children(std::shared_ptr<Children> all, Deadline deadline);
    Failure named(Failure failure, const Where& where) const;

    std::shared_ptr<const RestOptions> options_;  // work on the lane may outlive the source when all is torn down
    Calls& calls_;
    Clock& clock_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::rest_api

#pragma once
// What every Source owes, as checks that an adapter joins by describing its world.

#include "core/ports/source.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

/// A folder at the other end, and the source that looks into it: pattern "*.csv", files archived after reading,
/// at most 1 MiB a file, unchanged for ten seconds by `clock`.
class SourceWorld {
public:
    virtual ~SourceWorld() = default;

    virtual boost::asio::io_context& context() = 0;
    virtual ManualClock& clock() = 0;
    virtual Source& source() = 0;

    /// A complete file, newer than everything put before; replaces one of the same name.
    virtual void put(const std::string& name, const std::string& bytes) = 0;
    /// A file that changes while the source waits between its two looks, until it is put.
    virtual void put_growing(const std::string& name, const std::string& bytes) = 0;
    /// What may happen between the two looks; called when the source waits.
    virtual void while_waiting() {}
    virtual bool has(const std::string& name) const = 0;
    /// The bytes of every archived file, sorted.
    virtual std::vector<std::string> archive() const = 0;
    /// Things in the folder that are no files: a subfolder "folder.csv" and a link "link.csv" to a file elsewhere.
    /// False where there can be none.
    virtual bool put_folder_and_link() { return false; }
    /// The folder is gone. False where it cannot go.
    virtual bool take_folder_away() { return false; }
};

/// Runs to the end, moving the clock whenever the source waits for it.
Result<Fetched> fetch(SourceWorld& world);
/// With a receipt: the delivery without its bytes, which the store has by then.
Result<void> acknowledge(SourceWorld& world, const Delivery& delivery);

/// Call inside a TEST_CASE: each promise is a SECTION with a fresh world.
void check_source_contract(const std::function<std::unique_ptr<SourceWorld>()>& make_world);

}  // namespace usersync::test

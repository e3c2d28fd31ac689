#pragma once
// Reading one list from its first page to its last: whole or a Failure.

#include "core/rest/answer_class.hpp"
#include "core/rest/call.hpp"
#include "core/rest/digest_set.hpp"
#include "core/rest/page.hpp"
#include "core/rest/paging.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace usersync::rest {

/// Whoever runs it: `first`, send, `take`, send, … until `take` gives no call. Retries are the runner's: `take` is
/// given only answers that are `ok` or `nothing` by class_of.
class ListRead {
public:
    /// `connector`, `list`, `values` outlive this. `words`: {since}, {now}, {key} as far as they are known.
    /// `start_link`: where a delta by link begins.
    ListRead(const Connector& connector, const ListRule& list, const Values& values, Words words,
             PageReader::Purpose purpose = PageReader::Purpose::full, std::string start_link = {});

    /// Without credentials: those are added by whoever sends it.
    Result<Call> first();
    /// nullopt: the list is whole. A Failure ends the read; nothing of it may be used.
    Result<std::optional<Call>> take(Reply reply);

    /// What was read since this was asked last. So memory is bounded by a page; whole only when `take` gave nullopt.
    std::string take_lines();
    const ReadTally& tally() const { return tally_; }
    std::size_t pages() const { return pager_.pages(); }
    /// Of the last page.
    const std::optional<std::string>& delta_link() const { return delta_link_; }

private:
    Result<Call> call_of(const NextPage& page);
    Result<void> drop_repeated(std::size_t from);
    Result<void> check_count(bool is_whole) const;
    Result<std::optional<Call>> check_fields() const;

    const Connector& connector_;
    const ListRule& list_;
    const Values& values_;
    Words words_;
    std::string start_link_;
    PageReader reader_;
    Pager pager_;
    Call last_;
    std::string lines_;
    DigestSet seen_;
    std::size_t repeated_ = 0;
    ReadTally tally_;
    std::optional<std::string> delta_link_;
    PageReader::Purpose purpose_;
};

}  // namespace usersync::rest

#pragma once
// From page to page: what is asked for first, what next, and when it is enough.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
#include "core/rest/call.hpp"
#include "core/rest/page.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace usersync::rest {

/// Where the next page is.
struct NextPage {
    Words words;                      ///< {offset}, {limit}, {page}, {cursor}
    NamedTexts parameters;            ///< of the query
    std::optional<std::string> link;  ///< then nothing else counts
    bool operator==(const NextPage&) const = default;
};

/// The pages of one list. Never endless: every step moves on, within `pages_max`.
///
/// Failures of `next`: `blocked`/"cursor_repeated", "link_repeated", "page_repeated" when the vendor turns in circles,
/// "too_many_pages", "too_many_records"; `transient`/"fewer_than_total" when it ended before the vendor's own count,
/// "total_changed" when that count was another one on an earlier page.
///
/// Pages by number end at an empty page. A total that was reached is not enough: some sources count what is on the
/// page, some say less from page to page, and some give fewer than they were asked for. It is enough where several
/// pages have said the same total and it is exactly what came, which no count of a page alone can be; and behind a
/// short page, where `on_short_page` says that those are the last ones.
class Pager {
public:
    Pager(const Paging& paging, const Stop& stop);

    NextPage first() const;
    /// After a page, or (`facts` without anything) a 204. nullopt: that was the last.
    Result<std::optional<NextPage>> next(const PageFacts& facts, bool was_nothing, std::string_view link_header = {});

    std::size_t pages() const { return pages_; }
    /// The largest that was said.
    const std::optional<std::uint64_t>& total() const { return total_; }
    /// Asked behind the total, the source gave a page of before once more: it knows no pages, and gave everything.
    bool is_said_again(const PageFacts& facts) const;

private:
    NextPage counted() const;
    Result<std::optional<NextPage>> ended() const;
    Result<std::optional<NextPage>> step_behind(const PageFacts& facts, std::string_view link_header);
    Result<std::optional<NextPage>> next_by_mark(const std::optional<std::string>& mark, std::string_view what,
                                                 const char* code);
    Result<void> check_page(const PageFacts& facts);
    Result<void> note_total(const PageFacts& facts);
    bool is_last(const PageFacts& facts, std::size_t size) const;

    Paging paging_;
    Stop stop_;
    std::size_t pages_ = 0;
    std::size_t received_ = 0;
    std::size_t offset_ = 0;
    std::size_t page_ = 0;
    std::optional<std::uint64_t> total_;
    std::set<Digest> seen_pages_;
    std::set<Digest> seen_marks_;
};

}  // namespace usersync::rest

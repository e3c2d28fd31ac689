#include "core/rest/paging.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rest {
namespace {

Failure turned_in_circles(std::string code, std::string_view what) {
    return {.kind = FailureKind::blocked,
            .code = std::move(code),
            .where = "rest",
            .detail = "the source gave " + std::string(what) + " a second time: its pages would never end"};
}

Failure too_many(std::string code, std::size_t most, std::string_view what) {
    return {.kind = FailureKind::blocked,
            .code = std::move(code),
            .where = "rest",
            .detail = "the source has more than " + std::to_string(most) + " " + std::string(what)};
}

TextTemplate literal(std::string text) { return {.parts = {{TextTemplate::Kind::literal, std::move(text)}}}; }
TextTemplate word(std::string name) { return {.parts = {{TextTemplate::Kind::value, std::move(name)}}}; }

// A number of a page, put where the declaration wants it.
void put(NextPage& next, const std::string& name, const std::string& parameter, std::size_t value) {
    next.words[name] = std::to_string(value);
    if (!parameter.empty()) next.parameters.emplace_back(parameter, literal(std::to_string(value)));
}

template <class Kind>
void put_limit(NextPage& next, const Kind& kind) {
    if (kind.size > 0) put(next, "limit", kind.limit_parameter, kind.size);
}

}  // namespace

Pager::Pager(const Paging& paging, const Stop& stop) : paging_(paging), stop_(stop) {
    if (const auto* offset = std::get_if<paging::Offset>(&paging_)) offset_ = offset->start;
    if (const auto* page = std::get_if<paging::Page>(&paging_)) page_ = page->start;
}

NextPage Pager::first() const {
    if (const auto* cursor = std::get_if<paging::Cursor>(&paging_)) {
        NextPage next;
        put_limit(next, *cursor);
        return next;
    }
    if (const auto* link = std::get_if<paging::NextLink>(&paging_)) {
        NextPage next;
        put_limit(next, *link);
        return next;
    }
    if (const auto* header = std::get_if<paging::LinkHeader>(&paging_)) {
        NextPage next;
        put_limit(next, *header);
        return next;
    }
    return counted();
}

NextPage Pager::counted() const {
    NextPage next;
    if (const auto* offset = std::get_if<paging::Offset>(&paging_)) {
        put(next, "offset", offset->parameter, offset_);
        put(next, "limit", offset->limit_parameter, offset->size);
    }
    if (const auto* page = std::get_if<paging::Page>(&paging_)) {
        put(next, "page", page->parameter, page_);
        put(next, "limit", page->size_parameter, page->size);
    }
    return next;
}

Result<std::optional<NextPage>> Pager::ended() const {
    if (total_ && received_ < *total_) {
        return Failure{.kind = FailureKind::transient,
                       .code = "fewer_than_total",
                       .where = "rest",
                       .detail = "the source says that it has " + std::to_string(*total_) + " records, and gave " +
                                 std::to_string(received_)};
    }
    return std::optional<NextPage>();
}

Result<void> Pager::check_page(const PageFacts& facts) {
    received_ += facts.received;
    if (auto noted = note_total(facts); !noted) return noted;
    if (received_ > stop_.records_max) return too_many("too_many_records", stop_.records_max, "records");
    if (facts.received > 0 && !seen_pages_.insert(facts.digest).second) {
        return turned_in_circles("page_repeated", "the same page");
    }
    return {};
}

// What an empty page says is no contradiction: sources that count the page alone say 0 there.
Result<void> Pager::note_total(const PageFacts& facts) {
    if (!facts.total) return {};
    if (total_ && *total_ != *facts.total && facts.received > 0) {
        return Failure{.kind = FailureKind::transient,
                       .code = "total_changed",
                       .where = "rest",
                       .detail = "the source said that it has " + std::to_string(*total_) + " records, and then " +
                                 std::to_string(*facts.total) +
                                 ": they changed while they were read, or it counts wrong"};
    }
    total_ = std::max(total_.value_or(0), *facts.total);
    return {};
}

bool Pager::is_said_again(const PageFacts& facts) const {
    return total_ && received_ == *total_ && facts.received > 0 && seen_pages_.contains(facts.digest);
}

// By number: whether there may be another page behind this one.
bool Pager::is_last(const PageFacts& facts, std::size_t size) const {
    if (facts.received == 0) return true;
    if (stop_.on_short_page && facts.received < size) return !total_ || received_ >= *total_;
    return total_ && pages_ > 1 && received_ == *total_;
}

Result<std::optional<NextPage>> Pager::next_by_mark(const std::optional<std::string>& mark, std::string_view what,
                                                    const char* code) {
    if (!mark) return ended();
    if (!seen_marks_.insert(digest_of(*mark)).second) return turned_in_circles(code, what);
    NextPage next;
    if (const auto* cursor = std::get_if<paging::Cursor>(&paging_)) {
        next.words["cursor"] = *mark;
        if (!cursor->parameter.empty()) next.parameters.emplace_back(cursor->parameter, word("cursor"));
        put_limit(next, *cursor);
    } else {
        next.link = *mark;
    }
    return std::optional(std::move(next));
}

Result<std::optional<NextPage>> Pager::next(const PageFacts& facts, bool was_nothing, std::string_view link_header) {
    ++pages_;
    if (auto checked = check_page(facts); !checked) return checked.error();
    if (was_nothing) return ended();
    auto step = step_behind(facts, link_header);
    if (step && *step && pages_ >= stop_.pages_max) return too_many("too_many_pages", stop_.pages_max, "pages");
    return step;
}

Result<std::optional<NextPage>> Pager::step_behind(const PageFacts& facts, std::string_view link_header) {
    if (const auto* offset = std::get_if<paging::Offset>(&paging_)) {
        if (is_last(facts, offset->size)) return ended();
        const bool by_size = offset->advance == paging::Offset::Advance::page_size;
        offset_ += by_size ? offset->size : facts.received;
        return std::optional(counted());
    }
    if (const auto* page = std::get_if<paging::Page>(&paging_)) {
        if (is_last(facts, page->size)) return ended();
        ++page_;
        return std::optional(counted());
    }
    if (std::holds_alternative<paging::Cursor>(paging_)) {
        return next_by_mark(facts.next, "the same cursor", "cursor_repeated");
    }
    if (std::holds_alternative<paging::NextLink>(paging_)) {
        return next_by_mark(facts.next, "the same link", "link_repeated");
    }
    if (const auto* header = std::get_if<paging::LinkHeader>(&paging_)) {
        return next_by_mark(link_of(link_header, header->relation), "the same link", "link_repeated");
    }
    return ended();
}

}  // namespace usersync::rest

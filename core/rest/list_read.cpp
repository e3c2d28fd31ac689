#include "core/rest/list_read.hpp"

#include "core/rest/json_line.hpp"

#include <utility>

namespace usersync::rest {

ListRead::ListRead(const Connector& connector, const ListRule& list, const Values& values, Words words,
                   PageReader::Purpose purpose, std::string start_link)
    : connector_(connector),
      list_(list),
      values_(values),
      words_(std::move(words)),
      start_link_(std::move(start_link)),
      reader_(list, connector.delta ? &*connector.delta : nullptr, purpose),
      pager_(list.paging, list.stop),
      purpose_(purpose) {}

Result<Call> ListRead::call_of(const NextPage& page) {
    auto words = words_;
    for (const auto& [name, text] : page.words) words[name] = text;
    return make_call(connector_, list_.request, values_, words, page.parameters);
}

Result<Call> ListRead::first() {
    auto call = call_of(start_link_.empty() ? pager_.first() : NextPage{});
    if (call && !start_link_.empty()) {
        call = follow(connector_, values_, *call, start_link_, paging::NextLink::Take::whole);
    }
    if (call) last_ = *call;
    return call;
}

Result<std::optional<Call>> ListRead::take(Reply reply) {
    PageFacts facts;
    const bool was_nothing = reply.status == 204;
    const auto begin = lines_.size();
    if (!was_nothing) {
        auto read = reader_.read(std::move(reply.body), lines_);
        if (!read) return read.error();
        facts = *std::move(read);
        if (pager_.is_said_again(facts)) {
            lines_.resize(begin);
            return check_fields();
        }
        delta_link_ = facts.delta_link;
    }
    tally_ = reader_.tally();
    if (auto dropped = drop_repeated(begin); !dropped) return dropped.error();
    auto next = pager_.next(facts, was_nothing, whole_header(reply.headers, "Link"));
    if (!next) return next.error();
    if (auto counted = check_count(!*next); !counted) return counted.error();
    if (!*next) return check_fields();
    const auto* link = std::get_if<paging::NextLink>(&list_.paging);
    const auto how = link != nullptr ? link->take : paging::NextLink::Take::whole;
    auto call = (*next)->link ? follow(connector_, values_, last_, *(*next)->link, how) : call_of(**next);
    if (!call) return call.error();
    last_ = *call;
    return std::optional(*std::move(call));
}

Result<std::optional<Call>> ListRead::check_fields() const {
    const bool is_of_changes = purpose_ == PageReader::Purpose::delta;
    if (auto checked = is_of_changes ? Result<void>() : reader_.check_fields(); !checked) return checked.error();
    return std::optional<Call>();
}

// The pager counts what came; where some of it came twice, others may not have come at all. More than there are: the
// total is no count of the whole list, and says nothing about what is missing.
Result<void> ListRead::check_count(bool is_whole) const {
    const auto& total = pager_.total();
    const auto different = tally_.received - repeated_;
    const bool is_fewer = is_whole && repeated_ > 0 && total && different < *total;
    const bool is_more = total && different > *total;
    if (!is_fewer && !is_more) return {};
    return Failure{.kind = FailureKind::transient,
                   .code = is_fewer ? "fewer_than_total" : "more_than_total",
                   .where = "rest",
                   .detail = "the source says that it has " + std::to_string(*total) + " records, and gave " +
                             std::to_string(different) + " different ones"};
}

// A record that comes again is one that paging moved. Of changes the same may be said twice: there the last counts.
Result<void> ListRead::drop_repeated(std::size_t from) {
    tally_.repeated = repeated_;
    if (list_.repeated == Repeated::keep || purpose_ != PageReader::Purpose::full) return {};
    std::string_view rest = std::string_view(lines_).substr(from);
    std::string_view line;
    std::string kept;
    bool is_clean = true;
    for (std::size_t at = 0; next_line(rest, line); at += line.size() + 1) {
        if (seen_.insert(digest_of(line))) {
            if (!is_clean) kept.append(line).push_back('\n');
            continue;
        }
        if (list_.repeated == Repeated::fail) {
            return Failure{.kind = FailureKind::transient,
                           .code = "record_repeated",
                           .where = "rest",
                           .detail = "a record came twice: the pages shifted while they were read"};
        }
        if (std::exchange(is_clean, false)) kept = lines_.substr(from, at);
        ++repeated_;
    }
    if (!is_clean) lines_.replace(from, std::string::npos, kept);
    tally_.repeated = repeated_;
    return {};
}

std::string ListRead::take_lines() { return std::exchange(lines_, {}); }

}  // namespace usersync::rest

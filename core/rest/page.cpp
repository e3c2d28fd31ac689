#include "core/rest/page.hpp"

#include "core/record/json_teller.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/record_lines.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace usersync::rest {
namespace {

namespace json = simdjson::ondemand;
using record::json_token;

const std::vector<FieldPath>& next_paths(const Paging& paging) {
    static const std::vector<FieldPath> none;
    if (const auto* cursor = std::get_if<paging::Cursor>(&paging)) return cursor->paths;
    if (const auto* link = std::get_if<paging::NextLink>(&paging)) return link->paths;
    return none;
}

bool begins_value(std::string_view text) {
    return !text.empty() && std::string_view("{[\"-0123456789tfn").find(text.front()) != std::string_view::npos;
}

// What an answer is asked for, besides the records: each path has a meaning and a rank, the first of a kind wins.
struct Wanted {
    enum class What { records, next, delta_link, total };
    What what = What::records;
    std::size_t rank = 0;
};

struct WantedPaths {
    std::vector<FieldPath> paths;
    std::vector<Wanted> wanted;

    void add(Wanted::What what, const std::vector<FieldPath>& more) {
        std::size_t rank = 0;
        for (const auto& path : more) {
            paths.push_back(path);
            wanted.push_back({what, rank++});
        }
    }
};

WantedPaths wanted_of(const ListRule& list, const DeltaRule* delta) {
    WantedPaths all;
    all.add(Wanted::What::records, list.records.paths);
    all.add(Wanted::What::next, next_paths(list.paging));
    if (delta != nullptr) all.add(Wanted::What::delta_link, delta->link_paths);
    if (list.stop.total) all.add(Wanted::What::total, {*list.stop.total});
    return all;
}

}  // namespace

class PageReader::Reading {
public:
    Reading(const ListRule& list, const DeltaRule* delta, Purpose purpose)
        : Reading(list, delta, purpose, wanted_of(list, delta)) {}

    Result<PageFacts> read(std::string body, std::string& lines) {
        start(lines);
        const std::size_t skipped = body.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        const auto size = body.size();
        if (lines.empty()) lines.reserve(size);  // a line is about as long as its record
        body.resize(size + simdjson::SIMDJSON_PADDING, ' ');
        text_ = std::string_view(body).substr(skipped, size - skipped);
        json::document document;
        if (const auto error = parser_.iterate(text_.data(), text_.size(), body.size() - skipped).get(document)) {
            return not_json(simdjson::error_message(error));
        }
        document_ = &document;
        json::value root;
        if (const auto error = document.get_value().get(root)) {
            const auto first = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
            const bool is_scalar = error == simdjson::SCALAR_DOCUMENT_AS_VALUE && begins_value(text_.substr(first));
            if (is_scalar) return no_records();
            return not_json(simdjson::error_message(error));
        }
        if (!look(root, FieldWays::start, 1)) return lines_of_.failure();
        if (!record::is_at_end(document)) return not_json("something stands behind its end");
        if (is_bad(Wanted::What::next, facts_.next) || is_bad(Wanted::What::delta_link, facts_.delta_link)) {
            return unreadable(FailureKind::blocked, "bad_next",
                              "something else than a text stands where the source names the next page or link");
        }
        if (!collected_ && !is_behind_total()) return no_records();
        return std::move(facts_);
    }

    const RecordLines& lines_of() const { return lines_of_; }
    const RecordRule& rule() const { return rule_; }

private:
    Reading(const ListRule& list, const DeltaRule* delta, Purpose purpose, WantedPaths wanted)
        : rule_(list.records),
          wanted_(std::move(wanted.wanted)),
          ways_(std::move(wanted.paths)),
          lines_of_(list.records, delta, purpose) {}

    void start(std::string& lines) {
        lines_ = &lines;
        begin_ = lines.size();
        before_ = lines_of_.tally;
        facts_ = {};
        collected_.reset();
        ranks_ = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
        has_wrong_shape_ = false;
        bad_marks_ = {};
    }

    // What cannot be followed is no end: people would be missing.
    bool is_bad(Wanted::What what, const std::optional<std::string>& found) const {
        return !found && bad_marks_[static_cast<std::size_t>(what)];
    }

    // RFC 7644, 3.4.2: where there is nothing to list, the list itself may be left out.
    bool is_behind_total() const {
        return !has_wrong_shape_ && facts_.total && lines_of_.tally.received >= *facts_.total;
    }

    Failure no_records() const {
        std::string paths;
        for (const auto& path : rule_.paths) paths += (paths.empty() ? "\"" : ", \"") + path.text + "\"";
        const auto* const why = has_wrong_shape_ ? " is not what holds the records" : " is not in the answer";
        return unreadable(FailureKind::blocked, "no_record_path", paths + why);
    }

    bool fail(simdjson::error_code error) { return lines_of_.fail(not_json(simdjson::error_message(error))); }

    bool look(json::value value, FieldWays::State state, std::size_t depth) {
        const auto token = json_token(value);
        for (const auto path : ways_.ends(state)) {
            if (wanted_[path].what != Wanted::What::records) {
                note(wanted_[path], token);
            } else if (collected_ && *collected_ <= wanted_[path].rank) {
                continue;
            } else if (has_shape(token)) {
                return collect(value, token, wanted_[path].rank, depth);
            } else {
                has_wrong_shape_ = true;
            }
        }
        if (depth > depth_max) return true;  // what is so deep is not looked for
        note_end_of_way(token, state);
        if (token.starts_with('{')) return look_into_object(value, state, depth);
        if (token.starts_with('[')) return look_into_array(value, state, depth);
        return true;
    }

    bool look_into_object(json::value value, FieldWays::State state, std::size_t depth) {
        json::object object;
        if (const auto error = value.get_object().get(object)) return fail(error);
        return look_into(object, state, depth);
    }

    bool look_into(json::object object, FieldWays::State state, std::size_t depth) {
        ways_.begin_object(state);
        for (auto next : object) {
            json::field field;
            if (const auto error = std::move(next).get(field)) return fail(error);
            const auto written = written_name(field);
            const bool is_plain = written.find('\\') == std::string_view::npos;
            const auto to = is_plain ? ways_.member(state, written, written)
                                     : ways_.member(state, written, text_of_value('"' + std::string(written) + '"'));
            if (to != FieldWays::nowhere && !look(field.value(), to, depth + 1)) return false;
        }
        return true;
    }

    bool look_into_array(json::value value, FieldWays::State state, std::size_t depth) {
        json::array array;
        if (const auto error = value.get_array().get(array)) return fail(error);
        std::size_t index = 0;
        for (auto next : array) {
            json::value element;
            if (const auto error = std::move(next).get(element)) return fail(error);
            const auto at = index++;
            if (!json_token(element).starts_with('{')) continue;
            json::object object;
            if (const auto error = element.get_object().get(object)) return fail(error);
            std::uint32_t holds = 0;
            if (const auto error = what_holds(ways_.predicates(state), object, holds)) return fail(error);
            const auto to = ways_.element(state, at, holds);
            if (to != FieldWays::nowhere && !look_into(object, to, depth + 1)) return false;
        }
        return true;
    }

    bool has_shape(std::string_view token) const {
        return token.starts_with(rule_.shape == RecordRule::Shape::list ? '[' : '{');
    }

    static bool is_nothing(std::string_view token) { return token == "null" || token == "\"\""; }

    // A value in the middle of the way to a mark: {"next":"/people?page=2"} where next.href was declared. With several
    // ways only one of them needs to fit.
    void note_end_of_way(std::string_view token, FieldWays::State state) {
        if (token.starts_with('{') || token.starts_with('[') || is_nothing(token)) return;
        for (const auto path : ways_.within(state)) {
            const auto what = wanted_[path].what;
            if (what != Wanted::What::next && what != Wanted::What::delta_link) continue;
            const auto is_of_kind = [&](const Wanted& other) { return other.what == what; };
            const auto& ends = ways_.ends(state);
            const bool ends_here = std::find(ends.begin(), ends.end(), path) != ends.end();
            const bool is_only = std::count_if(wanted_.begin(), wanted_.end(), is_of_kind) == 1;
            if (is_only && !ends_here) bad_marks_[static_cast<std::size_t>(what)] = true;
        }
    }

    void note(const Wanted& wanted, std::string_view token) {
        auto& rank = ranks_[static_cast<std::size_t>(wanted.what)];
        const bool is_text = token.size() > 2 && token.front() == '"';
        const bool is_number = !token.empty() && token.front() >= '0' && token.front() <= '9';
        if (!is_text && !is_number && !is_nothing(token)) bad_marks_[static_cast<std::size_t>(wanted.what)] = true;
        if (rank <= wanted.rank || (!is_text && !is_number)) return;
        const auto text = text_of_value(token);
        switch (wanted.what) {
            case Wanted::What::records: return;
            case Wanted::What::next: facts_.next = text; break;
            case Wanted::What::delta_link: facts_.delta_link = text; break;
            case Wanted::What::total: {
                std::uint64_t total = 0;
                const auto read = std::from_chars(text.data(), text.data() + text.size(), total);
                if (read.ec != std::errc()) return;
                facts_.total = total;
                break;
            }
        }
        rank = wanted.rank;
    }

    bool collect(json::value value, std::string_view token, std::size_t rank, std::size_t depth) {
        lines_->resize(begin_);
        lines_of_.tally = before_;
        collected_ = rank;
        const bool is_read = rule_.shape == RecordRule::Shape::list  ? collect_list(value, depth)
                             : rule_.shape == RecordRule::Shape::map ? collect_map(value, depth)
                                                                     : collect_one(value, depth);
        if (!is_read) return false;
        facts_.received = lines_of_.tally.received - before_.received;
        const char* end = text_.data() + text_.size();
        if (document_->current_location().get(end)) end = text_.data() + text_.size();
        facts_.digest = digest_of({token.data(), static_cast<std::size_t>(end - token.data())});
        return true;
    }

    bool add(json::value value, std::string_view key, std::size_t depth) {
        json::object record;
        const auto token = json_token(value);
        if (!begins_value(token)) return lines_of_.fail(not_json("it was cut off"));
        if (!token.starts_with('{')) {
            return lines_of_.fail(unreadable(FailureKind::blocked, "not_a_record", "a record is no object"));
        }
        if (const auto error = value.get_object().get(record)) return fail(error);
        return lines_of_.add(record, key, depth, *lines_);
    }

    bool collect_list(json::value value, std::size_t depth) {
        json::array array;
        if (const auto error = value.get_array().get(array)) return fail(error);
        for (auto next : array) {
            json::value element;
            if (const auto error = std::move(next).get(element)) return fail(error);
            if (!add(element, {}, depth + 1)) return false;
        }
        return true;
    }

    bool collect_map(json::value value, std::size_t depth) {
        json::object object;
        if (const auto error = value.get_object().get(object)) return fail(error);
        for (auto next : object) {
            json::field field;
            if (const auto error = std::move(next).get(field)) return fail(error);
            const auto key = written_name(field);
            if (!add(field.value(), key, depth + 1)) return false;
        }
        return true;
    }

    bool collect_one(json::value value, std::size_t depth) { return add(value, {}, depth); }

    const RecordRule& rule_;
    std::vector<Wanted> wanted_;
    FieldWays ways_;
    RecordLines lines_of_;
    json::parser parser_;
    // of the page that is read
    json::document* document_ = nullptr;
    std::string_view text_;
    std::string* lines_ = nullptr;
    std::size_t begin_ = 0;
    ReadTally before_;
    PageFacts facts_;
    std::optional<std::size_t> collected_;  // the rank of the path where the records were found
    std::array<std::size_t, 4> ranks_{};
    bool has_wrong_shape_ = false;
    std::array<bool, 4> bad_marks_{};  // by what they would have been
};

PageReader::PageReader(const ListRule& list, const DeltaRule* delta, Purpose purpose)
    : reading_(std::make_unique<Reading>(list, delta, purpose)) {}
PageReader::PageReader(PageReader&&) noexcept = default;
PageReader& PageReader::operator=(PageReader&&) noexcept = default;
PageReader::~PageReader() = default;

Result<PageFacts> PageReader::read(std::string body, std::string& lines) {
    return reading_->read(std::move(body), lines);
}

const ReadTally& PageReader::tally() const { return reading_->lines_of().tally; }

Result<void> PageReader::check_fields() const {
    const auto& all = tally();
    if (all.kept + all.passed_over == 0) return {};
    const auto& having = all.kept > 0 ? all.with_field : all.passed_over_with;
    std::string missing;
    const auto& fields = reading_->rule().fields;
    for (std::size_t at = 0; at < fields.size(); ++at) {
        if (!fields[at].is_required || having[at] > 0) continue;
        missing += (missing.empty() ? "\"" : ", \"") + fields[at].name + "\"";
    }
    if (missing.empty()) return {};
    return unreadable(FailureKind::blocked, "field_missing",
                      "no record has " + missing + ": the source took it away, or the right to read it is missing");
}

}  // namespace usersync::rest

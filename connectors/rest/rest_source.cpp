#include "connectors/rest/rest_source.hpp"

#include "connectors/rest/calls.hpp"
#include "connectors/rest/environment.hpp"
#include "connectors/rest/kept_record.hpp"
#include "connectors/rest/reader.hpp"
#include "core/async/run_on.hpp"
#include "core/base/deadline_passed.hpp"
#include "core/base/time_text.hpp"
#include "core/ports/live_delivery.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/template_text.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace usersync::rest_api {

namespace asio = boost::asio;

namespace {

/// The rows of one person put in the place of those that the record has; at its end when it has none.
std::string with_person(std::string_view record, const std::string& key, const std::string& person,
                        std::string_view rows) {
    std::string whole;
    bool is_placed = false;
    std::string_view line;
    while (rest::next_line(record, line)) {
        if (rest::text_of(line, key) != person) {
            whole.append(line).push_back('\n');
            continue;
        }
        if (!std::exchange(is_placed, true)) whole.append(rows);
    }
    if (!is_placed) whole.append(rows);
    return whole;
}

Failure other_person(const std::string& connector) {
    return {.kind = FailureKind::blocked,
            .code = "other_person",
            .where = connector + " person",
            .detail = "the source was asked for one person and gave rows of another one: it may not know the filter"};
}

/// Whether all of them are rows of this person.
bool are_of(std::string_view rows, const std::string& key, const std::string& person) {
    std::string_view line;
    while (rest::next_line(rows, line)) {
        if (rest::text_of(line, key) != person) return false;
    }
    return true;
}

/// A round that names neither a next page nor where the next one begins was cut off.
Failure no_delta_link(const std::string& connector, const Where& where) {
    return {.kind = FailureKind::transient,
            .code = "no_delta_link",
            .where = connector + " " + where,
            .detail = "the last page does not say where what changes from now on will be: it may not be the last"};
}

class RestSource final : public Source {
public:
    RestSource(RestOptions options, Clock& clock, asio::any_io_executor executor, asio::any_io_executor lane,
               Watcher* watcher)
        : options_(std::make_shared<const RestOptions>(std::move(options))),
          clock_(clock),
          lane_(std::move(lane)),
          calls_(*options_, clock, std::move(executor), lane_),
          reader_(options_, calls_, clock, lane_) {
        calls_.watch(watcher);
    }

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        if (clock_.steady_now() >= deadline) co_return deadline_passed(connector().name);
        auto begun = co_await calls_.begin();
        if (!begun) co_return begun.error();
        auto delivery = co_await read_record(deadline);
        if (delivery) calls_.read_whole();
        co_await calls_.end();
        if (!delivery) co_return delivery.error();
        Fetched fetched;
        fetched.delivery = std::move(*delivery);
        co_return fetched;
    }

    asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline) override {
        if (!pending_ || *pending_ != delivery.fingerprint) co_return Result<void>();
        auto advance = [folder = folder()] { return advance_kept(folder); };
        auto advanced = co_await run_on(lane_, std::move(advance));
        if (advanced) pending_.reset();
        co_return advanced;
    }

    bool reads_one_person() const override {
        const bool is_kept_whole = !connector().delta || (connector().joins.empty() && connector().children.empty());
        return connector().person && !person_key().empty() && is_kept_whole && has_kept(folder());
    }

    std::string person_column() const override { return connector().person ? person_key() : std::string(); }

    asio::awaitable<Result<FetchedPerson>> fetch_person(EmployeeKey person, Deadline deadline) override {
        if (!reads_one_person() || !rest::can_be_asked_for(person.value())) {
            auto refused = co_await Source::fetch_person(std::move(person), deadline);
            co_return refused;
        }
        if (clock_.steady_now() >= deadline) co_return deadline_passed(connector().name);
        auto begun = co_await calls_.begin();
        if (!begun) co_return begun.error();
        auto fetched = co_await read_person(std::move(person), deadline);
        co_await calls_.end();
        co_return fetched;
    }

private:
    const rest::Connector& connector() const { return options_->connector; }
    const std::string& person_key() const { return connector().person->records.key; }
    std::filesystem::path folder() const { return options_->state_folder; }
    /// What changes are put into is the record before joins and child calls: a second one, where there are any.
    bool keeps_apart() const {
        return keeps_record() && connector().delta && !(connector().joins.empty() && connector().children.empty());
    }
    bool keeps_record() const { return options_->keeps_record && (connector().delta || connector().person); }

    asio::awaitable<Result<Delivery>> read_record(Deadline deadline) {
        const Time began = clock_.now();
        auto meant = co_await check_environment(*options_, calls_, deadline);
        if (!meant) co_return meant.error();
        KeptRecord record;
        bool is_read = false;
        if (connector().delta && options_->keeps_record) {
            auto changed = co_await read_changes(began, deadline);
            if (!changed) co_return changed.error();
            is_read = changed->has_value();
            if (is_read) record = std::move(**changed);
        }
        if (!is_read) {
            ListAsk ask;
            ask.where = "list";
            if (is_by_link()) ask.purpose = rest::PageReader::Purpose::first_round;
            auto list = co_await reader_.read(connector().list, std::move(ask), deadline);
            if (!list) co_return list.error();
            if (is_by_link() && !list->delta_link) co_return no_delta_link(connector().name, "list");
            auto lines = co_await settled(std::move(list->lines));
            if (!lines) co_return lines.error();
            record.lines = std::move(*lines);
            record.state = {.link = list->delta_link.value_or(""), .read_began = began, .full_began = began};
        }
        auto base = std::move(record.lines);
        if (keeps_apart()) record.lines = base;
        auto lines = co_await reader_.completed(std::move(base), deadline);
        if (!lines) co_return lines.error();
        auto delivery = delivery_of(std::move(*lines), began);
        co_await put_aside(std::move(record), delivery);
        co_return delivery;
    }

    bool is_by_link() const { return connector().delta && connector().delta->kind == rest::DeltaRule::Kind::link; }

    /// Who changes while a round is read comes twice in it, and who goes is told as gone: the last word counts.
    asio::awaitable<Result<std::string>> settled(std::string lines) {
        if (!is_by_link()) co_return lines;
        auto work = [options = options_, lines = std::move(lines)]() -> Result<std::string> {
            auto merged = rest::merge({}, lines, *options->connector.delta, options->connector.list.records.key);
            if (!merged) return merged.error();
            return std::move(merged->lines);
        };
        auto all = co_await run_on(lane_, std::move(work));
        co_return all;
    }

    Delivery delivery_of(std::string lines, Time now) const {
        return live_delivery(connector().name + " " + utc_text(now), std::move(lines), now);
    }

    /// What is kept, with what changed since. nullopt: everything must be read.
    asio::awaitable<Result<std::optional<KeptRecord>>> read_changes(Time now, Deadline deadline) {
        const auto& rule = *connector().delta;
        auto load = [folder = folder(), declaration = options_->declaration] { return load_kept(folder, declaration); };
        auto kept = co_await run_on(lane_, std::move(load));
        if (!kept) co_return kept.error();
        if (!*kept) co_return std::optional<KeptRecord>();
        auto& record = **kept;
        if (rest::next_read(rule, record.state, now) == rest::NextRead::full) co_return std::optional<KeptRecord>();
        ListAsk ask;
        ask.where = "changes";
        ask.purpose = rest::PageReader::Purpose::delta;
        if (rule.kind == rest::DeltaRule::Kind::link) ask.start_link = record.state.link;
        if (rule.kind == rest::DeltaRule::Kind::since) ask.words["since"] = rest::since_text(rule, record.state);
        const auto& list = rule.list ? *rule.list : connector().list;
        auto changes = co_await reader_.read(list, std::move(ask), deadline);
        if (!changes && changes.error().code == "resync") co_return std::optional<KeptRecord>();
        if (!changes) co_return changes.error();
        if (is_by_link() && !changes->delta_link) co_return no_delta_link(connector().name, "changes");
        auto work = [options = options_, lines = std::move(record.lines), changed = std::move(changes->lines)] {
            return rest::merge(lines, changed, *options->connector.delta, options->connector.list.records.key);
        };
        auto merged = co_await run_on(lane_, std::move(work));
        if (!merged && merged.error().code == "bad_kept_record") co_return std::optional<KeptRecord>();
        if (!merged) co_return merged.error();
        record.lines = std::move(merged->lines);
        record.state.read_began = now;
        if (changes->delta_link) record.state.link = *changes->delta_link;
        co_return std::move(*kept);
    }

    /// Kept beside the record that counts, until the delivery is acknowledged. Where that is not possible, the next
    /// read is a full one.
    asio::awaitable<void> put_aside(KeptRecord record, Delivery& delivery) {
        pending_.reset();
        if (!keeps_record()) co_return;
        record.delivery = delivery.fingerprint;
        const bool is_apart = keeps_apart();
        if (!is_apart) record.lines = std::move(delivery.bytes);  // lent: work on a lane may outlive all else
        const auto lent = std::make_shared<KeptRecord>(std::move(record));
        auto save = [folder = folder(), lent, declaration = options_->declaration] {
            return save_next(folder, *lent, declaration);
        };
        auto saved = co_await run_on(lane_, std::move(save));
        if (!is_apart) delivery.bytes = std::move(lent->lines);
        if (saved) pending_ = delivery.fingerprint;
    }

    asio::awaitable<Result<FetchedPerson>> read_person(EmployeeKey person, Deadline deadline) {
        const Time began = clock_.now();
        auto load = [folder = folder(), declaration = options_->declaration] { return load_kept(folder, declaration); };
        auto kept = co_await run_on(lane_, std::move(load));
        if (!kept) co_return kept.error();
        if (!*kept) {
            auto refused = co_await Source::fetch_person(std::move(person), deadline);
            co_return refused;
        }
        auto meant = co_await check_environment(*options_, calls_, deadline);
        if (!meant) co_return meant.error();
        ListAsk ask;
        ask.where = "person";
        ask.words["key"] = person.value();
        auto list = co_await reader_.read(*connector().person, std::move(ask), deadline);
        if (!list) co_return list.error();
        FetchedPerson fetched;
        if (list->lines.empty()) co_return fetched;
        if (!are_of(list->lines, person_key(), person.value())) co_return other_person(connector().name);
        auto rows = co_await reader_.completed(std::move(list->lines), deadline);
        if (!rows) co_return rows.error();
        auto work = [key = person_key(), person = person.value(), record = std::move((*kept)->lines),
                     rows = std::move(*rows)] { return with_person(record, key, person, rows); };
        auto lines = co_await run_on(lane_, std::move(work));
        auto delivery = delivery_of(std::move(lines), began);
        KeptRecord next{.state = (*kept)->state, .delivery = delivery.fingerprint, .lines = {}};
        co_await put_aside(std::move(next), delivery);
        fetched.delivery = std::move(delivery);
        co_return fetched;
    }

    std::shared_ptr<const RestOptions> options_;
    Clock& clock_;
    asio::any_io_executor lane_;
    Calls calls_;
    Reader reader_;
    std::optional<Fingerprint> pending_;  ///< of the delivery that what was put aside belongs to
};

}  // namespace

std::unique_ptr<Source> make_rest_source(RestOptions options, Clock& clock, asio::any_io_executor executor,
                                         asio::any_io_executor lane, Watcher* watcher) {
    return std::make_unique<RestSource>(std::move(options), clock, std::move(executor), std::move(lane), watcher);
}

}  // namespace usersync::rest_api

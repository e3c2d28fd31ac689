#include "core/ingest/completeness.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;

namespace {

std::optional<SnapshotMeta> good(std::size_t employees, std::vector<std::string> columns = {"id"}) {
    SnapshotMeta meta;
    meta.employee_count = employees;
    meta.columns = std::move(columns);
    return meta;
}

RecordFacts facts(std::size_t people, std::vector<std::string> columns, ReadEvidence evidence = {}) {
    RecordFacts facts;
    facts.people = people;
    facts.rows = 1000;
    facts.filled.assign(columns.size(), 1000);
    facts.columns = std::move(columns);
    facts.evidence = evidence;
    return facts;
}

Judgement judged(std::size_t people, std::optional<SnapshotMeta> last_good, ReadEvidence evidence = {},
                 CompletenessLimits limits = {}) {
    return judge(facts(people, {"id"}, evidence), std::nullopt, last_good, limits);
}

const Judgement complete{};

}  // namespace

TEST_CASE("the first record that is read whole is complete", "[core][ingest][completeness]") {
    CHECK(judged(3, std::nullopt) == complete);
}

TEST_CASE("a limit is exceeded by more than it, not by reaching it", "[core][ingest][completeness]") {
    CHECK(judged(20, good(20)) == complete);
    CHECK(judged(16, good(20)) == complete);
    CHECK(judged(40, good(20)) == complete);
    CHECK(judged(15, good(20)).completeness == Completeness::doubtful);
    CHECK(judged(41, good(20)).completeness == Completeness::doubtful);
}

TEST_CASE("half of the people gone is doubtful, with the figures", "[core][ingest][completeness]") {
    const auto judgement = judged(9, good(20));

    CHECK(judgement.completeness == Completeness::doubtful);
    CHECK(judgement.reasons ==
          std::vector<std::string>{"9 people where the last good record had 20: 55 % fewer, the limit is 20 %"});
}

TEST_CASE("many more people than before is doubtful, with the figures", "[core][ingest][completeness]") {
    CHECK(judged(50, good(20)).reasons ==
          std::vector<std::string>{"50 people where the last good record had 20: 150 % more, the limit is 100 %"});
}

TEST_CASE("a share just over the limit is shown with its decimal", "[core][ingest][completeness]") {
    CHECK(judged(796, good(1000)).reasons ==
          std::vector<std::string>{"796 people where the last good record had 1000: 20.4 % fewer, the limit is 20 %"});
    CHECK(judged(1, good(20)).reasons ==
          std::vector<std::string>{"1 person where the last good record had 20: 95 % fewer, the limit is 20 %"});
}

TEST_CASE("rows without a readable key make the record partial", "[core][ingest][completeness]") {
    const auto judgement = judged(20, good(20), {.unreadable_keys = 2});

    CHECK(judgement.completeness == Completeness::partial);
    CHECK(judgement.reasons ==
          std::vector<std::string>{"2 rows do not say for certain whose it is, so nobody counts as absent"});
}

TEST_CASE("a record that ends in the middle of a row is partial", "[core][ingest][completeness]") {
    CHECK(judged(20, good(20), {.ended_in_mid_row = true}).completeness == Completeness::partial);
    CHECK(judged(20, std::nullopt, {.ended_in_mid_row = true}).completeness == Completeness::partial);
}

TEST_CASE("partial outweighs doubtful, and every reason is told", "[core][ingest][completeness]") {
    const auto judgement = judged(2, good(20), {.unreadable_keys = 1, .ended_in_mid_row = true});

    CHECK(judgement.completeness == Completeness::partial);
    CHECK(judgement.reasons.size() == 3);
}

TEST_CASE("a column that vanished since the last good record is doubtful", "[core][ingest][completeness]") {
    const auto last = good(20, {"ID ", "E-mail", ""});

    const auto judgement = judged(20, last);
    CHECK(judgement.completeness == Completeness::doubtful);
    CHECK(judgement.reasons == std::vector<std::string>{"the column \"E-mail\" of the last good record is gone"});
    CHECK(judge(facts(20, {"e-mail", "New", "id"}), std::nullopt, last, {}) == complete);
}

TEST_CASE("a last good record without people gives no measure", "[core][ingest][completeness]") {
    CHECK(judged(500, good(0)) == complete);
}

TEST_CASE("the tenant's own limits are used", "[core][ingest][completeness]") {
    CHECK(judged(9, good(20), {}, {.drop_share_max = 0.6}) == complete);
    CHECK(judged(23, good(20), {}, {.rise_share_max = 0.1}).completeness == Completeness::doubtful);
}

TEST_CASE("people who were frozen last time count as having been there", "[core][ingest][completeness]") {
    auto last = good(12);
    last->frozen_count = 8;

    CHECK(judged(16, last) == complete);
    CHECK(judged(15, last).completeness == Completeness::doubtful);
}

TEST_CASE("a column that was filled and suddenly is not makes the record doubtful (fault 8)",
          "[core][ingest][completeness]") {
    auto last = good(20, {"id", "Location"});
    last->rows = 20;
    last->filled = {20, 19};
    auto now = facts(20, {"id", "Location"});
    now.rows = 20;
    now.filled = {20, 9};

    CHECK(judge(now, std::nullopt, last, {}) == complete);  // 50 points fewer is the limit

    now.filled = {20, 0};
    const auto judgement = judge(now, std::nullopt, last, {});
    CHECK(judgement.completeness == Completeness::doubtful);
    CHECK(judgement.reasons ==
          std::vector<std::string>{
              "the column \"Location\" is filled in 0 % of the rows, in the last good record in 95 %"});
}

TEST_CASE("a column that some people had and nobody has any more makes the record doubtful",
          "[core][ingest][completeness]") {
    auto last = good(1000, {"id", "Location"});
    last->rows = 1000;
    last->filled = {1000, 12};
    auto now = facts(1000, {"id", "Location"});
    now.filled = {1000, 0};

    const auto judgement = judge(now, std::nullopt, last, {});
    CHECK(judgement.completeness == Completeness::doubtful);
    CHECK(judgement.reasons ==
          std::vector<std::string>{
              "the column \"Location\" is empty in every row, in the last good record it was filled in 12 rows"});

    now.filled = {1000, 1};
    CHECK(judge(now, std::nullopt, last, {}) == complete);
    last->filled = {1000, 5};  // no more than a handful
    now.filled = {1000, 0};
    CHECK(judge(now, std::nullopt, last, {}) == complete);
}

TEST_CASE("when many rows do not say whose they are, the mapping is doubted too", "[core][ingest][completeness]") {
    const auto judgement = judged(20, good(20), {.unreadable_keys = 30});

    CHECK(judgement.completeness == Completeness::partial);
    REQUIRE(judgement.reasons.size() == 2);
    CHECK(judgement.reasons[1] ==
          "only 97 % of the rows say whose they are, at least 98 % are expected: is the right column mapped?");
}

TEST_CASE("a record that is older than the tenant allows is doubtful", "[core][ingest][completeness]") {
    using std::chrono::hours;
    CompletenessLimits limits;
    CHECK(judge(facts(20, {"id"}), hours(1000), good(20), limits) == complete);
    limits.age_max = hours(48);
    CHECK(judge(facts(20, {"id"}), hours(48), good(20), limits) == complete);
    CHECK(judge(facts(20, {"id"}), std::nullopt, good(20), limits) == complete);
    CHECK(judge(facts(20, {"id"}), hours(49), good(20), limits).reasons ==
          std::vector<std::string>{"the record is 49 hours old"});
}

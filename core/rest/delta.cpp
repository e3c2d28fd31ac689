#include "core/rest/delta.hpp"

#include "core/rest/json_line.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

namespace usersync::rest {
namespace {

Failure wrong(FailureKind kind, std::string code, std::string sentence) {
    return {.kind = kind, .code = std::move(code), .where = "rest", .detail = std::move(sentence)};
}

struct Person {
    std::vector<std::string> rows;
    bool is_new = false;
    bool is_changed = false;
    bool is_fresh = false;  // its rows came with this delta: more of them are added, not put in their place
};

// `line` with every member of `changes` in its place, or behind the others.
std::string with_changes(std::string_view line, std::string_view changes) {
    auto members = members_of(line);
    for (const auto& change : members_of(changes)) {
        bool is_there = false;
        for (auto& member : members) {
            if (member.name != change.name) continue;
            member.value = change.value;
            is_there = true;
        }
        if (!is_there) members.push_back(change);
    }
    std::string all = "{";
    for (const auto& member : members) {
        if (all.size() > 1) all += ',';
        all.append("\"").append(member.name).append("\":").append(member.value);
    }
    return all += '}';
}

class Merge {
public:
    Merge(const DeltaRule& rule, const std::string& key) : rule_(rule), key_(key) {}

    bool keep(std::string_view line) {
        if (!is_line(line)) return false;
        const auto key = text_of(line, key_);
        // A row without a key belongs to nobody that a change could name.
        auto& person = key ? person_of(*key) : people_.emplace_back();
        person.rows.emplace_back(line);
        return true;
    }

    bool change(std::string_view line) {
        const bool is_removed = line.starts_with('-');
        line.remove_prefix(1);
        const auto key = text_of(line, key_);
        if (!key) return false;
        const auto known = by_key_.contains(*key);
        auto& person = person_of(*key);
        if (!known) person.is_new = true;
        person.is_changed = true;
        if (is_removed) {
            remove(person);
        } else if (rule_.is_partial && !person.rows.empty()) {
            for (auto& row : person.rows) row = with_changes(row, line);
        } else if (rule_.several_rows && person.is_fresh) {
            person.rows.emplace_back(line);
        } else {
            person.rows.assign(1, std::string(line));
            person.is_fresh = true;
        }
        return true;
    }

    Merged finish() const {
        Merged merged;
        for (const auto& person : people_) {
            for (const auto& row : person.rows) merged.lines.append(row).push_back('\n');
            if (!person.is_changed) continue;
            if (person.rows.empty()) {
                merged.removed += person.is_new ? 0 : 1;
            } else {
                ++(person.is_new ? merged.added : merged.changed);
            }
        }
        return merged;
    }

private:
    Person& person_of(const std::string& key) {
        const auto [found, is_new] = by_key_.try_emplace(key, people_.size());
        if (is_new) people_.emplace_back();
        return people_[found->second];
    }

    void remove(Person& person) {
        person.is_fresh = false;
        if (!rule_.removed_becomes) return person.rows.clear();
        const auto& [column, text] = *rule_.removed_becomes;
        const auto change = "{" + json_text(column) + ":" + json_text(text) + "}";
        for (auto& row : person.rows) row = with_changes(row, change);
    }

    const DeltaRule& rule_;
    const std::string& key_;
    std::vector<Person> people_;
    std::unordered_map<std::string, std::size_t> by_key_;
};

}  // namespace

NextRead next_read(const DeltaRule& rule, const std::optional<DeltaState>& kept, Time now) {
    if (!kept || now < kept->read_began || now < kept->full_began) return NextRead::full;
    if (now - kept->full_began >= rule.full_every) return NextRead::full;
    if (rule.kind == DeltaRule::Kind::link && kept->link.empty()) return NextRead::full;
    return NextRead::delta;
}

std::string since_text(const DeltaRule& rule, const DeltaState& kept) {
    return written(kept.read_began - rule.overlap, rule.since);
}

Result<Merged> merge(std::string_view kept, std::string_view delta, const DeltaRule& rule, const std::string& key) {
    Merge merge(rule, key);
    std::string_view line;
    while (next_line(kept, line)) {
        if (!merge.keep(line)) {
            return wrong(FailureKind::rejected, "bad_kept_record", "what is kept of the last record is damaged");
        }
    }
    while (next_line(delta, line)) {
        if (!merge.change(line)) {
            return wrong(FailureKind::blocked, "no_key", "a changed record does not say whose it is");
        }
    }
    return merge.finish();
}

}  // namespace usersync::rest

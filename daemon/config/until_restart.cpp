#include "daemon/config/until_restart.hpp"

#include "daemon/config/document.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace usersync::config {
namespace {

struct Place {
    std::string_view table;
    std::string_view key;  ///< empty: the whole table
};
constexpr std::array<Place, 8> places{{{"source", ""},
                                       {"webhook", ""},
                                       {"target", ""},
                                       {"schedule", ""},
                                       {"retry", "server_wait_max"},
                                       {"notes", "folder"},
                                       {"record", "pgp_key"},
                                       {"record", "pgp_passphrase"}}};

bool says_the_same(const Value& a, const Value& b);

/// Wherever its keys stand, and in whatever order.
bool says_the_same(const Table& a, const Table& b) {
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Entry& entry) {
               const auto* other = find(b, entry.key);
               return other != nullptr && says_the_same(entry.value, other->value);
           });
}

struct SameContent {
    const Value& other;

    bool operator()(const Table& table) const {
        const auto* same = std::get_if<Table>(&other.content);
        return same != nullptr && says_the_same(table, *same);
    }
    bool operator()(const Array& array) const {
        const auto* same = std::get_if<Array>(&other.content);
        return same != nullptr && std::equal(array.begin(), array.end(), same->begin(), same->end(),
                                             [](const Value& a, const Value& b) { return says_the_same(a, b); });
    }
    bool operator()(const Moment&) const { return std::holds_alternative<Moment>(other.content); }
    template <class Plain>
    bool operator()(const Plain& plain) const {
        const auto* same = std::get_if<Plain>(&other.content);
        return same != nullptr && *same == plain;
    }
};

bool says_the_same(const Value& a, const Value& b) { return std::visit(SameContent{b}, a.content); }

/// nullptr when nothing is said there.
const Value* at(const Table& root, const Place& place) {
    const auto* table = find(root, place.table);
    if (table == nullptr || place.key.empty()) return table == nullptr ? nullptr : &table->value;
    const auto* keys = std::get_if<Table>(&table->value.content);
    const auto* entry = keys == nullptr ? nullptr : find(*keys, place.key);
    return entry == nullptr ? nullptr : &entry->value;
}

bool says_the_same(const Value* a, const Value* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return says_the_same(*a, *b);
}

}  // namespace

bool reads_alike(const Table& before, const Table& now) {
    const auto is_alike = [&](std::string_view table) {
        return says_the_same(at(before, {table, ""}), at(now, {table, ""}));
    };
    return is_alike("columns") && is_alike("record");
}

bool reads_alike(std::string_view before, std::string_view now) {
    return reads_alike(parse_document(before).root, parse_document(now).root);
}

std::vector<std::string> changed_until_restart(std::string_view before, std::string_view now) {
    const auto old_text = parse_document(before);
    const auto new_text = parse_document(now);
    std::vector<std::string> changed;
    for (const auto& place : places) {
        if (says_the_same(at(old_text.root, place), at(new_text.root, place))) continue;
        auto name = std::string(place.table);
        if (!place.key.empty()) name += "." + std::string(place.key);
        changed.push_back(std::move(name));
    }
    return changed;
}

}  // namespace usersync::config

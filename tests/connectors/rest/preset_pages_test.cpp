// The pages about presets say what the code does.

#include "tests/connectors/rest/preset.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

using namespace usersync;

namespace {

/// What no preset of ours has.
constexpr const char* further = R"(
name = 'further'
title = 'Further'
description = 'x'
base_url = 'https://further.example'
[paging]
kind = 'link_header'
[records]
path = 'people'
fields = ['id', 'status']
key = 'id'
[delta]
kind = 'since'
removed_becomes = { column = 'status', text = 'left' }
request = { path = '/changed', query = { since = '{since}' } }
[auth]
kind = 'bearer'
token = 'x'
)";

bool begins(std::string_view key, std::string_view with) { return key.substr(0, with.size()) == with; }

/// The key as the page has it: parts that stand in several places are told once.
std::string told(std::string key) {
    for (const std::string_view list : {"person.", "joins.", "children.", "delta."}) {
        for (const std::string_view part : {"request", "paging", "stop", "records"}) {
            if (begins(key, std::string(list) + std::string(part))) key.erase(0, list.size());
        }
    }
    if (begins(key, "auth.request")) key.erase(0, 5);
    for (const auto* part : {"method", "path", "query", "headers", "body", "form"}) {
        if (key == std::string("probes.") + part) return std::string("request.") + part;
    }
    for (const std::string_view date : {"records.fields.date.", "records.dates.", "delta.since."}) {
        if (begins(key, date)) return key.substr(date.size());
    }
    return key;
}

std::set<std::string> read_keys() {
    std::set<std::string> keys;
    for (const auto& name : test::preset_names()) keys.merge(test::load_preset(name).keys);
    const auto more = test::load_preset_text(further);
    CHECK(more.problems.empty());
    keys.insert(more.keys.begin(), more.keys.end());
    std::set<std::string> all;
    for (const auto& key : keys) all.insert(told(key));
    // Tables that hold the keys, and those whose keys are told in a sentence.
    for (const auto* table : {"auth", "request", "paging", "stop", "records", "errors", "limits", "columns", "person",
                              "joins", "children", "delta", "probes", "settings", "secrets", "as"}) {
        all.erase(table);
    }
    std::erase_if(all, [](const std::string& key) {
        return begins(key, "columns.") || begins(key, "records.keep.") || begins(key, "delta.removed_becomes.");
    });
    return all;
}

std::string section() {
    const auto page = test::page_text("write-a-preset.md");
    const auto begin = page.find("## Every key");
    const auto end = page.find("## Before it is used");
    REQUIRE(begin < end);
    return page.substr(begin, end - begin);
}

/// The keys of the tables' first cells.
std::set<std::string> told_keys() {
    std::set<std::string> keys;
    static const std::regex row("^\\| (`[^|]*`) \\| .*");
    static const std::regex key("`([a-z_][a-z_.]*)`");
    std::istringstream lines(section());
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_match(line, match, row)) continue;
        const std::string cell = match[1];
        for (std::sregex_iterator at(cell.begin(), cell.end(), key), end; at != end; ++at) keys.insert(told((*at)[1]));
    }
    return keys;
}

}  // namespace

TEST_CASE("the page about writing a preset has every key that is read", "[connectors][rest][presets]") {
    const auto page = section();
    for (const auto& key : read_keys()) {
        CAPTURE(key);
        CHECK(page.find("`" + key + "`") != std::string::npos);
    }
}

TEST_CASE("the page about writing a preset has no key that nothing reads", "[connectors][rest][presets]") {
    const auto read = read_keys();
    for (const auto& key : told_keys()) {
        CAPTURE(key);
        const bool is_table = key == "request" || key == "records" || key == "paging" || key == "stop";
        CHECK((is_table || read.contains(key)));
    }
}

TEST_CASE("the rules that the page about writing a preset teaches are those of the preset it shows",
          "[connectors][rest][presets]") {
    const auto page = test::page_text("write-a-preset.md");
    const auto preset = test::preset_text("afas-get-connector");
    static const std::string head = "[[errors.rules]]\n";
    std::size_t shown = 0;
    const auto end = page.find("## Every key");
    for (auto at = page.find(head); at < end; at = page.find(head, at + 1)) {
        const auto rule = page.substr(at, page.find("\n\n", at) - at);
        CAPTURE(rule);
        CHECK(preset.find(rule + "\n") != std::string::npos);
        ++shown;
    }
    CHECK(shown >= 2);
}

TEST_CASE("the page about connectors has every preset", "[connectors][rest][presets]") {
    const auto page = test::page_text("connectors.md");
    for (const auto& name : test::preset_names()) {
        CAPTURE(name);
        CHECK(page.find("`" + name + "`") != std::string::npos);
    }
}

TEST_CASE("the page about AFAS tells every code that its preset has", "[connectors][rest][afas]") {
    const auto page = test::page_text("connectors/afas.md");
    for (const auto& rule : test::load_preset("afas-get-connector").connector.errors.rules) {
        CAPTURE(rule.code);
        CHECK(page.find("`" + rule.code + "`") != std::string::npos);
    }
}

TEST_CASE("the AFAS page's names of fields are the columns of its presets", "[connectors][rest][afas]") {
    const auto page = test::page_text("connectors/afas.md");
    for (const auto& [field, recipe] : test::load_preset("afas-get-connector").columns.fields) {
        for (const auto& column : recipe.columns) {
            CAPTURE(column);
            CHECK(page.find("| `" + column + "` |") != std::string::npos);
        }
    }
}

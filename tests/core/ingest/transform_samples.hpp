#pragma once
// Short ways to say "these cells, these steps".

#include "core/ingest/transform.hpp"

#include <string>
#include <utility>
#include <vector>

namespace usersync::ingest {

using Texts = std::vector<std::string>;
using Kinds = std::vector<record::CellKind>;

inline Values values_of(Texts texts, Kinds kinds = {}) {
    Values values;
    values.texts = std::move(texts);
    values.kinds = std::move(kinds);
    return values;
}

/// What comes out; a flaw comes out as its code in brackets.
inline Texts made_of(Texts texts, const std::vector<Step>& steps, Kinds kinds = {}) {
    auto values = values_of(std::move(texts), std::move(kinds));
    if (const auto flaw = transform(steps, values)) return {"(" + flaw->code + ")"};
    return values.texts;
}

/// Of one text cell.
inline std::string made_of(const std::string& text, const std::vector<Step>& steps) {
    const auto texts = made_of(Texts{text}, steps);
    return texts.size() == 1 ? texts.front() : "(" + std::to_string(texts.size()) + " values)";
}

/// Of one cell of a sheet.
inline std::string made_of(const std::string& text, record::CellKind kind, const std::vector<Step>& steps) {
    const auto texts = made_of(Texts{text}, steps, Kinds{kind});
    return texts.size() == 1 ? texts.front() : "(" + std::to_string(texts.size()) + " values)";
}

/// The sentence of the flaw, or nothing.
inline std::string sentence_of(const std::string& text, const std::vector<Step>& steps) {
    auto values = values_of({text});
    const auto flaw = transform(steps, values);
    return flaw ? flaw->sentence : std::string();
}

}  // namespace usersync::ingest

#pragma once
// The texts that the cells of an xlsx workbook share.

#include "core/record/xml_events.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// Texts one after another in large blocks, so that they neither move nor cost an allocation each.
class SharedTexts {
public:
    /// False when all of them together would be larger than `bytes_max`, with 16 bytes for each.
    bool add(std::string_view text, std::size_t bytes_max);

    std::size_t size() const { return texts_.size(); }
    std::string_view operator[](std::size_t index) const {
        const auto& text = texts_[index];
        return {text.begin, text.size};
    }

private:
    struct Text {
        const char* begin;
        std::size_t size;
    };
    std::vector<Text> texts_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_left_ = 0;
    char* block_end_ = nullptr;  ///< where the next text goes
    std::size_t bytes_ = 0;
};

/// Reads sharedStrings.xml into `texts`. Runs of rich text become one text, readings for pronunciation are left out.
class SharedTextsHandler : public XmlHandler {
public:
    SharedTextsHandler(SharedTexts& texts, const RecordLimits& limits) : texts_(texts), limits_(limits) {}
    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override;
    void on_text(std::string_view text) override;

private:
    enum class Place { outside, list, text, run, characters };

    SharedTexts& texts_;
    RecordLimits limits_;
    Place place_ = Place::outside;
    bool in_run_ = false;
    std::size_t skipped_ = 0;  ///< depth within an element that does not matter
    std::string text_;
};

/// Office Open XML writes what XML cannot hold as "_x000D_", and "_x005F_" for an underscore that would look so.
/// What is no such escape, a NUL, or half a character is left as it is.
std::string unescaped_text(std::string_view text);
inline bool may_be_escaped(std::string_view text) { return text.find("_x") != std::string_view::npos; }

}  // namespace usersync::record

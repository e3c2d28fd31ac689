#pragma once
// A text that grows to hundreds of megabytes without ever being there twice.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rest {

/// Blocks, which are joined once; each is given back as soon as it is copied. So the most that it needs is the text and
/// one block, where a string that doubles needs the text twice.
class LongText {
public:
    /// Large enough that the system gets it back when it is freed.
    static constexpr std::size_t block_usual = std::size_t{40} << 20;
    explicit LongText(std::size_t block = block_usual) : block_(block) {}

    void append(std::string_view text);
    std::size_t size() const { return size_; }
    /// Leaves nothing behind.
    std::string take();

private:
    std::size_t block_;
    std::vector<std::string> blocks_;  // only the last one still grows
    std::size_t size_ = 0;
};

}  // namespace usersync::rest

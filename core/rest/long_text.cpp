#include "core/rest/long_text.hpp"

#include <utility>

namespace usersync::rest {
namespace {

constexpr std::size_t short_text = std::size_t{1} << 20;

}  // namespace

// Most texts are short: the first block grows as it likes, until it gets all the room that a block has.
void LongText::append(std::string_view text) {
    if (blocks_.empty()) blocks_.emplace_back();
    const auto size = blocks_.back().size() + text.size();
    if (size > block_ && !blocks_.back().empty()) {
        blocks_.emplace_back();
        blocks_.back().reserve(block_);
    } else if (size > short_text && blocks_.back().capacity() < block_) {
        blocks_.back().reserve(block_);
    }
    blocks_.back().append(text);
    size_ += text.size();
}

std::string LongText::take() {
    auto blocks = std::exchange(blocks_, {});
    const auto size = std::exchange(size_, 0);
    if (blocks.empty()) return {};
    if (blocks.size() == 1) return std::move(blocks.front());
    std::string whole;
    whole.reserve(size);
    for (auto& block : blocks) {
        const auto given_back = std::move(block);
        whole += given_back;
    }
    return whole;
}

}  // namespace usersync::rest

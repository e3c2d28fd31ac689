#include "core/rules/letter_case.hpp"

#include "core/base/ascii.hpp"
#include "core/record/utf8.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <cstddef>
#include <cstdint>

namespace usersync::rules {
std::string fold_case(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<std::uint8_t>(text[at]) < 0x80) {
            folded += lower(text[at++]);
            continue;
        }
        const auto begin = at;
        UChar32 point = 0;
        U8_NEXT(text.data(), at, text.size(), point);
        if (point < 0) {
            folded += text.substr(begin, at - begin);
        } else {
            record::append_utf8(static_cast<char32_t>(u_foldCase(point, U_FOLD_CASE_DEFAULT)), folded);
        }
    }
    return folded;
}

}  // namespace usersync::rules

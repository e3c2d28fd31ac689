#pragma once
// Where a value stands within a JSON record.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::rest {

/// | written                               | means                                                                |
/// |---------------------------------------|----------------------------------------------------------------------|
/// | `$`                                   | the whole                                                            |
/// | `work.title`                          | the member of a member; of every record where `work` is a list       |
/// | `"urn:x:2.0:User".department`, `["E-mail"]` | names with dots, spaces and the like, between quotes; `\"` and `\\` in them |
/// | `emails[0].value`                     | one of a list, counted from 0                                        |
/// | `emails[*].value`, `map.*`            | every one of a list, or of an object                                 |
/// | `emails[type=work]`, `[type.code="a]b"]`, `[type!=home]`, `[type eq "work"]` | those of which that is true; the value is compared as text |
struct FieldPath {
    enum class Kind : std::uint8_t { member, index, all, where };
    struct Step {
        Kind kind = Kind::member;
        std::string name;               ///< of `member`
        std::size_t index = 0;          ///< of `index`
        std::vector<std::string> left;  ///< of `where`: the way to what is compared
        std::string right;              ///< of `where`
        bool is_not = false;            ///< of `where`: `!=`
        bool operator==(const Step&) const = default;
    };
    std::vector<Step> steps;  ///< none: the whole
    std::string text;         ///< as written
    bool operator==(const FieldPath&) const = default;
};

/// Or a sentence about what is wrong. An empty text is not a path. At most 16 steps, 8 predicates of one path.
std::variant<FieldPath, std::string> parse_field_path(std::string_view text);

}  // namespace usersync::rest

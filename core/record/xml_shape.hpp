#pragma once
// Which elements of an XML text are the records, when nobody said it.

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::record {

/// The elements that are records: all of one name, or those at one place.
class XmlRecords {
public:
    static XmlRecords named(std::string name);
    /// The names from the root element down to the record itself.
    static XmlRecords at(std::vector<std::string> path);

    /// `path`: the names from the root element down to an element.
    bool holds(const std::vector<std::string>& path) const;

private:
    std::string name_;
    std::vector<std::string> path_;
};

/// The names of the outermost elements of an XML text, and how often each stands where.
class XmlShape {
public:
    explicit XmlShape(std::size_t names_max);

    /// False when there are more than `names_max` different names.
    bool enter(std::string_view name, bool has_attributes);
    void leave();

    /// The one element that is repeated, and holds others or has attributes: a child of the root element, or at most
    /// two levels below one. Without a repeated one, the only child of the root element that holds others: a record
    /// of one employee. Two kinds of repeated elements are not chosen between: people would be left out.
    ///
    /// `rejected`: "no_records".
    Result<XmlRecords> find_records() const;

private:
    struct Element {
        std::string name;
        std::size_t parent = 0;
        std::map<std::string, std::size_t, std::less<>> children;
        std::size_t count = 0;
        bool holds_others = false;  // or has attributes
    };
    enum class Kind : std::uint8_t { none, one, several };
    struct Choice {
        Kind kind = Kind::none;
        std::size_t element = 0;
    };

    Choice choose(std::size_t parent, std::size_t level) const;
    static void add(Choice& choice, std::size_t element);
    XmlRecords records_at(std::size_t element) const;

    std::size_t names_max_;
    std::vector<Element> elements_;  // the first one stands around the root element
    std::vector<std::size_t> open_;
    std::size_t too_deep_ = 0;  // open elements below those that are counted
};

}  // namespace usersync::record

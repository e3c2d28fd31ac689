#include "core/record/xml_shape.hpp"

#include "core/record/refusal.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

// Below the root element: the children of the root are level 1. One more is counted, to see what the last one holds.
constexpr std::size_t levels_searched = 3;
constexpr std::size_t levels_counted = levels_searched + 1;

}  // namespace

XmlRecords XmlRecords::named(std::string name) {
    XmlRecords records;
    records.name_ = std::move(name);
    return records;
}

XmlRecords XmlRecords::at(std::vector<std::string> path) {
    XmlRecords records;
    records.path_ = std::move(path);
    return records;
}

bool XmlRecords::holds(const std::vector<std::string>& path) const {
    return path_.empty() ? !path.empty() && path.back() == name_ : path == path_;
}

XmlShape::XmlShape(std::size_t names_max) : names_max_(names_max), elements_(1), open_({0}) {}

bool XmlShape::enter(std::string_view name, bool has_attributes) {
    auto& parent = elements_[open_.back()];
    if (too_deep_ == 0) parent.holds_others = true;
    if (too_deep_ > 0 || open_.size() > levels_counted + 1) {
        ++too_deep_;
        return true;
    }
    const auto found = parent.children.find(name);
    const auto element = found == parent.children.end() ? elements_.size() : found->second;
    if (element == elements_.size()) {
        if (elements_.size() > names_max_) return false;
        parent.children.emplace(name, element);
        elements_.push_back({.name = std::string(name), .parent = open_.back()});
    }
    ++elements_[element].count;
    if (has_attributes) elements_[element].holds_others = true;
    open_.push_back(element);
    return true;
}

void XmlShape::leave() {
    if (too_deep_ > 0) {
        --too_deep_;
    } else {
        open_.pop_back();
    }
}

void XmlShape::add(Choice& choice, std::size_t element) {
    choice.kind = choice.kind == Kind::none ? Kind::one : Kind::several;
    choice.element = element;
}

XmlShape::Choice XmlShape::choose(std::size_t parent, std::size_t level) const {
    Choice repeated;
    for (const auto& [name, child] : elements_[parent].children) {
        if (elements_[child].count > 1 && elements_[child].holds_others) add(repeated, child);
    }
    if (repeated.kind != Kind::none || level == levels_searched) return repeated;
    for (const auto& [name, child] : elements_[parent].children) {
        const auto below = choose(child, level + 1);
        if (below.kind == Kind::several) return below;
        if (below.kind == Kind::one) add(repeated, below.element);
    }
    return repeated;
}

XmlRecords XmlShape::records_at(std::size_t element) const {
    std::vector<std::string> path;
    for (; element != 0; element = elements_[element].parent) path.push_back(elements_[element].name);
    std::reverse(path.begin(), path.end());
    return XmlRecords::at(std::move(path));
}

Result<XmlRecords> XmlShape::find_records() const {
    const auto root = elements_.front().children.begin()->second;
    auto choice = choose(root, 1);
    if (choice.kind == Kind::none) {
        for (const auto& [name, child] : elements_[root].children) {
            if (elements_[child].holds_others) add(choice, child);
        }
    }
    if (choice.kind == Kind::one) return records_at(choice.element);
    if (choice.kind == Kind::none) return refused("no_records", "no element of the XML is a record");
    return refused("no_records", "several elements of the XML could be the records: which one it is must be agreed");
}

}  // namespace usersync::record

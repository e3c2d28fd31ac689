#pragma once
// How the sandbox's two descriptions, network.json and a fault file, are read: every object with its place, every
// unknown key an error. A template over the JSON type, so that no header names the library.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::sandbox {

/// What is wrong with a description, and where. Caught at the edge of the file that reads it.
struct BadDescription : std::runtime_error {
    BadDescription(std::string place, const std::string& sentence)
        : std::runtime_error(sentence), where(std::move(place)) {}
    std::string where;
};

/// One object of the description, and its place in it for messages.
template <class Json>
struct PartOf {
    const Json& object;
    std::string where;
};

template <class Json>
void refuse_unknown_keys(const PartOf<Json>& part, std::initializer_list<std::string_view> known) {
    if (!part.object.is_object()) throw BadDescription(part.where, "expected an object");
    for (const auto& [key, value] : part.object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            throw BadDescription(part.where + "/" + key, "unknown key");
        }
    }
}

template <class T, class Json>
T value_or(const PartOf<Json>& part, const char* key, T missing) {
    const auto found = part.object.find(key);
    if (found == part.object.end()) return missing;
    try {
        return found->template get<T>();
    } catch (const typename Json::exception&) {
        throw BadDescription(part.where + "/" + key, "this is of the wrong type");
    }
}

template <class Json>
std::string text(const PartOf<Json>& part, const char* key) {
    return value_or(part, key, std::string());
}

template <class Json>
std::string compulsory_text(const PartOf<Json>& part, const char* key) {
    auto value = text(part, key);
    if (value.empty()) throw BadDescription(part.where + "/" + key, "this is compulsory");
    return value;
}

template <class Json, class Read>
void each(const PartOf<Json>& part, const char* key, Read read) {
    const auto found = part.object.find(key);
    if (found == part.object.end()) return;
    if (!found->is_array()) throw BadDescription(part.where + "/" + key, "expected a list");
    std::size_t index = 0;
    for (const auto& one : *found) read(PartOf<Json>{one, part.where + "/" + key + "/" + std::to_string(index++)});
}

}  // namespace usersync::sandbox

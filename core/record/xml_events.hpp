#pragma once
// XML as events, over expat: fed piece by piece, with limits, and without anything that a document may define for
// itself: a DOCTYPE is refused, so there are no entities but the five of XML.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::record {

/// What comes before the local name where namespaces are told: "urn:…:table:1.0|table-row".
inline constexpr char namespace_separator = '|';

/// Name, value, name, value, …, nullptr.
using XmlAttributes = const char* const*;

/// Receives the events of one document, in its order. Names and values are valid during the call.
class XmlHandler {
public:
    virtual ~XmlHandler() = default;
    virtual void on_start(const char* name, XmlAttributes attributes) = 0;
    virtual void on_end() = 0;
    /// A piece of text: one text may come in many.
    virtual void on_text(std::string_view text) = 0;

    const std::optional<Failure>& refusal() const { return refusal_; }

protected:
    /// No event comes after this; the reading ends with the first of these failures.
    void refuse(Failure failure) {
        if (!refusal_) refusal_ = std::move(failure);
    }

private:
    std::optional<Failure> refusal_;
};

/// Puts the next bytes into a buffer of that capacity: 0 at the end.
using ReadBytes = std::function<Result<std::size_t>(char*, std::size_t)>;

struct XmlOptions {
    std::string where;         ///< of failures: "xlsx"
    bool namespaces = false;   ///< names come with their namespace, see `namespace_separator`; this costs time
    bool is_utf8 = false;      ///< whatever its declaration says: it was decoded before
    std::string damaged_code;  ///< what XML that is not well-formed is called: "damaged_workbook"
    std::size_t depth_max = 64;
    std::size_t token_bytes_max = 2 << 20;  ///< of one tag, comment or instruction
};

/// Drives one document through one handler.
/// REQUIRES: `handler` outlives this; one thread.
class XmlReader {
public:
    XmlReader(XmlHandler& handler, ReadBytes read, XmlOptions options);
    XmlReader(XmlReader&&) noexcept;
    XmlReader& operator=(XmlReader&&) noexcept;
    ~XmlReader();

    /// Reads one more piece of the document; false when it is complete.
    /// `rejected`: the handler's refusal, what reading the bytes gave, `damaged_code`, "doctype_refused", "too_deep",
    /// "unknown_encoding", "too_large_unpacked" for names and tags beyond every reason.
    Result<bool> advance();

    /// All that is left.
    Result<void> read_to_end();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// "x:row" → "row"; of names as they are written.
inline const char* local_name(const char* name) {
    const char* local = name;
    for (; *name != '\0'; ++name) {
        if (*name == ':') local = name + 1;
    }
    return local;
}

/// The value of the attribute with this name, or nullptr. With namespaces the name is "urn:…|name".
const char* find_attribute(XmlAttributes attributes, std::string_view name);

/// The same by local name, whatever the prefix; of names as they are written.
const char* find_local_attribute(XmlAttributes attributes, std::string_view local);

/// A whole number without a sign, or nothing: also when it is larger than `max`.
std::optional<std::size_t> count_from(const char* text, std::size_t max);

}  // namespace usersync::record

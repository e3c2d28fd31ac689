#include "core/record/xml_events.hpp"

#include "core/base/ascii.hpp"

#include <expat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace usersync::record {
namespace {

constexpr std::size_t piece_bytes = 64 << 10;

// Expat keeps every name it meets, so names without end would be memory without end. Its allocators have no argument
// of ours: the one thread that parses says here whose budget it is.
constexpr std::size_t parser_bytes_max = 32 << 20;
constexpr std::size_t header_bytes = 16;  // keeps what follows aligned
thread_local std::size_t* budget = nullptr;

class BudgetScope {
public:
    explicit BudgetScope(std::size_t& ours) : before_(std::exchange(budget, &ours)) {}
    ~BudgetScope() { budget = before_; }
    BudgetScope(const BudgetScope&) = delete;
    BudgetScope& operator=(const BudgetScope&) = delete;

private:
    std::size_t* before_;
};

std::size_t size_of(const void* block) {
    std::size_t size = 0;
    std::memcpy(&size, block, sizeof(size));
    return size;
}

void* with_header(void* block, std::size_t size) {
    std::memcpy(block, &size, sizeof(size));
    return static_cast<char*>(block) + header_bytes;
}

void* allocate(std::size_t size) {
    if (size > *budget) return nullptr;
    void* block = std::malloc(size + header_bytes);
    if (block == nullptr) return nullptr;
    *budget -= size;
    return with_header(block, size);
}

void release(void* memory) {
    if (memory == nullptr) return;
    void* block = static_cast<char*>(memory) - header_bytes;
    *budget += size_of(block);
    std::free(block);
}

void* reallocate(void* memory, std::size_t size) {
    if (memory == nullptr) return allocate(size);
    void* block = static_cast<char*>(memory) - header_bytes;
    const auto before = size_of(block);
    if (size > *budget + before) return nullptr;
    void* moved = std::realloc(block, size + header_bytes);
    if (moved == nullptr) return nullptr;
    *budget += before;
    *budget -= size;
    return with_header(moved, size);
}

// Expat knows UTF-8, UTF-16, Latin 1 and ASCII; older programs also write these two.
constexpr std::array<int, 32> windows_1252 = {0x20AC, -1,     0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                              0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, -1,     0x017D, -1,
                                              -1,     0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                              0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, -1,     0x017E, 0x0178};

int on_unknown_encoding(void*, const XML_Char* name, XML_Encoding* encoding) {
    const auto wanted = lower_case(name);
    for (int i = 0; i < 256; ++i) encoding->map[i] = i;
    encoding->data = nullptr;
    encoding->convert = nullptr;
    encoding->release = nullptr;
    if (wanted == "windows-1252" || wanted == "cp1252") {
        std::copy(windows_1252.begin(), windows_1252.end(), encoding->map + 0x80);
        return XML_STATUS_OK;
    }
    if (wanted == "iso-8859-15" || wanted == "latin-9") {
        constexpr std::array<std::pair<int, int>, 8> differences = {{{0xA4, 0x20AC},
                                                                     {0xA6, 0x0160},
                                                                     {0xA8, 0x0161},
                                                                     {0xB4, 0x017D},
                                                                     {0xB8, 0x017E},
                                                                     {0xBC, 0x0152},
                                                                     {0xBD, 0x0153},
                                                                     {0xBE, 0x0178}}};
        for (const auto& [byte, point] : differences) encoding->map[byte] = point;
        return XML_STATUS_OK;
    }
    return XML_STATUS_ERROR;
}

}  // namespace

struct XmlReader::State {
    XmlHandler& handler;
    ReadBytes read;
    XmlOptions options;
    std::size_t budget_left = parser_bytes_max;
    XML_Parser parser = nullptr;
    std::size_t depth = 0;
    std::size_t fed = 0;
    std::optional<Failure> refusal;  ///< ours; the handler's goes first

    State(XmlHandler& handler_, ReadBytes read_, XmlOptions options_)
        : handler(handler_), read(std::move(read_)), options(std::move(options_)) {
        const BudgetScope scope(budget_left);
        const XML_Memory_Handling_Suite memory = {allocate, reallocate, release};
        const std::array<XML_Char, 2> separator = {namespace_separator, '\0'};
        parser = XML_ParserCreate_MM(options.is_utf8 ? "UTF-8" : nullptr, &memory,
                                     options.namespaces ? separator.data() : nullptr);
        USERSYNC_INVARIANT(parser != nullptr, "there is memory for an XML parser");
        XML_SetUserData(parser, this);
        XML_SetElementHandler(parser, on_start, on_end);
        XML_SetCharacterDataHandler(parser, on_text);
        XML_SetStartDoctypeDeclHandler(parser, on_doctype);
        XML_SetUnknownEncodingHandler(parser, on_unknown_encoding, nullptr);
    }
    ~State() {
        const BudgetScope scope(budget_left);
        XML_ParserFree(parser);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void refuse(std::string code, std::string detail) {
        if (!refusal) refusal = failure(std::move(code), std::move(detail));
        XML_StopParser(parser, XML_FALSE);
    }

    void stop_if_refused() {
        if (handler.refusal()) XML_StopParser(parser, XML_FALSE);
    }

    Failure failure(std::string code, std::string detail) const {
        return {FailureKind::rejected, std::move(code), options.where, std::move(detail), Effect::none, {}};
    }

    Failure parse_failure() const {
        if (handler.refusal()) return *handler.refusal();
        if (refusal) return *refusal;
        const auto error = XML_GetErrorCode(parser);
        if (error == XML_ERROR_NO_MEMORY) return too_large();
        if (error == XML_ERROR_UNKNOWN_ENCODING || error == XML_ERROR_INCORRECT_ENCODING) {
            return failure("unknown_encoding", "the XML names a character encoding that is not known");
        }
        return failure(options.damaged_code,
                       "the XML is damaged or incomplete at line " + std::to_string(XML_GetCurrentLineNumber(parser)));
    }

    Failure too_large() const {
        return failure("too_large_unpacked", "the XML has names or tags that are longer than any program writes them");
    }

    /// Expat reads a tag again from its beginning with every piece until it is complete.
    bool is_token_too_long() const {
        const auto reached = XML_GetCurrentByteIndex(parser);
        return reached >= 0 && fed > static_cast<std::size_t>(reached) &&
               fed - static_cast<std::size_t>(reached) > options.token_bytes_max;
    }

    static State& of(void* user) { return *static_cast<State*>(user); }

    static void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
        auto& state = of(user);
        // A stopped parser still reports the end of an empty element, and nothing else.
        if (state.refusal || state.handler.refusal()) return;
        if (++state.depth > state.options.depth_max) {
            return state.refuse("too_deep", "the XML is nested deeper than any program writes it");
        }
        state.handler.on_start(name, attributes);
        state.stop_if_refused();
    }
    static void on_end(void* user, const XML_Char*) {
        auto& state = of(user);
        if (state.refusal || state.handler.refusal()) return;
        --state.depth;
        state.handler.on_end();
        state.stop_if_refused();
    }
    static void on_text(void* user, const XML_Char* text, int length) {
        auto& state = of(user);
        if (state.refusal || state.handler.refusal()) return;
        state.handler.on_text({text, static_cast<std::size_t>(length)});
        state.stop_if_refused();
    }
    static void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        of(user).refuse("doctype_refused", "the XML has a DOCTYPE, which no program that saves employees writes");
    }
};

XmlReader::XmlReader(XmlHandler& handler, ReadBytes read, XmlOptions options)
    : state_(std::make_unique<State>(handler, std::move(read), std::move(options))) {}
XmlReader::XmlReader(XmlReader&&) noexcept = default;
XmlReader& XmlReader::operator=(XmlReader&&) noexcept = default;
XmlReader::~XmlReader() = default;

Result<bool> XmlReader::advance() {
    auto& state = *state_;
    const BudgetScope scope(state.budget_left);
    void* buffer = XML_GetBuffer(state.parser, static_cast<int>(piece_bytes));
    if (buffer == nullptr) return state.too_large();
    const auto count = state.read(static_cast<char*>(buffer), piece_bytes);
    if (!count) return count.error();
    const bool is_last = *count == 0;
    state.fed += *count;
    if (XML_ParseBuffer(state.parser, static_cast<int>(*count), is_last) != XML_STATUS_OK) return state.parse_failure();
    if (state.handler.refusal() || state.refusal) return state.parse_failure();
    if (!is_last && state.is_token_too_long()) return state.too_large();
    return !is_last;
}

Result<void> XmlReader::read_to_end() {
    while (true) {
        const auto more = advance();
        if (!more) return more.error();
        if (!*more) return {};
    }
}

const char* find_attribute(XmlAttributes attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2) {
        if (name == *attributes) return attributes[1];
    }
    return nullptr;
}

const char* find_local_attribute(XmlAttributes attributes, std::string_view local) {
    for (; *attributes != nullptr; attributes += 2) {
        if (local == local_name(*attributes)) return attributes[1];
    }
    return nullptr;
}

std::optional<std::size_t> count_from(const char* text, std::size_t max) {
    const std::string_view digits(text);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number > max) return std::nullopt;
    return number;
}

}  // namespace usersync::record

#include "core/record/detect.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace usersync::record {
namespace {

using namespace std::string_view_literals;

// ---- bytes

struct Magic {
    std::string_view bytes;
    Content content;
    std::string_view what;
    std::size_t offset = 0;
};

constexpr std::array magics = {
    Magic{"\x1F\x8B"sv, Content::gzip, ""},
    Magic{"PK\x03\x04"sv, Content::zip, ""},
    Magic{"PK\x05\x06"sv, Content::zip, ""},
    Magic{"PK\x07\x08"sv, Content::zip, ""},
    Magic{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Content::compound_file, ""},
    Magic{"\x09\x00\x04\x00"sv, Content::bare_workbook, ""},
    Magic{"\x09\x02\x06\x00"sv, Content::bare_workbook, ""},
    Magic{"\x09\x04\x06\x00"sv, Content::bare_workbook, ""},
    Magic{"\x09\x08\x08\x00"sv, Content::bare_workbook, ""},
    Magic{"\x09\x08\x10\x00"sv, Content::bare_workbook, ""},
    Magic{"%PDF-"sv, Content::other, "a PDF document"},
    Magic{"\x89PNG\r\n\x1A\n"sv, Content::other, "a picture"},
    Magic{"\xFF\xD8\xFF"sv, Content::other, "a picture"},
    Magic{"GIF87a"sv, Content::other, "a picture"},
    Magic{"GIF89a"sv, Content::other, "a picture"},
    Magic{"II*\0"sv, Content::other, "a picture"},
    Magic{"MM\0*"sv, Content::other, "a picture"},
    Magic{"WEBP"sv, Content::other, "a picture", 8},
    Magic{"ftyp"sv, Content::other, "a picture or a film", 4},
    Magic{"7z\xBC\xAF\x27\x1C"sv, Content::other, "a 7-Zip archive"},
    Magic{"Rar!\x1A\x07"sv, Content::other, "a RAR archive"},
    Magic{"BZh"sv, Content::other, "a bzip2 archive"},
    Magic{"\xFD"
          "7zXZ\0"sv,
          Content::other, "an xz archive"},
    Magic{"\x28\xB5\x2F\xFD"sv, Content::other, "a zstd archive"},
    Magic{"ustar"sv, Content::other, "a tar archive", 257},
    Magic{"SQLite format 3\0"sv, Content::other, "an SQLite database"},
    Magic{"PAR1"sv, Content::other, "a Parquet file"},
    Magic{"{\\rtf"sv, Content::other, "a Word document (RTF)"},
    Magic{"\x7F"
          "ELF"sv,
          Content::other, "a program"},
};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

bool holds_at(std::string_view bytes, std::size_t offset, std::string_view part) {
    return bytes.size() >= offset + part.size() && bytes.substr(offset, part.size()) == part;
}

// A text may begin with these letters too; what follows them in the archive may not stand in a text.
bool is_confirmed(const Magic& magic, std::string_view bytes) {
    if (magic.bytes == "BZh") return holds_at(bytes, 4, "1AY&SY");
    if (magic.bytes == "WEBP") return bytes.starts_with("RIFF");
    if (magic.bytes == "ftyp") return bytes.front() == '\0';
    if (magic.bytes == "PAR1") return bytes.ends_with("PAR1");
    return true;
}

// Excel's owner file: the name of the user, once with one byte per letter and once with two, each behind its length
// and padded with spaces; 165 bytes for a workbook, 162 for Word's documents.
bool is_owner_file(std::string_view bytes) {
    for (const std::size_t padded : {54, 53}) {
        if (bytes.size() != 3 * padded + 3) continue;
        const auto length = byte_at(bytes, 0);
        return length > 0 && length <= padded && byte_at(bytes, padded + 1) == length &&
               byte_at(bytes, padded + 2) == 0;
    }
    return false;
}

// LibreOffice's: ",anna,desk,01.03.2026 08:30,file:///home/anna/.config/libreoffice/4;"
bool is_libreoffice_lock(std::string_view bytes) {
    if (bytes.size() > 1024 || !bytes.ends_with(';')) return false;
    return bytes.find('\n') == std::string_view::npos && bytes.find(",file:///") != std::string_view::npos &&
           std::count(bytes.begin(), bytes.end(), ',') >= 4;
}

std::string_view without_front(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const auto first = bytes.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : bytes.substr(first);
}

// The first packet of a binary OpenPGP message (RFC 9580 section 4.2): where its body begins, and its kind.
struct Packet {
    unsigned tag = 0;
    std::size_t body = 0;
};

std::optional<Packet> first_packet(std::string_view bytes) {
    if (bytes.size() < 16 || byte_at(bytes, 0) < 0x80) return std::nullopt;
    const unsigned first = byte_at(bytes, 0);
    if ((first & 0x40U) == 0) {
        constexpr std::array<std::size_t, 4> length_bytes = {1, 2, 4, 0};
        return Packet{.tag = (first >> 2U) & 0x0FU, .body = 1 + length_bytes[first & 3U]};
    }
    const unsigned length = byte_at(bytes, 1);
    std::size_t length_bytes = 1;
    if (length >= 192 && length < 224) length_bytes = 2;
    if (length == 255) length_bytes = 5;
    return Packet{.tag = first & 0x3FU, .body = 1 + length_bytes};
}

enum class PgpMessage { none, encrypted, not_encrypted };

// Text in an eight-bit encoding may begin with such a byte too, but a version number is a control character in text.
PgpMessage pgp_message(std::string_view bytes) {
    const auto packet = first_packet(bytes);
    if (!packet) return PgpMessage::none;
    const auto version = byte_at(bytes, packet->body);
    const bool encrypted = (packet->tag == 1 && (version == 3 || version == 6)) ||       // a public key's
                           (packet->tag == 3 && version >= 4 && version <= 6) ||         // a passphrase's
                           (packet->tag == 18 && (version == 1 || version == 2)) ||      // the message itself
                           (packet->tag == 20 && version == 1) ||                        //
                           (packet->tag == 10 && holds_at(bytes, packet->body, "PGP"));  // a marker
    if (encrypted) return PgpMessage::encrypted;
    const bool plain = (packet->tag == 8 && version >= 1 && version <= 3) || (packet->tag == 4 && version == 3);
    return plain ? PgpMessage::not_encrypted : PgpMessage::none;
}

Detected detect_pgp(std::string_view bytes) {
    const auto text = without_front(bytes.substr(0, 4096));
    if (text.starts_with("-----BEGIN PGP MESSAGE-----")) return {.content = Content::pgp};
    if (text.starts_with("-----BEGIN PGP SIGNED"))
        return {Content::other, "a text that is signed with PGP, not encrypted"};
    if (text.starts_with("-----BEGIN PGP")) return {Content::other, "a PGP key or signature"};
    if (text.starts_with("-----BEGIN ")) return {Content::other, "a key or certificate"};
    switch (pgp_message(bytes)) {
        case PgpMessage::none: break;
        case PgpMessage::encrypted: return {.content = Content::pgp};
        case PgpMessage::not_encrypted: return {Content::other, "a PGP message that is not encrypted"};
    }
    return {};
}

// ---- text

// Everything that tells texts apart stands in front of the first element or row.
constexpr std::size_t front_bytes = std::size_t{64} << 10;
constexpr std::size_t declaration_bytes = 4096;

bool is_name_start(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || (c & 0x80) != 0; }

std::string_view name_at_front(std::string_view text) {
    if (text.empty() || !is_name_start(text.front())) return {};
    return text.substr(0, std::min(text.find_first_of(" \t\r\n/><[\"'="), text.size()));
}

void skip_past(std::string_view& text, std::string_view mark) {
    const auto at = text.find(mark);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + mark.size());
}

// What stands in front of the first element of a markup text.
struct Prolog {
    bool has_declaration = false;
    std::string doctype;  // lower case
    std::string element;  // lower case, without a prefix
};

Prolog read_prolog(std::string_view text) {
    Prolog prolog;
    prolog.has_declaration = text.starts_with("<?xml");
    for (text = without_front(text); text.starts_with('<'); text = without_front(text)) {
        if (text.starts_with("<?")) {
            skip_past(text, "?>");
        } else if (text.starts_with("<!--")) {
            skip_past(text, "-->");
        } else if (lower_case(text.substr(0, 9)) == "<!doctype") {
            prolog.doctype = lower_case(name_at_front(without_front(text.substr(9))));
            skip_past(text, ">");
        } else {
            const auto name = name_at_front(text.substr(1));
            const auto colon = name.rfind(':');
            prolog.element = lower_case(colon == std::string_view::npos ? name : name.substr(colon + 1));
            break;
        }
    }
    return prolog;
}

bool is_html_element(std::string_view name) {
    constexpr std::array names = {"html"sv,   "head"sv,  "body"sv, "table"sv,  "meta"sv, "title"sv,  "style"sv,
                                  "script"sv, "link"sv,  "div"sv,  "span"sv,   "p"sv,    "center"sv, "font"sv,
                                  "b"sv,      "h1"sv,    "h2"sv,   "h3"sv,     "br"sv,   "form"sv,   "tr"sv,
                                  "thead"sv,  "tbody"sv, "base"sv, "caption"sv};
    return std::find(names.begin(), names.end(), name) != names.end();
}

DetectedText detect_markup(std::string_view front) {
    const auto prolog = read_prolog(front);
    const auto head = front.substr(0, declaration_bytes);
    const auto says = [head](std::string_view text) { return head.find(text) != std::string_view::npos; };
    if (prolog.doctype == "html" || prolog.element == "html") return {.format = Format::html};
    if (says("progid=\"Excel.Sheet\"") || says("progid='Excel.Sheet'")) return {.format = Format::spreadsheetml};
    if (says("<?mso-application")) return {.format = std::nullopt, .what = "an Office document that is no workbook"};
    if (prolog.element == "workbook" && says("urn:schemas-microsoft-com:office:spreadsheet")) {
        return {.format = Format::spreadsheetml};
    }
    if (prolog.element == "document" && says("urn:oasis:names:tc:opendocument")) {
        return {.format = std::nullopt, .what = "an OpenDocument file without its zip (.fods)"};
    }
    if (!prolog.has_declaration && is_html_element(prolog.element)) return {.format = Format::html};
    const bool is_xml = prolog.has_declaration || !prolog.doctype.empty() || !prolog.element.empty();
    return {.format = is_xml ? Format::xml : Format::csv};
}

// The header of a mail message: lines "Name: value", one of them "MIME-Version".
bool is_mime(std::string_view text) {
    bool found = false;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty() || line == "\r") return found;
        if (line.front() == ' ' || line.front() == '\t') continue;
        const auto name = lower_case(line.substr(0, line.find(':')));
        const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
        if (name.size() == line.size() || !std::all_of(name.begin(), name.end(), is_allowed)) return false;
        found = found || name == "mime-version";
    }
    return found;
}

enum class Line { other, object, object_with_records };

// Whether one line is one whole JSON object, and whether a list of objects stands in it; nothing else is looked at.
Line line_kind(std::string_view line) {
    std::size_t depth = 0;
    bool in_text = false;
    bool has_records = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (in_text) {
            if (c == '\\') ++i;
            if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            ++depth;
            if (c == '[') has_records = has_records || without_front(line.substr(i + 1)).starts_with('{');
        } else if ((c == '}' || c == ']') && --depth == 0) {
            const bool is_whole = line.find_first_not_of(" \t\r", i + 1) == std::string_view::npos;
            if (!is_whole) return Line::other;
            return has_records ? Line::object_with_records : Line::object;
        }
    }
    return Line::other;
}

std::optional<Format> detect_json(std::string_view text) {
    const auto next = without_front(text.substr(1, front_bytes));
    if (text.front() == '[') {
        const bool is_json = next.empty() || "{[]\""sv.find(next.front()) != std::string_view::npos;
        return is_json ? std::optional(Format::json) : std::nullopt;
    }
    if (!next.empty() && next.front() != '"' && next.front() != '}') return std::nullopt;
    const auto line = text.substr(0, text.find('\n'));
    const auto rest = without_front(text.substr(std::min(line.size() + 1, text.size())));
    if (!rest.empty() && !rest.starts_with('{')) return Format::json;
    switch (line_kind(line)) {
        case Line::other: return Format::json;
        case Line::object: return Format::jsonl;
        case Line::object_with_records: return rest.empty() ? Format::json : Format::jsonl;
    }
    return Format::json;
}

}  // namespace

Detected detect(std::string_view bytes) {
    if (bytes.empty()) return {.content = Content::nothing};
    for (const auto& magic : magics) {
        if (holds_at(bytes, magic.offset, magic.bytes) && is_confirmed(magic, bytes))
            return {magic.content, magic.what};
    }
    if (is_owner_file(bytes) || is_libreoffice_lock(bytes)) return {.content = Content::lock_file};
    return detect_pgp(bytes);
}

DetectedText detect_text(std::string_view text) {
    text = without_front(text);
    const auto front = text.substr(0, front_bytes);
    if (front.starts_with('<')) return detect_markup(front);
    if (front.starts_with('{') || front.starts_with('[')) return {.format = detect_json(text).value_or(Format::csv)};
    return {.format = is_mime(front) ? Format::mhtml : Format::csv};
}

std::string_view declared_encoding(std::string_view text, Format format) {
    auto head = without_front(text.substr(0, declaration_bytes));
    const bool is_html = format == Format::html;
    if (!is_html) head = head.starts_with("<?xml") ? head.substr(0, head.find("?>")) : std::string_view();
    const auto mark = is_html ? "charset"sv : "encoding"sv;
    const auto at = lower_case(head).find(mark);
    if (at == std::string::npos) return {};
    head.remove_prefix(at + mark.size());
    head = without_front(head);
    if (!head.starts_with('=')) return {};
    head = without_front(head.substr(1));
    if (head.starts_with('"') || head.starts_with('\'')) head.remove_prefix(1);
    return head.substr(0, std::min(head.find_first_of("\"'>; \t\r\n?/"), head.size()));
}

bool is_lock_file_name(std::string_view name) {
    return name.starts_with("~$") || (name.starts_with(".~lock.") && name.ends_with('#'));
}

}  // namespace usersync::record

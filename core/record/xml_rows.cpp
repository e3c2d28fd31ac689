#include "core/record/named_table.hpp"
#include "core/record/objects.hpp"
#include "core/record/refusal.hpp"
#include "core/record/text.hpp"
#include "core/record/xml_shape.hpp"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace usersync::record {
namespace {

// The whole text is handed over in pieces that an int can count; rows are read in small ones, so that the parser can
// stop behind each record.
constexpr std::size_t piece_bytes_max = std::size_t{256} << 20;
constexpr std::size_t row_piece_bytes = std::size_t{64} << 10;

std::string_view local_name(const char* qualified) {
    const std::string_view name = qualified;
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// What is said about the XML and not about the record: namespaces, schema locations, "nil".
bool is_about_xml(std::string_view attribute) {
    return attribute == "xmlns" || attribute.starts_with("xmlns:") || attribute.starts_with("xsi:") ||
           attribute.starts_with("xml:");
}

bool is_white(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// What one reading of the text is for.
class Listener {
public:
    virtual ~Listener() = default;
    virtual bool start(std::string_view name, const char** attributes) = 0;
    virtual bool text(std::string_view piece) = 0;
    /// `stop`: set to pause behind this element.
    virtual bool end(bool& stop) = 0;
    Failure failure;

protected:
    bool fail(Failure why) {
        failure = std::move(why);
        return false;
    }
};

/// Expat, with what is refused of any XML: a DOCTYPE, depth, tokens that are too long. One reading of the text.
class Reading {
public:
    Reading(std::string_view text, const RecordLimits& limits, Listener& listener)
        : rest_(text), limits_(limits), listener_(listener), parser_(XML_ParserCreate("UTF-8"), &XML_ParserFree) {
        USERSYNC_INVARIANT(parser_ != nullptr, "there is memory for a parser");
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), &Reading::on_start, &Reading::on_end);
        XML_SetCharacterDataHandler(parser_.get(), &Reading::on_text);
        XML_SetStartDoctypeDeclHandler(parser_.get(), &Reading::on_doctype);
        XML_SetCommentHandler(parser_.get(), &Reading::on_comment);
        XML_SetProcessingInstructionHandler(parser_.get(), &Reading::on_instruction);
    }

    /// To the end, or to where the listener stops: true there. `piece_bytes`: how much is handed over at a time.
    Result<bool> go_on(std::size_t piece_bytes) {
        for (;;) {
            auto status = XML_STATUS_OK;
            if (std::exchange(stopped_, false)) {
                status = XML_ResumeParser(parser_.get());
            } else if (!ended_) {
                const auto piece = rest_.substr(0, piece_bytes);
                rest_.remove_prefix(piece.size());
                ended_ = rest_.empty();
                status = XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), ended_ ? 1 : 0);
            } else {
                return false;
            }
            if (status == XML_STATUS_ERROR) return why();
            stopped_ = status == XML_STATUS_SUSPENDED;
            if (stopped_) return true;
        }
    }

private:
    static Reading& self(void* user) { return *static_cast<Reading*>(user); }

    static void on_start(void* user, const char* name, const char** attributes) {
        auto& reading = self(user);
        if (reading.has_failed() || !reading.token_fits()) return;
        if (++reading.depth_ > reading.limits_.depth_max) {
            return reading.fail(refused("too_deep", "the XML is nested more than " +
                                                        std::to_string(reading.limits_.depth_max) + " levels deep"));
        }
        if (!reading.listener_.start(local_name(name), attributes)) reading.fail(reading.listener_.failure);
    }

    static void on_end(void* user, const char*) {
        auto& reading = self(user);
        if (reading.has_failed()) return;
        --reading.depth_;
        bool stop = false;
        if (!reading.listener_.end(stop)) return reading.fail(reading.listener_.failure);
        if (stop) XML_StopParser(reading.parser_.get(), XML_TRUE);
    }

    static void on_text(void* user, const char* text, int size) {
        auto& reading = self(user);
        if (reading.has_failed()) return;
        if (!reading.listener_.text({text, static_cast<std::size_t>(size)})) reading.fail(reading.listener_.failure);
    }

    static void on_doctype(void* user, const char*, const char*, const char*, int) {
        self(user).fail(refused("doctype_refused", "the XML has a DOCTYPE, which is not accepted"));
    }

    static void on_comment(void* user, const char*) { self(user).token_fits(); }
    static void on_instruction(void* user, const char*, const char*) { self(user).token_fits(); }

    // Tags, comments and instructions come whole, however long they are: reading on in small pieces would look at
    // a long one again and again.
    bool token_fits() {
        if (static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get())) <= limits_.cell_bytes_max) return true;
        fail(refused("cell_too_long", "a tag or comment of the XML is longer than " +
                                          std::to_string(limits_.cell_bytes_max) + " bytes"));
        return false;
    }

    bool has_failed() const { return failure_.has_value(); }

    void fail(Failure failure) {
        if (!failure_) failure_ = std::move(failure);
        XML_StopParser(parser_.get(), XML_FALSE);
    }

    Failure why() const {
        if (failure_) return *failure_;
        const auto error = XML_GetErrorCode(parser_.get());
        if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN || error == XML_ERROR_PARTIAL_CHAR ||
            error == XML_ERROR_UNCLOSED_CDATA_SECTION) {
            return refused("damaged_xml", "the XML ends too early: it was cut off");
        }
        return refused("damaged_xml", "line " + std::to_string(XML_GetCurrentLineNumber(parser_.get())) + ": " +
                                          XML_ErrorString(error));
    }

    std::string_view rest_;
    RecordLimits limits_;
    Listener& listener_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser_;
    std::size_t depth_ = 0;
    bool ended_ = false;
    bool stopped_ = false;
    std::optional<Failure> failure_;
};

/// Looks which elements there are, to find out which of them is a record.
class ShapeListener final : public Listener {
public:
    explicit ShapeListener(const RecordLimits& limits) : shape_(limits.columns_max) {}
    bool start(std::string_view name, const char** attributes) override {
        bool has_attributes = false;
        for (; *attributes != nullptr; attributes += 2) has_attributes = has_attributes || !is_about_xml(*attributes);
        if (shape_.enter(name, has_attributes)) return true;
        return fail(refused("too_many_columns", "the XML has too many different names"));
    }
    bool text(std::string_view) override { return true; }
    bool end(bool&) override {
        shape_.leave();
        return true;
    }
    const XmlShape& shape() const { return shape_; }

private:
    XmlShape shape_;
};

/// Tells a table what the records hold.
class RecordListener final : public Listener {
public:
    RecordListener(NamedTable& table, XmlRecords records, const RecordLimits& limits)
        : table_(table), records_(std::move(records)), limits_(limits) {}

    /// Stop behind every record from now on.
    void stop_at_records() { stops_ = true; }

    bool start(std::string_view name, const char** attributes) override {
        if (levels_.empty()) return outside(name, attributes);
        levels_.back().has_children = true;
        const auto node = table_.enter(levels_.back().node, name);
        if (node == NamedTable::nowhere) return fail(table_.failure());
        levels_.push_back({.node = node});
        return tell_attributes(attributes);
    }

    bool text(std::string_view piece) override {
        if (levels_.empty()) return true;
        auto& text = levels_.back().text;
        text += piece;
        if (text.size() <= limits_.cell_bytes_max) return true;
        return fail(refused("cell_too_long", "a value of \"" + table_.name(levels_.back().node) + "\" is longer than " +
                                                 std::to_string(limits_.cell_bytes_max) + " bytes"));
    }

    bool end(bool& stop) override {
        if (levels_.empty()) {
            above_.pop_back();
            return true;
        }
        const auto level = std::move(levels_.back());
        levels_.pop_back();
        if (levels_.empty()) {
            stop = stops_;
            return true;
        }
        if (tell(level)) return true;
        return fail(table_.failure());
    }

private:
    struct Level {
        NamedTable::Node node = NamedTable::root;
        std::string text;
        bool has_children = false;
        bool has_attributes = false;
    };

    bool outside(std::string_view name, const char** attributes) {
        above_.emplace_back(name);
        if (!records_.holds(above_)) return true;
        above_.pop_back();
        if (!table_.begin_record()) return fail(table_.failure());
        levels_.push_back({});
        return tell_attributes(attributes);
    }

    bool tell_attributes(const char** attributes) {
        for (; *attributes != nullptr; attributes += 2) {
            if (is_about_xml(attributes[0])) continue;
            levels_.back().has_attributes = true;
            const auto node = table_.enter(levels_.back().node, "@" + std::string(local_name(attributes[0])));
            if (node == NamedTable::nowhere) return fail(table_.failure());
            if (!table_.add_copy(node, attributes[1], CellKind::text)) return fail(table_.failure());
        }
        return true;
    }

    // Of an element with others in it the white space between them is no value.
    bool tell(const Level& level) {
        if (level.text.empty() && !level.has_children) {
            return level.has_attributes ? table_.add_empty(level.node) : table_.add_nothing(level.node);
        }
        if (level.has_children && is_white(level.text)) return true;
        return table_.add_copy(level.node, level.text, CellKind::text);
    }

    NamedTable& table_;
    XmlRecords records_;
    RecordLimits limits_;
    std::vector<std::string> above_;  // the elements around a record
    std::vector<Level> levels_;       // the record and the elements within it
    bool stops_ = false;
};

class XmlRows final : public RowSource {
public:
    XmlRows(std::string_view text, const RecordLimits& limits) : text_(text), limits_(limits), table_(limits) {}

    Result<void> open(const std::string& element) {
        auto records = find_records(element);
        if (!records) return records.error();
        RecordListener names(table_, *records, limits_);
        Reading survey(text_, limits_, names);
        const auto read = survey.go_on(piece_bytes_max);
        if (!read) return read.error();
        if (table_.records() == 0) {
            return refused("no_records", "the XML holds no element \"" + shown_as_utf8(element) + "\"");
        }
        if (!table_.settle(text_.size())) return table_.failure();
        if (table_.columns() == 0) return refused("no_records", "the records of the XML hold nothing");
        listener_.emplace(table_, *std::move(records), limits_);
        listener_->stop_at_records();
        reading_.emplace(text_, limits_, *listener_);
        return {};
    }

    Result<bool> next(Row& row) override {
        if (!std::exchange(names_given_, true)) {
            table_.give_names(row);
            return true;
        }
        auto more = reading_->go_on(row_piece_bytes);
        if (!more || !*more) return more;
        table_.give(row);
        row.line = ++given_;
        return true;
    }

private:
    Result<XmlRecords> find_records(const std::string& element) const {
        if (!element.empty()) return XmlRecords::named(element);
        ShapeListener listener(limits_);
        Reading reading(text_, limits_, listener);
        const auto read = reading.go_on(piece_bytes_max);
        if (!read) return read.error();
        return listener.shape().find_records();
    }

    std::string_view text_;
    RecordLimits limits_;
    NamedTable table_;
    std::optional<RecordListener> listener_;
    std::optional<Reading> reading_;
    std::size_t given_ = 0;
    bool names_given_ = false;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_xml(std::string_view text, const std::string& element,
                                            const RecordLimits& limits) {
    auto rows = std::make_unique<XmlRows>(text, limits);
    auto opened = rows->open(element);
    if (!opened) return opened.error();
    return std::unique_ptr<RowSource>(std::move(rows));
}

}  // namespace usersync::record

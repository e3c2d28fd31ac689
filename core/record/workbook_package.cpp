#include "core/record/workbook_package.hpp"

#include "core/base/ascii.hpp"
#include "core/record/sheet_rows.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace usersync::record {
namespace {

std::string_view last_part(std::string_view address) {
    const auto slash = address.rfind('/');
    return slash == std::string_view::npos ? address : address.substr(slash + 1);
}

std::string_view text_of(XmlAttributes attributes, std::string_view name) {
    const char* value = find_local_attribute(attributes, name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

class RelationsHandler : public XmlHandler {
public:
    RelationsHandler(std::string_view source, const RecordLimits& limits) : source_(source), limits_(limits) {}

    std::vector<Relation> relations;

    void on_start(const char* name, XmlAttributes attributes) override {
        if (std::string_view(local_name(name)) != "Relationship") return;
        if (text_of(attributes, "TargetMode") == "External") return;
        if (relations.size() == limits_.entries_max) {
            refuse(damaged_workbook("xlsx", "the workbook has more parts than any program writes"));
            return;
        }
        relations.push_back({std::string(text_of(attributes, "Id")),
                             std::string(last_part(text_of(attributes, "Type"))),
                             part_path(source_, text_of(attributes, "Target"))});
    }
    void on_end() override {}
    void on_text(std::string_view) override {}

private:
    std::string_view source_;
    const RecordLimits& limits_;
};

class ContentTypeHandler : public XmlHandler {
public:
    explicit ContentTypeHandler(std::string_view part) : part_(part) {
        const auto name = last_part(part);
        const auto dot = name.rfind('.');
        if (dot != std::string_view::npos) extension_ = name.substr(dot + 1);
    }

    std::string of_part;
    std::string of_extension;

    void on_start(const char* name, XmlAttributes attributes) override {
        const std::string_view local = local_name(name);
        auto path = text_of(attributes, "PartName");
        if (!path.empty() && path.front() == '/') path.remove_prefix(1);
        if (local == "Override" && equal_but_for_case(path, part_)) of_part = text_of(attributes, "ContentType");
        if (local == "Default" && equal_but_for_case(text_of(attributes, "Extension"), extension_)) {
            of_extension = text_of(attributes, "ContentType");
        }
    }
    void on_end() override {}
    void on_text(std::string_view) override {}

private:
    std::string_view part_;
    std::string_view extension_;
};

}  // namespace

std::string part_path(std::string_view source, std::string_view target) {
    std::vector<std::string_view> steps;
    const auto add = [&](std::string_view path) {
        while (!path.empty()) {
            const auto slash = path.find('/');
            const auto step = path.substr(0, slash);
            path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
            if (step == "..") {
                if (!steps.empty()) steps.pop_back();
            } else if (!step.empty() && step != ".") {
                steps.push_back(step);
            }
        }
    };
    if (target.empty() || target.front() != '/') add(source.substr(0, source.size() - last_part(source).size()));
    add(target);
    std::string path;
    for (const auto step : steps) {
        if (!path.empty()) path += '/';
        path += step;
    }
    return path;
}

ReadBytes bytes_of(ZipEntryStream stream, std::string where) {
    auto shared = std::make_shared<ZipEntryStream>(std::move(stream));
    return [shared, where = std::move(where)](char* into, std::size_t capacity) -> Result<std::size_t> {
        auto count = shared->read(into, capacity);
        if (!count) return as_workbook(count.error(), where);
        return *count;
    };
}

XmlOptions xlsx_options(const RecordLimits& limits) {
    XmlOptions options;
    options.where = "xlsx";
    options.damaged_code = "damaged_workbook";
    options.depth_max = limits.depth_max;
    return options;
}

Result<void> read_part(ZipArchive& archive, std::size_t index, XmlHandler& handler, const XmlOptions& options) {
    auto stream = archive.read(index);
    if (!stream) return as_workbook(stream.error(), options.where);
    XmlReader reader(handler, bytes_of(std::move(*stream), options.where), options);
    return reader.read_to_end();
}

Result<std::vector<Relation>> relations_of(ZipArchive& archive, std::string_view part, const RecordLimits& limits) {
    const auto name = last_part(part);
    const auto folder = part.substr(0, part.size() - name.size());
    const auto index = archive.find(std::string(folder) + "_rels/" + std::string(name) + ".rels");
    if (!index) return std::vector<Relation>{};
    RelationsHandler handler(part, limits);
    const auto read = read_part(archive, *index, handler, xlsx_options(limits));
    if (!read) return read.error();
    return std::move(handler.relations);
}

Result<std::string> content_type_of(ZipArchive& archive, std::string_view part, const RecordLimits& limits) {
    const auto index = archive.find("[Content_Types].xml");
    if (!index) return damaged_workbook("xlsx", "the zip archive lacks the list of its parts that every workbook has");
    ContentTypeHandler handler(part);
    const auto read = read_part(archive, *index, handler, xlsx_options(limits));
    if (!read) return read.error();
    return handler.of_part.empty() ? std::move(handler.of_extension) : std::move(handler.of_part);
}

}  // namespace usersync::record

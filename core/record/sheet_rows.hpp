#pragma once
// The rows of a sheet that is written in XML, read piece by piece.

#include "core/record/row_queue.hpp"
#include "core/record/xml_events.hpp"

#include <memory>

namespace usersync::record {

/// Finds the cells of one sheet among the events of its document.
class SheetHandler : public XmlHandler {
public:
    SheetHandler(const RecordLimits& limits, const std::string& where) : queue_(limits, where) {}

    RowQueue& queue() { return queue_; }
    /// Nothing in the rest of the document matters.
    bool is_finished() const { return is_finished_; }

protected:
    /// To be called with what the queue answers.
    void check(bool within_limits) {
        if (!within_limits) refuse(queue_.failure());
    }
    void finish() { is_finished_ = true; }

    RowQueue queue_;

private:
    bool is_finished_ = false;
};

std::unique_ptr<RowSource> sheet_rows(std::unique_ptr<SheetHandler> handler, ReadBytes read, XmlOptions options);

/// "damaged_workbook" at `where`.
Failure damaged_workbook(const std::string& where, std::string detail);

/// The failure of a zip archive that is a workbook: its damage is the workbook's.
Failure as_workbook(Failure failure, const std::string& where);

/// The place of the sheet with that name among `names`, or the first one that `is_visible`; "no_such_sheet".
struct SheetName {
    std::string name;
    bool is_visible = true;
};
Result<std::size_t> choose_sheet(const std::vector<SheetName>& sheets, const std::optional<std::string>& name,
                                 const std::string& where);

/// The names of those that are visible.
std::vector<std::string> visible_names(const std::vector<SheetName>& sheets);

}  // namespace usersync::record

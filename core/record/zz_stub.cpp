#include "core/record/sheet.hpp"
namespace usersync::record {
Result<OpenSheet> open_html(std::string_view, const RecordLimits&) {
    return Failure{.kind = FailureKind::rejected, .code = "stub"};
}
Result<OpenSheet> open_mhtml(std::string_view, const RecordLimits&) {
    return Failure{.kind = FailureKind::rejected, .code = "stub"};
}
}  // namespace usersync::record

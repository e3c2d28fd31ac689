#pragma once
// From the bytes of a delivery to the rows of its table.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace usersync::record {

/// PGP message → what was encrypted. Empty: such a record is refused with "pgp_no_key".
using Decrypt = std::function<Result<std::string>(std::string_view message)>;

/// A record that is ready to be read. It holds what was unpacked; text that needed no change is a view of the bytes.
struct OpenRecord {
    Found found;
    std::unique_ptr<RowSource> rows;
};

/// Unwraps PGP, gzip and a zip with one file (at most three wrappers), tells the format by content, turns text into
/// UTF-8, and gives the rows. `names` are the columns that the tenant maps, folded by `fold_name`: they help to find
/// the delimiter, and may be empty.
///
/// REQUIRES: `bytes` outlives the result. Pure but for `decrypt`. Memory: the unpacked record once, plus once more
/// for text that is not UTF-8; a workbook's shared texts; nothing that grows with the rows.
///
/// A Failure is `rejected`, its code one of those in docs/formats.md: "empty_record", "unknown_format",
/// "password_protected", "encrypted_zip", "lock_file", "zip_several_files", "zip_empty", "damaged_zip",
/// "damaged_gzip", "pgp_no_key", "pgp_wrong_key", "damaged_pgp", "too_large_unpacked", "too_deep", "doctype_refused",
/// "damaged_workbook", "excel_95", "no_such_sheet", "damaged_json", "damaged_xml", "no_records", "bad_encoding",
/// "unknown_encoding", "not_text", "too_many_columns", "too_many_rows", "cell_too_long".
/// What `decrypt` answers is handed on as it is: `blocked` "pgp_bad_key" and "pgp_bad_passphrase", `transient`
/// "gpg_failed" among others. That is no verdict about the record.
Result<OpenRecord> open_record(std::string_view bytes, const RecordFormat& format, const RecordLimits& limits,
                               const std::vector<std::string>& names, const Decrypt& decrypt = {});

}  // namespace usersync::record

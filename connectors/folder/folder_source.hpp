#pragma once
// A folder of this machine as a source of employee records.

#include "connectors/folder/folder_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace usersync::folder {

/// A source over a local folder; picks files by the same decision as the SFTP source. File work runs on `lane` and
/// is as quick as the disk: a step that has begun is finished, deadline or not.
///
/// Links are never followed (the folder itself may be one): whoever may put files there must not be able to make
/// the service read another one.
///
/// Failures (where "folder"):
///   transient: deadline_passed, listing_failed, file_changed_while_reading, read_failed, archive_failed
///   blocked:   folder_missing, folder_not_readable, archive_folder_unusable, archive_not_writable
///
/// REQUIRES: `clock` and the lane's threads outlive the source and every call on it.
std::unique_ptr<Source> make_folder_source(FolderOptions options, Clock& clock, boost::asio::any_io_executor lane);

}  // namespace usersync::folder

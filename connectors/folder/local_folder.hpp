#pragma once
// A local folder in blocking calls: listed, read and archived without following a link.

#include "connectors/folder/folder_options.hpp"
#include "core/base/result.hpp"
#include "core/ingest/pickup.hpp"
#include "core/ports/source.hpp"

#include <string>
#include <vector>

namespace usersync::folder {

/// The regular files of the folder.
Result<std::vector<ingest::FileEntry>> list(const FolderOptions& options);

/// The bytes of exactly this file: neither its size nor its time may differ before and after reading.
Result<std::string> read(const FolderOptions& options, const ingest::FileEntry& file);

/// Moves the delivery and what it superseded into the archive. A file that is gone, or that has been replaced by a
/// newer one since it was read, is left alone: the newer one has not been read yet.
Result<void> archive(const FolderOptions& options, const Delivery& delivery, Time now);

}  // namespace usersync::folder

#pragma once
// `usersyncd inspect`, `records`, `example-record`: a file by itself, without store, source or network.

#include "daemon/cli.hpp"

namespace usersync {

/// What the file is, its columns, who is in it, every finding, the verdict. Exit code 0, or 1 when the file would be
/// refused, somebody is frozen or unknown, or the record would not count as complete.
int inspect_file(const cli::Inspect& arguments);

/// The employees of a file as a tenant reads them. Exit code 1 when somebody is frozen or unknown, 3 when it is
/// refused.
int print_records(const cli::Records& arguments);

/// The example record that customers may begin with.
int print_example_record(const cli::ExampleRecord& arguments);

}  // namespace usersync

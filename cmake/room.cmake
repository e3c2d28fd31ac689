# A room is a folder with one static library; its arrows are its target_link_libraries.

add_library(usersync_flags INTERFACE)
target_include_directories(usersync_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(usersync_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align -Wold-style-cast -Woverloaded-virtual
  -Wimplicit-fallthrough -Wswitch -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees dangling and uninitialised values inside coroutine frames and std::variant that are not there.
  target_compile_options(usersync_flags INTERFACE -fcoroutines -Wno-maybe-uninitialized -Wno-tsan -Wno-restrict
                                                  -Wno-dangling-pointer -Wno-array-bounds -Wno-stringop-overflow
                                                  -Wno-free-nonheap-object -Wno-mismatched-new-delete)
  # Designated initialisers name what matters and leave the rest to its default; clang agrees.
  target_compile_options(usersync_flags INTERFACE -Wno-missing-field-initializers)
endif()

# The test presets compile a room's units in batches, which takes a third of the time; the release preset compiles each
# by itself, and so shows a missing include. In a batch a local name may well be a constant of another unit's.
if(CMAKE_UNITY_BUILD)
  target_compile_options(usersync_flags INTERFACE -Wno-shadow)
  # To g++ a unit in a batch is an included file, and its unnamed namespace one that others would see otherwise.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(usersync_flags INTERFACE -Wno-subobject-linkage)
  endif()
endif()

# usersync_room(NAME SOURCES … ALONE … LINKS … FOREIGN …): FOREIGN libraries are system headers and stay private. ALONE
# are units that use words of their neighbours in another sense, as readers of two formats do: never in a batch.
function(usersync_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ALONE;LINKS;FOREIGN" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES} ${ROOM_ALONE})
  set_source_files_properties(${ROOM_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${name} PUBLIC usersync_flags ${ROOM_LINKS} PRIVATE ${ROOM_FOREIGN})
endfunction()

# usersync_tests(NAME SOURCES … ALONE … LINKS … FOREIGN …): one test program; each TEST_CASE is one ctest test.
function(usersync_tests name)
  cmake_parse_arguments(TESTS "" "" "SOURCES;ALONE;LINKS;FOREIGN" ${ARGN})
  add_executable(${name} ${TESTS_SOURCES} ${TESTS_ALONE})
  set_source_files_properties(${TESTS_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${name} PRIVATE usersync_flags tests_main ${TESTS_LINKS} ${TESTS_FOREIGN})
  target_compile_definitions(${name} PRIVATE USERSYNC_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             USERSYNC_BINARY_DIR="${CMAKE_BINARY_DIR}")
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 300)
endfunction()

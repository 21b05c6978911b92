# How everything is compiled. The target `muster_rules` carries it to every room.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

set(MUSTER_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined")

add_library(muster_rules INTERFACE)
target_include_directories(muster_rules INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(muster_rules INTERFACE
  # A fused multiply-add rounds once where two operations round twice: results would depend on the
  # compiler and the processor.
  -ffp-contract=off
  # CHECK prints __FILE__: show the path inside the project, not that of the build machine.
  "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/="
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)

if(MUSTER_SANITIZE)
  target_compile_options(muster_rules INTERFACE
    -fsanitize=${MUSTER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(muster_rules INTERFACE -fsanitize=${MUSTER_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ sees uninitialised values in the code that its own sanitizers insert; the release build
    # keeps this warning.
    target_compile_options(muster_rules INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# Every library from outside, found once. The rooms that own them are in the root CMakeLists.txt;
# the packages that bring them are in packages.txt.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.74 CONFIG REQUIRED COMPONENTS graph)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)

find_package(nlohmann_json 3.11 REQUIRED)
add_library(muster_json INTERFACE)
target_link_libraries(muster_json INTERFACE nlohmann_json::nlohmann_json)
# An implicit conversion from json throws far from the place that knows the JSON path.
target_compile_definitions(muster_json INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)

# What Spark writes its event logs with.
find_package(simdjson REQUIRED)
find_package(zstd REQUIRED)
find_package(Snappy REQUIRED)
find_package(liblzf REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
add_library(muster_event_log_codecs INTERFACE)
target_link_libraries(muster_event_log_codecs INTERFACE simdjson::simdjson zstd::libzstd_shared
  Snappy::snappy liblzf::liblzf ZLIB::ZLIB PkgConfig::LZ4 PkgConfig::XXHASH)

find_package(glfw3 3.3 QUIET)
# In two steps: asked for both, FindOpenGL makes no target at all where EGL is missing.
find_package(OpenGL QUIET COMPONENTS OpenGL)
find_package(OpenGL QUIET COMPONENTS OpenGL EGL)
pkg_check_modules(IMGUI QUIET IMPORTED_TARGET imgui)
set(MUSTER_GUI_FOUND OFF)
if(glfw3_FOUND AND IMGUI_FOUND AND TARGET OpenGL::OpenGL)
  set(MUSTER_GUI_FOUND ON)
  add_library(muster_window INTERFACE)
  target_link_libraries(muster_window INTERFACE PkgConfig::IMGUI glfw OpenGL::OpenGL
    ${CMAKE_DL_LIBS})
  if(TARGET OpenGL::EGL)  # only tests draw without a display
    target_link_libraries(muster_window INTERFACE OpenGL::EGL)
    target_compile_definitions(muster_window INTERFACE MUSTER_EGL=1)
  endif()
endif()

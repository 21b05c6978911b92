# muster_room(<room> <folder> [USES <rooms>...] [WITH <third-party targets>...])
# The library muster_<room> from every .cpp under the folder; new files appear by themselves. A room
# that has headers only (or nothing yet) is an interface library, so that others can name it.
# With -DCMAKE_UNITY_BUILD=ON a room may still be compiled file by file: ALONE.
function(muster_room name folder)
  cmake_parse_arguments(PARSE_ARGV 2 room "ALONE" "" "USES;WITH")
  list(TRANSFORM room_USES PREPEND muster_)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
  if(sources)
    add_library(muster_${name} STATIC ${sources})
    target_link_libraries(muster_${name} PUBLIC muster_rules ${room_USES} PRIVATE ${room_WITH})
    if(room_ALONE)
      set_target_properties(muster_${name} PROPERTIES UNITY_BUILD OFF)
    endif()
  else()
    add_library(muster_${name} INTERFACE)
    target_link_libraries(muster_${name} INTERFACE muster_rules ${room_USES})
  endif()
endfunction()

# muster_program(<name> <folder> ...): the same for an executable, at the top of the build folder.
function(muster_program name folder)
  cmake_parse_arguments(PARSE_ARGV 2 program "" "" "USES;WITH")
  list(TRANSFORM program_USES PREPEND muster_)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
  if(NOT sources)
    message(STATUS "${folder}/ has no .cpp: no program ${name}")
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE muster_rules ${program_USES} ${program_WITH})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
endfunction()

# muster_page(<room> <folder> <files>...): compiles the files of the HTML page into the room, in the
# order in which the page loads them (see embed_page.cmake).
function(muster_page room folder)
  list(TRANSFORM ARGN PREPEND "${PROJECT_SOURCE_DIR}/${folder}/" OUTPUT_VARIABLE paths)
  string(REPLACE ";" "|" names "${ARGN}")
  set(output "${PROJECT_BINARY_DIR}/${folder}.cpp")
  get_filename_component(parent "${output}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFOLDER=${PROJECT_SOURCE_DIR}/${folder}"
            "-DFILES=${names}" -P "${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake"
    DEPENDS ${paths} "${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake"
    COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(muster_${room} PRIVATE "${output}")
endfunction()

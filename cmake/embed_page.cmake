# cmake -DOUTPUT=<file.cpp> -DFOLDER=<folder> -DFILES=<names> -P embed_page.cmake
# Writes a C++ file that holds the named files of the folder as text, with their SHA-256, in the
# order given (see sim/report/html_files.h). Each must be smaller than 64 KiB, the length of a
# literal that every compiler takes.
string(REPLACE "|" ";" names "${FILES}")
set(rows "")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" text)
  file(SHA256 "${FOLDER}/${name}" hash)
  string(LENGTH "${text}" length)
  if(length GREATER 65000)
    message(FATAL_ERROR "${name} is too long for one literal; split it")
  endif()
  string(APPEND rows "    {\"${name}\", R\"page~(${text})page~\",\n     \"${hash}\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new" "#include \"sim/report/html_files.h\"

namespace muster::html {

const std::vector<PageFile>& page_files() {
  static const std::vector<PageFile> files = {
${rows}  };
  return files;
}

}  // namespace muster::html
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")

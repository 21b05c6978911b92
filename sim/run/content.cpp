#include "sim/run/content.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace muster {

Content content_of(std::string_view start) {
  constexpr std::string_view kBlanks = " \t\r\n\xef\xbb\xbf";
  const auto is_binary = [](char c) { return static_cast<unsigned char>(c) < '\t'; };
  if (std::any_of(start.begin(), start.end(), is_binary)) return Content::Log;
  start.remove_prefix(std::min(start.find_first_not_of(kBlanks), start.size()));
  if (start.find("{\"Event\"") != start.npos) return Content::Log;
  return start.starts_with('{') || start.starts_with('/') ? Content::Scenario : Content::Unknown;
}

Content content_of(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Content::Log;
  // A pipe could not be read a second time.
  if (!std::filesystem::is_regular_file(path, error)) return Content::Unknown;
  std::ifstream file(path, std::ios::binary);
  std::string start(4096, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return content_of(std::string_view(start));
}

}  // namespace muster

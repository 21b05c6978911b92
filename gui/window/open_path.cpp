#include "gui/window/open_path.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "sim/run/content.h"
#include "sim/scenario/text_file.h"

namespace muster::gui {
namespace {

namespace fs = std::filesystem;

std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return home && path.starts_with("~/") ? home + path.substr(1) : path;
}

}  // namespace

std::vector<std::string> completions(const std::string& typed, std::size_t most) {
  const std::string path = at_home(typed);
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "" : path.substr(0, slash + 1);
  const std::string start = path.substr(folder.size());
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator entries(folder.empty() ? "." : folder,
                                 fs::directory_options::skip_permission_denied, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (!name.starts_with(start) || (name.starts_with('.') && start.empty())) continue;
    std::error_code unknown;
    out.push_back(folder + name + (entries->is_directory(unknown) ? "/" : ""));
  }
  std::ranges::sort(out);
  out.resize(std::min(out.size(), most));
  return out;
}

std::string common_start(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  std::string start = paths.front();
  for (const std::string& path : paths) {
    const auto [end, other] = std::ranges::mismatch(start, path);
    start.erase(end, start.end());
  }
  return start;
}

std::string completed(const std::string& typed) {
  return common_start(completions(typed, std::numeric_limits<std::size_t>::max()));
}

// As Spark names them (EventLogFileWriters.scala, RollingEventLogFilesWriter).
bool is_plain_folder(const std::string& path) {
  std::error_code error;
  std::string name = path;
  while (name.ends_with('/')) name.pop_back();
  return fs::is_directory(at_home(path), error) && !file_name(name).starts_with("eventlog_v2_");
}

Opened opened_at(const std::string& path) {
  const std::string full = at_home(path);
  return {full, content_of(full) != Content::Scenario};
}

}  // namespace muster::gui

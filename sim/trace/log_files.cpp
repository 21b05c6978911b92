#include "sim/trace/log_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "sim/trace/codec.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

struct Entry {
  std::string name;
  std::string path;
  bool folder = false;
};

// Sorted by name: folders give their entries in any order.
std::vector<Entry> entries_of(const std::string& folder) {
  std::vector<Entry> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    out.push_back({it->path().filename().string(), it->path().string(), it->is_directory(unknown)});
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return out;
}

std::optional<std::int64_t> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), n);
  if (error != std::errc() || end == name.data() + name.size() || *end != '_') return std::nullopt;
  return n;
}

// "name.zstd.inprogress" -> "name": the suffixes that Spark and people put behind an id. An id may
// hold a dot only where somebody renamed the file, so only known suffixes are taken off.
std::string bare_name(std::string name) {
  using namespace std::string_view_literals;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view suffix :
         {".inprogress"sv, ".compact"sv, ".zstd"sv, ".zst"sv, ".lz4"sv, ".snappy"sv, ".lzf"sv,
          ".gz"sv, ".plain"sv, ".log"sv, ".txt"sv, ".json"sv})
      if (name.size() > suffix.size() && name.ends_with(suffix)) {
        name.resize(name.size() - suffix.size());
        again = true;
      }
  }
  return name;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Only YARN has attempts, and its ids are application_<number>_<number>.
void name_attempt(LogFiles& log) {
  std::string name = bare_name(fs::path(log.path).filename().string());
  if (log.kind == LogKind::RollingFolder && name.starts_with("eventlog_v2_")) name.erase(0, 12);
  log.application = name;
  if (!name.starts_with("application_")) return;
  const std::size_t last = name.rfind('_');
  const std::size_t middle = name.find('_', 12);
  if (middle == std::string::npos || last == middle || !all_digits(name.substr(last + 1))) return;
  log.attempt = name.substr(last + 1);
  log.application = name.substr(0, last);
}

struct RollingPart {
  std::int64_t index;
  bool compact;
  std::string path;
};

bool is_compact(std::string_view name) { return name.find(".compact") != std::string_view::npos; }

// Spark's rule: sort by index, a compacted file after the plain one of its index; whatever comes
// before the last compacted file is already in it.
std::vector<RollingPart> rolling_parts(const std::vector<Entry>& entries) {
  std::vector<RollingPart> parts;
  for (const Entry& e : entries)
    if (const auto index = number_after(e.name, "events_"); index && !e.folder)
      parts.push_back({*index, is_compact(e.name), e.path});
  std::sort(parts.begin(), parts.end(), [](const RollingPart& a, const RollingPart& b) {
    return std::tie(a.index, a.compact, a.path) < std::tie(b.index, b.compact, b.path);
  });
  const auto last =
      std::find_if(parts.rbegin(), parts.rend(), [](const RollingPart& p) { return p.compact; });
  if (last != parts.rend()) parts.erase(parts.begin(), last.base() - 1);
  return parts;
}

std::optional<LogFiles> rolling_folder(const std::string& path, const std::vector<Entry>& entries) {
  const std::vector<RollingPart> parts = rolling_parts(entries);
  if (parts.empty()) return std::nullopt;
  LogFiles log;
  log.path = path;
  log.kind = LogKind::RollingFolder;
  constexpr std::size_t kTold = 1000;  // a hostile index must not make a list of billions
  std::int64_t expected = parts.front().compact ? parts.front().index : 1;
  for (const RollingPart& part : parts) {
    for (; expected < part.index && log.missing_parts.size() < kTold; ++expected)
      log.missing_parts.push_back(expected);
    expected = part.index + 1;
    log.parts.push_back(part.path);
  }
  for (const Entry& e : entries)
    if (e.name.starts_with("appstatus_") && e.name.ends_with(".inprogress")) log.in_progress = true;
  name_attempt(log);
  return log;
}

// The undated part is the newest. Dates are written so that they sort as text.
std::optional<LogFiles> databricks_folder(const std::string& path,
                                          const std::vector<Entry>& entries) {
  LogFiles log;
  log.path = path;
  log.kind = LogKind::DatabricksFolder;
  std::string newest;
  for (const Entry& e : entries) {
    const std::string bare = bare_name(e.name);
    if (e.folder) continue;
    if (bare == "eventlog") newest = e.path;
    if (bare.starts_with("eventlog-2")) log.parts.push_back(e.path);
  }
  if (log.parts.empty()) return std::nullopt;
  if (!newest.empty()) log.parts.push_back(newest);
  name_attempt(log);
  return log;
}

std::optional<LogFiles> log_folder(const std::string& path, const std::vector<Entry>& entries) {
  std::optional<LogFiles> log = rolling_folder(path, entries);
  return log ? log : databricks_folder(path, entries);
}

LogFiles single_file(const std::string& path) {
  LogFiles log;
  log.path = path;
  log.parts = {path};
  log.in_progress = path.ends_with(".inprogress");
  name_attempt(log);
  return log;
}

// A line that starts as Spark's do, near the start of the text: the first line may be cut.
bool looks_like_log(const std::string& path) {
  std::string why;
  std::unique_ptr<ByteSource> raw = open_file(path, why);
  if (!raw) return false;
  const Decoded decoded = decode(std::move(raw));
  std::string text(std::size_t{1} << 18, '\0');
  std::size_t size = 0;
  constexpr std::string_view kFirstBytes = "{\"Event\":\"";
  while (size < text.size()) {
    const std::size_t n = decoded.bytes->read(text.data() + size, text.size() - size);
    if (n == 0) break;
    size += n;
    const std::string_view seen(text.data(), size);
    if (seen.starts_with(kFirstBytes) || seen.find("\n{\"Event\":\"") != std::string_view::npos)
      return true;
    if (seen.find('\0') != std::string_view::npos) return false;
  }
  return false;
}

// Every folder once, whatever links lead to it: links could go round in circles.
using Seen = std::set<fs::path>;

void search(const std::string& path, std::vector<LogFiles>& out, Seen& seen) {
  std::error_code unknown;
  if (!seen.insert(fs::canonical(path, unknown)).second) return;
  const std::vector<Entry> entries = entries_of(path);
  if (std::optional<LogFiles> log = log_folder(path, entries)) {
    out.push_back(std::move(*log));
    return;
  }
  std::vector<std::string> links;  // after the folders that are there
  for (const Entry& e : entries) {
    if (e.name.starts_with('.')) continue;
    std::error_code error;
    if (e.folder) {
      if (fs::is_symlink(e.path, error)) links.push_back(e.path);
      else search(e.path, out, seen);
    } else if (fs::is_regular_file(e.path, error) && looks_like_log(e.path)) {
      out.push_back(single_file(e.path));
    }
  }
  for (const std::string& link : links) search(link, out, seen);
}

}  // namespace

std::optional<LogFiles> locate_log(const std::string& path, Problems& problems) {
  if (path == "-") return LogFiles{"-", LogKind::StandardInput, {"-"}, false, {}, {}, {}};
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    problems.add(path, "", "there is no such file or folder");
    return std::nullopt;
  }
  if (!fs::is_directory(status)) return single_file(path);
  std::vector<LogFiles> found;
  Seen seen;
  search(path, found, seen);
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    problems.add(path, "", "the folder holds no Spark event log");
    return std::nullopt;
  }
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 3); ++i)
    names += (i ? ", " : "") + found[i].path;
  problems.add(path, "",
               "the folder holds " + std::to_string(found.size()) +
                   " event logs, one was expected: " + names + (found.size() > 3 ? ", ..." : ""));
  return std::nullopt;
}

std::vector<LogFiles> find_logs(const std::string& folder, Problems& problems) {
  std::vector<LogFiles> out;
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    if (std::optional<LogFiles> log = locate_log(folder, problems)) out.push_back(std::move(*log));
    return out;
  }
  Seen seen;
  search(folder, out, seen);
  std::sort(out.begin(), out.end(),
            [](const LogFiles& a, const LogFiles& b) { return a.path < b.path; });
  return out;
}

}  // namespace muster

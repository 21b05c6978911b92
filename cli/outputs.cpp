#include "cli/outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/terminal.h"
#include "sim/report/chrome_trace.h"
#include "sim/report/csv.h"
#include "sim/report/event_log.h"
#include "sim/report/json_text.h"
#include "sim/report/output_file.h"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

// Holds back the signals that end a program, so that no temporary file stays behind.
class Uninterrupted {
 public:
  Uninterrupted() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~Uninterrupted() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;

 private:
  sigset_t before_;
};

void note(const std::optional<Problem>& problem, Problems& problems) {
  if (problem) problems.add(problem->file, problem->where, problem->what);
}

fs::path absolute(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error);
  return error ? fs::path(path) : whole;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) || absolute(a) == absolute(b);
}

// `input` may be a folder: rolling logs are.
bool lies_in(const std::string& path, const std::string& input) {
  std::error_code error;
  if (!fs::is_directory(input, error)) return false;
  const std::string folder = absolute(input).string() + "/";
  return absolute(path).string().starts_with(folder);
}

// The nearest folder that is there has to let us write.
void check_folder(const std::string& path, const fs::path& folder, Problems& problems) {
  std::error_code error;
  const std::string name = folder.empty() ? "." : folder.string();
  if (!fs::exists(name, error))
    problems.add(path, "", "there is no folder " + name);
  else if (!fs::is_directory(name, error))
    problems.add(path, "", name + " is no folder");
  else if (::access(name.c_str(), W_OK) != 0)
    problems.add(path, "", "cannot be written: " + std::string(std::strerror(errno)));
}

// write_csv() makes the last folder of the path, but not those above.
void check_csv_folder(const std::string& path, const std::vector<std::string>& inputs,
                      Problems& problems) {
  std::error_code error;
  for (const std::string& input : inputs)
    if (input != "-" && (is_same_file(path, input) || lies_in(path, input)))
      return problems.add(path, "", "is an input, or lies inside one: " + input);
  const fs::path folder(path);
  check_folder(path, fs::exists(folder, error) ? folder : folder.parent_path(), problems);
}

// What a name promises, the file has to be; read_log() would find out, other tools would not.
void check_codec(const std::string& path, Problems& problems) {
  for (const std::string_view suffix : {".gz", ".lz4", ".snappy", ".lzf", ".bz2", ".xz"})
    if (path.ends_with(suffix))
      problems.add(path, "",
                   "cannot be written as " + std::string(suffix) +
                       ": end the name in .zstd for a compressed file, or in anything else for a "
                       "plain one");
}

void append_field(std::string& out, std::string_view key, std::string_view value) {
  if (out.back() != '{') out += ", ";
  append_quoted(out, key);
  out += ": ";
  append_quoted(out, value);
}

void append_raw(std::string& out, std::string_view key, std::string_view value) {
  if (out.back() != '{') out += ", ";
  append_quoted(out, key);
  out += ": ";
  out += value;
}

std::string to_json(const HealthNote& note) {
  std::string out = "{";
  append_field(out, "severity", name_of(note.severity));
  append_field(out, "code", note.code);
  append_field(out, "message", note.message);
  append_raw(out, "count", std::to_string(note.count));
  append_field(out, "file", note.file);
  append_raw(out, "line", note.line > 0 ? std::to_string(note.line) : "null");
  return out + "}";
}

std::string to_json(const MissingInput& missing) {
  std::string out = "{";
  append_field(out, "input", missing.input);
  append_field(out, "question", missing.question);
  append_field(out, "reason", missing.reason);
  return out + "}";
}

template <typename Item>
std::string list_json(const std::vector<Item>& items) {
  std::string out = "[";
  for (const Item& item : items) out += (out.size() > 1 ? ", " : "") + to_json(item);
  return out + "]";
}

}  // namespace

void check_output(const std::string& path, const std::vector<std::string>& inputs,
                  Problems& problems) {
  if (path == "-") return problems.add("", "", "`-` is no name for an output file here");
  for (const std::string& input : inputs) {
    if (input == "-") continue;
    if (is_same_file(path, input))
      return problems.add(path, "", "is an input, and would be replaced by the output");
    if (lies_in(path, input))
      return problems.add(path, "", "would lie inside an input, the log " + input);
  }
  std::error_code error;
  if (fs::is_directory(path, error))
    return problems.add(path, "", "is a folder; a file name was expected");
  check_folder(path, fs::path(path).parent_path(), problems);
}

void check_outputs(const OutputOptions& options, const std::vector<std::string>& inputs,
                   Problems& problems) {
  for (const std::string& path : {options.event_log, options.chrome_trace}) {
    if (path.empty()) continue;
    check_codec(path, problems);
    check_output(path, inputs, problems);
  }
  if (!options.event_log.empty() && is_same_file(options.event_log, options.chrome_trace))
    problems.add(options.event_log, "", "was given for two outputs");
  if (!options.csv_folder.empty()) check_csv_folder(options.csv_folder, inputs, problems);
}

void write_outputs(const Result& result, const OutputOptions& options, Problems& problems) {
  const Uninterrupted uninterrupted;
  if (!options.event_log.empty())
    note(write_event_log(options.event_log, result.timeline), problems);
  if (!options.chrome_trace.empty())
    note(write_chrome_trace(options.chrome_trace, result.timeline), problems);
  if (!options.csv_folder.empty()) write_csv(options.csv_folder, result.timeline, problems);
}

void write_output(const std::string& path, std::string_view text, Problems& problems) {
  const Uninterrupted uninterrupted;
  note(write_file(path, text), problems);
}

PrintOptions print_options(const OutputOptions& options) {
  const Terminal look = terminal();
  PrintOptions out;
  out.width = look.width;
  out.cut = look.cuts;
  out.colour = look.colour;
  if (options.all) out.max_rows = 0;
  out.reasons = options.explain;
  return out;
}

std::string to_json(const LogHealth& health) {
  std::string out = "{";
  append_field(out, "codec", health.codec);
  append_raw(out, "trustworthy", health.trustworthy() ? "true" : "false");
  append_raw(out, "in_progress", health.in_progress ? "true" : "false");
  append_raw(out, "notes", list_json(health.notes));
  append_raw(out, "missing", list_json(health.missing));
  return out + "}";
}

}  // namespace muster::cli

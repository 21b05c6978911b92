#include "tests/tidy_rules.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>
#include <sstream>

namespace muster::tidy {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kFileLines = 450;
constexpr int kFunctionLines = 70;

// A library from outside, by the beginning of its headers' names, and the rooms that own it.
struct Owner {
  std::string_view header;
  std::set<std::string, std::less<>> rooms;
  bool in_headers;  // else its types stay inside .cpp files
};

const std::vector<Owner>& owners() {
  static const std::vector<Owner> table = {
      {"nlohmann/", {"scenario", "trace", "report", "models", "tests"}, false},
      {"simdjson.h", {"trace"}, true},
      {"zstd", {"trace", "report", "tests"}, true},
      {"zlib.h", {"trace", "tests"}, true},
      {"lz4", {"trace", "tests"}, true},
      {"snappy", {"trace", "tests"}, true},
      {"liblzf/", {"trace", "tests"}, true},
      {"xxhash.h", {"trace", "tests"}, true},
      {"boost/", {"workload"}, false},
      {"Eigen/", {"plan"}, false},
      {"CLI/", {"cli"}, false},
      {"fmt/",
       {"scenario", "trace", "models", "run", "plan", "report", "layout", "cli", "gui", "tests"},
       true},
      {"imgui", {"gui"}, true},
      {"backends/imgui", {"gui"}, true},
      {"GLFW/", {"gui"}, true},
      {"GL/", {"gui"}, true},
      {"EGL/", {"gui"}, true},
      {"stb/", {"gui"}, true},
      {"gtest/", {"tests"}, true},
      {"gmock/", {"tests"}, true},
      {"rapidcheck", {"tests"}, true},
      {"benchmark/", {"tests"}, true},
      {"sched.h", {"base", "tests"}, true},  // which cores may be used
      {"sys/mman.h", {"base"}, true},  // pages for long columns
      // The system's own: files and terminals, where there is something to open or to look at.
      {"unistd.h", {"trace", "run", "report", "cli", "gui", "tests"}, true},
      {"fcntl.h", {"trace", "run", "report", "cli", "gui", "tests"}, true},
      {"sys/", {"trace", "run", "report", "cli", "gui", "tests"}, true},
  };
  return table;
}

std::string at(std::string_view path, std::size_t line, const std::string& reason) {
  return std::string(path) + ":" + std::to_string(line) + ": " + reason;
}

bool is_engine_port(std::string_view path) {
  constexpr std::string_view kPorts[] = {"sim/engine/policy.h", "sim/engine/view.h",
                                         "sim/engine/event.h", "sim/engine/command.h"};
  return std::ranges::find(kPorts, path) != std::end(kPorts);
}

// Why a room may not include this file of ours; empty: it may.
std::string own_include_refused(const std::string& room, std::string_view name) {
  const std::string other = room_of(name);
  if (other.empty()) return "is not a path from the project's root into a room";
  if (other == room || room == "tests") return {};
  if (!room_table().contains(room)) return "is included by a folder that is no room";
  if (!room_table().at(room).contains(other)) return "is in a room that " + room + " may not enter";
  if (room == "models" && other == "engine" && !is_engine_port(name))
    return "is not one of the engine's four ports (policy.h view.h event.h command.h)";
  if (room == "cli" && (other == "gui" || other == "layout") && name != "gui/entry.h")
    return "is not gui/entry.h, the one door from cli to gui";
  return {};
}

// Why a room may not include this header from outside; empty: it may.
std::string outside_include_refused(const std::string& room, bool header, std::string_view name) {
  if (name.find_first_of("./") == name.npos) return {};  // the standard library
  for (const Owner& owner : owners()) {
    if (!name.starts_with(owner.header)) continue;
    if (!owner.rooms.contains(room)) return "belongs to other rooms than " + room;
    if (header && !owner.in_headers) return "may be included in .cpp files only";
    return {};
  }
  return "is of a library that no room owns (see the table in tests/tidy_rules.cpp)";
}

void check_includes(const Source& source, Findings& findings) {
  const std::string room = room_of(source.path);
  const bool header = source.path.ends_with(".h");
  for (const Include& include : includes(source)) {
    const std::string reason = include.quoted ? own_include_refused(room, include.name)
                                              : outside_include_refused(room, header, include.name);
    if (!reason.empty())
      findings.push_back(at(source.path, static_cast<std::size_t>(include.line),
                            "the include \"" + include.name + "\" " + reason));
  }
}

// Characters, not bytes: UTF-8 continuation bytes take no column.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void check_sizes(const Source& source, Findings& findings) {
  std::ranges::copy(check_lines(source.path, source.lines), std::back_inserter(findings));
  for (const Function& function : functions(source)) {
    const int lines = length(source, function);
    if (lines <= kFunctionLines) continue;
    findings.push_back(at(source.path, static_cast<std::size_t>(function.first),
                          "a function of " + std::to_string(lines) + " lines; 70 at most"));
  }
}

// A call of the C library's generator, and not of somebody's brand() or x.rand().
bool calls_rand(std::string_view code) {
  for (const std::string name : {"rand(", "srand(", "drand48("}) {
    const std::size_t start = code.find(name);
    if (start == code.npos) continue;
    const char before = start == 0 ? ' ' : code[start - 1];
    if (before == ' ' || before == '(' || before == ':' || before == '!') return true;
  }
  return false;
}

bool names_std_distribution(std::string_view code) {
  const std::size_t start = code.find("std::");
  return start != code.npos && code.find("_distribution", start) != code.npos;
}

// Why this line of code has no place in `room`; empty: it has.
std::string unwelcome(const std::string& room, std::string_view code) {
  for (const char* name : {"unordered_map", "unordered_set", "unordered_multimap"})
    if (has_word(code, name)) return std::string(name) + ": its order differs between libraries";
  if (names_std_distribution(code)) return "a std:: distribution differs between libraries";
  if (has_word(code, "random_device") || calls_rand(code))
    return "a random number that is not a function of the seed (see sim/base/random.h)";
  if (room != "engine" && room != "models") return {};
  for (const char* name : {"system_clock", "steady_clock", "high_resolution_clock"})
    if (has_word(code, name)) return std::string(name) + ": simulated time is the only time here";
  return {};
}

void check_names(const Source& source, Findings& findings) {
  const std::string room = room_of(source.path);
  if (!source.path.starts_with("sim/") && room != "models") return;
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    const std::string reason = unwelcome(room, source.code[i]);
    if (!reason.empty()) findings.push_back(at(source.path, i + 1, reason));
  }
}

// A path of the machine that somebody worked on; Spark's and Hadoop's own defaults are data.
bool names_machine_path(std::string_view line) {
  for (const char* folder : {"tmp", "work", "farm", "home", "root"}) {
    const std::string mark = std::string("/") + folder + "/";
    const std::size_t start = line.find(mark);
    if (start == line.npos || start + mark.size() == line.size()) continue;
    const auto word = [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '}';
    };
    if (start > 0 && word(line[start - 1])) continue;  // the middle of a longer path
    const std::string_view rest = line.substr(start + mark.size());
    const bool a_default = rest.starts_with("hadoop") || rest.starts_with("spark-events");
    if (word(rest.front()) && !a_default) return true;
  }
  return false;
}

}  // namespace

const Table& room_table() {
  static const Table table = {
      {"base", {}},
      {"workload", {"base"}},
      {"timeline", {"base", "workload"}},
      {"scenario", {"base", "workload"}},
      {"trace", {"base", "workload", "timeline", "scenario"}},
      {"engine", {"base", "workload", "timeline", "scenario"}},
      {"models", {"base", "workload", "scenario", "engine"}},
      {"run", {"base", "workload", "timeline", "scenario", "trace", "engine", "models"}},
      {"plan", {"base", "timeline", "scenario", "run"}},
      {"report", {"base", "workload", "timeline"}},
      {"cli",
       {"base", "workload", "timeline", "scenario", "trace", "engine", "models", "run", "plan",
        "report", "layout", "gui"}},
      {"layout", {"base", "workload", "timeline", "plan", "report"}},
      {"gui",
       {"base", "workload", "timeline", "scenario", "trace", "engine", "models", "run", "plan",
        "report", "layout"}},
  };
  return table;
}

std::string room_of(std::string_view path) {
  if (path.starts_with("gui/layout/")) return "layout";
  const bool in_sim = path.starts_with("sim/");
  if (in_sim) path.remove_prefix(4);
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return {};
  const std::string folder(path.substr(0, slash));
  const bool at_top = folder == "models" || folder == "cli" || folder == "gui";
  if (folder == "tests" && !in_sim) return folder;
  return room_table().contains(folder) && at_top != in_sim ? folder : std::string();
}

Table rooms_in_cmake(std::string_view text) {
  constexpr std::string_view kCall = "muster_room(";
  Table table;
  for (std::size_t at = text.find(kCall); at != text.npos; at = text.find(kCall, at + 1)) {
    const std::size_t start = at + kCall.size();
    std::istringstream words(std::string(text.substr(start, text.find(')', at) - start)));
    std::string room;
    words >> room;
    bool uses = false;
    table[room];
    for (std::string word; words >> word;) {
      if (word == "USES" || word == "WITH")
        uses = word == "USES";
      else if (uses)
        table[room].insert(word);
    }
  }
  return table;
}

Findings check_text(const std::string& path, const std::vector<std::string>& lines) {
  // In two pieces each, so that this file does not break its own rule.
  const std::string marks[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                               std::string("XX") + "X"};
  Findings findings;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::string& mark : marks)
      if (has_word(lines[i], mark)) findings.push_back(at(path, i + 1, "a left-over " + mark));
    if (names_machine_path(lines[i]))
      findings.push_back(at(path, i + 1, "a path of one machine; make it relative"));
  }
  return findings;
}

Findings check_lines(const std::string& path, const std::vector<std::string>& lines) {
  Findings findings;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (columns(lines[i]) > kColumns)
      findings.push_back(at(path, i + 1, "longer than 100 columns"));
  if (lines.size() > kFileLines)
    findings.push_back(at(path, lines.size(), "a file of more than 450 lines; split it by idea"));
  return findings;
}

Findings check_file(const Source& source) {
  Findings findings = check_text(source.path, source.lines);
  if (room_of(source.path).empty())
    findings.push_back(at(source.path, 1, "lies in no room of the include table"));
  check_includes(source, findings);
  check_sizes(source, findings);
  check_names(source, findings);
  const bool header = source.path.ends_with(".h");
  if (header && std::ranges::find(source.code, "#pragma once") == source.code.end())
    findings.push_back(at(source.path, 1, "a header without #pragma once"));
  return findings;
}

Findings check_tree(const std::vector<Source>& sources) {
  Findings findings;
  std::set<std::string> included;
  std::string cli11;
  for (const Source& source : sources) {
    for (const Include& include : includes(source)) {
      if (include.quoted) included.insert(include.name);
      if (!include.name.starts_with("CLI/") || source.path == cli11) continue;
      if (!cli11.empty())
        findings.push_back(at(source.path, static_cast<std::size_t>(include.line),
                              "CLI11 belongs in one file, which is " + cli11));
      cli11 = source.path;
    }
  }
  for (const Source& source : sources)
    if (source.path.ends_with(".h") && !included.contains(source.path))
      findings.push_back(at(source.path, 1, "an orphan: no file includes this header"));
  return findings;
}

}  // namespace muster::tidy

#include "sim/scenario/read_scenario.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/fields.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/text_file.h"
#include "sim/scenario/value_reader.h"

namespace muster {
namespace {

using Kind = JsonNode::Kind;

// Puts records together from single values, guided by describe().
class RecordReader {
 public:
  explicit RecordReader(const Conf& conf) : conf_(conf) {}

  const std::vector<ValueReader::Finding>& findings() const { return values_.findings(); }

  template <class T>
  void read(const JsonNode& node, const std::string& path, const Field& field, T& out) {
    if constexpr (Record<T>)
      read_record(node, path, out);
    else
      values_.read(node, path, field, out);
  }

  template <class T>
  void read(const JsonNode& node, const std::string& path, const Field& field,
            std::optional<T>& out) {
    out.emplace();
    read(node, path, field, *out);
  }

  template <class T>
  void read(const JsonNode& node, const std::string& path, const Field& field,
            std::vector<T>& out) {
    if (!node.is(Kind::Array))
      return values_.fail(node, path, "expected a list, got " + ValueReader::seen(node));
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i)
      read(node.items[i], json_path(path, std::to_string(i)), field,
           out.emplace_back(default_record<T>(conf_)));
  }

  void read(const JsonNode& node, const std::string& path, const Field& field, DurationSpec& out) {
    if (node.is(Kind::Object))
      read_record(node, path, out.emplace<LognormalDuration>());
    else if (node.is(Kind::Array))
      values_.read(node, path, field, out.emplace<ListedDurations>());
    else
      values_.read(node, path, field, out.emplace<ConstantDuration>().value);
  }

  void read(const JsonNode& node, const std::string& path, const Field&, WorkloadSpec& out) {
    const bool log = node.find("event_log"), jobs = node.find("jobs"), rdds = node.find("rdds");
    const int kinds = int{log} + int{jobs} + int{rdds};
    if (node.is(Kind::Object) && kinds != 1)
      return values_.fail(node, path,
                          "expected one of the fields `event_log`, `jobs` and `rdds`, got " +
                              std::string(kinds > 1 ? "several" : "none"));
    if (log)
      read_record(node, path, out.emplace<LogWorkload>());
    else if (rdds)
      read_record(node, path, out.emplace<ProgramWorkload>());
    else
      read_record(node, path, out.emplace<JobsWorkload>(default_record<JobsWorkload>(conf_)));
  }

  template <class T>
  void read_record(const JsonNode& node, const std::string& path, T& out) {
    if (!node.is(Kind::Object))
      return values_.fail(node, path, "expected an object, got " + ValueReader::seen(node));
    // What is absent of a machine of a type is the type's, which the models know.
    if constexpr (std::is_same_v<T, NodeSpec>)
      if (const JsonNode* type = node.find("instance"); type && !type->text.empty())
        out.cores = 0, out.memory = Bytes();
    Members<T> members(*this, node, path, out);
    // The one field that is the editor's: where it finds the schema.
    if constexpr (std::is_same_v<T, Scenario>) members.ignore_text("$schema");
    describe(members, Of<T>{});
    members.report_unknown();
  }

 private:
  // The visitor that reads one object's members.
  template <class T>
  class Members {
   public:
    Members(RecordReader& reader, const JsonNode& node, const std::string& path, T& out)
        : reader_(reader), node_(node), path_(path), out_(out) {}

    void ignore_text(std::string_view name) {
      const Field field{.name = name, .doc = {}};
      std::string ignored;
      if (const JsonNode* value = find(field))
        reader_.read(*value, json_path(path_, name), field, ignored);
    }

    template <class M>
    void field(const Field& field, M T::*member) {
      if (const JsonNode* value = find(field))
        reader_.read(*value, json_path(path_, field.name), field, out_.*member);
      else if (field.required)
        reader_.values_.fail(node_, path_, "missing field `" + std::string(field.name) + "`");
    }

    template <class Body>
    void section(const Field& field, Body body) {
      const JsonNode* value = find(field);
      if (!value) return;
      const std::string path = json_path(path_, field.name);
      if (!value->is(Kind::Object))
        return reader_.values_.fail(*value, path,
                                    "expected an object, got " + ValueReader::seen(*value));
      Members inside(reader_, *value, path, out_);
      body(inside);
      inside.report_unknown();
    }

    void report_unknown() {
      for (std::size_t i = 0; i < node_.keys.size(); ++i)
        if (std::ranges::find(known_, node_.keys[i]) == known_.end())
          reader_.values_.fail(node_.items[i], json_path(path_, node_.keys[i]),
                               unknown_field(node_.keys[i], known_));
    }

   private:
    const JsonNode* find(const Field& field) {
      known_.push_back(field.name);
      return node_.find(field.name);
    }

    RecordReader& reader_;
    const JsonNode& node_;
    const std::string path_;
    T& out_;
    std::vector<std::string_view> known_;
  };

  const Conf& conf_;
  ValueReader values_;
};

// The settings are needed first, wherever they stand: other fields' defaults follow from them.
// What is wrong with them is noted when they are read again in their place.
Conf conf_of(const JsonNode& root) {
  Conf conf;
  ValueReader ignored;
  if (const JsonNode* spark = root.find("spark"))
    if (const JsonNode* node = spark->find("conf"))
      ignored.read(*node, "", Field{.name = "conf", .doc = {}}, conf);
  return conf;
}

void note_lines(const JsonNode& node, const std::string& path, SourceLines& lines) {
  lines.add(path, node.line);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    note_lines(node.items[i],
               json_path(path, node.is(Kind::Object) ? node.keys[i] : std::to_string(i)), lines);
}

void report(std::vector<ValueReader::Finding> findings, const std::string& file,
            Problems& problems) {
  std::ranges::stable_sort(findings, {}, &ValueReader::Finding::line);
  for (ValueReader::Finding& finding : findings) {
    std::string where = "line " + std::to_string(finding.line);
    if (!finding.path.empty()) where += " " + finding.path;
    problems.add(file, where, std::move(finding.what));
  }
}

}  // namespace

std::optional<Scenario> parse_scenario(std::string_view text, const std::string& file,
                                       Problems& problems, SourceLines* lines) {
  const std::size_t before = problems.list().size();
  const std::optional<JsonNode> root = parse_json(text, file, problems);
  if (!root) return std::nullopt;
  const Conf conf = conf_of(*root);
  Scenario scenario = default_record<Scenario>(conf);
  RecordReader reader(conf);
  reader.read_record(*root, "", scenario);
  report(reader.findings(), file, problems);
  if (problems.list().size() > before) return std::nullopt;
  if (lines) {
    note_lines(*root, "", *lines);
    lines->sort();
  }
  scenario.file = file;
  return scenario;
}

std::optional<Scenario> read_scenario(const std::string& path, Problems& problems,
                                      SourceLines* lines) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) {
    problems.add(path, "", std::string("cannot be opened: ") + std::strerror(errno));
    return std::nullopt;
  }
  const std::optional<std::string> text = read_all(in);
  if (!text) {
    problems.add(path, "", std::string("cannot be read: ") + std::strerror(errno));
    return std::nullopt;
  }
  return parse_scenario(*text, path, problems, lines);
}

std::string event_log_path(const Scenario& scenario) {
  const auto* log = std::get_if<LogWorkload>(&scenario.workload);
  if (!log) return {};
  return (std::filesystem::path(scenario.file).parent_path() / log->event_log).string();
}

}  // namespace muster

// Reads single values of a scenario file into their C++ types and collects what is wrong with them.
// Records are put together from these in record_reader.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/fields.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/scenario.h"

namespace muster {

// On any failure the target keeps its value and a finding is noted; reading goes on.
class ValueReader {
 public:
  struct Finding {
    int line;
    std::string path;
    std::string what;
  };

  void fail(const JsonNode& node, const std::string& path, std::string what);
  const std::vector<Finding>& findings() const { return findings_; }

  // "the number 5", "the text "x"", "a list": for "expected ..., got ...".
  static std::string seen(const JsonNode& node);

  void read(const JsonNode& node, const std::string& path, const Field& field, std::string& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, bool& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, std::int32_t& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, std::uint32_t& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, std::uint64_t& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, double& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, Duration& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, Bytes& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, Conf& out);
  void read(const JsonNode& node, const std::string& path, const Field& field, ModelChoice& out);
  void read(const JsonNode& node, const std::string& path, const Field& field,
            ListedDurations& out);

 private:
  // A whole number in [least, most]; false after noting what is wrong.
  bool whole(const JsonNode& node, const std::string& path, std::uint64_t least, std::uint64_t most,
             std::uint64_t& out);
  // The text of a scalar, for values that a model or Spark will interpret.
  bool scalar_text(const JsonNode& node, const std::string& path, std::string& out);

  std::vector<Finding> findings_;
};

// What is wrong with the name of a field: ": did you mean `x`?", or the names there are.
std::string unknown_field(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace muster

#include "sim/run/recorded_json.h"

#include <charconv>
#include <fstream>

#include "sim/scenario/text_file.h"

namespace muster::recorded {

std::optional<JsonNode> read_description(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const auto content = in ? read_all(in) : std::nullopt;
  if (!content) return std::nullopt;
  Problems problems;
  return parse_json(*content, file, problems);
}

double number(const JsonNode* node, double fallback) {
  if (!node || !node->is(JsonNode::Kind::Number)) return fallback;
  double value = fallback;
  std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
  return value;
}

std::optional<Duration> millis(const JsonNode* node) {
  if (!node || !node->is(JsonNode::Kind::Number)) return std::nullopt;
  return Duration::from_seconds(number(node, 0) / 1000);
}

std::string text(const JsonNode* node) {
  return node && node->is(JsonNode::Kind::String) ? node->text : "";
}

}  // namespace muster::recorded

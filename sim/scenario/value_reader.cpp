#include "sim/scenario/value_reader.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/base/problems.h"
#include "sim/scenario/quantity_text.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/spark_keys.h"

namespace muster {
namespace {

using Node = JsonNode::Kind;

constexpr const char* kDurationForm =
    "expected a duration such as \"90s\" (us, ms, s, min, h, d), got ";
constexpr const char* kSizeForm =
    "expected a size such as \"4g\" (b, k, m, g, t, p; powers of 1024), got ";

constexpr std::uint64_t kMostListed = 10'000'000;  // 80 MB of durations from a one-line file

std::optional<double> number_of(const std::string& digits) {
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

// 4, and also 4.0 and 4e0, which JSON does not tell apart; not -1 or 1.5.
std::optional<std::uint64_t> whole_of(const std::string& digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc() && stop == end) return value;
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const auto real = number_of(digits);
  if (!real || *real < 0 || *real > kExact || *real != std::floor(*real)) return std::nullopt;
  return static_cast<std::uint64_t>(*real);
}

// "99 x 1s" to its two halves; no count: once.
std::pair<std::string, std::string> split_repeat(const std::string& text) {
  const std::size_t cross = text.find('x');
  if (cross == text.npos) return {"1", text};
  std::size_t end = cross;
  while (end > 0 && text[end - 1] == ' ') --end;
  return {text.substr(0, end), text.substr(cross + 1)};
}

}  // namespace

std::string unknown_field(std::string_view name, const std::vector<std::string_view>& known) {
  std::string near = did_you_mean(name, known);
  if (!near.empty()) return "unknown field" + near;
  std::string all;
  for (const std::string_view field : known) all += (all.empty() ? "" : ", ") + std::string(field);
  return "unknown field; known here: " + all;
}

void ValueReader::fail(const JsonNode& node, const std::string& path, std::string what) {
  findings_.push_back({node.line, path, std::move(what)});
}

std::string ValueReader::seen(const JsonNode& node) {
  switch (node.kind) {
    case Node::Null:
      return "null";
    case Node::Bool:
      return node.text;
    case Node::Number:
      return "the number " + printable(node.text.substr(0, 40));
    case Node::String:
      return "the text " + in_quotes(node.text);
    case Node::Array:
      return "a list";
    case Node::Object:
      return "an object";
  }
  return {};
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field& field,
                       std::string& out) {
  if (!node.is(Node::String)) return fail(node, path, "expected a text, got " + seen(node));
  if (static_cast<std::int64_t>(node.text.size()) < field.least)
    return fail(node, path, "must not be empty");
  if (!field.choices.empty()) {
    std::string all;
    bool known = false;
    for (const std::string_view choice : field.choices) {
      known = known || choice == node.text;
      if (choice.empty()) continue;
      all += (all.empty() ? "" : ", ") + in_quotes(choice);
    }
    if (!known) {
      return fail(node, path,
                  "expected one of " + all + ", got " + in_quotes(node.text) +
                      did_you_mean(node.text, field.choices));
    }
  }
  out = node.text;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&, bool& out) {
  if (!node.is(Node::Bool)) return fail(node, path, "expected true or false, got " + seen(node));
  out = node.text == "true";
}

bool ValueReader::whole(const JsonNode& node, const std::string& path, std::uint64_t least,
                        std::uint64_t most, std::uint64_t& out) {
  const auto value = node.is(Node::Number) ? whole_of(node.text) : std::nullopt;
  if (value && *value >= least && *value <= most) {
    out = *value;
    return true;
  }
  fail(node, path,
       "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
           ", got " + seen(node));
  return false;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field& field,
                       std::int32_t& out) {
  std::uint64_t value = 0;
  if (whole(node, path, static_cast<std::uint64_t>(field.least),
            static_cast<std::uint64_t>(field.most), value))
    out = static_cast<std::int32_t>(value);
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&,
                       std::uint32_t& out) {
  std::uint64_t value = 0;
  if (whole(node, path, 0, std::numeric_limits<std::uint32_t>::max(), value))
    out = static_cast<std::uint32_t>(value);
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&,
                       std::uint64_t& out) {
  whole(node, path, 0, std::numeric_limits<std::uint64_t>::max(), out);
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field& field,
                       double& out) {
  const auto value = node.is(Node::Number) ? number_of(node.text) : std::nullopt;
  if (!value || *value < static_cast<double>(field.least) ||
      *value > static_cast<double>(field.most))
    return fail(node, path,
                "expected a number from " + std::to_string(field.least) + " to " +
                    std::to_string(field.most) + ", got " + seen(node));
  out = *value;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field& field,
                       Duration& out) {
  const auto value = node.is(Node::String) ? parse_duration(node.text) : std::nullopt;
  if (!value) return fail(node, path, kDurationForm + seen(node));
  if (value->in_micros() < field.least) return fail(node, path, "must be longer than 0");
  out = *value;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field& field,
                       Bytes& out) {
  const auto value = node.is(Node::String) ? parse_bytes(node.text) : std::nullopt;
  if (!value) return fail(node, path, kSizeForm + seen(node));
  if (value->count() < field.least) return fail(node, path, "must be more than 0");
  out = *value;
}

bool ValueReader::scalar_text(const JsonNode& node, const std::string& path, std::string& out) {
  const bool scalar = node.is(Node::String) || node.is(Node::Number) || node.is(Node::Bool);
  if (scalar)
    out = node.text;
  else
    fail(node, path, "expected a text, a number, true or false, got " + seen(node));
  return scalar;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&, Conf& out) {
  if (!node.is(Node::Object)) return fail(node, path, "expected an object, got " + seen(node));
  Conf conf;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string& name = node.keys[i];
    const std::string at = json_path(path, name);
    std::string value;
    if (!scalar_text(node.items[i], at, value)) continue;
    std::string what = spark_setting_problem(name, value);
    if (!what.empty()) fail(node.items[i], at, std::move(what));
    conf.set(name, value);
  }
  out = conf;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&,
                       ModelChoice& out) {
  ModelChoice choice;
  if (node.is(Node::String)) {
    choice.name = node.text;
  } else if (node.is(Node::Object)) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string at = json_path(path, node.keys[i]);
      std::string value;
      if (node.keys[i] == "model")
        read(node.items[i], at, Field{.name = "model", .doc = {}}, choice.name);
      else if (scalar_text(node.items[i], at, value))
        choice.parameters.emplace_back(node.keys[i], value);
    }
  } else {
    return fail(node, path,
                "expected a model's name, or an object with the field `model` and the model's "
                "parameters, got " +
                    seen(node));
  }
  out = choice;
}

void ValueReader::read(const JsonNode& node, const std::string& path, const Field&,
                       ListedDurations& out) {
  ListedDurations listed;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const JsonNode& item = node.items[i];
    const std::string at = json_path(path, std::to_string(i));
    const auto [times, text] = split_repeat(item.text);
    const auto value = item.is(Node::String) ? parse_duration(text) : std::nullopt;
    const auto count = whole_of(times);
    if (!value || !count || *count == 0) {
      fail(item, at,
           "expected a duration such as \"90s\", or several as in \"99 x 1s\", got " + seen(item));
      continue;
    }
    if (*count > kMostListed - listed.values.size())
      return fail(item, at, "more than " + std::to_string(kMostListed) + " durations");
    listed.values.insert(listed.values.end(), *count, *value);
  }
  out = std::move(listed);
}

}  // namespace muster

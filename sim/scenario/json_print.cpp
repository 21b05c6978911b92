#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/scenario/json_tree.h"
#include "sim/scenario/quote.h"

namespace muster {
namespace {

constexpr std::size_t kWidth = 100;

using Kind = JsonNode::Kind;

std::string escaped(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int height(const JsonNode& node) {
  int highest = 0;
  for (const JsonNode& item : node.items) highest = std::max(highest, height(item));
  return node.is(Kind::Array) || node.is(Kind::Object) ? highest + 1 : 0;
}

std::string on_one_line(const JsonNode& node) {
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Bool:
    case Kind::Number:
      return node.text;
    case Kind::String:
      return escaped(node.text);
    case Kind::Array:
    case Kind::Object:
      break;
  }
  std::string out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (node.is(Kind::Object)) out += escaped(node.keys[i]) + ": ";
    out += on_one_line(node.items[i]);
  }
  return node.is(Kind::Array) ? "[" + out + "]" : "{" + out + "}";
}

void print(const JsonNode& node, std::size_t indent, std::size_t column, std::string& out);

// Numbers and words, as many on a line as there is room for.
void fill(const JsonNode& array, std::size_t indent, std::string& out) {
  std::size_t column = kWidth;
  for (std::size_t i = 0; i < array.items.size(); ++i) {
    const std::string item = on_one_line(array.items[i]) + (i + 1 < array.items.size() ? "," : "");
    if (column + 1 + item.size() > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else {
      out += ' ', ++column;
    }
    out += item, column += item.size();
  }
}

void one_item_a_line(const JsonNode& node, std::size_t indent, std::string& out) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string label = node.is(Kind::Object) ? escaped(node.keys[i]) + ": " : "";
    out += "\n" + std::string(indent, ' ') + label;
    print(node.items[i], indent, indent + label.size(), out);
    if (i + 1 < node.items.size()) out += ',';
  }
}

// `column` is where the node's text begins.
void print(const JsonNode& node, std::size_t indent, std::size_t column, std::string& out) {
  constexpr int kFlat = 2;  // a list of records of scalars still reads well on one line
  if (height(node) <= kFlat) {
    const std::string line = on_one_line(node);
    if (node.items.empty() || column + line.size() + 1 <= kWidth) {
      out += line;
      return;
    }
  }
  out += node.is(Kind::Array) ? '[' : '{';
  if (node.is(Kind::Array) && height(node) == 1)
    fill(node, indent + 2, out);
  else
    one_item_a_line(node, indent + 2, out);
  out += "\n" + std::string(indent, ' ') + (node.is(Kind::Array) ? ']' : '}');
}

}  // namespace

std::string print_json(const JsonNode& node) {
  std::string out;
  if (node.items.empty()) {
    out = on_one_line(node);
  } else {
    out = node.is(Kind::Array) ? "[" : "{";
    one_item_a_line(node, 2, out);
    out += node.is(Kind::Array) ? "\n]" : "\n}";
  }
  return out + "\n";
}

std::string json_path(std::string_view parent, std::string_view key) {
  std::string path = std::string(parent) + '/';
  for (const char c : key) {
    if (c == '~')
      path += "~0";
    else if (c == '/')
      path += "~1";
    else
      path += printable({&c, 1});
  }
  return path;
}

JsonNode JsonNode::string(std::string_view content) {
  return {.kind = Kind::String, .text = std::string(content), .keys = {}, .items = {}};
}

JsonNode JsonNode::number(std::string digits) {
  return {.kind = Kind::Number, .text = std::move(digits), .keys = {}, .items = {}};
}

JsonNode JsonNode::boolean(bool value) {
  return {.kind = Kind::Bool, .text = value ? "true" : "false", .keys = {}, .items = {}};
}

JsonNode JsonNode::array() { return {.kind = Kind::Array, .text = {}, .keys = {}, .items = {}}; }

JsonNode JsonNode::object() { return {.kind = Kind::Object, .text = {}, .keys = {}, .items = {}}; }

const JsonNode* JsonNode::find(std::string_view key) const {
  // From the back: of duplicates the last is in force.
  for (std::size_t i = keys.size(); i-- > 0;)
    if (keys[i] == key) return &items[i];
  return nullptr;
}

JsonNode& JsonNode::add(std::string_view key, JsonNode value) {
  keys.emplace_back(key);
  return items.emplace_back(std::move(value));
}

JsonNode& JsonNode::add(JsonNode value) { return items.emplace_back(std::move(value)); }

}  // namespace muster

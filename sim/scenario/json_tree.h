// JSON as a tree that remembers its lines: what the scenario reader reads, what the writer and the
// schema are built in. Numbers stay as written, so that a Spark setting's text is the user's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problems.h"

namespace muster {

struct JsonNode {
  enum class Kind { Null, Bool, Number, String, Array, Object };

  Kind kind = Kind::Null;
  std::string text;               // of a string its content, of a number or bool what was written
  std::vector<std::string> keys;  // of an object, one for each item
  std::vector<JsonNode> items;    // of an array or object
  int line = 0;                   // counted from 1; of a member, where its value begins

  static JsonNode string(std::string_view content);
  static JsonNode number(std::string digits);
  static JsonNode boolean(bool value);
  static JsonNode array();
  static JsonNode object();

  // Null where this is no object or has no such member.
  const JsonNode* find(std::string_view key) const;
  // Appends a member or an element and returns it.
  JsonNode& add(std::string_view key, JsonNode value);
  JsonNode& add(JsonNode value);
  bool is(Kind k) const { return kind == k; }
};

// Reads one JSON value; // and /* */ comments are allowed. A syntax error (with line and column),
// anything after the value, and each member that a key of the same name follows are problems.
// Nothing after a syntax error; with mere duplicates the tree is there, the last of them in force.
std::optional<JsonNode> parse_json(std::string_view text, const std::string& file,
                                   Problems& problems);

// The tree as text of at most 100 columns where that can be: small things on one line, arrays of
// scalars filled, everything else one item a line. Ends with a line feed.
std::string print_json(const JsonNode& node);

// "/a/b" and "c" to "/a/b/c", with ~ and / escaped as in RFC 6901, control characters as \xNN.
std::string json_path(std::string_view parent, std::string_view key);

}  // namespace muster

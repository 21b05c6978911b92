// Pieces of a JSON Schema.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/json_tree.h"
#include "sim/scenario/schema.h"

namespace muster::schema_node {

// The forms that sim/scenario/quantity_text.h reads.
inline constexpr const char* kDurationPattern =
    "^ *[0-9]{1,19}([.][0-9]{1,18})? *([uUmM]?[sS]|[mM]([iI][nN])?|[hH]|[dD]) *$";
inline constexpr const char* kSizePattern =
    "^ *[0-9]{1,19}([.][0-9]{1,18})? *([bB]|[kKmMgGtTpP]([iI]?[bB])?) *$";

JsonNode words(std::initializer_list<std::string_view> list);
JsonNode of_type(std::string_view type);
JsonNode text_like(std::string_view pattern);
JsonNode any_of(std::vector<JsonNode> choices);
// A text, a number, true or false.
JsonNode scalar();

template <class Number>
JsonNode number_between(std::string_view type, Number least, Number most) {
  JsonNode node = of_type(type);
  node.add("minimum", JsonNode::number(std::to_string(least)));
  node.add("maximum", JsonNode::number(std::to_string(most)));
  return node;
}

// A model's name, or an object with it and the model's parameters. Null: nothing is known.
JsonNode model(const SchemaPort* port);

}  // namespace muster::schema_node

#include "sim/scenario/schema_nodes.h"

#include <cmath>

namespace muster::schema_node {
namespace {

// As little as reads back the same: 100, 0.5.
std::string limit(double value) {
  if (value == std::floor(value)) return std::to_string(static_cast<long long>(value));
  return std::to_string(value);
}

JsonNode within(JsonNode node, const SchemaParameter& parameter) {
  constexpr double kNoLimit = 1e15;
  node.add("minimum", JsonNode::number(limit(parameter.least)));
  if (parameter.most < kNoLimit) node.add("maximum", JsonNode::number(limit(parameter.most)));
  return node;
}

// Numbers and flags may stand in quotes as well, as in Spark's settings; then their limits are the
// business of `muster check`.
JsonNode value_of(const SchemaParameter& parameter) {
  using Form = SchemaParameter::Form;
  switch (parameter.form) {
    case Form::Duration:
      return text_like(kDurationPattern);
    case Form::Size:
      return text_like(kSizePattern);
    case Form::Count:
      return any_of({within(of_type("integer"), parameter), text_like("^[0-9]+$")});
    case Form::Number:
      return any_of({within(of_type("number"), parameter),
                     text_like("^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$")});
    case Form::Flag:
      return any_of({of_type("boolean"), text_like("^(true|false)$")});
    case Form::Text:
      break;
  }
  if (parameter.choices.empty()) return scalar();
  JsonNode node = JsonNode::object();
  JsonNode& choices = node.add("enum", JsonNode::array());
  for (const std::string_view choice : parameter.choices) choices.add(JsonNode::string(choice));
  return node;
}

void add_parameters(const SchemaModel& model, JsonNode& properties) {
  for (const SchemaParameter& parameter : model.parameters) {
    if (properties.find(parameter.name)) continue;  // of another model of the port
    JsonNode value = value_of(parameter);
    value.add("description", JsonNode::string(parameter.doc));
    properties.add(parameter.name, std::move(value));
  }
}

JsonNode closed(JsonNode properties, std::initializer_list<std::string_view> required) {
  JsonNode node = of_type("object");
  node.add("properties", std::move(properties));
  if (required.size() > 0) node.add("required", words(required));
  node.add("additionalProperties", JsonNode::boolean(false));
  return node;
}

JsonNode with_parameters(const SchemaModel& model) {
  JsonNode name = JsonNode::object();
  name.add("const", JsonNode::string(model.name));
  name.add("description", JsonNode::string(model.doc));
  JsonNode properties = JsonNode::object();
  properties.add("model", std::move(name));
  add_parameters(model, properties);
  JsonNode node = closed(std::move(properties), {"model"});
  node.add("description", JsonNode::string(model.doc));
  return node;
}

}  // namespace

JsonNode words(std::initializer_list<std::string_view> list) {
  JsonNode array = JsonNode::array();
  for (const std::string_view word : list) array.add(JsonNode::string(word));
  return array;
}

JsonNode of_type(std::string_view type) {
  JsonNode node = JsonNode::object();
  node.add("type", JsonNode::string(type));
  return node;
}

JsonNode text_like(std::string_view pattern) {
  JsonNode node = of_type("string");
  node.add("pattern", JsonNode::string(pattern));
  return node;
}

JsonNode any_of(std::vector<JsonNode> choices) {
  JsonNode node = JsonNode::object();
  JsonNode& list = node.add("anyOf", JsonNode::array());
  for (JsonNode& choice : choices) list.add(std::move(choice));
  return node;
}

JsonNode scalar() {
  JsonNode node = JsonNode::object();
  node.add("type", words({"string", "number", "boolean"}));
  return node;
}

JsonNode model(const SchemaPort* port) {
  if (!port) {
    JsonNode parameters = of_type("object");
    parameters.add("properties", JsonNode::object()).add("model", of_type("string"));
    parameters.add("additionalProperties", scalar());
    return any_of({of_type("string"), std::move(parameters)});
  }
  JsonNode names = JsonNode::object();
  JsonNode& list = names.add("enum", JsonNode::array());
  std::vector<JsonNode> choices;
  JsonNode unnamed = JsonNode::object();
  for (const SchemaModel& model : port->models) {
    list.add(JsonNode::string(model.name));
    choices.push_back(with_parameters(model));
    add_parameters(model, unnamed);
  }
  choices.insert(choices.begin(), std::move(names));
  if (port->has_default) choices.push_back(closed(std::move(unnamed), {}));
  return any_of(std::move(choices));
}

}  // namespace muster::schema_node

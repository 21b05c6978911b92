#include "sim/scenario/schema.h"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/fields.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/spark_keys.h"

namespace muster {
namespace {

// The forms that sim/scenario/quantity_text.h reads.
constexpr const char* kDurationPattern =
    "^ *[0-9]{1,19}([.][0-9]{1,18})? *([uUmM]?[sS]|[mM]([iI][nN])?|[hH]|[dD]) *$";
constexpr const char* kRepeatedPattern =
    "^([0-9]+ *x)? *[0-9]{1,19}([.][0-9]{1,18})? *([uUmM]?[sS]|[mM]([iI][nN])?|[hH]|[dD]) *$";
constexpr const char* kSizePattern =
    "^ *[0-9]{1,19}([.][0-9]{1,18})? *([bB]|[kKmMgGtTpP]([iI]?[bB])?) *$";

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

template <class Number>
JsonNode number_between(std::string_view type, Number least, Number most) {
  JsonNode node = of_type(type);
  node.add("minimum", JsonNode::number(std::to_string(least)));
  node.add("maximum", JsonNode::number(std::to_string(most)));
  return node;
}

JsonNode list_of(JsonNode item) {
  JsonNode node = of_type("array");
  node.add("items", std::move(item));
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

std::string_view value_form(SparkType type) {
  switch (type) {
    case SparkType::Text:
      return "text";
    case SparkType::Flag:
      return "true or false";
    case SparkType::Int:
    case SparkType::Long:
      return "a whole number";
    case SparkType::Number:
      return "a number";
    case SparkType::Millis:
      return "a time, in ms without a unit";
    case SparkType::Seconds:
      return "a time, in s without a unit";
    case SparkType::Minutes:
      return "a time, in min without a unit";
    case SparkType::SizeB:
      return "a size, in bytes without a unit";
    case SparkType::SizeKiB:
      return "a size, in KiB without a unit";
    case SparkType::SizeMiB:
      return "a size, in MiB without a unit";
  }
  return {};
}

JsonNode setting(const SparkKey& key) {
  std::string doc(value_form(key.type));
  if (!key.default_value.empty()) doc += "; default " + std::string(key.default_value);
  if (!key.default_since_4.empty())
    doc += " (from Spark 4: " + std::string(key.default_since_4) + ")";
  JsonNode node = scalar();
  node.add("description", JsonNode::string(doc));
  return node;
}

JsonNode schema(const Field&, std::type_identity<Conf>) {
  JsonNode node = of_type("object");
  JsonNode& properties = node.add("properties", JsonNode::object());
  for (const auto table : spark_key_tables())
    for (const SparkKey& key : table) properties.add(key.name, setting(key));
  node.add("additionalProperties", scalar());
  return node;
}

JsonNode schema(const Field& field, std::type_identity<std::string>) {
  JsonNode node = of_type("string");
  if (field.least > 0) node.add("minLength", JsonNode::number(std::to_string(field.least)));
  if (!field.choices.empty()) {
    JsonNode& choices = node.add("enum", JsonNode::array());
    for (const std::string_view choice : field.choices) choices.add(JsonNode::string(choice));
  }
  return node;
}

JsonNode schema(const Field&, std::type_identity<bool>) { return of_type("boolean"); }

JsonNode schema(const Field& field, std::type_identity<std::int32_t>) {
  return number_between("integer", field.least, field.most);
}

JsonNode schema(const Field&, std::type_identity<std::uint32_t>) {
  return number_between("integer", 0U, std::numeric_limits<std::uint32_t>::max());
}

JsonNode schema(const Field&, std::type_identity<std::uint64_t>) {
  return number_between<std::uint64_t>("integer", 0, std::numeric_limits<std::uint64_t>::max());
}

JsonNode schema(const Field& field, std::type_identity<double>) {
  return number_between("number", field.least, field.most);
}

JsonNode schema(const Field&, std::type_identity<Duration>) { return text_like(kDurationPattern); }

JsonNode schema(const Field&, std::type_identity<Bytes>) { return text_like(kSizePattern); }

JsonNode schema(const Field&, std::type_identity<ModelChoice>) {
  JsonNode parameters = of_type("object");
  parameters.add("properties", JsonNode::object()).add("model", of_type("string"));
  parameters.add("additionalProperties", scalar());
  return any_of({of_type("string"), std::move(parameters)});
}

template <Record T>
JsonNode schema(const Field&, std::type_identity<T>);

JsonNode schema(const Field&, std::type_identity<DurationSpec>) {
  const Field none{.name = {}, .doc = {}};
  return any_of({text_like(kDurationPattern), list_of(text_like(kRepeatedPattern)),
                 schema(none, std::type_identity<LognormalDuration>{})});
}

JsonNode schema(const Field&, std::type_identity<WorkloadSpec>) {
  const Field none{.name = {}, .doc = {}};
  return any_of({schema(none, std::type_identity<LogWorkload>{}),
                 schema(none, std::type_identity<JobsWorkload>{}),
                 schema(none, std::type_identity<ProgramWorkload>{})});
}

template <class T>
JsonNode schema(const Field& field, std::type_identity<std::optional<T>>) {
  return schema(field, std::type_identity<T>{});
}

template <class T>
JsonNode schema(const Field& field, std::type_identity<std::vector<T>>) {
  return list_of(schema(field, std::type_identity<T>{}));
}

// The visitor that turns a record's fields into properties.
template <class T>
struct Properties {
  JsonNode properties = JsonNode::object();
  JsonNode required = JsonNode::array();

  template <class M>
  void field(const Field& field, M T::*) {
    JsonNode node = schema(field, std::type_identity<M>{});
    node.add("description", JsonNode::string(field.doc));
    properties.add(field.name, std::move(node));
    if (field.required) required.add(JsonNode::string(field.name));
  }

  template <class Body>
  void section(const Field& field, Body body) {
    Properties inside;
    body(inside);
    JsonNode node = std::move(inside).object();
    node.add("description", JsonNode::string(field.doc));
    properties.add(field.name, std::move(node));
  }

  JsonNode object() && {
    JsonNode node = of_type("object");
    node.add("properties", std::move(properties));
    if (!required.items.empty()) node.add("required", std::move(required));
    node.add("additionalProperties", JsonNode::boolean(false));
    return node;
  }
};

template <Record T>
JsonNode schema(const Field&, std::type_identity<T>) {
  Properties<T> visitor;
  describe(visitor, Of<T>{});
  return std::move(visitor).object();
}

}  // namespace

std::string json_schema() {
  Properties<Scenario> visitor;
  visitor.properties.add("$schema", of_type("string"));
  describe(visitor, Of<Scenario>{});
  JsonNode body = std::move(visitor).object();
  JsonNode root = JsonNode::object();
  root.add("$schema", JsonNode::string("http://json-schema.org/draft-07/schema#"));
  root.add("title", JsonNode::string("Muster scenario"));
  root.keys.insert(root.keys.end(), body.keys.begin(), body.keys.end());
  root.items.insert(root.items.end(), body.items.begin(), body.items.end());
  return print_json(root);
}

}  // namespace muster

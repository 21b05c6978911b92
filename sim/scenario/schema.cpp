#include "sim/scenario/schema.h"

#include <cstdint>
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
#include "sim/scenario/schema_nodes.h"
#include "sim/scenario/spark_keys.h"

namespace muster {
namespace {

using schema_node::any_of;
using schema_node::kDurationPattern;
using schema_node::kSizePattern;
using schema_node::number_between;
using schema_node::of_type;
using schema_node::scalar;
using schema_node::text_like;

constexpr const char* kRepeatedPattern =
    "^([0-9]+ *x)? *[0-9]{1,19}([.][0-9]{1,18})? *([uUmM]?[sS]|[mM]([iI][nN])?|[hH]|[dD]) *$";

JsonNode list_of(JsonNode item) {
  JsonNode node = of_type("array");
  node.add("items", std::move(item));
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

// The schema of a field by the type of its value.
class SchemaMaker {
 public:
  explicit SchemaMaker(std::span<const SchemaPort> ports) : ports_(ports) {}

  template <Record T>
  JsonNode node(const Field&, std::type_identity<T>) const {
    Properties<T> visitor{*this};
    describe(visitor, Of<T>{});
    return std::move(visitor).object();
  }

  JsonNode node(const Field&, std::type_identity<Conf>) const {
    JsonNode node = of_type("object");
    JsonNode& properties = node.add("properties", JsonNode::object());
    for (const auto table : spark_key_tables())
      for (const SparkKey& key : table) properties.add(key.name, setting(key));
    node.add("additionalProperties", scalar());
    return node;
  }

  JsonNode node(const Field& field, std::type_identity<std::string>) const {
    JsonNode node = of_type("string");
    if (field.least > 0) node.add("minLength", JsonNode::number(std::to_string(field.least)));
    if (!field.choices.empty()) {
      JsonNode& choices = node.add("enum", JsonNode::array());
      for (const std::string_view choice : field.choices) choices.add(JsonNode::string(choice));
    }
    return node;
  }

  JsonNode node(const Field&, std::type_identity<bool>) const { return of_type("boolean"); }
  JsonNode node(const Field& field, std::type_identity<std::int32_t>) const {
    return number_between("integer", field.least, field.most);
  }
  JsonNode node(const Field&, std::type_identity<std::uint32_t>) const {
    return number_between("integer", 0U, std::numeric_limits<std::uint32_t>::max());
  }
  JsonNode node(const Field&, std::type_identity<std::uint64_t>) const {
    return number_between<std::uint64_t>("integer", 0, std::numeric_limits<std::uint64_t>::max());
  }
  JsonNode node(const Field& field, std::type_identity<double>) const {
    return number_between("number", field.least, field.most);
  }
  JsonNode node(const Field&, std::type_identity<Duration>) const {
    return text_like(kDurationPattern);
  }
  JsonNode node(const Field&, std::type_identity<Bytes>) const { return text_like(kSizePattern); }

  JsonNode node(const Field& field, std::type_identity<ModelChoice>) const {
    for (const SchemaPort& port : ports_)
      if (port.field == field.name) return schema_node::model(&port);
    return schema_node::model(nullptr);
  }

  JsonNode node(const Field&, std::type_identity<DurationSpec>) const {
    const Field none{.name = {}, .doc = {}};
    return any_of({text_like(kDurationPattern), list_of(text_like(kRepeatedPattern)),
                   node(none, std::type_identity<LognormalDuration>{})});
  }

  JsonNode node(const Field&, std::type_identity<WorkloadSpec>) const {
    const Field none{.name = {}, .doc = {}};
    return any_of({node(none, std::type_identity<LogWorkload>{}),
                   node(none, std::type_identity<JobsWorkload>{}),
                   node(none, std::type_identity<ProgramWorkload>{})});
  }

  template <class T>
  JsonNode node(const Field& field, std::type_identity<std::optional<T>>) const {
    return node(field, std::type_identity<T>{});
  }

  template <class T>
  JsonNode node(const Field& field, std::type_identity<std::vector<T>>) const {
    return list_of(node(field, std::type_identity<T>{}));
  }

  // The visitor that turns a record's fields into properties.
  template <class T>
  struct Properties {
    const SchemaMaker& maker;
    JsonNode properties = JsonNode::object();
    JsonNode required = JsonNode::array();

    template <class M>
    void field(const Field& field, M T::*) {
      JsonNode node = maker.node(field, std::type_identity<M>{});
      node.add("description", JsonNode::string(field.doc));
      properties.add(field.name, std::move(node));
      if (field.required) required.add(JsonNode::string(field.name));
    }

    template <class Body>
    void section(const Field& field, Body body) {
      Properties inside{maker};
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

 private:
  std::span<const SchemaPort> ports_;
};

}  // namespace

std::string json_schema(std::span<const SchemaPort> ports) {
  const SchemaMaker maker(ports);
  SchemaMaker::Properties<Scenario> visitor{maker};
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

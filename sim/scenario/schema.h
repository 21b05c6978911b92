#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What the schema is told of models, as plain data, since this room knows none of them. The texts
// must live until json_schema() returns.
struct SchemaParameter {
  // How a value is written, and of what its limits are.
  enum class Form : std::uint8_t { Duration, Size, Count, Number, Flag, Text };

  std::string_view name;
  std::string doc;  // with unit, limits and default
  Form form = Form::Text;
  double least = 0;  // of counts and numbers
  double most = std::numeric_limits<double>::max();
  std::vector<std::string_view> choices;  // of texts; empty: any
};
struct SchemaModel {
  std::string_view name;
  std::string_view doc;
  std::vector<SchemaParameter> parameters;
};
struct SchemaPort {
  std::string_view field;   // the scenario's field that names one of the models, or a list of them
  bool has_default = true;  // parameters may be given without a name
  std::vector<SchemaModel> models;
};

// The scenario file's JSON Schema (draft 7, which editors know best), made from the same table as
// the reader: sim/scenario/fields.h. It lists Spark's settings for completion, and refuses no
// other; of ports that are not in the list it takes any model with any parameters.
std::string json_schema(std::span<const SchemaPort> ports = {});

}  // namespace muster

#include "models/describe.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

std::vector<std::string_view> choices_of(const Parameter& parameter) {
  std::vector<std::string_view> out;
  std::string_view rest = parameter.choices;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    out.push_back(rest.substr(0, bar));
    rest = bar == rest.npos ? std::string_view() : rest.substr(bar + 1);
  }
  return out;
}

// A limit as a scenario would write it.
std::string limit_text(ParameterType type, double limit) {
  constexpr double kMib = 1024.0 * 1024.0;
  if (type == ParameterType::Duration) return duration_literal(Duration::from_seconds(limit));
  if (type == ParameterType::Size)
    return bytes_literal(Bytes(static_cast<std::int64_t>(std::llround(limit * kMib))));
  return fmt::format("{}", limit);
}

std::string_view kind_text(ParameterType type) {
  switch (type) {
    case ParameterType::Duration:
      return "duration";
    case ParameterType::Size:
      return "size";
    case ParameterType::Count:
      return "whole number";
    case ParameterType::Number:
      return "number";
    case ParameterType::Flag:
      return "true or false";
    case ParameterType::Text:
      return "text";
  }
  return {};
}

SchemaParameter::Form form_of(ParameterType type) {
  using Form = SchemaParameter::Form;
  switch (type) {
    case ParameterType::Duration:
      return Form::Duration;
    case ParameterType::Size:
      return Form::Size;
    case ParameterType::Count:
      return Form::Count;
    case ParameterType::Number:
      return Form::Number;
    case ParameterType::Flag:
      return Form::Flag;
    case ParameterType::Text:
      return Form::Text;
  }
  return Form::Text;
}

SchemaParameter schema_parameter(const Parameter& parameter) {
  SchemaParameter out;
  out.name = parameter.name;
  out.doc = fmt::format("{}; {}", parameter.doc, parameter_range(parameter));
  if (!parameter.fallback.empty()) out.doc += fmt::format("; default {}", parameter.fallback);
  out.form = form_of(parameter.type);
  out.least = parameter.least;
  out.most = parameter.most;
  out.choices = choices_of(parameter);
  return out;
}

}  // namespace

std::string parameter_range(const Parameter& parameter) {
  const std::vector<std::string_view> choices = choices_of(parameter);
  if (!choices.empty()) {
    std::string out;
    for (std::size_t i = 0; i < choices.size(); ++i)
      out += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + std::string(choices[i]);
    return out;
  }
  std::string out(kind_text(parameter.type));
  if (parameter.type == ParameterType::Flag || parameter.type == ParameterType::Text) return out;
  const bool from = parameter.least != 0;
  const bool to = parameter.most < std::numeric_limits<double>::max();
  const std::string least = limit_text(parameter.type, parameter.least);
  if (to && from) return out + ", " + least + " to " + limit_text(parameter.type, parameter.most);
  if (to) return out + ", at most " + limit_text(parameter.type, parameter.most);
  return from ? out + ", at least " + least : out;
}

std::string port_path(const PortInfo& port) {
  if (port.field.empty()) return "(built in)";
  return (port.section.empty() ? "" : std::string(port.section) + ".") + std::string(port.field);
}

std::vector<SchemaPort> schema_ports(const std::vector<PortInfo>& ports) {
  std::vector<SchemaPort> out;
  for (const PortInfo& port : ports) {
    if (port.field.empty() || port.models.empty()) continue;
    SchemaPort one{.field = port.field, .has_default = port.has_default, .models = {}};
    for (const ModelInfo& model : port.models) {
      SchemaModel row{.name = model.name, .doc = model.doc, .parameters = {}};
      for (const Parameter& parameter : model.parameters)
        row.parameters.push_back(schema_parameter(parameter));
      one.models.push_back(std::move(row));
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace muster

#include "sim/scenario/write_scenario.h"

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/fields.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

class RecordWriter {
 public:
  explicit RecordWriter(const Conf& conf) : conf_(conf) {}

  template <Record T>
  JsonNode node(const T& record) const {
    JsonNode object = JsonNode::object();
    T defaults = default_record<T>(conf_);
    if constexpr (std::is_same_v<T, NodeSpec>)  // as the reader has it
      if (!record.instance.empty()) defaults.cores = 0, defaults.memory = Bytes();
    Members<T> members{*this, record, std::move(defaults), object};
    describe(members, Of<T>{});
    return object;
  }

 private:
  // The visitor that writes one object's members.
  template <class T>
  struct Members {
    const RecordWriter& writer;
    const T& record;
    const T defaults;
    JsonNode& object;

    template <class M>
    void field(const Field& field, M T::*member) {
      if (field.required || !(record.*member == defaults.*member))
        object.add(field.name, writer.node(record.*member));
    }

    template <class Body>
    void section(const Field& field, Body body) {
      JsonNode inside = JsonNode::object();
      Members members{writer, record, defaults, inside};
      body(members);
      if (!inside.items.empty()) object.add(field.name, std::move(inside));
    }
  };

  JsonNode node(const std::string& text) const { return JsonNode::string(text); }
  JsonNode node(bool value) const { return JsonNode::boolean(value); }
  JsonNode node(Duration value) const { return JsonNode::string(duration_literal(value)); }
  JsonNode node(Bytes value) const { return JsonNode::string(bytes_literal(value)); }

  template <std::integral T>
  JsonNode node(T value) const {
    return JsonNode::number(std::to_string(value));
  }

  JsonNode node(double value) const {
    std::array<char, 64> digits;  // the shortest text that reads back as the same number
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    return JsonNode::number(std::string(digits.begin(), end));
  }

  template <class T>
  JsonNode node(const std::optional<T>& value) const {
    return value ? node(*value) : JsonNode{};
  }

  template <class T>
  JsonNode node(const std::vector<T>& list) const {
    JsonNode array = JsonNode::array();
    for (const T& item : list) array.add(node(item));
    return array;
  }

  JsonNode node(const Conf& conf) const {
    JsonNode object = JsonNode::object();
    for (const auto& [name, value] : conf.entries()) object.add(name, JsonNode::string(value));
    return object;
  }

  JsonNode node(const ModelChoice& choice) const {
    if (choice.parameters.empty()) return JsonNode::string(choice.name);
    JsonNode object = JsonNode::object();
    if (!choice.name.empty()) object.add("model", JsonNode::string(choice.name));
    for (const auto& [name, value] : choice.parameters) object.add(name, JsonNode::string(value));
    return object;
  }

  JsonNode node(const ConstantDuration& constant) const { return node(constant.value); }

  // Three and more equal neighbours as one entry: "99 x 1s".
  JsonNode node(const ListedDurations& listed) const {
    JsonNode array = JsonNode::array();
    const std::vector<Duration>& values = listed.values;
    for (std::size_t i = 0; i < values.size();) {
      std::size_t end = i;
      while (end < values.size() && values[end] == values[i]) ++end;
      const std::size_t repeats = end - i < 3 ? 1 : end - i;
      const std::string times = repeats == 1 ? "" : std::to_string(repeats) + " x ";
      array.add(JsonNode::string(times + duration_literal(values[i])));
      i += repeats;
    }
    return array;
  }

  template <class... Alternatives>
  JsonNode node(const std::variant<Alternatives...>& value) const {
    return std::visit([this](const auto& alternative) { return this->node(alternative); }, value);
  }

  const Conf& conf_;
};

}  // namespace

std::string to_json(const Scenario& scenario) {
  return print_json(RecordWriter(scenario.conf).node(scenario));
}

}  // namespace muster

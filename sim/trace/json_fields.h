// Reading a line's JSON once, front to back, whatever the order of its fields: simdjson On-Demand
// with error codes. A value of an unexpected type gives the fallback; only broken JSON is an error.
#pragma once

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace muster::json {

using Value = simdjson::ondemand::value;
using Object = simdjson::ondemand::object;

// A field's name as it stands in the text. Names to compare with are literals shorter than the
// padding behind every line.
class Key {
 public:
  explicit Key(const char* raw) : raw_(raw) {}
  bool is(std::string_view name) const {
    return std::memcmp(raw_, name.data(), name.size()) == 0 && raw_[name.size()] == '"';
  }
  const char* raw() const { return raw_; }

 private:
  const char* raw_;
};

// Calls on_field(Key, Value) for every field; false when the object is broken.
template <class OnField>
bool each_field(Object object, OnField&& on_field) {
  for (auto field : object) {
    simdjson::ondemand::raw_json_string key;
    Value value;
    if (field.key().get(key) || field.value().get(value)) return false;
    on_field(Key(key.raw()), value);
  }
  return true;
}

// The same for a value that should be an object; true when it is something else.
template <class OnField>
bool each_field(Value value, OnField&& on_field) {
  Object object;
  const simdjson::error_code error = value.get_object().get(object);
  if (error == simdjson::INCORRECT_TYPE) return true;
  return error == simdjson::SUCCESS && each_field(object, on_field);
}

// Calls on_element(Value) for every element of what should be an array.
template <class OnElement>
bool each_element(Value value, OnElement&& on_element) {
  simdjson::ondemand::array array;
  const simdjson::error_code error = value.get_array().get(array);
  if (error == simdjson::INCORRECT_TYPE) return true;
  if (error != simdjson::SUCCESS) return false;
  for (auto element : array) {
    Value inner;
    if (element.get(inner)) return false;
    on_element(inner);
  }
  return true;
}

// The slow way to an integer: 1.0, 1e3 and "12" count, anything else is the fallback.
std::int64_t odd_integer(Value value, std::int64_t fallback);

inline std::int64_t integer(Value value, std::int64_t fallback = 0) {
  std::int64_t out = 0;
  return value.get_int64().get(out) == simdjson::SUCCESS ? out : odd_integer(value, fallback);
}

// Valid until the next line is parsed; empty when the value is no string.
inline std::string_view text(Value value) {
  std::string_view out;
  return value.get_string().get(out) == simdjson::SUCCESS ? out : std::string_view();
}

inline bool flag(Value value) {
  bool out = false;
  return value.get_bool().get(out) == simdjson::SUCCESS && out;
}

}  // namespace muster::json

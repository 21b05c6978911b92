#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/scenario/checker.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/quote.h"

namespace muster {
namespace {

class LimitChecker {
 public:
  explicit LimitChecker(const Checker& checker) : checker_(checker) {}

  template <Record T>
  void check(const T& record, const std::string& path, const Field&) const {
    Members<T> members{*this, record, path};
    describe(members, Of<T>{});
  }

 private:
  template <class T>
  struct Members {
    const LimitChecker& limits;
    const T& record;
    const std::string path;

    template <class M>
    void field(const Field& field, M T::*member) {
      if constexpr (std::is_same_v<T, NodeSpec> &&
                    (std::is_same_v<M, std::int32_t> || std::is_same_v<M, Bytes>))
        if (!record.instance.empty() && record.*member == M()) return;  // the type's
      limits.check(record.*member, json_path(path, field.name), field);
    }
    template <class Body>
    void section(const Field& field, Body body) {
      Members inside{limits, record, json_path(path, field.name)};
      body(inside);
    }
  };

  void check_range(std::int64_t value, std::int64_t most, const std::string& path,
                   const Field& field) const {
    if (value < field.least)
      checker_.add(path, "must be at least " + std::to_string(field.least) + ", is " +
                             std::to_string(value));
    if (value > most)
      checker_.add(path,
                   "must be at most " + std::to_string(most) + ", is " + std::to_string(value));
  }

  void check(std::int32_t value, const std::string& path, const Field& field) const {
    check_range(value, field.most, path, field);
  }
  void check(Duration value, const std::string& path, const Field& field) const {
    if (value.in_micros() < field.least)
      checker_.add(path, field.least > 0 ? "must be longer than 0" : "must not be negative");
    if (value > kLongestDuration) checker_.add(path, "must be at most 3650d");
  }
  void check(Bytes value, const std::string& path, const Field& field) const {
    if (value.count() < field.least)
      checker_.add(path, field.least > 0 ? "must be more than 0" : "must not be negative");
  }
  void check(double value, const std::string& path, const Field& field) const {
    if (!(value >= static_cast<double>(field.least) && value <= static_cast<double>(field.most)))
      checker_.add(path, "must be a number from " + std::to_string(field.least) + " to " +
                             std::to_string(field.most));
  }
  void check(const std::string& value, const std::string& path, const Field& field) const {
    if (static_cast<std::int64_t>(value.size()) < field.least)
      checker_.add(path, "must not be empty");
    if (!field.choices.empty() && std::ranges::find(field.choices, value) == field.choices.end())
      checker_.add(path,
                   "no such choice: " + in_quotes(value) + did_you_mean(value, field.choices));
  }

  void check(const ConstantDuration& constant, const std::string& path, const Field& field) const {
    check(constant.value, path, field);
  }
  void check(const ListedDurations& listed, const std::string& path, const Field& field) const {
    const auto shortest = std::ranges::min_element(listed.values);
    if (shortest != listed.values.end()) check(*shortest, path, field);
  }

  // Any value is in range, or another check knows.
  void check(bool, const std::string&, const Field&) const {}
  void check(std::uint32_t, const std::string&, const Field&) const {}
  void check(std::uint64_t, const std::string&, const Field&) const {}
  void check(const Conf&, const std::string&, const Field&) const {}
  void check(const ModelChoice&, const std::string&, const Field&) const {}

  template <class T>
  void check(const std::optional<T>& value, const std::string& path, const Field& field) const {
    if (value) check(*value, path, field);
  }
  template <class T>
  void check(const std::vector<T>& list, const std::string& path, const Field& field) const {
    for (std::size_t i = 0; i < list.size(); ++i)
      check(list[i], json_path(path, std::to_string(i)), field);
  }
  template <class... Alternatives>
  void check(const std::variant<Alternatives...>& value, const std::string& path,
             const Field& field) const {
    std::visit([&](const auto& alternative) { check(alternative, path, field); }, value);
  }

  const Checker& checker_;
};

}  // namespace

void check_limits(const Checker& checker) {
  LimitChecker(checker).check(checker.scenario, "", Field{.name = {}, .doc = {}});
}

}  // namespace muster

// The options of spark-submit: one table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/scenario/master.h"

namespace muster {

enum class SubmitCheck : std::uint8_t { None, Positive, Size };

struct SubmitOption {
  enum class Kind : std::uint8_t { Value, Switch, Action };  // an action submits nothing

  std::string_view name;
  std::string_view short_name;
  Kind kind = Kind::Value;
  SubmitCheck check = SubmitCheck::None;
  // The setting that it becomes, empty if none; and where else Spark drops it without a word.
  std::string_view setting;
  std::string_view yarn_setting;  // instead of `setting`, on YARN
  std::uint8_t masters = 0;       // bits, see used_on()
  bool cluster_mode_only = false;

  bool used_on(Master::Kind master, bool cluster_mode) const {
    const bool here = (masters >> static_cast<unsigned>(master) & 1U) != 0;
    return here && (cluster_mode || !cluster_mode_only);
  }
};

std::span<const SubmitOption> submit_options();
// Null: there is no such option.
const SubmitOption* find_submit_option(std::string_view name);
// Long names, for "did you mean".
std::vector<std::string_view> submit_option_names();

}  // namespace muster

#include "gui/window/knobs.h"

#include <algorithm>
#include <charconv>
#include <type_traits>

#include "models/catalog.h"
#include "models/describe.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/quantity_text.h"

namespace muster::gui {
namespace {

template <class R>
using At = std::function<R&(Scenario&)>;

template <class T>
inline constexpr bool kIsNumber = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr bool kIsDuration =
    std::is_same_v<T, Duration> || std::is_same_v<T, std::optional<Duration>>;

template <class T>
std::string value_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (kIsNumber<T>)
    return std::to_string(value);
  else if constexpr (std::is_same_v<T, std::string>)
    return value;
  else if constexpr (std::is_same_v<T, Bytes>)
    return value == Bytes() ? "" : bytes_literal(value);
  else if constexpr (std::is_same_v<T, Duration>)
    return duration_literal(value);
  else
    return value ? duration_literal(*value) : "";
}

template <class T>
bool read_value(const std::string& text, const Field& field, T& to) {
  if constexpr (std::is_same_v<T, bool>) {
    if (text != "true" && text != "false") return false;
    to = text == "true";
    return true;
  } else if constexpr (kIsNumber<T>) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || static_cast<double>(value) < static_cast<double>(field.least) ||
        static_cast<double>(value) > static_cast<double>(field.most))
      return false;
    to = value;
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    to = text;
    return true;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    const auto value = text.empty() ? std::optional(Bytes()) : parse_bytes(text);
    if (value) to = *value;
    return value.has_value();
  } else {
    if (text.empty() && std::is_same_v<T, std::optional<Duration>>) {
      to = T();
      return true;
    }
    const auto value = parse_duration(text);
    if (value) to = *value;
    return value.has_value();
  }
}

void add_parameters(const PortInfo& port, const std::string& name, const At<ModelChoice>& at,
                    const ModelChoice& now, std::vector<Knob>& out) {
  const auto model = std::ranges::find(port.models, name, &ModelInfo::name);
  if (model == port.models.end()) return;
  for (const Parameter& p : model->parameters) {
    Knob knob{.group = port_path(port) + " " + name,
              .name = std::string(p.name),
              .doc = std::string(p.doc) + " (" + parameter_range(p) + ")",
              .choices = {},
              .value = "",
              .fallback = std::string(p.fallback),
              .set = {}};
    knob.kind = p.type == ParameterType::Flag    ? Knob::Kind::Choice
                : p.type == ParameterType::Count ? Knob::Kind::Number
                                                 : Knob::Kind::Text;
    if (p.type == ParameterType::Flag) knob.choices = {"", "true", "false"};
    for (const auto& [key, value] : now.parameters)
      if (key == p.name) knob.value = value;
    knob.set = [at, name, p](Scenario& scenario, const std::string& text) {
      if (!text.empty() && !parameter_fault(p, text).empty()) return false;
      ModelChoice& choice = at(scenario);
      if (choice.name.empty()) choice.name = name;
      std::erase_if(choice.parameters, [&](const auto& pair) { return pair.first == p.name; });
      if (!text.empty()) choice.parameters.emplace_back(p.name, text);
      return true;
    };
    out.push_back(std::move(knob));
  }
}

// What is taken where the scenario names no model.
std::string chosen(const PortInfo& port, const Scenario& scenario, const ModelChoice& now) {
  if (!now.name.empty()) return now.name;
  if (port.field == "manager") return cluster_manager_name(scenario);
  if (port.field == "task_scheduler") return task_scheduler_name(scenario, scenario.conf);
  if (port.field == "executor_allocator") return executor_allocator_name(scenario, scenario.conf);
  if (port.field == "task_cost") return task_cost_name(scenario);
  return {};
}

class Maker {
 public:
  explicit Maker(const Scenario& scenario) : scenario_(scenario) {}

  template <class R>
  void record(const std::string& group, const At<R>& at) {
    Visitor<R> visitor{*this, group, at};
    describe(visitor, Of<R>{});
  }
  std::vector<Knob> out;

 private:
  template <class R>
  struct Visitor {
    Maker& maker;
    std::string group;
    At<R> at;

    template <class M>
    void field(const Field& f, M R::*member) {
      maker.add(group, f, At<M>([at = at, member](Scenario& s) -> M& { return at(s).*member; }));
    }
    template <class Body>
    void section(const Field& f, Body body) {
      Visitor inner{maker, std::string(f.name), at};
      body(inner);
    }
  };

  template <class M>
  void add(const std::string& group, const Field& f, const At<M>& at) {
    const M& now = at(scenario_);
    const std::string path =
        group.empty() ? std::string(f.name) : group + "." + std::string(f.name);
    if constexpr (std::is_same_v<M, bool> || kIsNumber<M> || kIsDuration<M> ||
                  std::is_same_v<M, std::string> || std::is_same_v<M, Bytes>) {
      add_scalar(group, f, at, now);
    } else if constexpr (std::is_same_v<M, ModelChoice>) {
      add_model(f, at, now);
    } else if constexpr (std::is_same_v<M, ClusterSpec> || std::is_same_v<M, DriverSpec>) {
      record<M>(path, at);
    } else if constexpr (std::is_same_v<M, std::vector<NodeSpec>> ||
                         std::is_same_v<M, std::vector<PoolSpec>>) {
      for (std::size_t i = 0; i < now.size(); ++i)
        record<typename M::value_type>(path + " " + std::to_string(i + 1),
                                       [at, i](Scenario& s) ->
                                       typename M::value_type& { return at(s).at(i); });
    }
  }

  template <class M>
  void add_scalar(const std::string& group, const Field& f, const At<M>& at, const M& now) {
    Knob knob{.group = group.empty() ? "scenario" : group,
              .name = std::string(f.name),
              .doc = std::string(f.doc),
              .choices = {f.choices.begin(), f.choices.end()},
              .value = value_of(now),
              .fallback = "",
              .set = {}};
    knob.kind = std::is_same_v<M, bool> ? Knob::Kind::Flag
                : kIsNumber<M>          ? Knob::Kind::Number
                : !knob.choices.empty() ? Knob::Kind::Choice
                                        : Knob::Kind::Text;
    knob.set = [at, f](Scenario& s, const std::string& text) { return read_value(text, f, at(s)); };
    out.push_back(std::move(knob));
  }

  void add_model(const Field& f, const At<ModelChoice>& at, const ModelChoice& now) {
    for (const PortInfo& port : model_ports()) {
      if (port.field != f.name) continue;
      const std::string taken = chosen(port, scenario_, now);
      Knob knob{.group = "models",
                .name = port_path(port),
                .doc = std::string(port.doc),
                .kind = Knob::Kind::Choice,
                .choices = {""},
                .value = now.name,
                .fallback = taken,
                .set = {}};
      for (const ModelInfo& model : port.models) {
        knob.choices.emplace_back(model.name);
        knob.doc += "\n" + std::string(model.name) + ": " + std::string(model.doc);
      }
      knob.set = [at](Scenario& s, const std::string& text) {
        ModelChoice& choice = at(s);
        if (choice.name != text) choice = {.name = text, .parameters = {}};
        return true;
      };
      out.push_back(std::move(knob));
      if (!taken.empty()) add_parameters(port, taken, at, now, out);
    }
  }

  mutable Scenario scenario_;
};

// Spark's settings that people turn first.
struct Setting {
  const char* key;
  const char* doc;
};
constexpr Setting kSettings[] = {
    {"spark.executor.cores", "Cores of an executor"},
    {"spark.executor.memory", "Heap of an executor"},
    {"spark.task.cpus", "Cores that a task holds"},
    {"spark.scheduler.mode", "FIFO or FAIR"},
    {"spark.locality.wait", "How long tasks wait for a place nearer to their data"},
    {"spark.speculation", "true: copies of slow tasks"},
    {"spark.dynamicAllocation.enabled", "true: executors by backlog"},
    {"spark.dynamicAllocation.minExecutors", "At least"},
    {"spark.dynamicAllocation.maxExecutors", "At most"},
    {"spark.task.maxFailures", "Failures of a task that end its stage"},
};

Knob conf_knob(const Scenario& scenario, const std::string& key, std::string doc) {
  const std::string* value = scenario.conf.find(key);
  return {.group = "spark.conf",
          .name = key,
          .doc = std::move(doc),
          .choices = {},
          .value = value ? *value : "",
          .fallback = "",
          .set = [key](Scenario& s, const std::string& text) {
            Conf next;
            for (const auto& [name, old] : s.conf.entries())
              if (name != key) next.set(name, old);
            if (!text.empty()) next.set(key, text);
            s.conf = std::move(next);
            return true;
          }};
}

}  // namespace

std::vector<Knob> knobs_of(const Scenario& scenario) {
  std::vector<Knob> out;
  out.push_back({.group = "executors",
                 .name = "executors",
                 .doc = "How many; given ones become equal to the first of them",
                 .kind = Knob::Kind::Number,
                 .choices = {},
                 .value = std::to_string(executor_count(scenario)),
                 .fallback = "",
                 .set = [](Scenario& s, const std::string& text) {
                   int count = 0;
                   const auto [end, error] =
                       std::from_chars(text.data(), text.data() + text.size(), count);
                   if (error != std::errc() || end != text.data() + text.size()) return false;
                   if (count < 1 || count > 100'000) return false;
                   set_executor_count(s, count);
                   return true;
                 }});
  for (const Setting& setting : kSettings)
    out.push_back(conf_knob(scenario, setting.key, setting.doc));
  for (const auto& entry : scenario.conf.entries())
    if (std::ranges::none_of(kSettings, [&](const Setting& s) { return entry.first == s.key; }))
      out.push_back(conf_knob(scenario, entry.first, "As Spark's documentation has it"));
  Maker maker(scenario);
  if (!scenario.cluster.executors.empty())
    maker.record<ExecutorSpec>("executors", [](Scenario& s) -> ExecutorSpec& {
      // One group, so that what is turned is turned for all.
      if (s.cluster.executors.size() > 1) set_executor_count(s, executor_count(s));
      return s.cluster.executors.front();
    });
  maker.record<Scenario>("", [](Scenario& s) -> Scenario& { return s; });
  out.insert(out.end(), maker.out.begin(), maker.out.end());
  // Each group in one piece, where it comes first; models before the details of the cluster.
  std::vector<std::string> order = {"executors", "spark.conf", "models"};
  for (const Knob& knob : out)
    if (std::ranges::find(order, knob.group) == order.end()) order.push_back(knob.group);
  std::ranges::stable_sort(out, {}, [&](const Knob& knob) {
    return std::ranges::find(order, knob.group) - order.begin();
  });
  return out;
}

int executor_count(const Scenario& scenario) {
  std::int64_t count = 0;
  for (const ExecutorSpec& group : scenario.cluster.executors) count += group.count;
  if (count == 0) count = scenario.conf.integer("spark.executor.instances", 0);
  return static_cast<int>(std::clamp<std::int64_t>(count, 0, 1'000'000));
}

void set_executor_count(Scenario& scenario, int count) {
  std::vector<ExecutorSpec>& list = scenario.cluster.executors;
  if (list.empty()) {
    scenario.conf.set("spark.executor.instances", std::to_string(count));
    return;
  }
  ExecutorSpec first = list.front();
  first.id.clear(), first.host.clear(), first.block_manager_host.clear();
  first.removed_at.reset();
  first.count = count;
  list.assign(1, first);
}

}  // namespace muster::gui

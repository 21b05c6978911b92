#include "gui/window/knobs.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "gui/window/knob_text.h"
#include "models/catalog.h"
#include "models/describe.h"
#include "sim/scenario/fields.h"

namespace muster::gui {
namespace {

template <class R>
using At = std::function<R&(Scenario&)>;

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = Record<T>;
// Lists whose entries can be added and taken away here: one more is like the last.
template <class T>
inline constexpr bool kGrows = std::is_same_v<T, NodeSpec> || std::is_same_v<T, PoolSpec> ||
                               std::is_same_v<T, ApplicationSpec>;

constexpr std::size_t kMostListed = 100;  // of one list; nobody turns more of them one by one

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
    knob.whole = p.type == ParameterType::Count;
    knob.kind = p.type == ParameterType::Flag    ? Knob::Kind::Choice
                : p.type == ParameterType::Count ? Knob::Kind::Number
                                                 : Knob::Kind::Text;
    if (p.type == ParameterType::Flag) knob.choices = {"", "true", "false"};
    for (const auto& [key, value] : now.parameters)
      if (key == p.name) knob.value = value;
    knob.set = [at, name, p](Scenario& scenario, const std::string& text) {
      if (!text.empty() && !parameter_fault(p, text).empty()) return false;
      ModelChoice& choice = at(scenario);
      const auto given = std::ranges::find(choice.parameters, p.name,
                                           &std::pair<std::string, std::string>::first);
      if (given == choice.parameters.end()) {
        if (text.empty()) return true;
        if (choice.name.empty()) choice.name = name;
        choice.parameters.emplace_back(p.name, text);
      } else if (text.empty()) {
        choice.parameters.erase(given);
      } else {
        given->second = text;
      }
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

void set_conf(Conf& conf, const std::string& key, const std::string& text) {
  if (!text.empty()) return conf.set(key, text);
  Conf next;
  for (const auto& [name, old] : conf.entries())
    if (name != key) next.set(name, old);
  conf = std::move(next);
}

Knob conf_knob(const std::string& group, const At<Conf>& at, const std::string& key,
               const std::string& value, std::string doc) {
  return {.group = group,
          .name = key,
          .doc = std::move(doc),
          .choices = {},
          .value = value,
          .fallback = "",
          .set = [at, key](Scenario& s, const std::string& text) {
            set_conf(at(s), key, text);
            return true;
          }};
}

Knob new_setting(const std::string& group, const At<Conf>& at) {
  return {.group = group,
          .name = "another setting",
          .doc = "spark.some.key=value",
          .choices = {},
          .value = "",
          .fallback = "key=value",
          .set = [at](Scenario& s, const std::string& text) {
            const std::size_t sign = text.find('=');
            if (!text.empty() && (sign == text.npos || sign == 0)) return false;
            if (!text.empty()) set_conf(at(s), text.substr(0, sign), text.substr(sign + 1));
            return true;
          }};
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
    if constexpr (kIsPlain<M>) {
      // Another log is another run: it is opened, not turned to.
      if (f.name != "event_log") add_scalar(group, f, at, now);
    } else if constexpr (std::is_same_v<M, DurationSpec>) {
      add_duration(group, f, at, now);
    } else if constexpr (std::is_same_v<M, ModelChoice>) {
      add_model(f, at, now);
    } else if constexpr (std::is_same_v<M, std::vector<ModelChoice>>) {
      add_models(path, f, at, now);
    } else if constexpr (std::is_same_v<M, Conf>) {
      // The scenario's own comes first, see knobs_of().
      if (path != kSettingsGroup) add_conf(path, at, now);
    } else if constexpr (std::is_same_v<M, WorkloadSpec>) {
      std::visit([&](const auto& one) { add_workload(path, at, one); }, now);
    } else if constexpr (Record<M>) {
      record<M>(path, at);
    } else {
      static_assert(kIsList<M>, "a field of a new type needs a knob");
      add_list(path, f, at, now);
    }
  }

  template <class W>
  void add_workload(const std::string& path, const At<WorkloadSpec>& at, const W&) {
    record<W>(path, [at](Scenario& s) -> W& { return std::get<W>(at(s)); });
  }

  template <class T>
  void add_list(const std::string& path, const Field& f, const At<std::vector<T>>& at,
                const std::vector<T>& now) {
    // Executors are turned together, see knobs_of().
    if constexpr (std::is_same_v<T, ExecutorSpec>) return;
    if constexpr (kGrows<T>) add_length(path, f, at, now);
    for (std::size_t i = 0; i < std::min(now.size(), kMostListed); ++i)
      record<T>(path + " " + std::to_string(i + 1),
                [at, i](Scenario& s) -> T& { return at(s).at(i); });
  }

  template <class T>
  void add_length(const std::string& path, const Field& f, const At<std::vector<T>>& at,
                  const std::vector<T>& now) {
    Knob knob{.group = path,
              .name = "how many",
              .doc = std::string(f.doc) + "; one more is like the last",
              .kind = Knob::Kind::Number,
              .whole = true,
              .choices = {},
              .value = std::to_string(now.size()),
              .fallback = "",
              .set = {}};
    knob.set = [at](Scenario& s, const std::string& text) {
      std::size_t count = 0;
      if (!read_value(text, Field{.name = "", .doc = "", .most = kMostListed}, count)) return false;
      std::vector<T>& list = at(s);
      while (list.size() < count) {
        std::optional<T> more = one_more(s, list);
        if (!more) return false;
        list.push_back(std::move(*more));
      }
      list.resize(count);
      return true;
    };
    out.push_back(std::move(knob));
  }

  // The first further application runs what the first one does, if that is written out.
  template <class T>
  static std::optional<T> one_more(const Scenario& s, const std::vector<T>& list) {
    T more = list.empty() ? T() : list.back();
    const std::string number = std::to_string(list.size() + 1);
    if (!more.name.empty() || !std::is_same_v<T, ApplicationSpec>)
      more.name = (more.name.empty() ? "more" : more.name) + "-" + number;
    if constexpr (std::is_same_v<T, ApplicationSpec>) {
      const auto* jobs = std::get_if<JobsWorkload>(&s.workload);
      if (list.empty() && !jobs) return std::nullopt;
      if (list.empty()) more.workload = *jobs;
    }
    return more;
  }

  void add_duration(const std::string& group, const Field& f, const At<DurationSpec>& at,
                    const DurationSpec& now) {
    const auto* listed = std::get_if<ListedDurations>(&now);
    const bool law = std::holds_alternative<LognormalDuration>(now);
    out.push_back({.group = group,
                   .name = std::string(f.name) + (law ? " (median)" : ""),
                   .doc = "2s: of each task; x1.5: as now, times 1.5. " + std::string(f.doc),
                   .choices = {},
                   .value = value_of(now),
                   .fallback = listed ? std::to_string(listed->values.size()) + " values" : "",
                   .set = [at](Scenario& s, const std::string& text) {
                     return read_duration(text, at(s));
                   }});
    if (!law) return;
    const auto sigma = [at](Scenario& s) -> double& {
      return std::get<LognormalDuration>(at(s)).sigma;
    };
    add_scalar<double>(group,
                       {.name = "sigma", .doc = "Of the logarithm: 0 is constant, 1 is wild",
                        .most = 10},
                       sigma, sigma(scenario_));
  }

  // Each one with its parameters; choosing nothing takes it away.
  void add_models(const std::string& path, const Field& f, const At<std::vector<ModelChoice>>& at,
                  const std::vector<ModelChoice>& now) {
    for (const PortInfo& port : model_ports()) {
      if (port.field != f.name) continue;
      for (std::size_t i = 0; i <= now.size(); ++i) {
        const bool more = i == now.size();
        Knob knob = choice_of(port, more ? ModelChoice() : now[i], "");
        knob.group = path;
        knob.name = more ? "one more" : std::to_string(i + 1);
        knob.set = [at, i](Scenario& s, const std::string& text) {
          std::vector<ModelChoice>& list = at(s);
          if (i < list.size() && list[i].name == text) return true;
          if (i < list.size()) list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
          if (!text.empty())
            list.insert(list.begin() + static_cast<std::ptrdiff_t>(std::min(i, list.size())),
                        {.name = text, .parameters = {}});
          return true;
        };
        out.push_back(std::move(knob));
        if (more) continue;
        const std::size_t first = out.size();
        add_parameters(port, now[i].name,
                       [at, i](Scenario& s) -> ModelChoice& { return at(s).at(i); }, now[i], out);
        for (std::size_t k = first; k < out.size(); ++k)
          out[k].group = path + " " + std::to_string(i + 1) + " " + now[i].name;
      }
    }
  }

  void add_conf(const std::string& path, const At<Conf>& at, const Conf& now) {
    for (const auto& [key, value] : now.entries())
      out.push_back(conf_knob(path, at, key, value, "As Spark's documentation has it"));
    out.push_back(new_setting(path, at));
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
    knob.whole = kIsNumber<M> && std::is_integral_v<M>;
    knob.kind = std::is_same_v<M, bool> ? Knob::Kind::Flag
                : kIsNumber<M>          ? Knob::Kind::Number
                : !knob.choices.empty() ? Knob::Kind::Choice
                                        : Knob::Kind::Text;
    M same = now;
    const bool absent = !read_value(knob.value, f, same);  // the cores of a machine's type
    if (absent) knob.value.clear();
    knob.set = [at, f, absent](Scenario& s, const std::string& text) {
      return (absent && text.empty()) || read_value(text, f, at(s));
    };
    out.push_back(std::move(knob));
  }

  static Knob choice_of(const PortInfo& port, const ModelChoice& now, const std::string& taken) {
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
    return knob;
  }

  void add_model(const Field& f, const At<ModelChoice>& at, const ModelChoice& now) {
    for (const PortInfo& port : model_ports()) {
      if (port.field != f.name) continue;
      const std::string taken = chosen(port, scenario_, now);
      Knob knob = choice_of(port, now, taken);
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

// What is turned here is turned for all of them.
bool for_each_executor(const Knob& knob, Scenario& scenario, const std::string& text) {
  if (text.empty() && knob.value.empty() && !knob.fallback.empty()) return true;  // they differ
  std::vector<ExecutorSpec> all = scenario.cluster.executors;
  Scenario alone;
  alone.cluster.executors.resize(1);
  for (ExecutorSpec& one : all) {
    std::swap(one, alone.cluster.executors.front());
    if (!knob.set(alone, text)) return false;
    std::swap(one, alone.cluster.executors.front());
  }
  scenario.cluster.executors = std::move(all);
  return true;
}

std::vector<Knob> executor_knobs(const ExecutorSpec& executor) {
  Scenario alone;
  alone.cluster.executors.assign(1, executor);
  Maker maker(alone);
  maker.record<ExecutorSpec>("executors", [](Scenario& s) -> ExecutorSpec& {
    return s.cluster.executors.front();
  });
  return std::move(maker.out);
}

// Says of each field whether executors differ in it. By the fields themselves: there may be a
// hundred thousand executors, and this is done at each turn.
struct Differences {
  const std::vector<ExecutorSpec>& executors;
  std::vector<Knob>& knobs;

  template <class M>
  void field(const Field& f, M ExecutorSpec::*member) {
    static_assert(kIsPlain<M>, "a field with several knobs needs a comparison of its own");
    const auto& first = executors.front().*member;
    if (std::ranges::all_of(executors, [&](const auto& e) { return e.*member == first; })) return;
    const auto knob = std::ranges::find(knobs, f.name, &Knob::name);
    knob->value = "", knob->fallback = "they differ";
  }
};

void add_executors(const std::vector<ExecutorSpec>& executors, std::vector<Knob>& out) {
  if (executors.empty()) return;
  std::vector<Knob> knobs = executor_knobs(executors.front());
  Differences differences{executors, knobs};
  describe(differences, Of<ExecutorSpec>{});
  // What names one of them is not for all.
  constexpr std::string_view kOwn[] = {"id", "host", "count", "block_manager_host"};
  for (Knob& knob : knobs) {
    if (executors.size() > 1 && std::ranges::find(kOwn, knob.name) != std::end(kOwn)) continue;
    out.push_back(knob);
    out.back().set = [one = std::move(knob)](Scenario& s, const std::string& text) {
      return for_each_executor(one, s, text);
    };
  }
}

}  // namespace

std::vector<Knob> knobs_of(const Scenario& scenario) {
  std::vector<Knob> out;
  const At<Conf> conf = [](Scenario& s) -> Conf& { return s.conf; };
  const auto add_setting = [&](const std::string& key, const char* doc) {
    const std::string* value = scenario.conf.find(key);
    out.push_back(conf_knob(std::string(kSettingsGroup), conf, key, value ? *value : "", doc));
  };
  for (const Setting& setting : kSettings) add_setting(setting.key, setting.doc);
  for (const auto& entry : scenario.conf.entries())
    if (std::ranges::none_of(kSettings, [&](const Setting& s) { return entry.first == s.key; }))
      add_setting(entry.first, "As Spark's documentation has it");
  out.push_back(new_setting(std::string(kSettingsGroup), conf));
  Maker maker(scenario);
  add_executors(scenario.cluster.executors, out);
  maker.record<Scenario>("", [](Scenario& s) -> Scenario& { return s; });
  out.insert(out.end(), maker.out.begin(), maker.out.end());
  // Each group in one piece, where it comes first; models before the details of the cluster.
  std::vector<std::string> order = {"executors", std::string(kSettingsGroup), "models"};
  for (const Knob& knob : out)
    if (std::ranges::find(order, knob.group) == order.end()) order.push_back(knob.group);
  std::ranges::stable_sort(out, {}, [&](const Knob& knob) {
    return std::ranges::find(order, knob.group) - order.begin();
  });
  return out;
}

}  // namespace muster::gui

#include "sim/run/recorded_case.h"

#include <cstdint>

#include "sim/run/recorded_json.h"

namespace muster {
namespace {

using Kind = JsonNode::Kind;

// From the wish to send a signal to its arrival: the recorder starts an interpreter for it.
constexpr Duration kSignalDelay = Duration::millis(110);

using recorded::number;
using recorded::text;

Duration millis_or(const JsonNode* node, std::int64_t fallback) {
  return recorded::millis(node).value_or(Duration::millis(fallback));
}
bool is_true(const JsonNode* node) { return node && node->is(Kind::Bool) && node->text == "true"; }

template <class Each>
void for_each(const JsonNode* list, Each each) {
  if (!list || (!list->is(Kind::Array) && !list->is(Kind::Object))) return;
  for (const JsonNode& item : list->items) each(item);
}

std::vector<Duration> durations(const JsonNode* node) {
  std::vector<Duration> out;
  if (!node) return out;
  if (node->is(Kind::Number)) out.push_back(millis_or(node, 0));
  for_each(node, [&](const JsonNode& item) { out.push_back(millis_or(&item, 0)); });
  return out;
}

DurationSpec work_of(const JsonNode* node) {
  if (!node || node->is(Kind::Number)) return ConstantDuration{millis_or(node, 0)};
  return ListedDurations{durations(node)};
}

RddSpec read_rdd(const JsonNode& node) {
  RddSpec rdd;
  rdd.id = text(node.find("id"));
  rdd.op = text(node.find("op"));
  if (rdd.op == "cogroup") rdd.op = "join";
  for_each(node.find("parents"), [&](const JsonNode& p) { rdd.parents.push_back(p.text); });
  rdd.partitions = static_cast<std::int32_t>(number(node.find("partitions"), 1));
  rdd.work = work_of(node.find("sleep_ms"));
  if (const JsonNode* retry = node.find("sleep_ms_retry")) rdd.retry_work = millis_or(retry, 0);
  rdd.keys = static_cast<std::int32_t>(number(node.find("keys"), 48));
  rdd.cached = is_true(node.find("cache")) || is_true(node.find("cached"));
  for_each(node.find("hosts"), [&](const JsonNode& hosts) {
    rdd.preferred_hosts.push_back(hosts.items.empty() ? hosts.text : hosts.items.front().text);
  });
  if (const JsonNode* partition = node.find("fail_partition"))
    rdd.failing_partition = static_cast<std::int32_t>(number(partition, 0));
  rdd.failing_attempts = static_cast<std::int32_t>(number(node.find("fail_attempts"), 0));
  rdd.slow_host = text(node.find("slow_host"));
  rdd.slow_factor = number(node.find("slow_factor"), 1);
  return rdd;
}

std::vector<StepSpec> read_steps(const JsonNode* list) {
  std::vector<StepSpec> steps;
  for_each(list, [&](const JsonNode& node) {
    StepSpec step;
    if (const JsonNode* gap = node.find("gap_ms")) step.gap = millis_or(gap, 0);
    step.job = text(node.find("job"));
    step.unpersist = text(node.find("unpersist"));
    step.wait_executors = static_cast<std::int32_t>(number(node.find("wait_executors"), 0));
    step.timeout = millis_or(node.find("timeout_ms"), 30000);
    const bool known =
        step.gap || !step.job.empty() || !step.unpersist.empty() || step.wait_executors > 0;
    if (known) steps.push_back(std::move(step));
  });
  return steps;
}

std::vector<ThreadSpec> read_threads(const JsonNode* list) {
  std::vector<ThreadSpec> threads;
  for_each(list, [&](const JsonNode& node) {
    threads.push_back({millis_or(node.find("start_ms"), 0), text(node.find("pool")),
                       read_steps(node.find("steps"))});
  });
  return threads;
}

// "kill -9 of executor 1's process", "SIGPWR to executor 1's process", "kill of the worker on H".
std::optional<ProgramEventSpec> read_event(const JsonNode& node) {
  const std::string what = text(node.find("what"));
  ProgramEventSpec event;
  event.at = millis_or(node.find("at_ms"), 0) + kSignalDelay;
  const std::size_t executor = what.find("executor ");
  if (executor != what.npos && what.find("worker") == what.npos) {
    const std::size_t from = executor + 9;
    event.target = what.substr(from, what.find_first_not_of("0123456789", from) - from);
    if (what.find("PWR") != what.npos) event.what = "decommission_executor";
    return event;
  }
  const std::size_t host = what.find("127.");
  if (host == what.npos) return std::nullopt;
  event.target = what.substr(host, what.find_first_not_of("0123456789.", host) - host);
  while (event.target.ends_with('.')) event.target.pop_back();
  event.what = "lose_node";
  return event;
}

ProgramWorkload read_program(const JsonNode& node) {
  ProgramWorkload program;
  for_each(node.find("rdds"), [&](const JsonNode& rdd) { program.rdds.push_back(read_rdd(rdd)); });
  program.before = read_steps(node.find("pre"));
  program.after = read_steps(node.find("post"));
  program.round_gap = millis_or(node.find("round_gap_ms"), 1000);
  for_each(node.find("rounds"),
           [&](const JsonNode& round) { program.rounds.push_back({read_threads(&round)}); });
  if (program.rounds.empty()) program.rounds.push_back({read_threads(node.find("threads"))});
  for_each(node.find("chaos"), [&](const JsonNode& chaos) {
    if (auto event = read_event(chaos)) program.events.push_back(std::move(*event));
  });
  return program;
}

// The workers, those that start late after the others; late ones counted from the first round are
// started by the program.
void read_layout(const JsonNode& root, Scenario& scenario) {
  ProgramWorkload& program = std::get<ProgramWorkload>(scenario.workload);
  const JsonNode* layout = root.find("layout");
  if (!layout) return;
  const auto alive = static_cast<std::size_t>(number(layout->find("workers_alive_at_start"), 1e6));
  for_each(layout->find("workers"), [&](const JsonNode& worker) {
    NodeSpec node;
    node.name = text(worker.find("host"));
    node.cores = static_cast<std::int32_t>(number(worker.find("cores"), 1));
    node.memory = Bytes::mib(static_cast<std::int64_t>(number(worker.find("memory_mb"), 1024)));
    if (scenario.cluster.nodes.size() >= alive) node.starts_at = Duration::max();
    scenario.cluster.nodes.push_back(std::move(node));
  });
  for_each(layout->find("master_opts"), [&](const JsonNode& option) {
    if (option.text.find("spreadOut=false") != option.text.npos)
      scenario.cluster.manager.parameters.emplace_back("spread_out", "false");
  });
  const JsonNode* late = root.find("late_workers");
  for_each(late, [&](const JsonNode& one) {
    const Duration at = Duration::from_seconds(number(one.find("s"), 0));
    const bool from_job = text(one.find("counted_from")).find("job") != std::string::npos;
    for_each(one.find("hosts"), [&](const JsonNode& host) {
      if (from_job) {
        program.events.push_back({"start_node", at, host.text});
        return;
      }
      for (NodeSpec& node : scenario.cluster.nodes)
        if (node.name == host.text) node.starts_at = at;
    });
  });
  if (const JsonNode* s = root.find("late_worker_started_s_after_process");
      s && s->is(Kind::Number))
    for (NodeSpec& node : scenario.cluster.nodes)
      if (node.starts_at == Duration::max())
        node.starts_at = Duration::from_seconds(number(s, 0));
}

void read_conf(const JsonNode& root, Scenario& scenario) {
  const JsonNode* conf = root.find("conf");
  if (!conf) return;
  for (std::size_t i = 0; i < conf->keys.size(); ++i)
    if (conf->keys[i] != "spark.scheduler.allocation.file")
      scenario.conf.set(conf->keys[i], conf->items[i].text);
  const JsonNode* pools = root.find("pools");
  if (!pools || !pools->is(Kind::Object)) return;
  for (std::size_t i = 0; i < pools->keys.size(); ++i) {
    PoolSpec pool;
    pool.name = pools->keys[i];
    pool.weight = static_cast<std::int32_t>(number(pools->items[i].find("weight"), 1));
    pool.min_share = static_cast<std::int32_t>(number(pools->items[i].find("minShare"), 0));
    const std::string mode = text(pools->items[i].find("schedulingMode"));
    if (!mode.empty()) pool.mode = mode;
    scenario.pools.push_back(std::move(pool));
  }
}

// What came before the piece of a longer application that was recorded: a first job, as in all
// others.
void warm_up(Scenario& scenario, int jobs) {
  ProgramWorkload& program = std::get<ProgramWorkload>(scenario.workload);
  const DurationSpec work = ConstantDuration{Duration::millis(100)};
  program.rdds.push_back({.id = "warm0", .parents = {}, .partitions = 32, .work = work,
                          .keys = 32, .preferred_hosts = {}});
  program.rdds.push_back({.id = "warm", .op = "shuffle", .parents = {"warm0"}, .partitions = 32,
                          .work = work, .keys = 1, .preferred_hosts = {}});
  const auto workers = static_cast<std::int32_t>(scenario.cluster.nodes.size());
  std::vector<StepSpec> before = {{.wait_executors = workers}, {.gap = Duration::millis(1500)}};
  for (int j = 0; j < jobs; ++j) {
    before.push_back({.job = "warm"});
    before.push_back({.gap = Duration::millis(1000)});
  }
  program.before.insert(program.before.begin(), before.begin(), before.end());
}

}  // namespace

std::optional<RecordedCase> read_recorded_case(const std::string& file) {
  const auto root = recorded::read_description(file);
  if (!root) return std::nullopt;
  const JsonNode* program = root->find("program");
  if (!program || !program->find("rdds") || !root->find("layout")) return std::nullopt;
  RecordedCase out;
  out.name = text(root->find("name"));
  out.what = text(root->find("what"));
  out.is_slice = root->find("slice_of_application") &&
                 !root->find("slice_of_application")->is(Kind::Null);
  out.quiet = is_true(root->find("quiet_machine"));
  Scenario& scenario = out.scenario;
  scenario.name = out.name;
  scenario.spark_version = text(root->find("spark_version"));
  scenario.workload = read_program(*program);
  scenario.cluster.master = "spark://localhost:7077";
  // The recordings' machine (their README): all workers and the driver on two real cores.
  scenario.cluster.shared_cores = 2;
  read_conf(*root, scenario);
  read_layout(*root, scenario);
  // The pieces before it ran about twice as many tasks each as the first job.
  const JsonNode* slice = root->find("slice_of_application");
  if (out.is_slice)
    warm_up(scenario, 2 * static_cast<int>(number(slice->find("position"), 1)) - 1);
  return out;
}

}  // namespace muster

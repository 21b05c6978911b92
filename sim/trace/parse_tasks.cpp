#include "sim/trace/parse_tasks.h"

#include <algorithm>
#include <span>
#include <string>

#include "sim/trace/parse_stages.h"

namespace muster {
namespace {

using json::Key;
using json::Value;

struct AmountKey {
  std::string_view name;
  Amount amount;
};

// The fields of one group in Spark's order: a field is most often the one after the last found.
class AmountKeys {
 public:
  explicit AmountKeys(std::string_view group) {
    for (const AmountField& field : amount_fields())
      if (field.group == group) keys_.push_back({field.key, field.amount});
  }
  // Stores the value when the key is one of the group's.
  bool take(Key key, Value value, std::size_t& cursor, TaskRecord& out) const {
    for (std::size_t tried = 0; tried < keys_.size(); ++tried) {
      const AmountKey& candidate = keys_[cursor];
      cursor = cursor + 1 == keys_.size() ? 0 : cursor + 1;
      if (!key.is(candidate.name)) continue;
      out.amounts[static_cast<std::size_t>(candidate.amount)] = json::integer(value);
      return true;
    }
    return false;
  }

 private:
  std::vector<AmountKey> keys_;
};

struct Groups {
  AmountKeys task{""};
  AmountKeys read{"Shuffle Read Metrics"};
  AmountKeys write{"Shuffle Write Metrics"};
  AmountKeys input{"Input Metrics"};
  AmountKeys output{"Output Metrics"};
};

const Groups& groups() {
  static const Groups kGroups;
  return kGroups;
}

bool parse_group(const AmountKeys& keys, Value value, TaskRecord& out) {
  std::size_t cursor = 0;
  return json::each_field(value, [&](Key k, Value v) { keys.take(k, v, cursor, out); });
}

bool parse_input(Value value, TaskRecord& out) {
  std::size_t cursor = 0;
  return json::each_field(value, [&](Key k, Value v) {
    if (!groups().input.take(k, v, cursor, out) && k.is("Data Read Method"))
      out.read_method = read_method_from(json::text(v));
  });
}

// "rdd_12_3" -> 12, 3; false for broadcasts, shuffle files and task results.
bool parse_rdd_block(std::string_view id, BlockUpdate& out) {
  if (!id.starts_with("rdd_")) return false;
  id.remove_prefix(4);
  const char* end = id.data() + id.size();
  const auto rdd = std::from_chars(id.data(), end, out.rdd);
  if (rdd.ec != std::errc() || rdd.ptr == end || *rdd.ptr != '_') return false;
  return std::from_chars(rdd.ptr + 1, end, out.partition).ec == std::errc();
}

bool take_block_status(Key k, Value v, BlockUpdate& out) {
  if (k.is("Storage Level")) return parse_storage_level(v, out.level);
  if (k.is("Memory Size")) out.memory_bytes = json::integer(v);
  if (k.is("Disk Size")) out.disk_bytes = json::integer(v);
  return true;
}

bool parse_block_status(Value value, BlockUpdate& out) {
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) { good &= take_block_status(k, v, out); });
  return good;
}

bool parse_updates(Value value, TaskRecord& out) {
  bool good = true;
  good &= json::each_element(value, [&](Value element) {
    BlockUpdate update;
    bool is_rdd = false;
    good &= json::each_field(element, [&](Key k, Value v) {
      if (k.is("Block ID"))
        is_rdd = parse_rdd_block(json::text(v), update);
      else if (k.is("Status"))
        good &= parse_block_status(v, update);
    });
    if (is_rdd) out.updates.push_back(update);
  });
  return good;
}

bool parse_metrics(Value value, TaskRecord& out) {
  const Groups& g = groups();
  bool good = true;
  std::size_t cursor = 0;
  out.amounts.fill(0);
  good &= json::each_field(value, [&](Key k, Value v) {
    out.has_metrics = true;
    if (g.task.take(k, v, cursor, out)) return;
    if (k.is("Shuffle Read Metrics"))
      good &= parse_group(g.read, v, out);
    else if (k.is("Shuffle Write Metrics"))
      good &= parse_group(g.write, v, out);
    else if (k.is("Input Metrics"))
      good &= parse_input(v, out);
    else if (k.is("Output Metrics"))
      good &= parse_group(g.output, v, out);
    else if (k.is("Updated Blocks"))
      good &= parse_updates(v, out);
  });
  return good;
}

bool parse_info(Value value, TaskRecord& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Task ID"))
      out.task_id = json::integer(v, -1);
    else if (k.is("Index"))
      out.index = json::integer(v);
    else if (k.is("Attempt"))
      out.number = json::integer(v);
    else if (k.is("Partition ID"))
      out.partition = json::integer(v, -1);
    else if (k.is("Launch Time"))
      out.launch = log_time(json::integer(v));
    else if (k.is("Executor ID"))
      out.executor = json::text(v);
    else if (k.is("Host"))
      out.host = json::text(v);
    else if (k.is("Locality"))
      out.locality = json::text(v);
    else if (k.is("Speculative"))
      out.speculative = json::flag(v);
    else if (k.is("Getting Result Time"))
      out.getting_result = log_time(json::integer(v));
    else if (k.is("Finish Time"))
      out.finish = log_time(json::integer(v));
    else if (k.is("Failed"))
      out.failed = json::flag(v);
    else if (k.is("Killed"))
      out.killed = json::flag(v);
  });
}

// A block manager's address: an object, or null when the map output was not there at all.
bool parse_fetched_from(Value value, AttemptFailure& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Executor ID")) out.fetched_from = json::text(v);
  });
}

// The reason's own words: each kind of failure has them under another name.
bool parse_end_reason(Value value, TaskRecord& out) {
  AttemptFailure& failure = out.failure;
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) {
    out.has_failure = true;
    if (k.is("Reason"))
      out.reason = json::text(v);
    else if (k.is("Class Name") || k.is("Kill Reason") || k.is("Loss Reason") || k.is("Message"))
      failure.reason = json::text(v);
    else if (k.is("Description"))
      failure.description = json::text(v);
    else if (k.is("Shuffle ID"))
      failure.shuffle_id = json::integer(v, -1);
    else if (k.is("Map Index"))
      failure.map_index = json::integer(v, -1);
    else if (k.is("Exit Caused By App"))
      failure.exit_caused_by_app = json::flag(v);
    else if (k.is("Block Manager Address"))
      good &= parse_fetched_from(v, failure);
  });
  return good;
}

// BlockManager and block of SparkListenerBlockUpdated, which has the status' fields beside them.
bool parse_block_info(Value value, BlockRecord& out) {
  BlockUpdate& update = out.update;
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) {
    if (k.is("Block Manager ID"))
      good &= json::each_field(v, [&](Key name, Value part) {
        if (name.is("Executor ID")) out.executor = json::text(part);
      });
    else if (k.is("Block ID"))
      out.is_rdd = parse_rdd_block(json::text(v), update);
    else
      good &= take_block_status(k, v, update);
  });
  return good;
}

}  // namespace

bool parse_block_updated(json::Object root, BlockRecord& out) {
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Block Updated Info")) good &= parse_block_info(v, out);
  });
  return good;
}

bool parse_task_event(json::Object root, TaskRecord& out) {
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Stage ID"))
      out.stage = json::integer(v, -1);
    else if (k.is("Stage Attempt ID"))
      out.stage_attempt = json::integer(v);
    else if (k.is("Task Type"))
      out.type = json::text(v);
    else if (k.is("Task End Reason"))
      good &= parse_end_reason(v, out);
    else if (k.is("Task Info"))
      good &= parse_info(v, out);
    else if (k.is("Task Metrics"))
      good &= parse_metrics(v, out);
  });
  return good;
}

}  // namespace muster

#include "sim/workload/amounts.h"

#include <algorithm>

namespace muster {

const std::array<AmountField, kAmountCount>& amount_fields() {
  using enum Amount;
  using enum AmountUnit;
  static constexpr std::string_view kRead = "Shuffle Read Metrics";
  static constexpr std::string_view kWrite = "Shuffle Write Metrics";
  static constexpr std::string_view kInput = "Input Metrics";
  static constexpr std::string_view kOutput = "Output Metrics";
  static constexpr std::array<AmountField, kAmountCount> kFields = {{
      {ExecutorDeserializeTime, "", "Executor Deserialize Time", "deserialize_ms", Milliseconds},
      {ExecutorDeserializeCpuTime, "", "Executor Deserialize CPU Time", "deserialize_cpu_ns",
       Nanoseconds},
      {ExecutorRunTime, "", "Executor Run Time", "run_ms", Milliseconds},
      {ExecutorCpuTime, "", "Executor CPU Time", "cpu_ns", Nanoseconds},
      {PeakExecutionMemory, "", "Peak Execution Memory", "peak_execution_memory_bytes", Bytes},
      {PeakOnHeapExecutionMemory, "", "Peak On Heap Execution Memory", "peak_on_heap_bytes", Bytes},
      {PeakOffHeapExecutionMemory, "", "Peak Off Heap Execution Memory", "peak_off_heap_bytes",
       Bytes},
      {ResultSize, "", "Result Size", "result_size_bytes", Bytes},
      {JvmGcTime, "", "JVM GC Time", "gc_ms", Milliseconds},
      {ResultSerializationTime, "", "Result Serialization Time", "result_serialization_ms",
       Milliseconds},
      {MemoryBytesSpilled, "", "Memory Bytes Spilled", "memory_spilled_bytes", Bytes},
      {DiskBytesSpilled, "", "Disk Bytes Spilled", "disk_spilled_bytes", Bytes},
      {ShuffleRemoteBlocksFetched, kRead, "Remote Blocks Fetched", "shuffle_remote_blocks", Count},
      {ShuffleLocalBlocksFetched, kRead, "Local Blocks Fetched", "shuffle_local_blocks", Count},
      {ShuffleFetchWaitTime, kRead, "Fetch Wait Time", "shuffle_fetch_wait_ms", Milliseconds},
      {ShuffleRemoteBytesRead, kRead, "Remote Bytes Read", "shuffle_remote_read_bytes", Bytes},
      {ShuffleRemoteBytesReadToDisk, kRead, "Remote Bytes Read To Disk",
       "shuffle_remote_read_to_disk_bytes", Bytes},
      {ShuffleLocalBytesRead, kRead, "Local Bytes Read", "shuffle_local_read_bytes", Bytes},
      {ShuffleRecordsRead, kRead, "Total Records Read", "shuffle_read_records", Count},
      {ShuffleRemoteRequestsDuration, kRead, "Remote Requests Duration",
       "shuffle_remote_requests_ms", Milliseconds},
      {ShuffleBytesWritten, kWrite, "Shuffle Bytes Written", "shuffle_write_bytes", Bytes},
      {ShuffleWriteTime, kWrite, "Shuffle Write Time", "shuffle_write_ns", Nanoseconds},
      {ShuffleRecordsWritten, kWrite, "Shuffle Records Written", "shuffle_write_records", Count},
      {InputBytesRead, kInput, "Bytes Read", "input_bytes", Bytes},
      {InputRecordsRead, kInput, "Records Read", "input_records", Count},
      {OutputBytesWritten, kOutput, "Bytes Written", "output_bytes", Bytes},
      {OutputRecordsWritten, kOutput, "Records Written", "output_records", Count},
  }};
  return kFields;
}

void AmountTable::set(std::size_t row, Amount amount, std::int64_t value) {
  std::vector<std::int64_t>& column = columns_[static_cast<std::size_t>(amount)];
  if (value == 0 && row >= column.size()) return;
  if (row >= column.size()) {
    if (row >= column.capacity()) column.reserve(std::max(row + 1, column.capacity() * 2));
    column.resize(row + 1, 0);
  }
  column[row] = value;
}

void AmountTable::set_row(std::size_t row,
                          const std::array<std::int64_t, kAmountCount>& values) {
  for (std::size_t a = 0; a < kAmountCount; ++a) {
    if (values[a] == 0 && row >= columns_[a].size()) continue;
    if (row >= columns_[a].size()) grow(columns_[a], row);
    columns_[a][row] = values[a];
  }
}

// Some rows at once: rows come one by one, and a column that grows with each of them is slow.
void AmountTable::grow(std::vector<std::int64_t>& column, std::size_t row) const {
  constexpr std::size_t kStep = 512;
  column.reserve(expected_);
  column.resize(std::max({row + 1, rows_, column.size() + kStep}), 0);
}

bool AmountTable::operator==(const AmountTable& other) const {
  if (rows_ != other.rows_) return false;
  for (std::size_t a = 0; a < kAmountCount; ++a)
    for (std::size_t row = 0; row < rows_; ++row)
      if (get(row, static_cast<Amount>(a)) != other.get(row, static_cast<Amount>(a))) return false;
  return true;
}

}  // namespace muster

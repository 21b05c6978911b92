// What a task did, in amounts: the fields of Spark's TaskMetrics, one column each. The names, log
// keys and units are in amounts.cpp, the one table that reader, writers, reports and the window
// share. A column that is zero for every task takes no memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace muster {

// In the order in which Spark 3.5 writes them (JsonProtocol.scala, taskMetricsToJson).
enum class Amount : std::uint8_t {
  ExecutorDeserializeTime,
  ExecutorDeserializeCpuTime,
  ExecutorRunTime,
  ExecutorCpuTime,
  PeakExecutionMemory,
  PeakOnHeapExecutionMemory,   // 4.x
  PeakOffHeapExecutionMemory,  // 4.x
  ResultSize,
  JvmGcTime,
  ResultSerializationTime,
  MemoryBytesSpilled,
  DiskBytesSpilled,
  ShuffleRemoteBlocksFetched,
  ShuffleLocalBlocksFetched,
  ShuffleFetchWaitTime,
  ShuffleRemoteBytesRead,
  ShuffleRemoteBytesReadToDisk,
  ShuffleLocalBytesRead,
  ShuffleRecordsRead,
  ShuffleRemoteRequestsDuration,
  ShuffleBytesWritten,
  ShuffleWriteTime,
  ShuffleRecordsWritten,
  InputBytesRead,
  InputRecordsRead,
  OutputBytesWritten,
  OutputRecordsWritten,
};
inline constexpr std::size_t kAmountCount = 27;

enum class AmountUnit : std::uint8_t { Milliseconds, Nanoseconds, Bytes, Count };

struct AmountField {
  Amount amount;
  std::string_view group;  // the sub-object of "Task Metrics" that holds it, or empty
  std::string_view key;    // its key in the event log, verbatim
  std::string_view column; // its name in CSV and JSON output, with the unit as last part
  AmountUnit unit;
};

// All fields, indexed by Amount.
const std::array<AmountField, kAmountCount>& amount_fields();

// Rows of amounts in Spark's own units (see the field's unit), columns allocated on first non-zero.
class AmountTable {
 public:
  std::size_t rows() const { return rows_; }
  // Appends a row of zeros and returns its number.
  std::size_t add_row() { return rows_++; }
  void set(std::size_t row, Amount amount, std::int64_t value);
  // All amounts of a row at once, indexed by Amount.
  void set_row(std::size_t row, const std::array<std::int64_t, kAmountCount>& values);
  // Room for about so many rows in each column that comes to be used; a hint.
  void expect_rows(std::size_t rows) { expected_ = rows; }
  std::int64_t get(std::size_t row, Amount amount) const {
    const std::vector<std::int64_t>& column = columns_[static_cast<std::size_t>(amount)];
    return row < column.size() ? column[row] : 0;
  }
  // True when some row is not zero.
  bool used(Amount amount) const { return !columns_[static_cast<std::size_t>(amount)].empty(); }
  // Equal content, however far the columns were allocated.
  bool operator==(const AmountTable& other) const;

 private:
  void grow(std::vector<std::int64_t>& column, std::size_t row) const;

  std::size_t rows_ = 0;
  std::size_t expected_ = 0;
  std::array<std::vector<std::int64_t>, kAmountCount> columns_;
};

}  // namespace muster

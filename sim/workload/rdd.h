// An RDD as the event log describes it: where it stands in the lineage and how it is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

// Spark's StorageLevel (core/.../storage/StorageLevel.scala). All false: not persisted.
struct StorageLevel {
  bool use_disk = false;
  bool use_memory = false;
  bool use_off_heap = false;
  bool deserialized = false;
  std::uint8_t replication = 1;

  bool persisted() const { return use_disk || use_memory || use_off_heap; }
  bool operator==(const StorageLevel&) const = default;
};

struct Rdd {
  std::int64_t id = 0;  // Spark's number, unique in the application
  std::string name;
  std::string scope;     // the operation scope as JSON text, verbatim; may be empty
  std::string callsite;  // may be empty
  std::vector<std::int64_t> parents;
  StorageLevel level;
  std::int64_t partitions = 0;
  std::int64_t cached_partitions = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t disk_bytes = 0;
  bool barrier = false;

  bool operator==(const Rdd&) const = default;
};

}  // namespace muster

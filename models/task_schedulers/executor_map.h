// The order in which Spark goes through a hash map of executors by id, where that decides which of
// several it takes. TaskSchedulerImpl.executorIdToRunningTaskIds is a scala.collection.mutable.
// HashMap: of Scala 2.12 in what is published of Spark before 4.0, which goes from the last bucket
// to the first (HashTable.scala), of 2.13 from 4.0 on, the other way and with another hash.
// Checked against both; of several in one bucket (from 12 executors on) the order is not kept.
#pragma once

#include <cstddef>
#include <cstdint>

namespace muster {

// Of two executors the one with the smaller place comes first. `number`: its id, as Spark counts
// them; `executors`: how many the map holds, which decides how many buckets it has. (Spark's never
// shrinks: one that has held more than eleven keeps the buckets that it had then.)
std::uint32_t place_in_executor_map(std::int64_t number, std::size_t executors, bool scala_2_13);

}  // namespace muster

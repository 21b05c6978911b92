#include "sim/workload/stage_graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/topological_sort.hpp>
#include <iterator>

#include "sim/base/check.h"

namespace muster {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// Edges from children to parents: boost gives the order of such a graph with parents first.
Graph graph_of(const Application& application) {
  Graph graph(application.stages.size());
  for (std::uint32_t s = 0; s < application.stages.size(); ++s)
    for (const std::uint32_t parent : application.stages[s].parents)
      boost::add_edge(s, parent, graph);
  return graph;
}

Duration longest_task(const Application& application, const Stage& stage) {
  Duration longest;
  for (std::uint32_t t = 0; t < stage.tasks; ++t)
    longest = std::max(longest, application.tasks.slot_time[stage.first_task + t]);
  return longest;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> topological_order(const Application& application) {
  std::vector<std::uint32_t> order;
  order.reserve(application.stages.size());
  const Graph graph = graph_of(application);
  try {
    boost::topological_sort(graph, std::back_inserter(order));
  } catch (const boost::not_a_dag&) {
    return std::nullopt;
  }
  std::erase_if(order, [&](std::uint32_t s) { return application.stages[s].skipped; });
  return order;
}

Duration critical_path(const Application& application) {
  const auto order = topological_order(application);
  MUSTER_CHECK(order.has_value(), "stages that wait for each other");
  std::vector<Duration> ends(application.stages.size());
  Duration longest;
  for (const std::uint32_t s : *order) {
    for (const std::uint32_t parent : application.stages[s].parents)
      ends[s] = std::max(ends[s], ends[parent]);
    ends[s] += longest_task(application, application.stages[s]);
    longest = std::max(longest, ends[s]);
  }
  return longest;
}

}  // namespace muster

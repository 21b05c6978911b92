#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "models/catalog.h"
#include "sim/report/table.h"

namespace muster::cli {
namespace {

template <typename Models>
void add(Table& table, const char* port, const Models& models) {
  for (const auto& model : models)
    table.add({port, std::string(model.name), std::string(model.doc)});
}

}  // namespace

int execute(const ModelsCommand&) {
  Table table({{"port", Align::Left}, {"model", Align::Left}, {"what it does", Align::Left, 20}});
  add(table, "task_scheduler", task_schedulers());
  add(table, "cluster_manager", cluster_managers());
  add(table, "task_cost", task_costs());
  const Terminal look = terminal();
  return print(table.text(look.width, look.colour, 0), kDone);
}

}  // namespace muster::cli

#include "sim/scenario/schema.h"

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "models/describe.h"

namespace muster::cli {

int execute(const SchemaCommand&) {
  const std::vector<PortInfo> ports = model_ports();
  return print(json_schema(schema_ports(ports)), kDone);
}

}  // namespace muster::cli

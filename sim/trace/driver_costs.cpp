#include "sim/trace/driver_costs.h"

namespace muster {

void set_driver_costs(const Scenario& scenario, Application& app) {
  const DriverSpec& driver = scenario.driver;
  app.user = "muster";
  app.start = kSimulationStart;
  app.spark_version = scenario.spark_version;
  app.conf = scenario.conf;
  if (!scenario.cluster.master.empty()) app.conf.set("spark.master", scenario.cluster.master);
  app.conf.set("spark.submit.deployMode", scenario.cluster.deploy_mode);
  app.dispatch = driver.dispatch.value_or(kDispatch);
  app.result_handling = driver.result_handling.value_or(kResultHandling);
  app.python = driver.python || app.conf.flag("spark.yarn.isPython", false);
  app.driver_start = driver.start.value_or(app.python ? kPythonDriverStart : kDriverStart);
  app.registration = driver.registration.value_or(kRegistration);
  app.context_start =
      driver.context_start.value_or(app.python ? kPythonContextStart : kContextStart);
  if (app.python && !driver.context_start) app.after_gate = kPythonAfterGate;
  app.first_job_delay = driver.first_job.value_or(kFirstJob);
  app.first_stage_delay = driver.first_stage.value_or(kFirstStage);
}

}  // namespace muster

// What a driver costs where neither a recording nor the scenario says it. Medians of our own
// recordings on quiet machines, 3.5.7 standalone (measured-laws.md, 5 and 6), all overridable under
// "driver" in a scenario.
#pragma once

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

inline constexpr Duration kDispatch = Duration::micros(500);      // of driver CPU for each task
inline constexpr Duration kResultHandling = Duration::millis(5);  // 5-60 ms when busy
inline constexpr Duration kStagePrepare = Duration::millis(24);   // submission to first launch, p50
inline constexpr Duration kStageSubmission = Duration::millis(3); // last parent to child, p50
inline constexpr Duration kJobEnd = Duration::millis(1);          // stage end to JobEnd, p50
inline constexpr Duration kActionCall = Duration::millis(12);     // call to JobStart, p50
// Of an application's first job and first stage, beyond the others (recordings, chapter/start-*:
// context ready to JobStart 0.29-0.58 s, from there to the first launch 0.19-0.39 s).
inline constexpr Duration kFirstJob = Duration::millis(300);
inline constexpr Duration kFirstStage = Duration::millis(190);
inline constexpr Duration kDriverStart = Duration::millis(2000);  // to ApplicationStart
// To the manager's knowing of the application (chapter/sa*: an executor's process is seen 1.3 s
// after ApplicationStart).
inline constexpr Duration kRegistration = Duration::millis(1100);
inline constexpr Duration kContextStart = Duration::millis(1700); // context ready at 3.8-4.4 s

// In Python the interpreter comes first and starts the JVM, and goes on where the JVM's context is
// ready (chapter/local2-py and yarn-client-py against start-*: ApplicationStart 0.7 s later, the
// context ready as long after it in local mode, 0.3 s later after the last executor on YARN).
inline constexpr Duration kPythonDriverStart = Duration::millis(2700);
inline constexpr Duration kPythonContextStart = Duration::millis(1400);
inline constexpr Duration kPythonAfterGate = Duration::millis(300);

// From the program's end to ApplicationEnd (recordings, sched: driver marks).
inline constexpr Duration kContextStop = Duration::millis(50);

// When a simulated application is submitted: 2000-01-01 UTC. Any day would do, but 0 means "not
// yet" in a log.
inline constexpr Time kSimulationStart = Time::millis(946'684'800'000);

// Fills in the costs, and conf keys that other parts of the scenario stand for.
void set_driver_costs(const Scenario& scenario, Application& app);

}  // namespace muster

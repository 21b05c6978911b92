#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <cstdio>
#include <cstdlib>
#include "sim/trace/workload_from_timeline.h"
#include "tests/random_worlds.h"
using namespace muster;
static void dump(const char*n,const Simulated&r){ printf("--- %s wall %ld\n",n,r.wall().in_micros()); auto&t=r.timeline; auto s=t.application.start; auto f=[&](Time x){return x.happened()?(x-s).in_micros():-1;};
 for(auto&e:t.executors) printf(" exec %s cores %d %ld\n",e.id.c_str(),e.cores,f(e.added));
 for(auto&j:t.jobs) printf(" job %ld %ld-%ld\n",j.id,f(j.submitted),f(j.completed));
 for(auto&j:t.stages) printf(" stage %ld %ld-%ld\n",j.id,f(j.submitted),f(j.completed));
 for(size_t a=0;a<t.attempts.size();++a) printf("  a%zu stage %ld idx %u.%d exec %s %ld-%ld %s\n",a,t.stages[t.attempts.stage[a].index()].id,t.attempts.index[a],t.attempts.number[a],r.executor(a).c_str(),r.launch(a).in_micros(),r.finish(a).in_micros(),std::string(name_of(t.attempts.outcome[a])).c_str()); }
TEST(P,P){ std::string flags=getenv("F")?getenv("F"):""; auto has=[&](char c){return flags.find(c)!=std::string::npos;};
 bool ok = rc::check("p",[&]{ WorldKind kind; kind.pools=has('p'); kind.late_executors=has('l'); kind.failures=has('f'); kind.wide_tasks=has('w'); kind.driver_costs=has('d'); kind.preferences=has('n'); kind.executors_leave=has('x');
  World w=random_world(kind); if(!has('D')) w.app.dispatch=Duration(); if(!has('R')) w.app.relaunch=Duration(); if(!has('H')) w.app.result_handling=Duration();
  if(!has('P')) for(auto&s:w.app.stages) s.prepare=Duration();
  if(has('g')) { for(auto&d:w.app.tasks.slot_time) d=ms(300)*(d.in_micros()/300000); for(auto&f:w.app.planned_failures) f.after=ms(300)*(f.after.in_micros()/300000); for(auto&e:w.executors) e.registered_at=ms(300)*(e.registered_at.in_micros()/300000); }
  if(has('G')) {auto r=[](Duration&d){d=ms(300)*(d.in_micros()/30000);}; for(auto&j:w.app.jobs) r(j.delay),r(j.end_delay); for(auto&s:w.app.stages) r(s.submit_delay),r(s.completion); }
  if(has('i')) w.app.start=Time::millis(1000);
  for(auto&e:w.executors) if(!has('u')) e.usable_at=e.registered_at;
  auto one=w.run(); auto rep=workload_from(one.timeline,false); auto two=simulate(rep.application,rep.executors,w.options);
  double err=std::abs(two.wall().in_seconds()/std::max(1e-9,one.wall().in_seconds())-1);
  double tol=getenv("TOL")?atof(getenv("TOL")):0;
  bool same= tol>0? err<=tol : (two.timeline.jobs==one.timeline.jobs && two.timeline.attempts.launch==one.timeline.attempts.launch);
  static bool first=true;
  if(!same){ FILE*f=freopen("/tmp/laws/dump.txt","w",stdout); (void)f; dump("one",one); dump("two",two); for(auto&s:rep.application.stages) printf("stage %ld submit_delay %ld prepare %ld completion %ld fails %ld\n",s.spark_id,s.submit_delay.in_micros(),s.prepare.in_micros(),s.completion.in_micros(),s.fails_after.in_micros()); for(auto&s:w.app.stages) printf("was stage %ld submit_delay %ld prepare %ld completion %ld\n",s.spark_id,s.submit_delay.in_micros(),s.prepare.in_micros(),s.completion.in_micros());
   for(size_t t=0;t<rep.application.tasks.size();++t) printf("task %zu slot %ld handling %ld was %ld\n",t,rep.application.tasks.slot_time[t].in_micros(),rep.application.tasks.handling[t].in_micros(),w.app.tasks.slot_time[t].in_micros()); printf("disp %ld relaunch %ld handling %ld was %ld %ld %ld\n",rep.application.dispatch.in_micros(),rep.application.relaunch.in_micros(),rep.application.result_handling.in_micros(),w.app.dispatch.in_micros(),w.app.relaunch.in_micros(),w.app.result_handling.in_micros()); for(auto&p:rep.application.planned_failures) printf("pf %u.%u after %ld\n",p.task,p.number,p.after.in_micros()); for(auto&p:rep.application.jobs) printf("job after %zu delay %ld end %ld\n",p.after.size(),p.delay.in_micros(),p.end_delay.in_micros()); fflush(stdout); }
  RC_ASSERT(same); });
 EXPECT_TRUE(ok); }

"use strict";
// One run, unpacked: columns of task attempts, which of them each slot held, rows by host.

const SPLIT = ["delay", "deserialize", "fetch", "compute", "gc", "write", "serialize", "getting"];
const SPLIT_WORDS = {
  delay: "scheduler delay",
  deserialize: "deserialising",
  fetch: "waiting for shuffle blocks",
  compute: "computing",
  gc: "garbage collection",
  write: "writing shuffle blocks",
  serialize: "serialising the result",
  getting: "fetching the result",
};
const BYTES = {
  input: "input",
  output: "output",
  shuffleRead: "shuffle read",
  shuffleWrite: "shuffle written",
  spilled: "spilled to disk",
};
const SUCCESS = 1,
  RUNNING = 0,
  EXECUTOR_LOST = 4,
  KILLED = 5; // Outcome in timeline.h
// IdleCause in explanation.h; those before DISPATCH are the driver's.
const causeAt = (key) => data.causes.findIndex((cause) => cause.key === key);
const DISPATCH = causeAt("dispatch"),
  LOCALITY_WAIT = causeAt("locality_wait"),
  SLOT_WAIT = causeAt("slot_wait"),
  NO_TASK = causeAt("no_runnable_task"),
  SKEW_TAIL = causeAt("skew_tail");

class Run {
  constructor(side, further) {
    Object.assign(this, side);
    const table = side.attempt_table;
    const n = (this.count = table.count);
    const column = (name, delta) =>
      table.columns[name] ? unpack(table.columns[name], delta) : new Float64Array(n);
    this.from = column("from", true);
    this.until = column("held").map((held, i) => this.from[i] + held);
    this.finish = column("late").map((late, i) => this.until[i] + late);
    this.slotOf = Int32Array.from(column("slot", true), (slot) => slot - 1);
    this.stageOf = Int32Array.from(column("stage", true));
    this.index = column("index", true);
    this.taskId = column("id", true);
    this.number = column("number");
    const kind = column("kind");
    this.outcome = Uint8Array.from(kind, (k) => k % 10);
    this.locality = Uint8Array.from(kind, (k) => Math.floor(k / 10) % 6);
    this.copy = Uint8Array.from(kind, (k) => (k >= 60 ? 1 : 0));
    this.amounts = {};
    for (const name of [
      "run",
      "deserialize",
      "gc",
      "fetch",
      "write",
      "serialize",
      "getting",
      ...Object.keys(BYTES),
    ])
      if (table.columns[name]) this.amounts[name] = column(name);
    // A further application lies where it ran on the axis of its run.
    this.start = further ? this.lifeFrom : Math.min(0, this.milestones.submitted ?? 0);
    this.end = further ? this.lifeTo : Math.max(1, this.wall);
    this.path = table.path.map(([kind, from, to, job, stage, attempt, task, note]) => ({
      kind,
      from,
      to,
      job,
      stage,
      attempt,
      task,
      note,
    }));
    this.readFailures(table);
    this.readSlots(table);
    this.readStages();
    this.readWaits();
    this.readPace();
    this.further = (side.further || [])
      .filter((one) => one.lifeFrom !== null)
      .map((one) => new Run(one, true));
  }

  // Why an executor or stage was slow, in words, and how many times as long its tasks took.
  readPace() {
    const { executors, slow, stages } = this.pace;
    for (const [row, text] of executors) this.executors[row].pace = text;
    for (const [row, factor] of slow) this.executors[row].slow = factor;
    for (const [row, text] of stages) this.stages[row].tailText = text;
  }

  readFailures(table) {
    const rows = unpack(table.failed, true),
      reasons = unpack(table.reason);
    this.reasonTexts = table.reasons;
    this.reasonOf = new Map();
    rows.forEach((row, i) => this.reasonOf.set(row, reasons[i]));
  }

  // Tasks of slot s: slotTasks[slotStart[s] .. slotStart[s + 1]], by time, not overlapping.
  readSlots(table) {
    let slots = 0;
    this.executors.forEach((executor, e) => {
      const [first, count, weight, from, to] = table.slots[e];
      Object.assign(executor, {
        row: e,
        first,
        slots: count,
        weight,
        from,
        to,
        busy: 0,
        ran: 0,
        bad: 0,
      });
      slots = Math.max(slots, first + count);
    });
    this.slotCount = slots;
    this.executorOf = new Int32Array(slots);
    for (const executor of this.executors)
      this.executorOf.fill(executor.row, executor.first, executor.first + executor.slots);
    const start = (this.slotStart = new Int32Array(slots + 1));
    for (const slot of this.slotOf) if (slot >= 0) ++start[slot + 1];
    for (let s = 0; s < slots; ++s) start[s + 1] += start[s];
    const next = start.slice();
    this.slotTasks = new Int32Array(start[slots]);
    this.oddOfSlot = new Map(); // attempts that are worth a mark, by slot
    for (let i = 0; i < this.count; ++i) {
      const slot = this.slotOf[i];
      if (slot < 0) continue;
      this.slotTasks[next[slot]++] = i;
      const executor = this.executors[this.executorOf[slot]];
      executor.busy += (this.until[i] - this.from[i]) * executor.weight;
      ++executor.ran;
      if (this.outcome[i] > SUCCESS) ++executor.bad;
      if (this.outcome[i] === SUCCESS && !this.copy[i]) continue;
      if (!this.oddOfSlot.has(slot)) this.oddOfSlot.set(slot, []);
      this.oddOfSlot.get(slot).push(i);
    }
    const byHost = new Map();
    for (const executor of this.executors) {
      if (executor.slots === 0 || executor.to <= executor.from) continue;
      if (!byHost.has(executor.host)) byHost.set(executor.host, []);
      byHost.get(executor.host).push(executor);
    }
    this.hosts = [...byHost].map(([host, executors]) => ({ host, executors }));
  }

  readStages() {
    const jobOf = new Map();
    for (const job of this.jobs)
      for (const id of job.stages) if (!jobOf.has(id)) jobOf.set(id, job);
    this.stages.forEach((stage, row) => {
      Object.assign(stage, {
        row,
        job: jobOf.get(stage.id),
        label: stage.id + "." + stage.attempt,
        ran: 0,
        sums: {},
      });
      stage.end = Math.min(stage.to ?? this.end, this.end);
    });
    for (const job of this.jobs) job.end = Math.min(job.to ?? this.end, this.end);
    for (let i = 0; i < this.count; ++i) {
      const stage = this.stages[this.stageOf[i]];
      ++stage.ran;
    }
    for (const name of Object.keys(BYTES)) {
      const column = this.amounts[name];
      if (!column) continue;
      for (let i = 0; i < this.count; ++i) {
        const sums = this.stages[this.stageOf[i]].sums;
        sums[name] = (sums[name] || 0) + column[i];
      }
    }
  }

  // Periods in which no task ran in order of time; locality waits by slot.
  readWaits() {
    const { driver, locality } = this;
    const length = unpack(driver.length),
      cause = unpack(driver.cause),
      name = unpack(driver.name);
    this.driverWaits = Array.from(unpack(driver.from, true), (from, i) => ({
      from,
      to: from + length[i],
      cause: cause[i],
      words: driver.names[name[i]],
    }));
    const slot = unpack(locality.slot, true),
      from = unpack(locality.from, true),
      long = unpack(locality.length);
    this.slotWaits = new Map();
    for (let i = 0; i < slot.length; ++i) {
      if (!this.slotWaits.has(slot[i])) this.slotWaits.set(slot[i], []);
      this.slotWaits.get(slot[i]).push({ from: from[i], to: from[i] + long[i] });
    }
  }

  // Milliseconds of an attempt by what it did, in the order of SPLIT. The sum is its duration where
  // the log's own numbers add up.
  split(i) {
    const get = (name) => (this.amounts[name] ? this.amounts[name][i] : 0);
    const total = this.finish[i] - this.from[i];
    const run = Math.min(get("run"), total);
    const gc = Math.min(get("gc"), run);
    const fetch = Math.min(get("fetch"), run - gc);
    const write = Math.min(get("write"), run - gc - fetch);
    const deserialize = get("deserialize"),
      serialize = get("serialize"),
      getting = get("getting");
    const delay = Math.max(0, total - run - deserialize - serialize - getting);
    return [delay, deserialize, fetch, run - gc - fetch - write, gc, write, serialize, getting];
  }
  hasSplit() {
    return Boolean(this.amounts.run);
  }

  // The attempt that held the slot at `t`, give or take `slack`; -1: none.
  taskAt(slot, t, slack) {
    const first = this.slotStart[slot],
      last = this.slotStart[slot + 1];
    const at = firstIndex(first, last, (k) => this.until[this.slotTasks[k]] > t - slack);
    return at < last && this.from[this.slotTasks[at]] <= t + slack ? this.slotTasks[at] : -1;
  }

  // Why the slot was free at `t`, in words: in the order of IdleMap::piece().
  idleWords(slot, t) {
    const within = (wait) => wait.from <= t && t < wait.to;
    if ((this.slotWaits.get(slot) || []).some(within)) return data.causes[LOCALITY_WAIT].words;
    const at = firstIndex(0, this.driverWaits.length, (k) => this.driverWaits[k].to > t);
    const driver = this.driverWaits[at];
    if (driver && driver.from <= t && driver.cause < DISPATCH)
      return data.causes[driver.cause].words;
    const first = this.slotStart[slot],
      end = this.slotStart[slot + 1];
    const next = firstIndex(first, end, (k) => this.from[this.slotTasks[k]] > t);
    const stageAt = (k) => this.stages[this.stageOf[this.slotTasks[k]]];
    const label = (cause, stage) => data.causes[cause].words + " (stage " + stage.label + ")";
    if (next < end && stageAt(next).slotWait && within(stageAt(next).slotWait))
      return label(SLOT_WAIT, stageAt(next));
    if (next < end && stageAt(next).ready !== null && stageAt(next).ready <= t)
      return label(DISPATCH, stageAt(next));
    if (next > first && stageAt(next - 1).tails.some(([from, to]) => from <= t && t < to))
      return label(SKEW_TAIL, stageAt(next - 1));
    return data.causes[NO_TASK].words;
  }

  // [time, value] steps of how many attempts ran; computed once, on first use.
  runningSteps() {
    if (this.steps) return this.steps;
    const starts = this.from.slice().sort(),
      ends = this.until.slice().sort();
    const times = [],
      values = [];
    let i = 0,
      j = 0;
    while (i < starts.length || j < ends.length) {
      const t = Math.min(
        i < starts.length ? starts[i] : Infinity,
        j < ends.length ? ends[j] : Infinity,
      );
      while (i < starts.length && starts[i] === t) ++i;
      while (j < ends.length && ends[j] === t) ++j;
      times.push(t);
      values.push(i - j);
    }
    this.steps = { times, values, most: values.reduce((a, b) => Math.max(a, b), 0) };
    return this.steps;
  }
}

const runs = data.sides.map((side) => new Run(side));
const [left, right] = runs;
// Below each run the other applications on its cluster, and the attempts that it lost.
const drawn = runs.flatMap((run) => [run, ...run.further]);

"use strict";
// What a mouse, fingers and keys do to the timeline, and what is said about the thing under them.

function rows(title, pairs) {
  const out = [el("b", {}, title)];
  for (const [name, value] of pairs)
    if (value !== null && value !== undefined && value !== "")
      out.push(el("div", {}, el("span", {}, name), el("span", {}, value)));
  return out;
}

function taskTip(run, i) {
  const stage = run.stages[run.stageOf[i]],
    slot = run.slotOf[i];
  const executor = slot >= 0 ? run.executors[run.executorOf[slot]] : null;
  const outcome = data.outcomes[run.outcome[i]];
  const pairs = [
    ["outcome", outcome === "Running" ? "never ended" : outcome],
    ["took", durationText(run.finish[i] - run.from[i])],
    [
      "at",
      durationText(run.from[i]) + (run.epoch ? "  " + clockText(run.epoch + run.from[i]) : ""),
    ],
    ["executor", executor ? executor.id + " on " + executor.host : null],
    ["locality", data.localities[run.locality[i]]],
    [
      "attempt",
      run.number[i] > 0 || run.copy[i]
        ? run.number[i] + (run.copy[i] ? ", speculative copy" : "")
        : null,
    ],
    ["task id", countText(run.taskId[i])],
  ];
  if (run.hasSplit())
    run.split(i).forEach((ms, k) => {
      if (ms >= 1) pairs.push([SPLIT_WORDS[SPLIT[k]], durationText(ms)]);
    });
  for (const [name, words] of Object.entries(BYTES))
    if (run.amounts[name] && run.amounts[name][i] > 0)
      pairs.push([words, bytesText(run.amounts[name][i])]);
  const out = rows(
    "stage " + stage.label + ", task " + run.index[i] + " of " + stage.tasks,
    pairs,
  );
  out.push(el("div", {}, el("span", {}, stage.name)));
  if (run.reasonOf.has(i))
    out.push(el("p", { class: "bad" }, run.reasonTexts[run.reasonOf.get(i)].slice(0, 300)));
  return out;
}

function spanTip(kind, run, span) {
  const title = kind === "jobs" ? "job " + span.id : "stage " + span.label;
  return rows(title, [
    ["", span.name],
    ["took", durationText(span.end - span.from) + (span.to === null ? ", never ended" : "")],
    ["at", durationText(span.from)],
    ["outcome", span.outcome],
    ["tasks", span.tasks],
    ["job", kind === "stages" && span.job ? span.job.id : null],
    ["pool", span.pool || (span.job && span.job.pool)],
    ["why", span.failure && span.failure.slice(0, 200)],
    ["held up", span.tailText],
  ]);
}

Object.assign(Timeline.prototype, {
  // The thing at a point of the canvas: { item, t, and what the row has there }.
  hit(x, y) {
    const at = y + this.scrolled;
    if (y < AXIS) return null;
    const item = this.items.find((one) => one.y <= at && at < one.y + one.height);
    if (!item) return null;
    const t = this.time(x),
      slack = 2 / this.scale,
      { run } = item;
    const inside = (span) => span.from - slack <= t && t <= (span.end ?? span.to) + slack;
    if (x < this.gutter) return { item, t: null };
    if (item.kind === "executor") {
      const slot =
        item.executor.first +
        Math.min(item.executor.slots - 1, Math.floor((at - item.y) / this.slotHeight));
      return { item, t, slot, task: run.taskAt(slot, t, slack) };
    }
    if (item.kind === "jobs" || item.kind === "stages") {
      const lane = Math.floor((at - item.y) / BAND);
      const spans = run[item.kind].filter((s) => s.from !== null && s.lane === lane && inside(s));
      return { item, t, span: spans[0] };
    }
    if (item.kind === "path") return { item, t, part: run.path.find(inside) };
    if (item.kind === "driver") return { item, t, wait: run.driverWaits.find(inside) };
    return { item, t };
  },

  describe(hit) {
    if (!hit) return null;
    const { item, t } = hit,
      { run } = item;
    if (item.kind === "executor" && hit.task >= 0) return taskTip(run, hit.task);
    if (item.kind === "executor") {
      const { executor } = item;
      const pairs = [
        ["host", executor.host],
        ["cores", executor.cores],
        ["tasks", countText(executor.ran)],
        ["added", durationText(executor.added)],
        ["removed", executor.removed === null ? null : durationText(executor.removed)],
        ["why", executor.why],
        ["pace", executor.pace],
      ];
      const alive = t !== null && executor.from <= t && t < executor.to;
      if (alive) pairs.unshift(["free", run.idleWords(hit.slot, t)]);
      return rows("executor " + executor.id, pairs);
    }
    if (hit.span) return spanTip(item.kind, run, hit.span);
    if (hit.part)
      return rows(data.kinds[hit.part.kind].words, [
        ["took", durationText(hit.part.to - hit.part.from)],
        ["at", durationText(hit.part.from)],
        ["job", hit.part.job >= 0 ? hit.part.job : null],
        ["stage", hit.part.stage >= 0 ? hit.part.stage + "." + hit.part.attempt : null],
        ["", hit.part.note],
      ]);
    if (hit.wait)
      return rows("driver: " + hit.wait.words, [
        ["took", durationText(hit.wait.to - hit.wait.from)],
        ["at", durationText(hit.wait.from)],
      ]);
    if (item.kind === "running" || item.kind === "counter") {
      const [times, values, name] =
        item.kind === "running"
          ? [run.runningSteps().times, run.runningSteps().values, "tasks running"]
          : [item.counter.at, item.counter.values, item.counter.name];
      const k = firstIndex(0, times.length, (i) => times[i] > t) - 1;
      return rows(name, [
        ["at", durationText(Math.round(t))],
        ["", k < 0 ? "0" : String(values[k])],
      ]);
    }
    return null;
  },

  // Keeps the time under `x` where it is.
  zoom(factor, x) {
    const t = this.time(x ?? (this.gutter + this.width) / 2);
    const span = Math.min(Math.max((this.t1 - this.t0) * factor, 2), this.to - this.from);
    const share = (t - this.t0) / (this.t1 - this.t0);
    this.look(t - span * share, t - span * share + span);
  },
  pan(ms) {
    this.look(this.t0 + ms, this.t1 + ms);
  },
  fit() {
    this.look(this.from, this.to);
  },
  fitJobs() {
    const jobs = drawn.flatMap((run) => run.jobs.filter((job) => job.from !== null));
    if (!jobs.length) return this.fit();
    const from = jobs.reduce((t, job) => Math.min(t, job.from), Infinity);
    const to = jobs.reduce((t, job) => Math.max(t, job.end), 0);
    this.look(from - (to - from) * 0.02, to + (to - from) * 0.02);
  },
  look(t0, t1) {
    const span = Math.min(t1 - t0, this.to - this.from);
    this.t0 = Math.min(Math.max(t0, this.from), this.to - span);
    this.t1 = this.t0 + span;
    this.redraw();
  },
  // A span with some room around it, in sight.
  show(from, to, run) {
    const room = Math.max((to - from) * 0.08, 5);
    this.look(from - room, to + room);
    const item = this.items.find((one) => one.run === run);
    if (item && !this.paper) this.scroller.scrollTop = item.y - AXIS;
  },
  redraw() {
    if (this.wanted) return;
    this.wanted = true;
    requestAnimationFrame(() => {
      this.wanted = false;
      this.draw();
    });
  },
});

class TimelineInput {
  constructor(view, tip) {
    Object.assign(this, { view, tip, pointers: new Map(), moved: false });
    const { canvas, scroller } = view;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"])
      canvas.addEventListener(name, (event) => this.up(event, name === "pointerup"));
    canvas.addEventListener("pointerleave", () => {
      if (!this.pointers.size) this.hide();
    });
    canvas.addEventListener("dblclick", (event) => view.zoom(0.4, this.at(event).x));
    canvas.addEventListener("keydown", (event) => this.key(event));
    scroller.addEventListener("scroll", () => {
      this.hide();
      view.redraw();
    });
  }

  at(event) {
    const box = this.view.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  // Zooms with Ctrl (which a pinch on a touchpad sends too), or once the timeline was clicked; else
  // the page scrolls as everywhere.
  wheel(event) {
    const { view } = this;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (sideways) {
      event.preventDefault();
      view.pan((event.deltaX || event.deltaY) / view.scale);
    } else if (event.ctrlKey || event.metaKey || document.activeElement === view.canvas) {
      event.preventDefault();
      const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
      view.zoom(Math.exp(Math.max(-120, Math.min(120, step)) * 0.004), this.at(event).x);
    }
  }

  down(event) {
    this.view.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.at(event));
    this.moved = false;
    if (event.pointerType === "mouse") this.view.canvas.focus({ preventScroll: true });
  }

  move(event) {
    const { view } = this,
      now = this.at(event),
      before = this.pointers.get(event.pointerId);
    if (!before) return this.point(now, event);
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, now);
    if (Math.abs(now.x - before.x) + Math.abs(now.y - before.y) > 2) this.moved = true;
    if (others.length > 0) {
      const other = others[0][1];
      const was = Math.max(12, Math.abs(before.x - other.x)),
        is = Math.max(12, Math.abs(now.x - other.x));
      view.zoom(was / is, (now.x + other.x) / 2);
    } else {
      view.pan((before.x - now.x) / view.scale);
      if (event.pointerType === "mouse") view.scroller.scrollTop -= now.y - before.y;
    }
    this.hide();
  }

  up(event, released) {
    this.pointers.delete(event.pointerId);
    if (released && !this.moved) this.point(this.at(event), event);
  }

  point(at, event) {
    const { view } = this,
      hit = view.hit(at.x, at.y);
    view.hover = hit;
    view.cursor = at.x >= view.gutter ? view.time(at.x) : null;
    view.redraw();
    const content = view.describe(hit);
    if (!content) {
      this.tip.hidden = true;
      return;
    }
    this.tip.replaceChildren(...content);
    this.tip.hidden = false;
    const { width, height } = this.tip.getBoundingClientRect();
    const x =
      event.clientX + 14 + width < innerWidth ? event.clientX + 14 : event.clientX - width - 14;
    const y = Math.min(event.clientY + 14, innerHeight - height - 6);
    this.tip.style.left = Math.max(4, x) + "px";
    this.tip.style.top = Math.max(4, y) + "px";
  }

  hide() {
    this.tip.hidden = true;
    this.view.cursor = null;
    this.view.redraw();
  }

  key(event) {
    const { view } = this,
      step = (view.t1 - view.t0) * 0.2;
    const actions = {
      ArrowLeft: () => view.pan(-step),
      ArrowRight: () => view.pan(step),
      "+": () => view.zoom(0.6),
      "=": () => view.zoom(0.6),
      "-": () => view.zoom(1 / 0.6),
      0: () => view.fit(),
      Escape: () => {
        this.hide();
        view.canvas.blur();
      },
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }
}

"use strict";
// The timeline: where everything stands (layout) and how it is drawn. One canvas of the size of its
// window in a scroller, so that a thousand executors cost no more than those in sight. What happens
// on it is in timeline_input.js.

const AXIS = 22,
  BAND = 13,
  COUNTER = 40,
  GAP = 6;
const LEAST_SLOT = 3,
  MOST_SLOT = 16,
  MOST_LANES = 6;

// Spans that overlap go to lanes of their own; what does not fit the last lane is drawn over it.
function lanesOf(spans) {
  const free = [];
  for (const span of spans.slice().sort((a, b) => a.from - b.from)) {
    let lane = free.findIndex((t) => t <= span.from);
    if (lane < 0) lane = free.length < MOST_LANES ? free.length : MOST_LANES - 1;
    free[lane] = Math.max(free[lane] || 0, span.end);
    span.lane = lane;
  }
  return Math.max(1, free.length);
}

class Timeline {
  constructor(canvas, scroller, spacer) {
    Object.assign(this, { canvas, scroller, spacer, mode: "stage", hover: null, cursor: null });
    this.from = Math.min(...drawn.map((run) => run.start));
    this.to = Math.max(...drawn.map((run) => run.end));
    ((this.t0 = this.from), (this.t1 = this.to));
    this.frames = 0;
    for (const run of drawn) {
      run.jobLanes = lanesOf(run.jobs.filter((job) => job.from !== null));
      run.stageLanes = lanesOf(run.stages.filter((stage) => stage.from !== null));
    }
    this.readTheme();
  }

  readTheme() {
    this.theme = {};
    for (const name of [
      "ground",
      "panel",
      "line",
      "text",
      "soft",
      "bad",
      "life",
      "driver",
      "tail",
      "locality",
      "grid",
      "cursor",
    ])
      this.theme[name] = themeColour(name);
  }

  // --- layout ------------------------------------------------------------------------------------

  // `paper`: everything in one picture, without a window to scroll in.
  layout(width, paper) {
    this.width = width;
    this.gutter = width < 600 ? 66 : 120;
    const slots = drawn.reduce(
      (sum, run) =>
        sum +
        run.hosts.reduce(
          (n, host) => n + host.executors.reduce((m, executor) => m + executor.slots, 0),
          0,
        ),
      0,
    );
    const room = paper ? 900 : Math.max(240, innerHeight * 0.72);
    const bands = drawn.reduce(
      (sum, run) => sum + (5 + run.jobLanes + run.stageLanes) * BAND + COUNTER,
      AXIS,
    );
    this.slotHeight = Math.min(
      MOST_SLOT,
      Math.max(paper ? 1 : LEAST_SLOT, Math.floor((room - bands) / Math.max(1, slots))),
    );
    this.items = [];
    let y = AXIS;
    for (const run of drawn) y = this.layoutRun(run, y + (run === left ? 0 : GAP));
    this.total = y + GAP;
    this.height = Math.min(this.total, Math.max(200, Math.floor(room)));
    if (paper) this.height = this.total;
    this.spacer.style.height = Math.max(0, this.total - this.height) + "px";
  }

  layoutRun(run, top) {
    let y = top;
    const add = (kind, height, more) => {
      this.items.push({ kind, run, y, height, ...more });
      y += height;
    };
    if (drawn.length > 1) add("title", 18);
    add("path", BAND + 1);
    add("driver", BAND + 1);
    add("jobs", run.jobLanes * BAND + 2);
    add("stages", run.stageLanes * BAND + 2);
    add("running", COUNTER);
    for (const counter of this.countersOf(run)) add("counter", 26, { counter });
    for (const { host, executors } of run.hosts) {
      y += 2;
      executors.forEach((executor, i) => {
        add("executor", executor.slots * this.slotHeight + 1, {
          executor,
          host: i === 0 ? host : null,
        });
      });
    }
    return y;
  }

  countersOf(run) {
    for (const counter of run.counters) if (!counter.at) counter.at = unpack(counter.times, true);
    // Those of the cluster are drawn with the run itself.
    const own = run.counters.filter((one) => runs.includes(run) || one.name !== "nodes");
    return own.slice(0, 4);
  }

  x(t) {
    return this.gutter + (t - this.t0) * this.scale;
  }
  time(x) {
    return this.t0 + (x - this.gutter) / this.scale;
  }
  get scale() {
    return (this.width - this.gutter) / (this.t1 - this.t0);
  }

  // --- drawing -----------------------------------------------------------------------------------

  draw() {
    const ratio = this.paper ? 2 : Math.min(3, devicePixelRatio || 1);
    const { canvas, width, height } = this;
    if (
      canvas.width !== Math.round(width * ratio) ||
      canvas.height !== Math.round(height * ratio)
    ) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = this.paper ? "auto" : height + "px";
    }
    const g = (this.g = canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = this.theme.ground;
    g.fillRect(0, 0, width, height);
    this.scrolled = this.paper ? 0 : this.scroller.scrollTop;
    g.save();
    g.translate(0, -this.scrolled);
    this.drawGrid();
    this.labelled = -Infinity;
    for (const item of this.items)
      if (item.y + item.height > this.scrolled && item.y < this.scrolled + height) {
        g.save();
        g.beginPath();
        g.rect(this.gutter, item.y, width - this.gutter, item.height);
        g.clip();
        this["draw_" + item.kind](item);
        g.restore();
        this.drawLabel(item);
      }
    g.restore();
    this.drawAxis();
    this.drawCursor();
    ++this.frames;
  }

  steps() {
    const least = (this.t1 - this.t0) / Math.max(2, (this.width - this.gutter) / 90);
    const nice = [
      1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3,
      600e3, 900e3, 1.8e6, 3.6e6, 7.2e6, 14.4e6, 21.6e6, 43.2e6, 86.4e6,
    ];
    const step = nice.find((s) => s >= least) || Math.ceil(least / 86.4e6) * 86.4e6;
    const out = [];
    for (let t = Math.ceil(this.t0 / step) * step; t <= this.t1 && out.length < 200; t += step)
      out.push(t);
    return out;
  }

  drawGrid() {
    this.g.fillStyle = this.theme.grid;
    for (const t of this.steps()) this.g.fillRect(Math.round(this.x(t)), 0, 1, this.total);
  }

  drawAxis() {
    const g = this.g;
    g.fillStyle = this.theme.ground;
    g.fillRect(0, 0, this.width, AXIS);
    g.fillStyle = this.theme.line;
    g.fillRect(0, AXIS - 1, this.width, 1);
    g.font = "11px system-ui, sans-serif";
    g.textBaseline = "middle";
    g.textAlign = "left";
    g.fillStyle = this.theme.soft;
    for (const t of this.steps()) {
      const x = this.x(t),
        text = durationText(Math.round(t));
      g.fillRect(Math.round(x), AXIS - 6, 1, 6);
      if (x >= this.gutter && x + g.measureText(text).width + 3 < this.width)
        g.fillText(text, x + 3, AXIS / 2 - 1);
    }
    g.fillStyle = this.theme.ground;
    g.fillRect(0, 0, this.gutter, AXIS - 1);
  }

  drawCursor() {
    if (this.cursor === null || this.paper) return;
    const g = this.g,
      x = this.x(this.cursor);
    if (x < this.gutter) return;
    g.fillStyle = this.theme.cursor;
    g.globalAlpha = 0.5;
    g.fillRect(Math.round(x), AXIS - 1, 1, this.height);
    g.globalAlpha = 1;
    const text = durationText(Math.round(this.cursor));
    const width = g.measureText(text).width + 8;
    const at = Math.min(Math.max(this.gutter, x - width / 2), this.width - width);
    g.fillRect(at, 2, width, AXIS - 6);
    g.fillStyle = this.theme.ground;
    g.fillText(text, at + 4, AXIS / 2 - 1);
  }

  drawLabel(item) {
    const narrow = this.gutter < 100;
    const words = {
      path: narrow ? "path" : "critical path",
      driver: "driver",
      jobs: "jobs",
      stages: "stages",
      running: narrow ? "running" : "tasks running",
      counter: item.counter && item.counter.name,
    };
    const g = this.g;
    let text = words[item.kind],
      below = item.most;
    const slow = item.kind === "executor" && item.executor.slow;
    if (slow) {
      g.fillStyle = this.theme.bad;
      g.fillRect(this.gutter - 4, item.y, 3, Math.max(2, item.height - 1));
    }
    if (item.kind === "executor") {
      if (item.height < 9 && !item.host) return;
      text = item.executor.id + (item.host ? "  " + item.host : "");
      if (slow && item.height < 24) text = item.executor.id + ": " + slow.toFixed(1) + "x slower";
      else if (slow) below = slow.toFixed(1) + "x slower";
      else if (narrow && item.host && item.height >= 24)
        [text, below] = [item.executor.id, item.host];
    }
    if (!text || (item.kind === "executor" && item.y < this.labelled + 10)) return;
    this.labelled = item.y;
    g.font = "11px system-ui, sans-serif";
    g.textAlign = "left";
    g.textBaseline = "top";
    g.fillStyle = this.theme.soft;
    g.save();
    g.beginPath();
    g.rect(0, item.y, this.gutter - 4, Math.max(item.height, 11));
    g.clip();
    if (slow) g.fillStyle = this.theme.bad;
    g.fillText(text, 0, item.y + 1);
    if (below) g.fillText(below, 0, item.y + 13);
    g.restore();
  }

  text(text, x, y, room, colour) {
    if (room < 14) return;
    const g = this.g;
    g.save();
    g.beginPath();
    g.rect(x, y, room, BAND);
    g.clip();
    g.font = "10px system-ui, sans-serif";
    g.textAlign = "left";
    g.textBaseline = "top";
    g.fillStyle = colour;
    g.fillText(text, x + 2, y + 1.5);
    g.restore();
  }

  // Spans in order of `from`, as rectangles of at least a pixel; those within one pixel are one.
  spans(spans, y, height, colourOf, end = (span) => span.to) {
    const g = this.g;
    let drawn = -Infinity;
    for (const span of spans) {
      if (span.from > this.t1) break;
      const to = end(span);
      if (to < this.t0) continue;
      const x0 = Math.max(this.x(span.from), this.gutter - 1),
        x1 = Math.min(this.x(to), this.width + 1);
      if (x1 < drawn) continue;
      g.fillStyle = colourOf(span);
      g.fillRect(x0, y, Math.max(x1 - x0, 1), height);
      drawn = Math.max(x0 + 1, x1 - 1);
    }
  }

  draw_title(item) {
    const { run } = item,
      g = this.g;
    g.font = "bold 12px system-ui, sans-serif";
    g.textAlign = "left";
    g.textBaseline = "top";
    g.fillStyle = this.theme.text;
    g.fillText(run.name + ", " + durationText(run.wall), this.gutter + 2, item.y + 3);
  }

  draw_path(item) {
    this.spans(item.run.path, item.y, BAND - 1, (part) => colourOf(data.kinds[part.kind]));
    for (const part of item.run.path)
      if (part.to >= this.t0 && part.from <= this.t1) {
        const x = Math.max(this.x(part.from), this.gutter);
        const room = Math.min(this.x(part.to), this.width) - x;
        if (room > 50) this.text(data.kinds[part.kind].words, x, item.y, room, "#000");
      }
  }

  draw_driver(item) {
    this.spans(item.run.driverWaits, item.y, BAND - 1, (wait) =>
      colourOf(data.causes[wait.cause]),
    );
    for (const wait of item.run.driverWaits)
      if (wait.to >= this.t0 && wait.from <= this.t1) {
        const x = Math.max(this.x(wait.from), this.gutter);
        const room = Math.min(this.x(wait.to), this.width) - x;
        if (room > 50) this.text(wait.words, x, item.y, room, "#000");
      }
  }

  draw_jobs(item) {
    this.drawLanes(item, item.run.jobs, (job) => "job " + job.id + "  " + job.name);
  }
  draw_stages(item) {
    this.drawLanes(item, item.run.stages, (stage) => stage.label + "  " + stage.name);
  }

  drawLanes(item, spans, labelOf) {
    const g = this.g,
      stages = item.kind === "stages",
      last = [];
    for (const span of spans) {
      if (span.from === null || span.from > this.t1 || span.end < this.t0) continue;
      const y = item.y + span.lane * BAND;
      const x0 = Math.max(this.x(span.from), this.gutter - 1);
      const x1 = Math.max(Math.min(this.x(span.end), this.width + 1), x0 + 1);
      if (last[span.lane] !== undefined && x1 < last[span.lane] + 0.5) continue;
      last[span.lane] = x1;
      const failed = span.failure || span.outcome === "failed";
      const colour = stages ? STAGE_COLOURS[span.row % STAGE_COLOURS.length] : this.theme.line;
      g.fillStyle = colour;
      g.fillRect(x0, y, Math.max(1, x1 - x0 - (x1 - x0 > 3 ? 1 : 0)), BAND - 1);
      if (failed) this.mark(x0, y, Math.max(2, x1 - x0), BAND - 1, "failed");
      if (x1 - x0 > 24)
        this.text(
          (failed ? "\u2715 " : "") + labelOf(span),
          x0,
          y,
          x1 - x0 - 1,
          stages ? "#000" : this.theme.text,
        );
    }
  }

  draw_running(item) {
    const steps = item.run.runningSteps();
    this.area(item, steps.times, steps.values, Math.max(1, steps.most), SKY);
    item.most = countText(steps.most) + " at most";
  }

  draw_counter(item) {
    const { at, values } = item.counter;
    const most = values.reduce((a, b) => Math.max(a, b || 0), 0);
    this.area(item, at, values, most || 1, GREEN);
    item.most = countText(most) + " at most";
  }

  // A step function, per pixel its largest value.
  area(item, times, values, most, colour) {
    const g = this.g,
      bottom = item.y + item.height - 3,
      height = item.height - 6;
    g.fillStyle = colour;
    let at = firstIndex(0, times.length, (k) => times[k] > this.t0) - 1;
    for (let x = this.gutter; x < this.width; ++x) {
      const until = this.time(x + 1);
      let value = at >= 0 ? values[at] : 0;
      const next = firstIndex(at + 1, times.length, (k) => times[k] >= until);
      for (let k = Math.max(at + 1, next - 64); k < next; ++k) value = Math.max(value, values[k]);
      at = next - 1;
      const tall = (value / most) * height;
      if (tall > 0) g.fillRect(x, bottom - tall, 1, tall);
    }
    g.fillStyle = this.theme.line;
    g.fillRect(this.gutter, bottom, this.width - this.gutter, 1);
  }

  draw_executor(item) {
    drawExecutor(this, item);
  }

  // Hatching and a frame: outcomes must not hang on colour alone.
  mark(x, y, width, height, kind) {
    const g = this.g;
    g.save();
    g.beginPath();
    g.rect(x, y, width, height);
    g.clip();
    g.strokeStyle =
      kind === "killed" ? this.theme.soft : kind === "copy" ? "#000" : this.theme.bad;
    g.lineWidth = kind === "copy" ? 1 : 1.5;
    if (kind === "copy") {
      g.setLineDash([3, 2]);
      g.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    } else {
      g.beginPath();
      const start = Math.max(x, this.gutter) - height,
        stop = Math.min(x + width, this.width);
      for (let at = start - (start % 5); at < stop; at += 5) {
        g.moveTo(at, y + height);
        g.lineTo(at + height, y);
      }
      g.stroke();
      g.lineWidth = 2;
      g.strokeRect(x, y, width, height);
    }
    g.restore();
  }
}

"use strict";
// Tables that can be sorted, of which the first rows are shown until more are asked for.

// columns: [{ title, value: row => sortable, cell: row => text or node, number, name, hint,
// whole: on one line }]
// options: { shown, sort: column, descending, go: row => ..., caption }
function sortable(columns, list, options = {}) {
  const state = {
    sort: options.sort ?? -1,
    descending: options.descending ?? false,
    shown: options.shown || 12,
  };
  const body = el("tbody"),
    box = el("div");
  const heads = columns.map((column, i) =>
    el(
      "th",
      { scope: "col", class: column.number ? "n" : null, title: column.hint },
      el("button", { type: "button", onclick: () => sortBy(i) }, column.title),
    ),
  );
  const more = el("button", {
    class: "more-rows",
    type: "button",
    onclick: () => {
      state.shown = Infinity;
      fill();
    },
  });

  function sortBy(i) {
    state.descending = state.sort === i ? !state.descending : Boolean(columns[i].number);
    state.sort = i;
    fill();
  }

  function ordered() {
    if (state.sort < 0) return list;
    const value = columns[state.sort].value,
      sign = state.descending ? -1 : 1;
    const compare = (a, b) => {
      const x = value(a),
        y = value(b);
      if (x === y) return 0;
      if (x === null || x === undefined || Number.isNaN(x)) return 1;
      if (y === null || y === undefined || Number.isNaN(y)) return -1;
      return (x < y ? -1 : 1) * sign;
    };
    return list.slice().sort(compare);
  }

  function fill() {
    heads.forEach((head, i) => {
      if (i !== state.sort) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
    });
    body.replaceChildren(
      ...ordered()
        .slice(0, state.shown)
        .map((row) => {
          const cells = columns.map((column) =>
            el(
              "td",
              {
                class: column.number
                  ? "n"
                  : column.name
                    ? "name"
                    : column.whole
                      ? "whole"
                      : null,
              },
              column.cell ? column.cell(row) : column.value(row),
            ),
          );
          const go = options.go && (() => options.go(row));
          return el(
            "tr",
            { class: go ? "go" : null, onclick: go, title: go ? "show on the timeline" : null },
            ...cells,
          );
        }),
    );
    more.hidden = list.length <= state.shown;
    more.textContent = "show all " + countText(list.length);
  }

  fill();
  box.append(
    el(
      "div",
      { class: "wide" },
      el(
        "table",
        { "aria-label": options.caption },
        el("thead", {}, el("tr", {}, ...heads)),
        body,
      ),
    ),
    more,
  );
  box.rowCount = () => body.children.length;
  return box;
}

// Plain rows: the first cell is a row's header.
function facts(heads, list, numbers) {
  const cell = (tag, text, i) =>
    el(
      tag,
      { class: numbers.includes(i) ? "n" : null, scope: tag === "th" ? "col" : null },
      text,
    );
  return el(
    "div",
    { class: "wide" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((text, i) => cell("th", text, i)))),
      el(
        "tbody",
        {},
        ...list.map((row) => el("tr", {}, ...row.map((text, i) => cell("td", text, i)))),
      ),
    ),
  );
}

const swatch = (colour) => el("span", { class: "swatch", style: { background: colour } });

// A bar of parts with their words below; parts: [colour, words, amount].
function stackedBar(label, parts, total) {
  const shown = parts.filter((part) => part[2] > 0);
  return el(
    "div",
    { class: "stack" },
    el("div", { class: "label" }, label),
    el(
      "div",
      {
        class: "bar",
        role: "img",
        "aria-label":
          label +
          ": " +
          shown.map(([, words, amount]) => words + " " + shareText(amount / total)).join(", "),
      },
      ...shown.map(([colour, words, amount]) =>
        el("div", {
          title: words + " " + durationText(amount) + ", " + shareText(amount / total),
          style: { background: colour, width: (amount / total) * 100 + "%" },
        }),
      ),
    ),
  );
}

const errorCell = (error) =>
  el(
    "span",
    { class: error !== null && Math.abs(error) >= 0.05 ? "warn" : null },
    errorText(error),
  );

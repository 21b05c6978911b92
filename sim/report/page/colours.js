"use strict";
// Okabe and Ito's palette, and what each colour means in each mode.

const ORANGE = "#e69f00",
  SKY = "#56b4e9",
  GREEN = "#009e73",
  YELLOW = "#f0e442",
  BLUE = "#0072b2",
  VERMILLION = "#d55e00",
  PURPLE = "#cc79a7",
  GREY = "#8a8f98";
const STAGE_COLOURS = [SKY, GREEN, ORANGE, BLUE, PURPLE, YELLOW, VERMILLION];
const LOCALITY_COLOURS = [GREEN, SKY, BLUE, ORANGE, VERMILLION, GREY];
const OUTCOME_COLOURS = [
  YELLOW,
  SKY,
  VERMILLION,
  PURPLE,
  BLUE,
  GREY,
  ORANGE,
  GREEN,
  PURPLE,
  ORANGE,
];
const SPLIT_COLOURS = [GREY, YELLOW, PURPLE, GREEN, VERMILLION, BLUE, ORANGE, SKY];
// Of the critical path's kinds and of causes, which come with the data.
const REASON_COLOURS = {
  grey: GREY,
  yellow: YELLOW,
  purple: PURPLE,
  vermillion: VERMILLION,
  orange: ORANGE,
  green: GREEN,
  blue: BLUE,
  sky: SKY,
  sand: "#e8cf9a",
  brown: "#8c5a2b",
  silver: "#b9bec6",
  pale: "#d8dce2",
  dark: "#5b6470",
};
const colourOf = (reason) => REASON_COLOURS[reason.colour];

// "var(--life)" where a canvas needs the colour itself.
function themeColour(name) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue("--" + name)
    .trim();
}

const colourModes = {
  stage: {
    title: "stage",
    of: (run, i) => STAGE_COLOURS[run.stageOf[i] % STAGE_COLOURS.length],
    legend: () =>
      left.stages
        .filter((stage) => stage.ran > 0)
        .slice(0, 14)
        .map((stage) => [
          STAGE_COLOURS[stage.row % STAGE_COLOURS.length],
          stage.label + " " + stage.name,
        ]),
  },
  locality: {
    title: "locality",
    of: (run, i) => LOCALITY_COLOURS[run.locality[i]],
    legend: () =>
      data.localities
        .map((name, i) => [LOCALITY_COLOURS[i], name])
        .filter((entry, i) => runs.some((run) => run.locality.includes(i))),
  },
  outcome: {
    title: "outcome",
    of: (run, i) => OUTCOME_COLOURS[run.outcome[i]],
    legend: () =>
      data.outcomes
        .map((name, i) => [OUTCOME_COLOURS[i], name])
        .filter((entry, i) => runs.some((run) => run.outcome.includes(i))),
  },
  split: {
    title: "time split",
    of: (run, i) => {
      const parts = run.split(i);
      return SPLIT_COLOURS[parts.indexOf(Math.max(...parts))];
    },
    legend: () => SPLIT.map((name, i) => [SPLIT_COLOURS[i], SPLIT_WORDS[name]]),
  },
};

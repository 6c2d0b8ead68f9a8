// Draws a stepper. All there is to see now is in one trait, `scene`; what has happened before is
// asked for by number, so that a page that comes late, or a second view, misses nothing.

const LOG_ROW = 24; // pixels
const SHOWN_TOKENS = 8; // blocks drawn for bytes, or dots for clients

const ICONS = {
  back: "M10.5 3.5 5 8l5.5 4.5z",
  next: "M4 3.5 9.5 8 4 12.5zM10.5 3.5h2v9h-2z",
  run: "M4.5 3 12.5 8l-8 5z",
  pause: "M4 3.5h3v9H4zM9 3.5h3v9H9z",
};

let identities = 0;

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A function that draws only when what it is given has changed. */
function onChange(draw) {
  let last;
  return (value) => {
    const now = JSON.stringify(value);
    if (now !== last) {
      last = now;
      draw(value);
    }
  };
}

function render({ model, el }) {
  const words = model.get("words");
  const program = model.get("program");
  const identity = `gn-stepper-${++identities}`;
  const send = (message) => model.send(message);

  // Controls. They are never `disabled`, which would take the focus away from the keyboard's user.
  const buttons = {};
  for (const name of ["back", "next", "run", "pause"]) {
    const press = () => {
      if (buttons[name].getAttribute("aria-disabled") !== "true") send({ do: name });
    };
    buttons[name] = h(
      "button",
      { type: "button", class: `gn-button gn-${name}`, title: words[`${name}.hint`], onclick: press },
      icon(name),
      h("span", {}, words[name]),
    );
  }
  const slider = h("input", {
    type: "range", class: "gn-slider", min: 1, "aria-label": words.position,
    oninput: () => send({ do: "look", number: Number(slider.value) }),
  });
  const position = h("span", { class: "gn-position" });
  const state = h("span", { class: "gn-state" });
  const score = h("span", { class: "gn-score" });
  const headline = h("p", { class: "gn-words", role: "status", "aria-live": "polite" });
  const ask = h("form", { class: "gn-ask", hidden: "" });
  const verdict = h("div", { class: "gn-verdict", role: "status", "aria-live": "polite", hidden: "" });

  // The program
  const hasNotes = Object.keys(program.notes).length > 0;
  const remark = h("p", { class: "gn-remark", "aria-label": words.note });
  remark.hidden = !hasNotes;
  const code = h("div", {
    class: "gn-code", role: "region", "aria-label": `${words.source}: ${program.title}`, tabindex: 0,
    onkeydown: walk,
  });
  const lines = program.lines.map((pieces, index) => drawLine(pieces, index + 1));
  code.append(...lines.map((line) => line.row));

  // Tables
  const sockets = h("tbody");
  const variables = h("tbody");
  const whose = h("span", { class: "gn-whose" });
  const more = h("p", { class: "gn-more" });

  // What has happened
  const count = h("span", { class: "gn-count" });
  const log = h("div", { class: "gn-log", tabindex: 0, "aria-label": words.history, onscroll: drawLog });
  const space = h("div", { class: "gn-space" });
  log.append(space);
  const history = h(
    "details",
    { class: "gn-history", ontoggle: () => { followLog(); drawLog(); } },
    h("summary", {}, words.history, " ", count),
    log,
  );

  const root = h(
    "div",
    // Lumino, JupyterLab's toolkit, would take some keys for shortcuts of the notebook.
    { class: "gn-stepper", "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": program.title },
    h("p", { class: "gn-dead", role: "status" }, words.dead),
    h("div", { class: "gn-head" }, h("span", { class: "gn-name" }, program.title), state, score),
    h(
      "div",
      { class: "gn-controls", role: "toolbar", "aria-label": words.controls },
      buttons.back, buttons.next, buttons.run, buttons.pause,
      h("span", { class: "gn-where" }, slider, position),
    ),
    headline,
    ask,
    verdict,
    h(
      "div",
      { class: "gn-panels" },
      h("section", { class: "gn-program", "aria-label": words.source }, code, remark),
      h(
        "section",
        { class: "gn-tables" },
        h(
          "table",
          { class: "gn-lanes", "aria-label": words.sockets },
          h("colgroup", {}, h("col", { style: "width:35%" }), h("col", { style: "width:33%" }), h("col")),
          h("thead", {}, h("tr", {}, ...["clients", "kernel", "python"].map((lane) =>
            h("th", { scope: "col" }, words[`lane.${lane}`])))),
          sockets,
        ),
        more,
        h(
          "table",
          { class: "gn-variables", "aria-label": words.variables },
          h("colgroup", {}, h("col", { style: "width:30%" }), h("col")),
          h("thead", {}, h("tr", {}, h("th", { scope: "colgroup", colspan: 2 }, words.variables, whose))),
          variables,
        ),
      ),
    ),
    history,
  );
  el.classList.add("gn-drawn");
  el.append(root);

  // Lines of the program, and what there is to say about them

  function drawLine(pieces, number) {
    const note = program.notes[number];
    const who = h("span", { class: "gn-who" });
    const first = pieces.length ? pieces[0][1] : "";
    const indent = first.length - first.trimStart().length;
    const row = h(
      "div",
      {
        class: `gn-row${note ? " gn-noted" : ""}`,
        tabindex: note ? -1 : undefined, // Tab stops at the program, not at each of its lines
        onmouseenter: note && (() => say(number)),
        onmouseleave: note && (() => say(null)),
        onfocus: note && (() => say(number)),
        onblur: note && (() => say(null)),
      },
      h("span", { class: "gn-number" }, String(number)),
      h(
        "span",
        { class: "gn-text", style: `--indent:${indent}` },
        h("span", { class: "gn-indent" }),
        ...pieces.map(([colour, text]) => (colour ? h("span", { class: `gn-${colour}` }, text) : text)),
      ),
      who,
    );
    if (note) row.append(h("span", { class: "gn-hidden" }, note));
    return { row, who };
  }

  /** The arrow keys go from note to note. */
  function walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const noted = lines.map(({ row }) => row).filter((row) => row.matches(".gn-noted"));
    const from = noted.indexOf(event.target);
    const lit = Math.max(0, noted.findIndex((row) => row.matches(".gn-lit")));
    const next = from < 0 ? noted[lit] : noted[from + by];
    if (!by || !next) return;
    event.preventDefault();
    next.focus();
  }

  new ResizeObserver(keepInSight).observe(code); // also when it is shown for the first time

  let litLine = null; // the line of which is told when none is pointed at

  function say(pointedAt) {
    const number = pointedAt ?? litLine;
    const note = program.notes[number];
    remark.classList.toggle("gn-pointed", pointedAt !== null && pointedAt !== litLine);
    remark.replaceChildren(
      ...(note
        ? [h("b", {}, words.line.replace("{number}", number)), " ", note]
        : [h("span", { class: "gn-faint" }, words["no-note"])]),
    );
  }

  const drawLit = onChange((lit) => {
    for (const { row, who } of lines) {
      row.classList.remove("gn-lit", "gn-held", "gn-turn", "gn-stands", "gn-died");
      row.removeAttribute("aria-current");
      who.replaceChildren();
    }
    for (const { line, how, who } of lit) {
      const at = lines[line - 1];
      if (!at) continue;
      if (!at.row.classList.contains("gn-lit")) at.row.classList.add("gn-lit", `gn-${how}`);
      at.row.setAttribute("aria-current", "step");
      if (who) at.who.append(h("span", { class: `gn-tag gn-${how}` }, who));
    }
    litLine = lit.length ? lit[0].line : null; // the one that goes on next comes first
    keepInSight();
    say(null);
  });

  function keepInSight() {
    const row = lines[litLine - 1]?.row;
    if (!row) return;
    const top = row.offsetTop; // in `code`, which is positioned
    const margin = 3 * row.offsetHeight;
    if (top < code.scrollTop + margin || top + row.offsetHeight > code.scrollTop + code.clientHeight - margin) {
      code.scrollTop = top - code.clientHeight / 2;
    }
  }

  // Sockets, each in its three lanes

  function call({ name, how, who, data, direction }) {
    const arrow = { in: "→", out: "←" }[direction];
    return h(
      "div",
      { class: `gn-call gn-${how}` },
      arrow ? h("span", { class: "gn-flow", "aria-hidden": "true" }, arrow) : null,
      h("code", {}, name),
      data ? h(name === "accept()" ? "code" : "q", { class: "gn-data" }, data) : null,
      who ? h("span", { class: "gn-tag" }, who) : null,
    );
  }

  const tokens = (number, name) =>
    h("span", { class: `gn-tokens gn-${name}`, "aria-hidden": "true" },
      ...Array.from({ length: Math.min(number, SHOWN_TOKENS) }, () => h("i")));

  function queues({ waiting, unread, unsent, kernel }) {
    const blocks = [[waiting, "person"], [unread, "byte"], [unsent, "kept"]].filter(([number]) => number);
    return blocks.map(([number, name], index) =>
      h("div", { class: "gn-queue" }, tokens(number, name), kernel[index]));
  }

  const drawSockets = onChange(({ rows, all, returned, returnedWriting }) => {
    const spread = all.length && rows.every((row) => !row.calls.length);
    sockets.replaceChildren(
      ...rows.map((row, index) => {
        const python = h("td", { class: "gn-python" });
        if (spread) {
          python.className = "gn-python gn-spread";
          python.rowSpan = rows.length;
          python.append(...all.map(call));
        } else {
          python.append(...[...all, ...row.calls].map(call));
        }
        const ready = [[returned, "returned"], [returnedWriting, "returned-writing"]]
          .filter(([names]) => names?.includes(row.socket));
        python.append(...ready.map(([, key]) => h("div", { class: "gn-call gn-ready" }, "✓ ", words[key])));
        const concerned = ready.length > 0 || row.calls.some(({ how }) => how !== "stands");
        const wire = [["→", row.said, "gn-sent"], ["←", row.heard, "gn-received"]];
        return h(
          "tr",
          { class: `gn-socket gn-${row.state}${concerned ? " gn-concerned" : ""}` },
          h(
            "th",
            { scope: "row" },
            h("span", { class: "gn-label" }, row.socket),
            h("span", { class: "gn-faint" }, row.socket !== "listener" ? row.client : row.waiting ? "" : words.listener),
            row.waiting ? h("span", { class: "gn-outside" }, tokens(row.waiting, "person"), row.client) : null,
            ...wire.map(([arrow, text, name]) => text
              ? h("span", { class: `gn-line ${name}` }, h("span", { class: "gn-arrow", "aria-hidden": "true" }, arrow), text)
              : null),
          ),
          h(
            "td",
            { class: "gn-kernel" },
            ...queues(row),
            row.readable ? h("span", { class: "gn-readable" }, words.readable) : null,
            row.full ? h("span", { class: "gn-readable gn-full" }, words.full) : null,
          ),
          !spread || index === 0 ? python : null,
        );
      }),
    );
  });

  const drawVariables = onChange(({ list }) => {
    variables.replaceChildren(
      ...(list.length ? list : [null]).map((variable) => variable === null
        ? h("tr", {}, h("td", { colspan: 2, class: "gn-faint" }, words["no-variables"]))
        : h(
          "tr",
          { class: variable.change ? "gn-changed" : "", "data-name": variable.name },
          h("th", { scope: "row" }, variable.name),
          h(
            "td",
            { title: variable.change === "changed" ? `${words.was} ${variable.before}` : undefined },
            h("div", {},
              h("code", {}, variable.value),
              variable.change ? h("span", { class: "gn-badge" }, words[variable.change]) : null),
          ),
        )),
    );
  });

  // Predictions

  function drawAsk(scene) {
    const box = (name) => h("input", { type: "checkbox", value: name });
    const readables = scene.offered.map(box);
    const writeables = scene.offered_writing.map(box);
    const boxes = [...readables, ...writeables];
    const ticks = (list) => list.filter((box) => box.checked).map((box) => box.value);
    const nobody = h("input", { type: "checkbox", class: "gn-nobody" });
    const press = h("button", { type: "submit", class: "gn-button gn-predict", title: words["ask.hint"] }, words["ask.press"]);
    const ticked = () => {
      press.setAttribute("aria-disabled", String(!nobody.checked && !boxes.some((box) => box.checked)));
    };
    nobody.addEventListener("change", () => boxes.forEach((box) => { box.checked &&= !nobody.checked; }));
    boxes.forEach((box) => box.addEventListener("change", () => { nobody.checked &&= !box.checked; }));
    ask.onchange = ticked;
    ask.onsubmit = (event) => {
      event.preventDefault();
      if (press.getAttribute("aria-disabled") === "true") return;
      send({ do: "predict", readables: ticks(readables), writeables: ticks(writeables) });
      buttons.next.focus({ preventScroll: true }); // the form is about to go
    };
    const choice = (box, text) => h("label", { class: "gn-choice" }, box, h("span", {}, text));
    ask.replaceChildren(
      h(
        "fieldset",
        {},
        h("legend", {}, words[writeables.length ? "ask.both" : "ask"]),
        ...(writeables.length
          ? [["readables", readables], ["writeables", writeables]].map(([name, list]) =>
            h("div", { class: "gn-list", role: "group", "aria-label": name },
              h("code", { "aria-hidden": "true" }, name), ...list.map((box) => choice(box, box.value))))
          : readables.map((box) => choice(box, box.value))),
        choice(nobody, words["ask.nobody"]),
        press,
      ),
    );
    ticked();
  }

  let asked = null; // the event about which was asked last

  function updateAsk(scene) {
    const about = `${scene.begun} ${scene.number}`;
    if (scene.asks && asked !== about) {
      asked = about;
      drawAsk(scene);
    }
    ask.hidden = !scene.asks;
    root.classList.toggle("gn-asks", scene.asks);
  }

  const drawVerdict = onChange(({ list, text }) => {
    verdict.hidden = !text;
    const right = list.every((each) => each.predicted === each.ready);
    const lists = [...new Set(list.map((each) => each.list))];
    verdict.className = `gn-verdict ${right ? "gn-right" : "gn-wrong"}`;
    verdict.replaceChildren(
      h("b", {}, right ? "✓ " : "✕ ", text),
      ...lists.flatMap((name) => [
        lists.length > 1 ? h("code", { class: "gn-list" }, name) : null,
        h("ul", { "aria-label": name }, ...list.filter((each) => each.list === name).map((each) => h(
          "li",
          { class: each.predicted === each.ready ? "gn-right" : "gn-wrong" },
          h("span", { class: "gn-mark", "aria-hidden": "true" }, each.predicted === each.ready ? "✓" : "✕"),
          h("span", { class: "gn-label" }, each.socket),
          h("span", {}, `${words[each.predicted ? "predicted" : "not-predicted"]}. ${each.why}`),
        ))),
      ].filter(Boolean)),
    );
  });

  // What has happened

  let rows = []; // [kind, words] of each event
  let begun = null;
  let askedFrom = null;

  function pull(scene) {
    if (scene.begun !== begun) {
      begun = scene.begun;
      rows = [];
      askedFrom = null;
    }
    if (askedFrom === null && rows.length < scene.count) {
      askedFrom = rows.length;
      send({ events_from: askedFrom });
    }
  }

  function receive(message) {
    if (!message || message.begun !== begun || message.first > rows.length) return;
    rows.push(...message.rows.slice(rows.length - message.first));
    if (message.first === askedFrom) askedFrom = null;
    followLog();
    drawLog();
    pull(model.get("scene"));
  }

  function followLog() {
    space.style.height = `${rows.length * LOG_ROW}px`;
    const at = (model.get("scene").number - 1) * LOG_ROW;
    if (at < log.scrollTop || at > log.scrollTop + log.clientHeight - LOG_ROW) {
      log.scrollTop = at - log.clientHeight / 2;
    }
  }

  /** Only the rows that are in sight: there may be thousands. */
  function drawLog() {
    count.textContent = `(${rows.length})`;
    root.dataset.received = rows.length;
    if (!history.open) return;
    const number = model.get("scene").number;
    const first = Math.max(0, Math.floor(log.scrollTop / LOG_ROW) - 4);
    const last = Math.min(rows.length, first + Math.ceil(log.clientHeight / LOG_ROW) + 8);
    space.replaceChildren(
      ...rows.slice(first, last).map(([kind, text], offset) => {
        const event = first + offset + 1;
        return h(
          "button",
          {
            type: "button", tabindex: -1, class: `gn-event gn-kind-${kind}`, style: `top:${(event - 1) * LOG_ROW}px`,
            "aria-current": event === number ? "step" : undefined,
            onclick: () => send({ do: "look", number: event }),
          },
          h("span", { class: "gn-number" }, String(event)),
          text,
        );
      }),
    );
  }

  // All of it

  function enable(name, can) {
    buttons[name].setAttribute("aria-disabled", String(!can));
  }

  function update() {
    const scene = model.get("scene");
    root.classList.remove("gn-lost");
    if (!scene.status) return;
    state.className = `gn-state gn-is-${scene.status}`;
    state.textContent = scene.status_words;
    score.textContent = scene.score;
    headline.setAttribute("aria-live", scene.playing ? "off" : "polite"); // too fast to be read out
    if (headline.textContent !== scene.words) headline.textContent = scene.words;
    root.dataset.kind = scene.kind;
    root.dataset.number = scene.number;
    const behind = scene.number < scene.count;
    const { status } = scene;
    enable("back", scene.number > 1);
    enable("next", status === "held" || ((status === "past" || status === "replay") && behind));
    enable("run", program.replay ? behind && !scene.playing : ["held", "waits", "busy", "past"].includes(status) && !scene.playing);
    enable("pause", scene.playing);
    slider.max = Math.max(scene.count, 1);
    slider.value = scene.number;
    slider.disabled = scene.count < 2;
    position.textContent = `${scene.number} / ${scene.count}`;
    updateAsk(scene);
    drawVerdict({ list: scene.verdict, text: scene.verdict_words });
    drawLit(scene.lit);
    drawSockets({ rows: scene.rows, all: scene.all_sockets, returned: scene.returned, returnedWriting: scene.returned_writing });
    more.textContent = scene.more_rows;
    whose.textContent = scene.whose ? ` · ${scene.whose}` : "";
    drawVariables({ list: scene.variables, number: scene.number });
    pull(scene);
    followLog();
    drawLog();
  }

  // Jupyter says so when it loses the kernel. That it is there again, whatever comes says.
  const lose = () => root.classList.add("gn-lost");
  model.on("comm_live_update", lose);
  model.on("change:scene", update);
  model.on("msg:custom", receive);
  update();
  return () => {
    model.off("comm_live_update", lose);
    model.off("change:scene", update);
    model.off("msg:custom", receive);
  };
}

export default { render };

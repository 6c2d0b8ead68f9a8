// The picture of what a server did: a lane for each client and thread, and the kernel's queues.
//
// A Store holds the rows that the kernel (or a page) gave; any number of Views draw it on a canvas.
// Rows are numbered. What comes twice is dropped, and what is missing is asked for, so it does not
// matter when a view begins to look.

const CHUNK_PATIENCE = 2000; // milliseconds, after which rows are asked for once more
const AXIS = 24; // pixels, as are all sizes here
const TITLE = 24;
const QUEUE = 24;
const MAX_LANES = 60; // of clients, and of threads; who comes later shares the last one
const MAX_ARROWS = 300; // more of them at once would hide the rest
const LIVE_SPAN = 10; // seconds that are seen of a running server
const SHORTEST = 20e-6; // seconds; there is nothing to see in less
const IDLE = 50; // milliseconds between two pictures of a server that only stands
const OWN_KEYS = ["data-lm-suppress-shortcuts", "true"]; // not for JupyterLab to act on
const QUEUES = ["waiting", "unread", "unsent"];
const FIELDS = "source t kind thread conn line text size since stood exact kernel".split(" ");
const SILENT = new Set(["call", "wait", "kernel"]); // nobody needs to visit these one by one

// The recorded server, sorted into lanes

class Source {
  constructor({ name, lines }) {
    this.name = name;
    this.lines = lines;
    this.clients = new Map();
    this.threads = new Map();
    this.kernel = [];
    this.most = {}; // that was ever in each of the kernel's queues it tells of
    this.end = 0;
    this.latest = 0; // when a client was last heard of
  }

  add(row) {
    this.end = Math.max(this.end, row.t);
    if (row.conn !== null) this.latest = Math.max(this.latest, row.t);
    if (row.kernel) {
      const at = { t: row.t, by: row.kernel };
      for (const name of QUEUES.filter((each) => each in row.kernel)) {
        at[name] = amount(row.kernel[name]);
        this.most[name] = Math.max(this.most[name] ?? 0, at[name]);
      }
      insert(this.kernel, at);
    }
    if (row.kind === "kernel") return;
    const thread = this.thread(row.thread, row.t);
    this.stand(thread, row);
    if (row.conn !== null) this.talk(row);
  }

  thread(name, t) {
    if (!this.threads.has(name)) {
      const number = this.threads.size;
      this.threads.set(name, { number, name, from: t, bars: [], marks: [], standing: null });
    }
    return this.threads.get(name);
  }

  stand(thread, row) {
    thread.latest = row;
    thread.standing = null;
    if (row.kind === "call" || row.kind === "wait") thread.standing = row;
    if (row.since !== null) insert(thread.bars, { t: row.t, row });
    const fault = row.kind === "fail" && row.text !== "BlockingIOError";
    if (fault || row.kind === "end") insert(thread.marks, { t: row.t, row });
  }

  talk(row) {
    if (!this.clients.has(row.conn)) {
      const number = row.conn;
      this.clients.set(number, { number, from: row.t, to: null, recv: [], send: [], marks: [] });
    }
    const client = this.clients.get(row.conn);
    client.from = Math.min(client.from, row.t);
    if (row.kind === "recv" || row.kind === "send") insert(client[row.kind], { t: row.t, row });
    if (["accept", "close", "refuse"].includes(row.kind)) insert(client.marks, { t: row.t, row });
    if (row.kind === "close" || row.kind === "refuse") client.to = row.t;
  }

  // A thread goes on after its latest event, unless that was its last as far as anybody can tell.
  ends(thread) {
    const { kind, t } = thread.latest;
    return kind === "end" || (kind === "close" && thread.number > 0) ? t : null;
  }
}

const amount = (queue) =>
  typeof queue === "number" ? queue : Object.values(queue).reduce((sum, each) => sum + each, 0);

// Events of two threads can arrive in another order than they happened, by a hair.
function insert(sorted, item) {
  let place = sorted.length;
  while (place && sorted[place - 1].t > item.t) place -= 1;
  sorted.splice(place, 0, item);
}

// The first place in a sorted array at which `t` is reached.
function reach(sorted, t) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Store {
  constructor(ask) {
    this.ask = ask;
    this.views = new Set();
    this.reset(null, []);
  }

  reset(epoch, about) {
    this.epoch = epoch;
    this.sources = about.map((each) => new Source(each));
    this.count = 0;
    this.events = [];
    this.running = false;
    this.wasLive = false;
    this.dropped = 0;
    this.lag = Infinity;
    this.asked = { at: -Infinity, from: -1 };
    for (const view of this.views) view.reset();
  }

  receive({ epoch, about, from, rows, total, running, now, dropped }) {
    if (epoch !== this.epoch) this.reset(epoch, about);
    for (const values of rows.slice(Math.max(0, this.count - from))) {
      if (from > this.count) break; // some are missing
      this.add(values);
    }
    this.running = running;
    this.wasLive ||= running;
    this.dropped = dropped;
    this.lag = Math.min(this.lag, performance.now() / 1000 - now); // the swiftest message is right
    if (this.count < total) this.pull();
    for (const view of this.views) view.changed();
  }

  add(values) {
    const row = Object.fromEntries(FIELDS.map((field, place) => [field, values[place]]));
    this.count += 1;
    this.sources[row.source].add(row);
    if (!SILENT.has(row.kind)) this.events.push(row);
  }

  pull() {
    const at = performance.now();
    if (this.asked.from === this.count && at - this.asked.at < CHUNK_PATIENCE) return;
    this.asked = { at, from: this.count };
    this.ask(this.count);
  }

  get end() {
    return Math.max(0, ...this.sources.map((source) => source.end));
  }

  get latest() {
    return Math.max(0, ...this.sources.map((source) => source.latest));
  }

  // Seconds since the server was started, by the clock of this page.
  get clock() {
    return Math.max(this.end, performance.now() / 1000 - this.lag);
  }
}

// What there is to see

let views = 0;

export class View {
  constructor(store, words, element) {
    this.store = store;
    this.words = words;
    views += 1;
    this.build(element, `gn-tl-${views}`);
    this.listen();
    store.views.add(this);
    this.reset();
  }

  say(id, values = {}) {
    return this.words[id].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  remove() {
    this.store.views.delete(this);
    this.stop.abort();
    this.sizes.disconnect();
    this.sight.disconnect();
    this.themes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.later);
  }

  // Elements

  build(element, id) {
    const make = (tag, name, parent, attributes = {}) => {
      const made = document.createElement(tag);
      made.className = name;
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      parent.append(made);
      return made;
    };
    const button = (name, parent) => {
      const made = make("button", `gn-tl-button gn-tl-${name}`, parent, { type: "button" });
      made.append(make("span", "gn-tl-icon", made, { "aria-hidden": "true" }));
      make("span", "gn-tl-word", made);
      return made;
    };
    this.root = make("div", "gn-timeline", element);
    make("div", "gn-dead", this.root, { role: "status" }).textContent = this.words.dead;
    const head = make("div", "gn-tl-head", this.root);
    this.name = make("span", "gn-tl-name", head, { id: `${id}-name` });
    this.status = make("span", "gn-tl-status", head);
    const bar = make("div", "gn-tl-tools", this.root);
    this.play = button("play", bar);
    this.scrub = make("input", "gn-tl-scrub", bar, { type: "range", min: 0, max: 1000, step: 1 });
    this.scrub.setAttribute("aria-label", this.say("scrub"));
    this.scrub.setAttribute(...OWN_KEYS);
    const zooms = make("span", "gn-tl-zooms", bar);
    for (const [name, icon] of [["zoom-out", "−"], ["zoom-in", "+"], ["all", "⤢"]]) {
      const made = button(name, zooms);
      this.dress(made, icon, name);
      this[name] = made;
    }
    const stage = make("div", "gn-tl-stage", this.root);
    this.canvas = make("canvas", "gn-tl-canvas", stage, {
      tabindex: 0, role: "application", "aria-label": this.say("canvas"),
      "aria-describedby": `${id}-details`,
    });
    this.canvas.setAttribute(...OWN_KEYS);
    this.nothing = make("div", "gn-tl-nothing", stage);
    this.nothing.textContent = this.say("nothing");
    this.legend = make("div", "gn-tl-legend", this.root);
    for (const name of ["accept", "recv", "several", "send"]) {
      const item = make("span", "gn-tl-item", this.legend);
      make("span", `gn-tl-swatch gn-tl-${name}`, item, { "aria-hidden": "true" });
      item.append(name === "several" ? this.say("legend.several") : `${name}()`);
    }
    for (const name of ["recv", "send"]) {
      make("span", `gn-tl-item gn-tl-way-${name}`, this.legend).textContent =
        this.say(`legend.${name}`);
    }
    this.details = make("div", "gn-tl-details", this.root, { id: `${id}-details` });
    this.spoken = make("div", "gn-tl-spoken", this.root, { "aria-live": "polite" });
    this.context = this.canvas.getContext("2d");
  }

  dress(button, icon, name) {
    if (button.dataset.name === name) return;
    button.dataset.name = name;
    button.firstChild.textContent = icon;
    button.lastChild.textContent = this.say(name);
    button.title = this.say(`${name}.hint`);
    button.setAttribute("aria-label", this.say(name));
  }

  listen() {
    this.stop = new AbortController();
    const on = (target, name, act, options = {}) =>
      target.addEventListener(name, act, { signal: this.stop.signal, ...options });
    on(this.play, "click", () => this.toggle());
    on(this["zoom-in"], "click", () => this.zoom(0.5));
    on(this["zoom-out"], "click", () => this.zoom(2));
    on(this.all, "click", () => this.showAll());
    on(this.scrub, "input", () => this.seek((this.scrub.value / 1000) * this.store.end));
    on(this.canvas, "keydown", (event) => this.key(event));
    on(this.canvas, "wheel", (event) => this.wheel(event), { passive: false });
    on(this.canvas, "pointerdown", (event) => this.press(event));
    on(this.canvas, "pointermove", (event) => this.move(event));
    on(this.canvas, "pointerup", (event) => this.release(event));
    on(this.canvas, "pointerleave", () => this.hover(null));
    on(this.canvas, "blur", () => this.request());
    on(this.canvas, "focus", () => this.request());
    this.sizes = new ResizeObserver(() => this.request());
    this.sizes.observe(this.root);
    this.visible = true;
    this.sight = new IntersectionObserver((entries) => {
      this.visible = entries.at(-1).isIntersecting; // the latest of them
      this.request();
    });
    this.sight.observe(this.root);
    this.themes = new MutationObserver(() => {
      this.colours = null;
      this.request();
    });
    this.themes.observe(document.body, { attributes: true });
  }

  // The time that is shown, and the time that it is

  reset() {
    this.frozen = null; // when the picture of a running server was held
    this.frozenCount = 0;
    this.playing = false;
    this.playhead = Infinity;
    this.window = null; // [from, to] in seconds; null: what comes by itself
    this.span = LIVE_SPAN;
    this.selected = -1;
    this.hovered = null;
    this.live = false;
    this.changed();
  }

  // Jupyter says so when it loses the kernel. That it is there again, whatever comes says.
  lose() {
    this.store.running = false; // as far as can be seen from here
    this.changed();
    this.root.classList.add("gn-lost");
  }

  changed() {
    const { store } = this;
    this.root.classList.remove("gn-lost");
    if (this.live && !store.running) this.window = this.window ?? this.shown(); // do not jump
    this.live = store.running;
    const names = store.sources.map((source) => source.name).join(" · ");
    this.name.textContent = names ? this.say("summary", { names }) : this.say("name");
    this.nothing.hidden = store.count > 0;
    this.request();
  }

  get now() {
    const { store } = this;
    return this.live ? (this.frozen ?? store.clock) : Math.min(this.playhead, store.end);
  }

  shown() {
    if (this.window) return this.window;
    if (this.live) {
      // It moves on with the time until the latest event is in the middle, and waits for the next.
      const to = Math.min(this.now + this.span * 0.03, this.store.latest + this.span / 2);
      const from = Math.max(0, to - this.span);
      return [from, from + this.span];
    }
    const pad = (this.store.end || 1) * 0.02;
    return [-pad, (this.store.end || 1) + pad];
  }

  toggle() {
    if (this.live) {
      const follow = this.frozen === null && this.window === null;
      this.hold(follow);
      this.speak(this.say(follow ? "paused" : "live"));
    } else {
      this.playing = !this.playing;
      if (this.playing && this.now >= this.store.end) this.playhead = 0;
      this.before = performance.now();
      this.speak(this.say(this.playing ? "play" : "paused"));
    }
    this.request();
  }

  hold(held) {
    this.window = held ? this.shown() : null;
    this.frozen = held ? this.store.clock : null;
    this.frozenCount = this.store.events.length;
  }

  seek(t) {
    this.playing = false;
    this.playhead = t;
    this.keepInSight(t);
    this.request();
  }

  // How much slower than it happened a recording is played; most are over in a blink.
  get pace() {
    const span = this.store.end || 1;
    return Math.min(20, Math.max(4, span)) / span;
  }

  zoom(factor, at = null) {
    const [from, to] = this.shown();
    const most = Math.max(this.live ? LIVE_SPAN : 0, this.store.end, 1e-3) * 1.5;
    const span = Math.min(most, Math.max(SHORTEST, (to - from) * factor));
    if (this.live && !this.window) {
      this.span = span;
    } else {
      const middle = at ?? this.focusTime(from, to);
      const start = middle - ((middle - from) / (to - from)) * span;
      this.window = [start, start + span];
    }
    this.request();
  }

  focusTime(from, to) {
    const t = this.store.events[this.selected]?.t;
    return t >= from && t <= to ? t : (from + to) / 2;
  }

  pan(seconds) {
    if (this.live && !this.window) this.hold(true);
    const [from, to] = this.shown();
    const most = this.now;
    const shift = Math.max(-to + (to - from) / 2, Math.min(seconds, most - (from + to) / 2));
    const kept = Math.sign(shift) === Math.sign(seconds) ? shift : 0;
    this.window = [from + kept, to + kept];
    this.request();
  }

  showAll() {
    if (this.live) {
      this.window = null;
      this.frozen = null;
      this.span = Math.max(LIVE_SPAN, this.store.clock * 1.1);
    } else {
      this.window = null;
    }
    this.request();
  }

  keepInSight(t) {
    const [from, to] = this.shown();
    if (t >= from && t <= to) return;
    if (this.live) this.hold(true);
    this.window = [t - (to - from) / 2, t + (to - from) / 2];
  }

  // Keyboard and mouse

  key(event) {
    const [from, to] = this.shown();
    const acts = {
      ArrowRight: () => this.visit(this.selected + 1),
      ArrowLeft: () => this.visit(this.selected < 0 ? Infinity : this.selected - 1),
      Home: () => this.visit(0),
      End: () => this.visit(Infinity),
      PageUp: () => this.pan((from - to) * 0.8),
      PageDown: () => this.pan((to - from) * 0.8),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.showAll(),
      " ": () => this.toggle(),
      Escape: () => this.visit(-1),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in acts)) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  visit(index) {
    const { events } = this.store;
    this.selected = Math.min(index, events.length - 1);
    const row = events[this.selected];
    if (row) {
      if (!this.live && row.t > this.now) this.playhead = row.t;
      this.keepInSight(row.t);
      this.speak(`${this.selected + 1}/${events.length}. ${this.explain(row).join(" ")}`);
    }
    this.request();
  }

  wheel(event) {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    // The page scrolls past a picture that nobody has turned to.
    if (!sideways && !event.ctrlKey && document.activeElement !== this.canvas) return;
    event.preventDefault();
    const [from, to] = this.shown();
    if (sideways) this.pan(((event.deltaX || event.deltaY) / this.plot) * (to - from));
    else this.zoom(1.0015 ** event.deltaY, this.live && !this.window ? null : this.timeAt(event));
  }

  timeAt(event) {
    const [from, to] = this.shown();
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    return from + ((x - this.left) / this.plot) * (to - from);
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.clientX, moved: false };
  }

  move(event) {
    if (!this.drag) return this.hover(this.find(event));
    const [from, to] = this.shown();
    const pixels = event.clientX - this.drag.x;
    if (!this.drag.moved && Math.abs(pixels) < 4) return;
    this.drag = { x: event.clientX, moved: true };
    this.pan((-pixels / this.plot) * (to - from));
  }

  release(event) {
    const { moved } = this.drag ?? { moved: true };
    this.drag = null;
    if (moved) return;
    this.selected = this.store.events.indexOf(this.find(event)?.row);
    this.request();
  }

  find(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const within = ({ x0, x1, y0, y1 }) => x >= x0 - 3 && x <= x1 + 3 && y >= y0 && y <= y1;
    return this.boxes.findLast(within) ?? null;
  }

  hover(box) {
    if (box?.row === this.hovered?.row && box?.queue === this.hovered?.queue) return;
    this.hovered = box;
    this.canvas.style.cursor = box ? "pointer" : "";
    this.request();
  }

  // Words

  speak(words) {
    this.spoken.textContent = words;
  }

  explain(row) {
    const source = this.store.sources[row.source];
    const who = row.conn === null ? "" : this.say("client", { number: row.conn });
    const call = row.stood || "select";
    const values = { who, call, text: row.text, size: row.size };
    let id = `event.${row.kind}`;
    if (row.kind === "recv" && !row.size) id += ".end";
    if (row.kind === "ready" && !row.text) id += ".none";
    if (row.kind === "fail" && row.text === "BlockingIOError") id += ".yet";
    if (row.kind === "end" && row.text) id += ".died";
    const thread = this.threadName(source.threads.get(row.thread));
    const told = [];
    if (SILENT.has(row.kind)) {
      const time = this.time(Math.max(0, this.now - row.t), 0);
      told.push(this.say("standing", { thread, call, time }));
    } else {
      told.push(`${this.time(row.t, 3)} · ${this.say(id, values)}`);
    }
    if (row.since !== null) {
      const time = this.time(row.t - row.since, 0);
      told.push(this.say(row.exact ? "stood" : "stood.most", { thread, call, time }));
    }
    const code = source.lines[row.line - 1]?.trim();
    if (code) told.push(this.say("line", { number: row.line, code }));
    return told;
  }

  explainQueue({ queue, row: at }) {
    const by = at.by[queue];
    const parts = typeof by === "number" ? [] : Object.entries(by);
    const who = parts.map(([name, size]) => `${name}: ${size}`);
    const list = who.length ? `(${who.join(", ")})` : "";
    return [this.say(`kernel.${queue}`, { count: at[queue], who: list })];
  }

  threadName({ number }) {
    return number ? this.say("thread", { number }) : this.say("server");
  }

  time(t, digits) {
    const size = Math.abs(t);
    if (size >= 1 || t === 0) {
      return this.say("seconds", { seconds: t.toFixed(Math.max(digits, 1)) });
    }
    if (size >= 1e-3) return `${(t * 1e3).toFixed(size < 0.1 ? Math.max(1, digits - 1) : 0)} ms`;
    return `${(t * 1e6).toFixed(0)} µs`;
  }

  // The picture

  request() {
    if (this.frame || !this.visible) return;
    this.frame = requestAnimationFrame((time) => {
      this.frame = 0;
      this.advance(time);
      this.draw();
      clearTimeout(this.later);
      if (this.playing) this.request();
      else if (this.live && this.frozen === null) {
        this.later = setTimeout(() => this.request(), IDLE);
      }
    });
  }

  advance(time) {
    if (!this.playing) return;
    this.playhead += Math.max(0, time - this.before) / 1000 / this.pace;
    this.before = time;
    if (this.playhead >= this.store.end) {
      this.playing = false;
      this.playhead = Infinity;
    }
    this.keepInSight(this.now);
  }

  draw() {
    const width = this.canvas.parentElement.clientWidth;
    if (!width) return; // not on the page yet
    this.colours ??= this.readColours();
    this.left = width < 520 ? 92 : 124;
    this.plot = width - this.left - 8;
    const lanes = this.layout(width < 520);
    const height = this.height;
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.drawnHeight !== height * scale) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      this.drawnHeight = height * scale;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.context;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `11px ${this.colours.font}`;
    pen.textBaseline = "middle";
    [this.from, this.to] = this.shown();
    this.last = this.live ? Math.min(this.to, this.now) : this.to; // nothing later is drawn
    this.boxes = [];
    this.drawLabels(lanes, width);
    pen.save();
    pen.beginPath();
    pen.rect(this.left, 0, this.plot, height);
    pen.clip();
    this.drawGrid(height);
    this.drawArrows(lanes);
    for (const lane of lanes) {
      if (lane.kind === "thread") for (const thread of lane.tracks) this.drawThread(thread, lane);
      if (lane.kind === "client") for (const client of lane.tracks) this.drawClient(client, lane);
      if (lane.kind === "queue") this.drawQueue(lane);
    }
    this.drawMarked(lanes);
    this.drawNow(height);
    pen.restore();
    this.drawAxis(height, width);
    this.drawWords();
  }

  layout(narrow) {
    const lanes = [];
    let y = 2;
    const put = (kind, height, source, label, tracks) => {
      lanes.push({ kind, y, height, source, label, tracks });
      y += height;
    };
    const several = this.store.sources.length > 1;
    for (const source of this.store.sources) {
      if (several) put("title", TITLE, source, source.name);
      const clients = share([...source.clients.values()]);
      const threads = share([...source.threads.values()]);
      const clientHeight = Math.max(4, Math.min(40, Math.floor(260 / (clients.length || 1))));
      const threadHeight = Math.max(4, Math.min(26, Math.floor(160 / (threads.length || 1))));
      for (const tracks of clients) {
        put("client", clientHeight, source, this.say("client", tracks[0]), tracks);
      }
      for (const tracks of threads) {
        put("thread", threadHeight, source, this.threadName(tracks[0]), tracks);
      }
      for (const queue of QUEUES) {
        if (!(queue in source.most)) continue;
        put("queue", QUEUE, source, this.say(`queue.${queue}`), queue);
      }
      y += 6;
    }
    this.height = Math.max(y, 90) + AXIS;
    this.narrow = narrow;
    return lanes;
  }

  x(t) {
    return this.left + ((t - this.from) / (this.to - this.from)) * this.plot;
  }

  drawLabels(lanes, width) {
    const pen = this.context;
    let free = 0;
    for (const { kind, y, height, label, source, tracks } of lanes) {
      pen.fillStyle = this.colours.line;
      const start = height < 12 ? this.left : 0;
      if (kind !== "title") pen.fillRect(start, y + height - 1, width - start, 1);
      const middle = y + height / 2;
      if (middle < free) continue;
      free = middle + 12;
      pen.fillStyle = kind === "title" ? this.colours.text : this.colours.faint;
      if (kind === "title") pen.font = `600 13px ${this.colours.font}`;
      pen.fillText(this.cut(label, kind === "title" ? width - 12 : this.left - 10), 4, middle);
      pen.font = `11px ${this.colours.font}`;
    }
  }

  drawThread(thread, lane) {
    const pen = this.context;
    const top = lane.y + (lane.height > 12 ? 3 : 0);
    const height = lane.height - (lane.height > 12 ? 7 : 1);
    const ends = lane.source.ends(thread);
    // The thin line: the thread is in its own code.
    pen.fillStyle = this.colours.faint;
    const right = this.x(Math.min(ends ?? Infinity, this.live ? this.now : lane.source.end));
    pen.fillRect(this.x(thread.from), top + height / 2 - 0.5, right - this.x(thread.from), 1);
    let reached = -Infinity;
    const bars = thread.bars;
    for (let place = reach(bars, this.from); place < bars.length; place += 1) {
      const { row } = bars[place];
      if (row.since > this.last) break;
      const x0 = this.x(row.since);
      const x1 = Math.max(this.x(this.live ? Math.min(row.t, this.now) : row.t), x0 + 1);
      if (x1 < reached + 0.5) continue;
      reached = x1;
      this.drawBar(row, x0, x1, top, height);
    }
    if (thread.standing?.t <= this.last) {
      const x0 = this.x(thread.standing.t);
      const x1 = this.x(this.live ? this.now : lane.source.end);
      if (x1 > this.left) this.drawBar(thread.standing, x0, Math.max(x1, x0 + 1), top, height);
    }
    pen.fillStyle = this.colours.fault;
    for (let place = reach(thread.marks, this.from); place < thread.marks.length; place += 1) {
      const { t, row } = thread.marks[place];
      if (t > this.last) break;
      const x = this.x(t);
      if (row.text) {
        pen.fillText(`✕ ${height > 9 ? row.text : ""}`, x - 4, top + height / 2);
        this.boxes.push({ x0: x - 5, x1: x + 60, y0: top, y1: top + height, row });
      } else {
        pen.fillStyle = this.colours.faint;
        pen.fillRect(x - 1, top, 2, height);
        this.boxes.push({ x0: x - 2, x1: x + 2, y0: top, y1: top + height, row });
      }
    }
  }

  drawBar(row, x0, x1, top, height) {
    const pen = this.context;
    const [left, right] = [Math.max(x0, this.left - 2), Math.min(x1, this.left + this.plot + 2)];
    const wide = right - left;
    const colour = this.colours[row.stood] ?? this.colours.several;
    pen.fillStyle = colour;
    if (wide <= 4) {
      pen.fillRect(Math.round(left), top, Math.ceil(wide), height); // whole pixels are fast
      this.boxes.push({ x0: left, x1: right, y0: top, y1: top + height, row });
      return;
    }
    pen.globalAlpha = row.exact ? 1 : 0.6;
    if (row.stood === "accept") {
      pen.fillStyle = this.colours.paper;
      pen.fillRect(left, top, wide, height);
      pen.fillStyle = colour;
      pen.globalAlpha *= 0.25;
      pen.fillRect(left, top, wide, height);
      pen.globalAlpha = row.exact ? 1 : 0.6;
      pen.strokeStyle = colour;
      pen.strokeRect(left + 0.5, top + 0.5, wide - 1, height - 1);
    } else {
      pen.fillRect(left, top, wide, height);
      if (!(row.stood in this.colours) && wide > 8) {
        pen.fillStyle = this.hatch(colour);
        pen.fillRect(left, top, wide, height);
      }
    }
    pen.globalAlpha = 1;
    this.boxes.push({ x0: left, x1: right, y0: top, y1: top + height, row });
    if (wide < 44 || height < 12) return;
    const named = row.conn !== null && wide >= 130;
    const who = named ? ` ${this.say("client", { number: row.conn })}` : "";
    pen.fillStyle = row.stood === "accept" ? this.colours.text : this.colours.on;
    pen.fillText(this.cut(`${row.stood}()${who}`, wide - 8), left + 5, top + height / 2 + 0.5);
  }

  hatch(colour) {
    if (this.hatched?.colour !== colour) {
      const tile = new OffscreenCanvas(8, 8);
      const pen = tile.getContext("2d");
      pen.strokeStyle = this.colours.on;
      pen.globalAlpha = 0.28;
      pen.lineWidth = 1.5;
      for (const shift of [-8, 0, 8]) {
        pen.moveTo(shift, 8);
        pen.lineTo(shift + 8, 0);
      }
      pen.stroke();
      this.hatched = { colour, pattern: this.context.createPattern(tile, "repeat") };
    }
    return this.hatched.pattern;
  }

  drawClient(client, lane) {
    const pen = this.context;
    const middle = lane.y + lane.height / 2 - 0.5;
    const right = this.x(Math.min(client.to ?? Infinity, this.live ? this.now : lane.source.end));
    if (right < this.left || client.from > this.last) return;
    const x0 = Math.max(this.x(client.from), this.left - 4);
    pen.fillStyle = this.colours.faint;
    pen.fillRect(x0, middle - 1, Math.max(1, Math.min(right, this.left + this.plot) - x0), 2);
    this.drawTalk(client.recv, lane, lane.y + lane.height * 0.27, "→");
    this.drawTalk(client.send, lane, lane.y + lane.height * 0.75, "←");
    let reached = -Infinity;
    for (let place = reach(client.marks, this.from); place < client.marks.length; place += 1) {
      const { t, row } = client.marks[place];
      if (t > this.last) break;
      const x = this.x(t);
      if (x < reached + 1) continue;
      reached = x;
      pen.fillStyle = row.kind === "refuse" ? this.colours.fault : this.colours.text;
      if (row.kind === "accept") {
        pen.beginPath();
        pen.arc(x, middle, Math.min(3.5, lane.height / 2), 0, 7);
        pen.fill();
      } else {
        pen.fillText("✕", x - 4, middle + 0.5);
      }
      this.boxes.push({ x0: x - 4, x1: x + 4, y0: middle - 6, y1: middle + 6, row });
    }
  }

  drawTalk(talk, lane, y, arrow) {
    const pen = this.context;
    const half = lane.height / 2 - 1;
    const roomy = lane.height >= 30;
    pen.strokeStyle = this.colours.paper;
    pen.lineWidth = 3;
    let reached = -Infinity;
    for (let place = reach(talk, this.from); place < talk.length; place += 1) {
      const item = talk[place];
      if (item.t > this.last) break;
      const x = this.x(item.t);
      if (x < reached + 1) continue;
      reached = x;
      const next = talk[place + 1];
      const room = (next?.t <= this.last ? this.x(next.t) : this.left + this.plot) - x;
      pen.fillStyle = this.colours[item.row.kind];
      let x1 = x + 2;
      if (roomy) {
        item.label ??= `${arrow} ${item.row.size ? item.row.text : this.say("finished")}`;
        item.wide ??= pen.measureText(item.label).width;
      }
      if (roomy && room > Math.min(item.wide + 8, 34)) {
        const label = item.wide + 8 <= room ? item.label : this.cut(item.label, room - 8);
        pen.strokeText(label, x + 3, y); // keeps it legible where an arrow passes behind it
        pen.fillText(label, x + 3, y);
        x1 = x + Math.min(room, item.wide + 8);
      } else {
        pen.fillRect(Math.round(x) - 1, Math.round(y - half / 2) + 1, 2, Math.max(1, half - 2));
      }
      this.boxes.push({ x0: x - 1, x1, y0: y - half / 2, y1: y + half / 2, row: item.row });
    }
    pen.lineWidth = 1;
  }

  // An arrow from the client's lane to the thread that received, or back to the client.
  drawArrows(lanes) {
    const stands = new Map();
    for (const lane of lanes) {
      if (lane.kind !== "thread") continue;
      for (const thread of lane.tracks) stands.set(thread, lane.y + 3);
    }
    const arrows = [];
    for (const lane of lanes) {
      if (lane.kind !== "client") continue;
      for (const client of lane.tracks) {
        for (const kind of ["recv", "send"]) {
          const talk = client[kind];
          const [first, last] = [reach(talk, this.from), reach(talk, this.last)];
          if (arrows.length + last - first > MAX_ARROWS) return;
          for (const { t, row } of talk.slice(first, last)) {
            const y = lane.y + lane.height * (kind === "recv" ? 0.45 : 0.95);
            const to = stands.get(lane.source.threads.get(row.thread));
            arrows.push({ x: this.x(t), y, to, kind });
          }
        }
      }
    }
    const pen = this.context;
    for (const { x, y, to, kind } of arrows) {
      pen.fillStyle = this.colours[kind];
      pen.globalAlpha = 0.55;
      pen.fillRect(x - 0.5, y, 1, to - y);
      pen.globalAlpha = 1;
      const [tip, back] = kind === "recv" ? [to, to - 6] : [y - 4, y + 2];
      pen.beginPath();
      pen.moveTo(x, tip);
      pen.lineTo(x - 3.5, back);
      pen.lineTo(x + 3.5, back);
      pen.fill();
    }
  }

  drawQueue(lane) {
    const pen = this.context;
    const queue = lane.tracks;
    const { kernel } = lane.source;
    const most = lane.source.most[queue];
    const base = lane.y + lane.height - 2;
    const tall = lane.height - 6;
    pen.fillStyle = this.colours.kernel;
    let reached = -Infinity;
    for (let place = Math.max(0, reach(kernel, this.from) - 1); place < kernel.length; place += 1) {
      const at = kernel[place];
      if (at.t > this.last) break;
      const x0 = this.x(at.t);
      const end = this.live ? this.now : lane.source.end;
      const until = Math.min(kernel[place + 1]?.t ?? Infinity, end);
      const x1 = Math.max(this.x(until), x0 + 1);
      if (x1 < reached + 0.5) continue;
      reached = x1;
      const high = most ? (at[queue] / most) * tall : 0;
      const wide = Math.max(1, Math.round(x1) - Math.round(x0));
      if (high) pen.fillRect(Math.round(x0), base - high, wide, high);
      if (high > 10 && x1 - x0 > 16) {
        pen.fillStyle = this.colours.on;
        pen.fillText(String(at[queue]), Math.max(x0, this.left) + 4, base - high / 2);
        pen.fillStyle = this.colours.kernel;
      }
      this.boxes.push({ x0: x0 + 3, x1: x1 - 3, y0: lane.y, y1: base, row: at, queue });
    }
  }

  drawMarked(lanes) {
    const chosen = this.store.events[this.selected];
    const pen = this.context;
    const places = [[chosen, 2], [this.hovered?.queue ? null : this.hovered?.row, 1]];
    for (const [row, thick] of places) {
      if (!row) continue;
      const x = this.x(row.t);
      pen.fillStyle = this.colours.focus;
      pen.globalAlpha = 0.45;
      const own = lanes.filter((lane) => lane.source === this.store.sources[row.source]);
      const last = own[own.length - 1];
      pen.fillRect(x - thick / 2, own[0].y, thick, last.y + last.height - own[0].y);
      pen.globalAlpha = 1;
      const box = this.boxes.find((each) => each.row === row && each.queue === undefined);
      if (!box) continue;
      pen.strokeStyle = this.colours.focus;
      pen.lineWidth = 2;
      const wide = Math.max(6, box.x1 - box.x0 + 2);
      pen.strokeRect(box.x0 - 1, box.y0, wide, box.y1 - box.y0);
      pen.lineWidth = 1;
    }
  }

  // Where a recording is played, what has not been played yet is dim.
  drawNow(height) {
    if (!this.live && this.now >= this.store.end) return;
    const pen = this.context;
    const x = this.x(this.now);
    if (!this.live) {
      pen.globalAlpha = 0.82;
      pen.fillStyle = this.colours.paper;
      pen.fillRect(x, 0, this.left + this.plot - x, height - AXIS);
      pen.globalAlpha = 1;
    }
    pen.fillStyle = this.colours.focus;
    pen.fillRect(x - 0.5, 0, 1.5, height - AXIS);
  }

  ticks() {
    const rough = ((this.to - this.from) * (this.narrow ? 80 : 100)) / this.plot;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
    const ticks = [];
    for (let n = Math.ceil(Math.max(0, this.from) / step); n * step <= this.to; n += 1) {
      ticks.push(n * step);
    }
    return { step, ticks };
  }

  drawGrid(height) {
    this.context.fillStyle = this.colours.line;
    for (const t of this.ticks().ticks) this.context.fillRect(this.x(t), 0, 1, height - AXIS);
  }

  drawAxis(height, width) {
    const pen = this.context;
    const y = height - AXIS;
    pen.fillStyle = this.colours.faint;
    pen.fillRect(this.left, y, this.plot, 1);
    const { step, ticks } = this.ticks();
    for (const t of ticks) {
      const x = this.x(t);
      pen.fillRect(x, y, 1, 4);
      const label = this.tickLabel(t, step);
      const wide = pen.measureText(label).width;
      pen.fillText(label, Math.min(Math.max(x - wide / 2, this.left), width - wide - 2), y + 13);
    }
  }

  tickLabel(t, step) {
    const unit = step >= 0.1 ? 1 : step >= 1e-4 ? 1e-3 : 1e-6;
    const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
    const number = (t / unit).toFixed(digits);
    if (unit === 1) return this.say("seconds", { seconds: number });
    return `${number} ${unit === 1e-3 ? "ms" : "µs"}`;
  }

  drawWords() {
    const { store, live } = this;
    const held = live && (this.frozen !== null || this.window !== null);
    if (live) this.dress(this.play, held ? "▶" : "❚❚", held ? "resume" : "pause");
    else this.dress(this.play, this.playing ? "❚❚" : "▶", this.playing ? "pause" : "play");
    this.scrub.hidden = live;
    if (!live) {
      this.scrub.value = String((this.now / (store.end || 1)) * 1000);
      this.scrub.setAttribute("aria-valuetext", this.time(this.now, 3));
    }
    const fresh = store.events.length - this.frozenCount;
    const pace = this.pace;
    const [id, times] = pace >= 1 ? ["slower", pace] : ["faster", 1 / pace];
    const state = live ? (held ? "paused" : "live") : this.playing ? "playing" : "recorded";
    const quiet = this.now - store.latest;
    this.status.dataset.state = state;
    const shown =
      state === "paused" ? this.say(fresh ? "paused.new" : "paused", { count: fresh })
      : state === "live" && quiet > this.span / 2 ? this.say("quiet", { seconds: quiet.toFixed() })
      : state === "playing" ? this.say(id, { times: times.toFixed(times < 10 ? 1 : 0) })
      : this.say(state === "recorded" && store.wasLive ? "over" : state, {
        count: store.events.length,
      });
    if (this.status.textContent !== shown) this.status.textContent = shown;
    const told = this.hovered
      ? this.hovered.queue ? this.explainQueue(this.hovered) : this.explain(this.hovered.row)
      : store.events[this.selected] ? this.explain(store.events[this.selected])
      : [this.say("legend"), this.say("hint")];
    if (store.dropped) told.push(this.say("dropped", { kept: store.count, count: store.dropped }));
    const joined = told.join("\n");
    if (this.details.textContent !== joined) {
      this.details.textContent = joined;
      this.details.classList.toggle("gn-tl-quiet", !this.hovered && this.selected < 0);
    }
  }

  cut(label, room) {
    const wide = (words) => this.context.measureText(words).width;
    if (wide(label) <= room) return label;
    const letters = [...label];
    letters.length = Math.ceil((letters.length * room) / wide(label));
    while (letters.length && wide(`${letters.join("")}…`) > room) letters.pop();
    return letters.length ? `${letters.join("")}…` : "";
  }

  readColours() {
    const style = getComputedStyle(this.root);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      accept: read("--gn-grey"), recv: read("--gn-blue"), send: read("--gn-orange"),
      several: read("--gn-green"), fault: read("--gn-red"), kernel: read("--gn-purple"),
      on: read("--gn-on"), focus: read("--gn-focus"), line: read("--gn-line"),
      text: style.color, faint: read("--gn-grey"), paper: read("--gn-paper"),
      font: style.fontFamily,
    };
  }
}

// Each has a lane of its own as long as there are lanes.
function share(tracks) {
  const shared = tracks.slice(0, MAX_LANES).map((track) => [track]);
  if (tracks.length > MAX_LANES) shared[MAX_LANES - 1].push(...tracks.slice(MAX_LANES));
  return shared;
}

export default () => {
  let store = null;
  return {
    initialize({ model }) {
      store = new Store((from) => model.send({ from }));
      model.on("msg:custom", (message) => store.receive(message));
      store.pull();
    },
    render({ model, el }) {
      el.classList.add("gn-drawn");
      const view = new View(store, model.get("words"), el);
      const lose = () => view.lose();
      model.on("comm_live_update", lose);
      return () => {
        model.off("comm_live_update", lose);
        view.remove();
      };
    },
  };
};

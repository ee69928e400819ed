// The production plan: one row per work centre or work order, bars that can be dragged.
// Each day has a width; its working hours (08:00–17:00) fill it, days off are narrow and grey.
// Keyboard on a bar: ← → half an hour, with Shift a day; Enter opens; Delete lets the plan decide.
import { post, reasons } from "../islands.js";
import { toast } from "../toast.js";

const NS = "http://www.w3.org/2000/svg";
const DAY = 864e5;
const ROW = 34;
const HEAD = 30;
const WORKDAY = 112;
const DAYOFF = 22;
const OPEN = 8;
const CLOSE = 17;
const STEP = 15 * 6e4;

function make(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Where moments lie; `offset` is the company's clock in ms from UTC. */
function scale(data) {
  const offset = data.offset * 6e4;
  const first = Math.floor((Date.parse(data.from) + offset) / DAY);
  const last = Math.floor((Date.parse(data.to) + offset) / DAY);
  const off = new Set(data.closed.map(([start]) => Math.floor((Date.parse(start) + offset) / DAY)));
  const days = [];
  let at = 0;
  for (let day = first; day <= last; day += 1) {
    const width = off.has(day) ? DAYOFF : WORKDAY;
    days.push({ day, at, width, off: off.has(day) });
    at += width;
  }
  return {
    days,
    width: at,
    x(moment) {
      const local = moment + offset;
      const place = Math.min(Math.max(Math.floor(local / DAY) - first, 0), days.length - 1);
      const hours = (local - days[place].day * DAY) / 36e5;
      return days[place].at + Math.min(Math.max((hours - OPEN) / (CLOSE - OPEN), 0), 1) * days[place].width;
    },
    moment(x) {
      const slot = days.findLast((day) => day.at <= x) || days[0];
      const hours = OPEN + ((x - slot.at) / slot.width) * (CLOSE - OPEN);
      return Math.round((slot.day * DAY + hours * 36e5) / STEP) * STEP - offset;
    },

  };
}

class Gantt {
  constructor(element, data) {
    this.element = element;
    this.moves = 0;
    this.draw(data);
  }

  draw(data) {
    this.data = data;
    this.scale = scale(data);
    this.element.querySelector(".tw-gantt__wrap")?.remove();
    const wrap = document.createElement("div");
    wrap.className = "tw-gantt__wrap";
    const names = document.createElement("div");
    names.className = "tw-gantt__names";
    for (const row of data.rows) {
      const name = document.createElement("div");
      name.className = "tw-gantt__name";
      const strong = document.createElement("strong");
      strong.textContent = row.label;
      const hint = document.createElement("span");
      hint.textContent = row.hint || "";
      name.append(strong, hint);
      names.append(name);
    }
    const height = HEAD + data.rows.length * ROW;
    this.svg = make("svg", { width: this.scale.width, height, role: "group", "aria-label": document.title });
    this.grid(height);
    const rows = new Map(data.rows.map((row, n) => [row.id, n]));
    for (const bar of data.bars) if (rows.has(bar.row)) this.bar(bar, rows.get(bar.row));
    const now = this.scale.x(Date.parse(data.now));
    this.svg.append(make("line", { class: "tw-today", x1: now, x2: now, y1: HEAD - 8, y2: height }));
    const scroll = document.createElement("div");
    scroll.className = "tw-gantt__scroll";
    scroll.append(this.svg);
    wrap.append(names, scroll);
    this.element.append(wrap);
    this.element.dataset.bars = String(data.bars.length);
    this.element.dataset.rows = String(data.rows.length);
    this.element.dataset.moves = String(this.moves);
  }

  grid(height) {
    const words = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" });
    for (const slot of this.scale.days) {
      if (slot.off) this.svg.append(make("rect", { class: "tw-off", x: slot.at, y: 0, width: slot.width, height }));
      this.svg.append(make("line", { class: "tw-gridline", x1: slot.at, x2: slot.at, y1: 0, y2: height }));
      const date = new Date(slot.day * DAY);
      if (!slot.off) this.svg.append(make("text", { x: slot.at + 6, y: 19 }, `${date.toISOString().slice(5, 10)} ${words.format(date)}`));
    }
    this.data.rows.forEach((_row, n) => {
      const y = HEAD + n * ROW;
      this.svg.append(make("line", { class: "tw-gridline", x1: 0, x2: this.scale.width, y1: y, y2: y }));
    });
  }

  bar(bar, row) {
    const x = this.scale.x(Date.parse(bar.start));
    const width = Math.max(this.scale.x(Date.parse(bar.end)) - x, 6);
    const y = HEAD + row * ROW + 5;
    const look = { red: "tw-bar-late", green: "tw-bar-done", amber: "tw-bar-run" }[bar.colour] || "";
    const group = make("g", { class: `tw-bar${bar.movable ? " tw-bar--movable" : ""}`, tabindex: 0, role: "link", "data-id": bar.id, "aria-label": bar.tip });
    group.append(make("title", {}, bar.tip));
    group.append(make("rect", { class: `tw-bar-rect ${look}`, x, y, width, height: ROW - 10, rx: 4 }));
    if (bar.progress > 0 && bar.progress < 1) group.append(make("rect", { class: "tw-bar-done-part", x, y: y + ROW - 14, width: width * bar.progress, height: 4, rx: 2 }));
    if (width > 34) {
      const fits = Math.floor((width - 10) / 6.4);
      const text = bar.label.length > fits ? bar.label.slice(0, Math.max(1, fits - 1)) + "…" : bar.label;
      group.append(make("text", { class: "tw-bar-label", x: x + 6, y: y + 16 }, text));
    }
    if (bar.pinned) group.append(this.pin(bar, x, y));
    this.act(group, bar);
    this.svg.append(group);
  }

  pin(bar, x, y) {
    const pin = make("circle", { class: "tw-bar-pin", cx: x, cy: y, r: 5 });
    pin.append(make("title", {}, `${this.data.words.pinned} – ${this.data.words.unpin}`));
    pin.addEventListener("pointerdown", (event) => event.stopPropagation());
    pin.addEventListener("click", (event) => { event.stopPropagation(); this.send(bar, null); });
    return pin;
  }

  act(group, bar) {
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter") return location.assign(bar.url);
      if (!bar.movable || !this.data.post) return undefined;
      if (event.key === "Delete") return this.send(bar, null);
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way) return undefined;
      event.preventDefault();
      const from = Date.parse(bar.start);
      return this.send(bar, from + way * (event.shiftKey ? DAY : 2 * STEP));
    });
    group.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const from = event.clientX;
      const start = this.scale.x(Date.parse(bar.start));
      let moved = 0;
      const drag = (e) => {
        moved = e.clientX - from;
        if (bar.movable && this.data.post && Math.abs(moved) > 3) {
          group.classList.add("tw-bar--drag");
          group.setAttribute("transform", `translate(${moved} 0)`);
        }
      };
      const drop = () => {
        document.removeEventListener("pointermove", drag);
        document.removeEventListener("pointercancel", drop);
        group.classList.remove("tw-bar--drag");
        if (Math.abs(moved) <= 3) location.assign(bar.url);
        else if (bar.movable && this.data.post) this.send(bar, this.scale.moment(start + moved));
      };
      document.addEventListener("pointermove", drag);
      document.addEventListener("pointercancel", drop, { once: true });
      document.addEventListener("pointerup", drop, { once: true });
      event.preventDefault();
    });
  }

  async send(bar, moment) {
    const start = moment === null ? null : new Date(moment).toISOString();
    const answer = await post(this.data.post, { id: bar.id, start, by: this.data.by });
    if (!answer.ok) {
      toast(reasons(answer), { bad: true });
      this.draw(this.data);
      return;
    }
    this.moves += 1;
    const left = this.element.querySelector(".tw-gantt__scroll")?.scrollLeft || 0;
    this.draw(answer.body);
    this.element.querySelector(".tw-gantt__scroll").scrollLeft = left;
    this.svg.querySelector(`[data-id="${bar.id}"]`)?.focus();
    for (const note of answer.body.notes || []) toast(note, { bad: true });
  }
}

/** Draw the plan; `data` as described in plugins/mes/gantt.py. */
export default function mount(element, data) {
  const gantt = new Gantt(element, data);
  element.querySelector(".tw-gantt__scroll").scrollLeft = gantt.scale.x(Date.parse(data.now)) - 40;
}

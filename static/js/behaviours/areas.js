/* Areas drawn, moved and changed on their picture. The numbers in the rows of the form are the areas;
   the picture shows them and writes them, so whoever cannot drag types them. */
import { between, fromBox, boxOf, handlesOf, isWhole, moved, pulled, withCorner, withoutCorner } from '../bank/geometry.js';

const SVG = 'http://www.w3.org/2000/svg';
const WHOLE = /^\d+$/;
const LEAST = 3;
const drawnAhead = new Map();

export function bind(box) {
  const board = new Board(box);
  box.hidden = false;
  board.picture.addEventListener('load', () => board.begin());
  board.begin();
}

class Board {
  constructor(box) {
    this.box = box;
    this.path = box.dataset.areas;
    this.form = box.closest('form');
    this.rows = box.parentElement;
    this.picture = box.querySelector('img');
    this.map = box.querySelector('svg');
    this.chosen = 0;
    this.map.addEventListener('pointerdown', (event) => this.press(event));
    this.map.addEventListener('dblclick', (event) => this.without(event.target.dataset.handle));
    this.rows.addEventListener('input', () => this.show());
    this.rows.addEventListener('change', (event) => this.reshape(event.target));
    this.rows.addEventListener('focusin', (event) => this.choose(event.target));
    for (const name of ['width', 'height']) this.side(name)?.addEventListener('input', () => this.show());
  }

  /* The size is that of the picture unless the form says another; an area drawn before its row was there gets it. */
  begin() {
    for (const [name, natural] of [['width', this.picture.naturalWidth], ['height', this.picture.naturalHeight]]) {
      const field = this.side(name);
      if (field && !field.value && natural) write(field, natural);
    }
    const [ahead, last] = [drawnAhead.get(this.path), this.count() - 1];
    drawnAhead.delete(this.path);
    if (ahead && !this.field(last, 'coords').value) {
      this.chosen = last;
      this.put(last, fromBox(this.shape(last), ahead));
    }
    this.shapes = new Map([...Array(this.count()).keys()].map((row) => [row, this.shape(row)]));
    this.show();
  }

  side(name) {
    return document.getElementById(this.path.replace(/areas$/, name));
  }

  field(row, name) {
    return document.getElementById(`${this.path}.${row}.${name}`);
  }

  count() {
    return Number(this.form.elements[`${this.path}.rows`].value);
  }

  shape(row) {
    return this.field(row, 'shape').value;
  }

  /* The numbers of a row, or nothing while they describe no area. */
  at(row) {
    const at = (this.field(row, 'coords')?.value ?? '').split(/[\s,;，；、]+/).filter(Boolean);
    const numbers = at.every((one) => WHOLE.test(one)) ? at.map(Number) : [NaN];
    return isWhole(this.shape(row), numbers) ? numbers : null;
  }

  size() {
    return ['width', 'height'].map((name) => Number(this.side(name)?.value) || 0);
  }

  show() {
    const [width, height] = this.size();
    this.map.replaceChildren();
    if (!width || !height) return;
    this.map.setAttribute('viewBox', `0 0 ${width} ${height}`);
    for (let row = 0; row < this.count(); row += 1) {
      const at = this.at(row);
      if (at) this.map.append(drawn(this.shape(row), at, row, row === this.chosen));
    }
    const at = this.chosen < this.count() && this.at(this.chosen);
    if (!at) return;
    handlesOf(this.shape(this.chosen), at).forEach(([cx, cy], handle) => {
      const knob = element('circle', { cx, cy, r: Math.max(width, height) / 60, class: 'areas__handle' });
      knob.dataset.handle = handle;
      this.map.append(knob);
    });
  }

  choose(target) {
    const row = target.id?.startsWith(`${this.path}.`) && target.id.slice(this.path.length + 1).split('.')[0];
    if (!row || !WHOLE.test(row) || Number(row) === this.chosen) return;
    this.chosen = Number(row);
    this.show();
  }

  /* Another shape takes the place of the one before. */
  reshape(target) {
    const [, row] = /\.(\d+)\.shape$/.exec(target.id ?? '') ?? [];
    if (row === undefined) return;
    const [number, before] = [Number(row), this.shapes.get(Number(row))];
    const at = this.field(number, 'coords').value.split(/[\s,;，；、]+/).filter(Boolean).map(Number);
    this.shapes.set(number, target.value);
    if (before && isWhole(before, at)) this.put(number, fromBox(target.value, boxOf(before, at)));
    else this.show();
  }

  put(row, at) {
    write(this.field(row, 'coords'), at.join(', '));
    this.show();
  }

  place(event) {
    const frame = this.map.getBoundingClientRect();
    const inside = (share, most) => Math.round(Math.max(0, Math.min(1, share)) * most);
    const [width, height] = this.size();
    return [inside((event.clientX - frame.left) / frame.width, width), inside((event.clientY - frame.top) / frame.height, height)];
  }

  press(event) {
    const [width, height] = this.size();
    if (event.button || !width || !height) return;
    event.preventDefault();
    const { handle, area } = event.target.dataset;
    if (area !== undefined) this.chosen = Number(area);
    const [start, row] = [this.place(event), this.chosen];
    const at = row < this.count() ? this.at(row) : null;
    let change = (end) => at && moved(this.shape(row), at, [end[0] - start[0], end[1] - start[1]], [width, height]);
    if (handle !== undefined) change = (end) => pulled(this.shape(row), at, Number(handle), end);
    if (handle === undefined && area === undefined) return this.draw(event, start);
    this.show();
    this.follow(event, (end) => this.put(row, change(end)));
  }

  /* On an empty place: fill the first row without an area, or a new row; a click adds a corner to a polygon. */
  draw(event, start) {
    const row = [...Array(this.count()).keys()].find((one) => !this.field(one, 'coords').value);
    const last = { end: start };
    const finish = () => {
      const box = between(start, last.end);
      const isClick = box[2] - box[0] < LEAST || box[3] - box[1] < LEAST;
      const at = this.chosen < this.count() && this.at(this.chosen);
      if (!isClick && row === undefined) return this.ask(box);
      if (isClick && at && this.shape(this.chosen) === 'poly') this.put(this.chosen, withCorner(at, start));
      return undefined;
    };
    this.follow(event, (end) => {
      last.end = end;
      const box = between(start, end);
      if (row === undefined || box[2] - box[0] < LEAST || box[3] - box[1] < LEAST) return;
      this.chosen = row;
      this.put(row, fromBox(this.shape(row), box));
    }, finish);
  }

  /* The server draws the new row; what was drawn waits for it. */
  ask(box) {
    const add = this.form.querySelector(`button[value="add:${CSS.escape(this.path)}"]`);
    if (!add) return;
    drawnAhead.set(this.path, box);
    add.click();
  }

  without(handle) {
    const at = this.at(this.chosen);
    if (handle === undefined || !at || this.shape(this.chosen) !== 'poly') return;
    this.put(this.chosen, withoutCorner(at, Number(handle)));
  }

  follow(begun, move, finish = () => {}) {
    const until = new AbortController();
    const own = (done) => (event) => event.pointerId === begun.pointerId && done(event);
    const end = () => {
      until.abort();
      finish();
    };
    document.addEventListener('pointermove', own((event) => move(this.place(event))), until);
    document.addEventListener('pointerup', own(end), until);
    document.addEventListener('pointercancel', own(end), until);
  }
}

function drawn(shape, at, row, isChosen) {
  const [x, y, a, b] = at;
  const area = {
    rect: () => element('rect', { x, y, width: a - x, height: b - y }),
    circle: () => element('circle', { cx: x, cy: y, r: a }),
    ellipse: () => element('ellipse', { cx: x, cy: y, rx: a, ry: b }),
    poly: () => element('polygon', { points: at.join(' ') }),
  }[shape]();
  area.setAttribute('class', `hotspot__area areas__area${isChosen ? ' is-on' : ''}`);
  area.dataset.area = row;
  return area;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function write(field, value) {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

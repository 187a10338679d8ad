/* The candidate's tools: striking out, notes, calculator, larger text, the other language, case documents. */
import { Calculator } from './calculator.js';
import { bindCases } from './cases.js';
import { bindDocuments } from './documents.js';
import { forget, noteTime } from './known.js';
import { Languages } from './languages.js';
import { Memory, remember } from './memory.js';
import { Pane } from './panes.js';
import { Scratch } from './scratch.js';
import { Striking } from './striking.js';
import { Zoom } from './zoom.js';

export class Tools {
  constructor(room) {
    const root = document.querySelector('[data-tools]');
    const words = JSON.parse(root.dataset.words);
    const say = (text) => room.status.say(text);
    const notes = document.getElementById('notes');
    this.attempt = room.attempt;
    this.memory = new Memory(`exam-view-${room.attempt}`);
    this.scratch = new Scratch(room.protocol, room.attempt, JSON.parse(root.dataset.scratch), {
      changed: () => this.#draw(notes),
      said: (state) => { document.querySelectorAll('[data-notes-state]').forEach((place) => place.replaceChildren(words[state])); },
    });
    this.striking = new Striking(room.questions, this.scratch, words);
    this.zoom = new Zoom(this.memory, words, say);
    this.languages = new Languages(room, [...document.querySelectorAll('[data-other-language]')], this.memory, words);
    this.panes = { documents: bindDocuments(this.memory) };
    const calculator = document.getElementById('pane-calculator');
    if (calculator) {
      this.calculator = new Calculator(calculator, words);
      this.panes.calculator = new Pane('calculator');
    }
    bindCases(this.memory);
    if (notes) {
      this.panes.notes = new Pane('notes');
      notes.value = this.scratch.value.notes;
      notes.addEventListener('input', () => this.scratch.edit({ notes: notes.value }));
    }
    addEventListener('online', () => this.scratch.flush());
    addEventListener('pagehide', () => this.scratch.flush());
  }

  /* What Alt and a key do. */
  get keys() {
    return {
      KeyN: () => this.panes.notes?.toggle(),
      KeyC: () => this.panes.calculator?.toggle(),
      KeyD: () => this.panes.documents?.toggle(),
      KeyL: () => this.languages.toggle(),
      Equal: () => this.zoom.by(1),
      Minus: () => this.zoom.by(-1),
    };
  }

  /* What the server said about this attempt. */
  heard({ scratch_version: version, server_time: serverTime, deadline }) {
    noteTime(this.attempt, serverTime, deadline);
    this.scratch.heard(version ?? 0);
  }

  /* The attempt is over: what helped with it goes from this device. */
  forget() {
    this.scratch.forget();
    forget(this.attempt);
    remember(this.memory.name, null);
  }

  #draw(notes) {
    if (notes) notes.value = this.scratch.value.notes;
    this.striking.draw();
  }
}

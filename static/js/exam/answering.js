/* Between the questions and their record: what a candidate does becomes changes, what the server holds is shown. */
import { fill, read, watch } from '../bank/response.js';

export const answerOf = (question) => question.querySelector('[data-answer] [data-kind]');

export class Answering {
  constructor(room) {
    this.room = room;
    for (const question of room.questions) this.#bind(question);
  }

  show(question, response) {
    fill(answerOf(question), response);
    this.room.paper.mark(question, response !== null);
  }

  /* Bring in what the server holds and this window does not. */
  replace(item, version, response) {
    this.room.recorder.replaced(item, version, response);
    this.show(this.room.byItem.get(item), response);
  }

  /* Answers of windows that are gone are shown and sent without being asked for. */
  async adopt() {
    const { byItem, outbox, recorder, status, tabs } = this.room;
    for (const change of await tabs.adopt(await outbox.waiting())) {
      const question = byItem.get(change.item);
      if (!question || recorder.holds(change.item)) continue;
      recorder.adopt(change);
      this.show(question, change.response);
      status.kept(question);
    }
  }

  /* Show what the server has meanwhile, wherever nothing of this window is on its way. */
  take(responses) {
    const { byItem, recorder } = this.room;
    for (const [item, { version, response }] of Object.entries(responses)) {
      const isNewer = byItem.has(item) && version > (recorder.versions[item] ?? 0);
      if (isNewer && !recorder.holds(item)) this.replace(item, version, response);
    }
  }

  /* Nothing can be answered while anybody has a reason to lock. */
  lock(isLocked) {
    for (const question of this.room.questions) {
      for (const part of [answerOf(question), ...question.querySelectorAll('[data-answer-tool]')]) {
        part.disabled = isLocked;
      }
    }
    document.documentElement.toggleAttribute('data-locked', isLocked);
  }

  #bind(question) {
    const { flags, paper, recorder, status } = this.room;
    const root = answerOf(question);
    const { item } = question.dataset;
    const changed = (response, isTyping) => {
      paper.mark(question, response !== null);
      status.editing(question);
      recorder.change(item, response, isTyping);
    };
    recorder.shows(item, read(root));
    watch(root, (response, { typing = false } = {}) => changed(response, typing));
    root.addEventListener('focusout', () => recorder.takeAll());
    question.querySelector('[data-clear]').addEventListener('click', () => {
      this.show(question, null);
      changed(null, false);
      question.querySelector('[data-heading]').focus();
    });
    question.querySelector('[data-keep-order]')?.addEventListener('click', () => {
      root.querySelector('[data-order]').dispatchEvent(new Event('change', { bubbles: true }));
    });
    question.querySelector('[data-flag]').addEventListener('click', () => {
      paper.flag(question, !paper.isFlagged(question));
      flags.send(paper.flagged);
    });
  }
}

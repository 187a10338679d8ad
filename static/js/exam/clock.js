/* Time left by the server's clock: its time at load plus what a monotonic clock has counted since. */
import { recall, remember } from './memory.js';

const REMEMBERED = 'exam-clock-hidden';
const ANNOUNCE_MINUTES = [30, 10, 5, 1];
const SHOWN_ANYWAY_SECONDS = 300;
const NOTICED_MS = 1000;

export class Clock {
  constructor(bar, words, say, onZero) {
    this.words = words;
    this.say = say;
    this.onZero = onZero;
    this.box = bar.querySelector('[data-timer]');
    this.text = bar.querySelector('[data-timer-text]');
    this.toggle = bar.querySelector('[data-timer-toggle]');
    this.before = 0;
    this.isHidden = recall(REMEMBERED) ?? false;
    this.isOver = false;
    this.held = null;
    this.toggle.setAttribute('aria-pressed', String(this.isHidden));
    this.toggle.addEventListener('click', () => {
      this.isHidden = !this.isHidden;
      remember(REMEMBERED, this.isHidden);
      this.toggle.setAttribute('aria-pressed', String(this.isHidden));
      this.tick();
    });
  }

  /* Take the server's word on what time it is and when the exam ends. */
  set(serverTime, deadline) {
    this.offset = Date.parse(serverTime) - performance.now();
    this.move(deadline);
  }

  /* Show this instead of the time while the clock stands still; null lets it run again. */
  hold(text) {
    this.held = text;
    this.tick();
  }

  /* The exam ends at another time than before: say so. */
  move(deadline) {
    const before = this.deadline;
    this.deadline = Date.parse(deadline);
    this.tick();
    if (before && this.held === null && Math.abs(before - this.deadline) > NOTICED_MS) {
      this.say(this.words.new_end.replace('{left}', this.spoken()));
    }
  }

  start() {
    this.timer = setInterval(() => this.tick(), 1000);
  }

  stop() {
    clearInterval(this.timer);
  }

  get left() {
    return Math.max(0, Math.ceil((this.deadline - this.offset - performance.now()) / 1000));
  }

  spoken() {
    const minutes = Math.ceil(this.left / 60);
    return (minutes === 1 ? this.words.minute_left : this.words.minutes_left).replace('{n}', minutes);
  }

  tick() {
    if (this.held !== null) {
      this.text.textContent = this.held;
      return;
    }
    const seconds = this.left;
    const hide = this.isHidden && seconds > SHOWN_ANYWAY_SECONDS;
    this.text.textContent = hide ? this.words.show_time : shown(seconds);
    this.box.dataset.level = seconds <= 60 ? 'last' : seconds <= 600 ? 'low' : '';
    // crossed since the last look, however long ago: a window in the background looks seldom
    const isCrossed = (minutes) => seconds <= minutes * 60 && this.before > minutes * 60;
    if (seconds > 0 && ANNOUNCE_MINUTES.some(isCrossed)) this.say(this.spoken());
    this.before = seconds;
    if (seconds === 0 && !this.isOver) {
      this.isOver = true;
      this.onZero();
    }
  }
}

function shown(seconds) {
  const pad = (value) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

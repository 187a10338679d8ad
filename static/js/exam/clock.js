/* Time left by the server's clock: its time at load plus what a monotonic clock has counted since. */
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
    this.announced = new Set();
    this.isHidden = false;
    this.isOver = false;
    this.toggle.addEventListener('click', () => {
      this.isHidden = !this.isHidden;
      this.toggle.setAttribute('aria-pressed', String(this.isHidden));
      this.tick();
    });
  }

  /* Take the server's word on what time it is and when the exam ends. */
  set(serverTime, deadline) {
    this.offset = Date.parse(serverTime) - performance.now();
    this.move(deadline);
  }

  /* The exam ends at another time than before: say so. */
  move(deadline) {
    const before = this.deadline;
    this.deadline = Date.parse(deadline);
    this.tick();
    if (before && Math.abs(before - this.deadline) > NOTICED_MS) {
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
    const seconds = this.left;
    const hide = this.isHidden && seconds > SHOWN_ANYWAY_SECONDS;
    this.text.textContent = hide ? this.words.show_time : shown(seconds);
    this.box.dataset.level = seconds <= 60 ? 'last' : seconds <= 600 ? 'low' : '';
    for (const minutes of ANNOUNCE_MINUTES) {
      const due = seconds <= minutes * 60 && seconds > minutes * 60 - 5;
      if (due && !this.announced.has(minutes)) {
        this.announced.add(minutes);
        this.say(this.spoken());
      }
    }
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

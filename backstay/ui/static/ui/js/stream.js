// One EventSource that resumes by itself: each new connection asks for what came after the last number heard.
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30000;

export class Stream {
  constructor(url, after, hears) {
    Object.assign(this, { url, last: after, hears, wait: FIRST_WAIT, source: null, timer: 0 });
    this.open();
  }

  open() {
    const joint = this.url.includes("?") ? "&" : "?";
    this.source = new EventSource(`${this.url}${joint}after=${this.last}`);
    this.source.onopen = () => { this.wait = FIRST_WAIT; this.hears({ kind: "state", connected: true }); };
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.addEventListener("reset", (event) => this.reset(event));
    this.source.onerror = () => this.retry();
  }

  take(message) {
    if (message.n <= this.last) return;
    this.last = message.n;
    this.hears({ kind: "message", ...message });
  }

  reset(event) {
    this.close();
    let n = null;
    try { n = JSON.parse(event.data).n ?? null; } catch { /* it came without a number */ }
    this.hears({ kind: "reset", n });
  }

  retry() {
    this.source.close();
    this.hears({ kind: "state", connected: false });
    this.timer = setTimeout(() => this.open(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }
}

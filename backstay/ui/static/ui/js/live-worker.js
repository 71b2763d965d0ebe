// One event stream for all tabs of this browser. A tab that joins late is told what it missed.
import { Stream } from "./stream.js";

const KEPT = 500;
const ports = new Set();
let stream = null;
let since = 0;
let heard = [];
let connected = true;

const tell = (message) => ports.forEach((port) => port.postMessage(message));

function hears(message) {
  if (message.kind === "message") {
    heard.push(message);
    if (heard.length > KEPT) since = heard.shift().n;
  }
  if (message.kind === "state") connected = message.connected;
  if (message.kind === "reset") stop();
  tell(message);
}

function stop() {
  stream?.close();
  stream = null;
  heard = [];
}

function join(port, { url, after }) {
  ports.add(port);
  if (!stream) {
    since = after;
    stream = new Stream(url, after, hears);
    return;
  }
  if (!connected) port.postMessage({ kind: "state", connected });
  if (after < since) port.postMessage({ kind: "refresh", n: stream.last });
  else heard.filter((message) => message.n > after).forEach((message) => port.postMessage(message));
}

function leave(port) {
  ports.delete(port);
  if (!ports.size) stop();
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => (data.kind === "join" ? join(port, data) : leave(port));
};

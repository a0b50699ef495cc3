// Calls to the server. Every call ends: with data, or with an Error whose message can be shown.
import { words } from './words.js';

export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(url, options = {}, timeout = 12000) {
  let response;
  try {
    response = await fetch(url, { ...options, signal: AbortSignal.timeout(timeout) });
  } catch {
    throw new Problem(navigator.onLine ? words.problem : words.offline, 0);
  }
  let body = null;
  try { body = await response.json(); } catch { /* not JSON: the status says enough */ }
  if (!response.ok) throw new Problem(body?.error?.message ?? words.problem, response.status);
  return body;
}

const post = (url, body) => call(url, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

export const search = (params) => call(`/api/search?${params}`);
export const product = (id) => call(`/api/products/${encodeURIComponent(id)}`);
export const recommendations = (id, limit) =>
  call(`/api/recommendations?limit=${limit}${id ? `&product=${encodeURIComponent(id)}` : ''}`);
export const chat = (message) => post('/api/chat', message);
export const status = () => call('/api/status');

// One id per tab: follow-up questions and behaviour of one visit belong together.
export const session = (() => {
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))]
    .map((b) => b.toString(16).padStart(2, '0')).join('');
  try {
    const kept = sessionStorage.getItem('session') ?? fresh();
    sessionStorage.setItem('session', kept);
    return kept;
  } catch { return fresh(); }
})();

// Behaviour helps recommendations; the page never waits for it.
export function note(type, id) {
  post('/api/events', { events: [{ type, product: id, session }] }).catch(() => {});
}

// Products the person set aside, newest first, in this browser only.
export const shortlist = {
  all() {
    try { return JSON.parse(localStorage.getItem('shortlist') ?? '[]').slice(0, 24); } catch { return []; }
  },
  has(id) { return this.all().some((p) => p.id === id); },
  toggle(card) {
    const on = !this.has(card.id);
    const rest = this.all().filter((p) => p.id !== card.id);
    try { localStorage.setItem('shortlist', JSON.stringify(on ? [card, ...rest].slice(0, 24) : rest)); } catch { /* private mode */ }
    return on;
  },
};

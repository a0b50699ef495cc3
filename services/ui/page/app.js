// Routes between the views without reloading; every address also works on its own.
import * as api from './api.js';
import { makeChat } from './chat.js';
import * as views from './views.js';
import { lang, words } from './words.js';

const main = document.getElementById('main');
const box = document.getElementById('q');
const chat = makeChat(document.getElementById('chat-root'));

// What the server already knew when it wrote the page.
let given = JSON.parse(document.getElementById('data').textContent || 'null') ?? {};
let visit = 0;

async function show(url, { focus = false } = {}) {
  const mine = ++visit;
  const context = { url, go, openChat: chat.open, alive: () => mine === visit };
  const data = given;
  given = {};
  const product = url.pathname.match(/^\/product\/([^/]+)$/);
  if (!product) chat.leaveProduct();
  box.value = url.pathname === '/search' ? url.searchParams.get('q') ?? '' : '';
  if (focus) scrollTo(0, 0);
  const shown = product ? views.product(main, { ...context, id: decodeURIComponent(product[1]), data: data.product })
    : url.pathname === '/search' ? views.search(main, { ...context, data: data.search })
      : views.home(main, { ...context, data: data.home });
  // Keyboard and screen reader go where the new content is.
  if (focus) main.focus({ preventScroll: true });
  await shown;
}

function go(address, again = false) {
  const url = new URL(address, location.href);
  if (!again) history.pushState(null, '', url);
  show(url, { focus: true });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.dataset.lang) {
    event.preventDefault();
    const url = new URL(location.href);
    url.searchParams.set('lang', link.dataset.lang);
    location.assign(url);
    return;
  }
  const url = new URL(link.href);
  if (url.origin !== location.origin || link.getAttribute('href').startsWith('#')) return;
  if (url.pathname !== '/' && url.pathname !== '/search' && !url.pathname.startsWith('/product/')) return;
  event.preventDefault();
  go(url.href);
});
document.querySelector('form.search').addEventListener('submit', (event) => {
  event.preventDefault();
  go(`/search?q=${encodeURIComponent(box.value.trim())}`);
});
addEventListener('popstate', () => show(new URL(location.href), { focus: true }));
addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});
for (const link of document.querySelectorAll('[data-lang]')) {
  if (link.dataset.lang === lang) link.setAttribute('aria-current', 'true');
}

// Says gently what is missing; asks seldom, and only while somebody looks.
async function watch() {
  if (document.visibilityState === 'visible') {
    try {
      const { upstreams } = await api.status();
      const down = Object.keys(upstreams).filter((name) => upstreams[name] === 'down' && words.down[name]);
      const banner = document.getElementById('banner');
      const text = down.map((name) => words.down[name]).join(lang === 'zh' ? '' : ' ');
      if (banner.textContent !== text) banner.textContent = text;
      banner.hidden = down.length === 0;
    } catch { /* the next call will tell */ }
  }
  setTimeout(watch, 30000);
}

show(new URL(location.href)).then(watch);

// The panel in which people ask. Not modal: the page stays usable beside it.
import * as api from './api.js';
import { h, s } from './dom.js';
import { card } from './views.js';
import { lang, titleOf, words } from './words.js';

const MAX = 1000;
const hasHan = (text) => /\p{Script=Han}/u.test(text);
const sureness = (reply) => (!reply.known ? ['unknown', words.unknown]
  : reply.confidence >= 0.8 ? ['sure', words.sure]
    : reply.confidence >= 0.5 ? ['fairly', words.fairly] : ['unsure', words.unsure]);

export function makeChat(root) {
  let about = null;
  let waiting = false;
  const log = h('div', { class: 'chat-log', role: 'log', 'aria-live': 'polite', tabindex: '0', 'aria-label': words.chatTitle });
  const topic = h('p', { class: 'chat-about', hidden: true });
  const input = h('textarea', { id: 'chat-input', rows: 1, maxlength: MAX, placeholder: words.chatPlaceholder });
  const form = h('form', { class: 'chat-form' },
    h('label', { class: 'hidden', for: 'chat-input' }, words.chatPlaceholder), input,
    h('button', { class: 'button', type: 'submit' }, words.chatSend));
  const close = h('button', { class: 'chat-close', type: 'button', 'aria-label': words.chatClose },
    s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: 'M6 6l12 12M18 6 6 18' })));
  const panel = h('section', { class: 'chat', id: 'chat', role: 'dialog', 'aria-label': words.chatTitle, hidden: true },
    h('header', {}, h('h2', {}, words.chatTitle), close), topic, log, form);
  const opener = h('button', { class: 'chat-open', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'chat' },
    s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: 'M4 5h16v11H10l-5 4v-4H4z' })), words.chatOpen);
  root.replaceChildren(opener, panel);

  const bottom = () => { log.scrollTop = log.scrollHeight; };
  const say = (who, ...content) => {
    const bubble = h('div', { class: `turn ${who}` }, h('span', { class: 'hidden' }, `${who === 'me' ? words.you : words.guide}: `), content);
    log.append(bubble);
    bottom();
    return bubble;
  };
  const starters = (texts) => log.append(h('ul', { class: 'chips' }, texts.map((text) =>
    h('li', {}, h('button', { class: 'chip', type: 'button', onclick: () => ask(text) }, text)))));

  function setAbout(product) {
    about = product;
    topic.hidden = !product;
    topic.replaceChildren(...(product ? [h('span', {}, words.chatAbout(titleOf(product))),
      h('button', { type: 'button', 'aria-label': words.chatForget, onclick: () => { setAbout(null); input.focus(); } }, '×')] : []));
  }

  function show(bubble, reply) {
    if (reply.degraded) {
      bubble.append(h('p', {}, reply.cards?.length ? words.chatAway : words.chatAwayNone));
    } else {
      const [kind, text] = sureness(reply);
      bubble.append(h('p', { class: 'reply' }, reply.reply), h('p', { class: `sureness ${kind}` }, text));
      if (reply.stale) bubble.append(h('p', { class: 'notice' }, words.stale));
    }
    if (reply.cards?.length) bubble.append(h('ul', { class: 'grid tiny' }, reply.cards.map((product) => card(product))));
    const shown = new Set((reply.cards ?? []).map((product) => product.id));
    const others = (reply.sources ?? []).filter((source) => source.kind !== 'product' || !shown.has(source.id));
    if (others.length) {
      bubble.append(h('p', { class: 'sources' }, `${words.sources}: `, others.map((source, i) => [i ? ', ' : '',
        source.kind === 'product' ? h('a', { href: `/product/${encodeURIComponent(source.id)}` }, source.title)
          : h('span', {}, `${words.help} “${source.title}”`)])));
    }
  }

  async function ask(text) {
    const message = text.trim();
    if (!message || waiting) return;
    waiting = true;
    say('me', message);
    const bubble = say('guide waiting', h('span', { class: 'dots' }, words.chatThinking));
    try {
      const reply = await api.chat({ session: api.session, message, lang: hasHan(message) ? 'zh' : lang, product: about?.id ?? '' });
      bubble.querySelector('.dots').remove();
      show(bubble, reply);
    } catch (error) {
      bubble.querySelector('.dots').remove();
      bubble.append(h('p', { class: 'notice' }, error.status === 400 ? error.message : error.status >= 500 ? words.chatAwayNone : words.chatFailed));
      if (!input.value) input.value = message;
    } finally {
      bubble.classList.remove('waiting');
      waiting = false;
      bottom();
    }
  }

  function open({ product = null, ask: question = '' } = {}) {
    if (panel.hidden) {
      panel.hidden = false;
      opener.setAttribute('aria-expanded', 'true');
      document.body.classList.add('chatting');
    }
    if (log.childElementCount === 0) {
      say('guide', h('p', { class: 'reply' }, words.chatHello));
      if (!question) starters(product ? words.productStarters : words.starters);
    } else if (product && product.id !== about?.id) {
      starters(words.productStarters);
      bottom();
    }
    if (product) setAbout(product);
    input.focus();
    if (question) ask(question);
  }

  function shut() {
    panel.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    document.body.classList.remove('chatting');
    opener.focus();
  }

  opener.addEventListener('click', () => open());
  close.addEventListener('click', shut);
  panel.addEventListener('keydown', (event) => { if (event.key === 'Escape') shut(); });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value;
    input.value = '';
    ask(text);
  });
  input.addEventListener('keydown', (event) => {
    // Enter sends; Shift+Enter breaks the line; an input method's Enter only picks a word.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return { open, leaveProduct: () => setAbout(null) };
}

// The three views: start, search results, product.
import * as api from './api.js';
import { announce, h, snippet } from './dom.js';
import { picture } from './pictures.js';
import { attributeNames, categoryOf, descriptionOf, lang, priceOf, titleOf, words } from './words.js';

const PAGE = 24;

export function card(product, note) {
  return h('li', { class: 'card' },
    h('a', { href: `/product/${encodeURIComponent(product.id)}` },
      picture(product),
      h('span', { class: 'card-text' },
        h('span', { class: 'card-kind' }, note ?? [product.brand, categoryOf(product)].filter(Boolean).join(' · ')),
        h('span', { class: 'card-title' }, titleOf(product)),
        product.snippet ? h('span', { class: 'card-snippet' }, snippet(product.snippet)) : null,
        h('span', { class: 'card-price' }, priceOf(product)))));
}

const grid = (cards, kind = '') => h('ul', { class: `grid ${kind}` }, cards);
const notice = (text) => h('p', { class: 'notice' }, text);
const freshness = (answer) =>
  (answer.degraded ? notice(words.degraded) : answer.stale ? notice(words.stale) : null);

function skeletons(count) {
  return h('ul', { class: 'grid', 'aria-hidden': 'true' },
    Array.from({ length: count }, () => h('li', { class: 'card skeleton' }, h('span', { class: 'bone tall' }), h('span', { class: 'bone' }), h('span', { class: 'bone short' }))));
}

function empty(title, hint, ...actions) {
  return h('div', { class: 'empty' }, h('h1', {}, title), hint ? h('p', {}, hint) : null, h('p', { class: 'actions' }, actions));
}

function failed(error, again, openChat) {
  const gone = error.status === 404;
  return empty(gone ? words.notFound : error.status >= 500 || !error.status ? words.problem : error.message,
    gone ? words.notFoundHint : error.status >= 500 || !error.status ? error.message : null,
    gone ? h('a', { class: 'button', href: '/' }, words.home) : h('button', { class: 'button', type: 'button', onclick: again }, words.retry),
    h('button', { class: 'button quiet', type: 'button', onclick: () => openChat() }, words.askGuide));
}

async function rail(title, load, { away, only } = {}) {
  const section = h('section', { class: 'rail' }, h('h2', {}, title));
  try {
    const answer = await load();
    const items = (answer.items ?? []).filter((item) => item.product);
    if (items.length === 0 || (only && !only(answer, items))) return null;
    section.append(...[answer.stale ? notice(words.stale) : null].filter(Boolean),
      grid(items.map((item) => card(item.product, words.reasons[item.reason])), 'small'));
  } catch {
    if (!away) return null;
    section.append(notice(away));
  }
  return section;
}

export async function home(main, { data, openChat, alive }) {
  document.title = words.brand;
  const popular = h('section', {}, h('h2', {}, words.popular), skeletons(8));
  const saved = api.shortlist.all();
  const chips = h('ul', { class: 'chips' });
  main.replaceChildren(
    h('section', { class: 'hero' },
      h('h1', {}, words.hero), h('p', {}, words.heroSub),
      h('ul', { class: 'chips ask' }, words.starters.map((text) =>
        h('li', {}, h('button', { class: 'chip', type: 'button', onclick: () => openChat({ ask: text }) }, text))))),
    ...(saved.length ? [h('section', { class: 'rail' }, h('h2', {}, words.saved), grid(saved.map((p) => card(p)), 'small'))] : []),
    popular,
    h('nav', { class: 'kinds', 'aria-label': words.categories }, h('h2', {}, words.categories), chips));
  try {
    const answer = data ?? await api.search(new URLSearchParams({ q: '', lang, limit: 12 }));
    if (!alive()) return;
    popular.replaceChildren(h('h2', {}, words.popular), ...[freshness(answer)].filter(Boolean), grid(answer.hits.map((hit) => card(hit))));
    chips.replaceChildren(...(answer.facets?.category ?? []).slice(0, 30).map(({ value, label }) =>
      h('li', {}, h('a', { class: 'chip', href: `/search?category=${encodeURIComponent(value)}` }, label ?? value))));
  } catch (error) {
    if (alive()) popular.replaceChildren(h('h2', {}, words.popular), notice(error.message));
  }
  // Without taste to go by these would only repeat what is popular.
  const mine = await rail(words.forYou, () => api.recommendations('', 6), {
    only: (answer, items) => !answer.degraded && items.some((item) => item.reason !== 'popular'),
  });
  if (mine && alive()) popular.before(mine);
}

// The address of the same search with some parameters changed; a changed search starts at page one.
function addressWith(params, changes) {
  const next = new URLSearchParams(params);
  next.delete('lang');
  if (!('offset' in changes)) next.delete('offset');
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of [value].flat()) if (one !== '' && one !== null) next.append(name, one);
  }
  return `/search?${next}`;
}

function choices(params, title, name, values) {
  const chosen = params.getAll(name);
  const shown = [...values];
  for (const value of chosen) if (!shown.some((v) => v.value === value)) shown.unshift({ value, count: 0 });
  if (shown.length === 0) return null;
  const item = ({ value, label, count }) => {
    const on = chosen.includes(value);
    const next = on ? chosen.filter((c) => c !== value) : [...chosen, value];
    return h('li', {}, h('a', { class: on ? 'choice on' : 'choice', href: addressWith(params, { [name]: next }), 'aria-current': on ? 'true' : null },
      h('span', { class: 'tick', 'aria-hidden': 'true' }), h('span', {}, label ?? value), h('span', { class: 'number' }, count || '')));
  };
  const first = shown.slice(0, 8);
  const rest = shown.slice(8);
  return h('section', { class: 'facet' }, h('h3', {}, title), h('ul', {}, first.map(item)),
    rest.length ? h('details', { open: rest.some((v) => chosen.includes(v.value)) }, h('summary', {}, words.more), h('ul', {}, rest.map(item))) : null);
}

function priceFacet(params, go) {
  const field = (name, label) => h('label', {}, h('span', {}, label),
    h('input', { type: 'number', name, min: 0, step: 1, inputmode: 'numeric', value: params.get(name) ?? '' }));
  return h('section', { class: 'facet' }, h('h3', {}, words.price),
    h('form', {
      class: 'prices', onsubmit: (event) => {
        event.preventDefault();
        const form = new FormData(event.target);
        go(addressWith(params, { min_price: form.get('min_price'), max_price: form.get('max_price') }));
      },
    }, field('min_price', words.from), field('max_price', words.to), h('button', { class: 'button quiet', type: 'submit' }, words.apply)));
}

function pager(params, answer) {
  const offset = Number(params.get('offset') ?? 0);
  const pages = Math.ceil(Math.min(answer.total, 5000) / PAGE);
  const page = Math.floor(offset / PAGE) + 1;
  if (pages <= 1) return null;
  const link = (text, to, rel) => (to < 1 || to > pages ? h('span', { class: 'button quiet off', 'aria-hidden': 'true' }, text)
    : h('a', { class: 'button quiet', rel, href: addressWith(params, { offset: to === 1 ? '' : (to - 1) * PAGE }) }, text));
  return h('nav', { class: 'pager', 'aria-label': words.page(page, pages) },
    link(words.prev, page - 1, 'prev'), h('span', {}, words.page(page, pages)), link(words.next, page + 1, 'next'));
}

export async function search(main, { url, data, go, openChat, alive }) {
  const params = url.searchParams;
  const q = params.get('q') ?? '';
  document.title = `${q || words.all} · ${words.brand}`;
  const filtered = ['brand', 'category', 'min_price', 'max_price'].some((name) => params.get(name));
  const title = h('h1', { class: 'results-title' }, q ? words.resultsFor(q) : params.getAll('category').join(', ') || words.all);
  if (!data) main.replaceChildren(title, h('p', { class: 'count' }, words.loading), skeletons(12));
  let answer = data;
  if (!answer) {
    const wanted = new URLSearchParams(params);
    wanted.set('lang', lang);
    wanted.set('limit', PAGE);
    try {
      answer = await api.search(wanted);
    } catch (error) {
      if (alive()) main.replaceChildren(failed(error, () => go(url.pathname + url.search, true), openChat));
      return;
    }
    if (!alive()) return;
  }
  if (!q) title.textContent = params.getAll('category').map((value) => answer.facets?.category?.find((c) => c.value === value)?.label ?? value).join(', ') || words.all;
  const suggestion = answer.suggestion && answer.suggestion !== q
    ? h('p', { class: 'suggestion' }, `${answer.corrected ? words.showing : words.didYouMean} `, h('a', { href: addressWith(params, { q: answer.suggestion }) }, answer.suggestion), answer.corrected ? '' : lang === 'zh' ? '？' : '?') : null;
  announce(words.results(answer.total));
  if (answer.total === 0) {
    main.replaceChildren(empty(words.noneTitle(q), words.noneHint,
      filtered ? h('a', { class: 'button', href: `/search?q=${encodeURIComponent(q)}` }, words.clear) : null,
      h('button', { class: 'button', type: 'button', onclick: () => openChat({ ask: q }) }, words.askGuide)),
    ...[suggestion].filter(Boolean));
    return;
  }
  const sort = h('select', { id: 'sort', onchange: (event) => go(addressWith(params, { sort: event.target.value === 'relevance' ? '' : event.target.value })) },
    Object.entries(words.sorts).map(([value, text]) => h('option', { value, selected: (params.get('sort') ?? 'relevance') === value }, text)));
  const filters = h('details', { class: 'filters', open: matchMedia('(min-width: 60rem)').matches },
    h('summary', {}, words.filters),
    h('div', { class: 'filters-body' },
      filtered ? h('p', {}, h('a', { class: 'clear', href: `/search?q=${encodeURIComponent(q)}` }, words.clear)) : null,
      choices(params, words.category, 'category', answer.facets?.category ?? []),
      priceFacet(params, go),
      choices(params, words.brandFacet, 'brand', answer.facets?.brand ?? [])));
  main.replaceChildren(
    h('div', { class: 'results-head' }, h('div', {}, title, h('p', { class: 'count' }, words.results(answer.total))),
      h('label', { class: 'sort', for: 'sort' }, words.sort, sort)),
    ...[suggestion, freshness(answer)].filter(Boolean),
    h('div', { class: 'results' }, filters, h('div', {}, grid(answer.hits.map((hit) => card(hit))), pager(params, answer))));
}

function saveButton(product) {
  const label = () => (api.shortlist.has(product.id) ? words.savedDone : words.save);
  const button = h('button', { class: 'button', type: 'button', 'aria-pressed': String(api.shortlist.has(product.id)) }, label());
  button.addEventListener('click', () => {
    const { id, title, title_zh, brand, category, category_zh, price, currency } = product;
    const on = api.shortlist.toggle({ id, title, title_zh, brand, category, category_zh, price, currency });
    button.textContent = label();
    button.setAttribute('aria-pressed', String(on));
    announce(on ? words.savedDone : words.removed);
    if (on) api.note('cart', id);
  });
  return button;
}

export async function product(main, { id, data, go, openChat, alive }) {
  let item = data;
  if (!item) {
    main.replaceChildren(h('div', { class: 'product', 'aria-busy': 'true' }, h('div', { class: 'bone tall' }), h('div', {}, h('p', { class: 'count' }, words.loading))));
    try {
      item = await api.product(id);
    } catch (error) {
      if (alive()) main.replaceChildren(failed(error, () => go(location.pathname, true), openChat));
      return;
    }
    if (!alive()) return;
  }
  document.title = `${titleOf(item)} · ${words.brand}`;
  const names = await attributeNames();
  if (!alive()) return;
  const category = lang === 'zh' ? item.category_zh || item.category : item.category;
  main.replaceChildren(
    h('nav', { class: 'crumbs' }, h('a', { href: '/' }, words.brand), ' / ', h('a', { href: `/search?category=${encodeURIComponent(category ?? '')}` }, category)),
    h('article', { class: 'product' },
      h('div', { class: 'product-picture' }, picture(item)),
      h('div', { class: 'product-text' },
        h('p', { class: 'card-kind' }, item.brand),
        h('h1', {}, titleOf(item)),
        h('p', { class: 'price' }, priceOf(item)),
        item.stale ? notice(words.stale) : null,
        h('p', { class: 'description' }, descriptionOf(item)),
        h('p', { class: 'actions' }, saveButton(item),
          h('button', { class: 'button quiet', type: 'button', onclick: () => openChat({ product: item }) }, words.askAbout)),
        h('h2', {}, words.facts),
        h('dl', { class: 'facts' }, Object.entries(item.attributes ?? {}).map(([name, value]) =>
          h('div', {}, h('dt', {}, names.label(name)), h('dd', {}, names.value(value))))))));
  api.note('view', item.id);
  const more = await rail(words.boughtTogether, () => api.recommendations(item.id, 6), { away: words.recommendationsAway });
  if (more && alive()) main.append(more);
}

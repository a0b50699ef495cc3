// Every sentence of the page in both languages.

const EN = {
  brand: 'Shopping Guide',
  hero: 'Find what fits.',
  heroSub: 'Search the catalogue, compare what matters, or just ask.',
  popular: 'Popular right now',
  forYou: 'For you',
  saved: 'Your shortlist',
  categories: 'Browse by category',
  results: (n) => (n === 1 ? '1 product' : `${n.toLocaleString('en')} products`),
  resultsFor: (q) => `“${q}”`,
  all: 'All products',
  didYouMean: 'Did you mean', showing: 'Nothing matches as typed. Showing results for',
  sort: 'Sort',
  sorts: { relevance: 'Best match', price_asc: 'Price: low to high', price_desc: 'Price: high to low' },
  filters: 'Filters', clear: 'Clear filters', brandFacet: 'Brand', category: 'Category', price: 'Price',
  from: 'from', to: 'to', apply: 'Apply', more: 'Show more',
  prev: 'Previous', next: 'Next', page: (a, b) => `Page ${a} of ${b}`,
  noneTitle: (q) => (q ? `Nothing found for “${q}”` : 'Nothing found'),
  noneHint: 'Try fewer or more general words, remove a filter, or ask the guide.',
  askGuide: 'Ask the guide',
  askAbout: 'Ask about this product',
  save: 'Save to shortlist', savedDone: 'On your shortlist', removed: 'Removed from your shortlist',
  facts: 'At a glance', about: 'About', boughtTogether: 'Goes well together',
  reasons: {
    'bought-together': 'Often bought together', 'viewed-together': 'Often viewed together',
    popular: 'Popular', 'same-category': 'Similar', 'for-you': 'For you', related: 'Goes with it',
  },
  stale: 'May be out of date: this comes from our last good copy.',
  degraded: 'Search is resting. These results come from our own copy and may be out of date.',
  recommendationsAway: 'Suggestions are taking a break. The rest of the page works as usual.',
  searchAway: 'Search is not available right now. Please try again in a moment.',
  notFound: 'We could not find this product', notFoundHint: 'It may have been withdrawn. Search for something similar?',
  problem: 'This part is not available right now', retry: 'Try again', home: 'Back to the start',
  offline: 'You seem to be offline.',
  loading: 'Loading…',
  chatTitle: 'Ask the guide', chatOpen: 'Ask', chatClose: 'Close',
  chatHello: 'Ask about a product, compare two, or tell me what you need and your budget. I answer from the catalogue only, and say so when I do not know.',
  chatPlaceholder: 'Type a question', chatSend: 'Send',
  chatAbout: (t) => `About: ${t}`, chatForget: 'Stop asking about this product',
  chatThinking: 'Looking it up…',
  chatAway: 'The guide is resting right now. Here is what your words find in the catalogue:',
  chatAwayNone: 'The guide is resting right now. Please try again in a moment, or use the search.',
  chatFailed: 'That did not go through. Please try again.',
  you: 'You', guide: 'Guide',
  sources: 'Source', help: 'Help page', listing: 'Product page',
  sure: 'Sure', fairly: 'Fairly sure', unsure: 'Not sure', unknown: 'I don’t know',
  starters: ['How long does delivery take?', 'Recommend a laptop under 5000', 'Can I return something I do not like?'],
  productStarters: ['How heavy is it?', 'What colour is it?', 'How long is the warranty?'],
  down: {
    search: 'Search is resting: results come from our own copy.',
    recommendation: 'Suggestions are resting.',
    dialogue: 'The guide’s chat is resting.',
    knowledge: 'Product data comes from our last copy.',
  },
};

const ZH = {
  brand: '导购',
  hero: '选到合适的。',
  heroSub: '搜索商品、对比要点，或者直接问。',
  popular: '大家在看',
  forYou: '为你挑选',
  saved: '我的备选',
  categories: '按分类浏览',
  results: (n) => `${n.toLocaleString('zh')} 件商品`,
  resultsFor: (q) => `“${q}”`,
  all: '全部商品',
  didYouMean: '您是不是想找', showing: '没有完全匹配的商品，以下是相近搜索的结果：',
  sort: '排序',
  sorts: { relevance: '最相关', price_asc: '价格从低到高', price_desc: '价格从高到低' },
  filters: '筛选', clear: '清除筛选', brandFacet: '品牌', category: '分类', price: '价格',
  from: '最低', to: '最高', apply: '确定', more: '展开更多',
  prev: '上一页', next: '下一页', page: (a, b) => `第 ${a} / ${b} 页`,
  noneTitle: (q) => (q ? `没有找到“${q}”` : '没有找到商品'),
  noneHint: '换个更常用的词、减少筛选条件，或者问问导购。',
  askGuide: '问导购',
  askAbout: '询问这款商品',
  save: '加入备选', savedDone: '已在备选中', removed: '已移出备选',
  facts: '主要参数', about: '介绍', boughtTogether: '搭配推荐',
  reasons: {
    'bought-together': '常一起购买', 'viewed-together': '常一起浏览',
    popular: '热门', 'same-category': '同类', 'for-you': '为你推荐', related: '适合搭配',
  },
  stale: '内容来自上一次的正常数据，可能不是最新。',
  degraded: '搜索服务暂时休息，结果来自本地副本，可能不是最新。',
  recommendationsAway: '推荐暂时休息，页面其他部分照常可用。',
  searchAway: '搜索暂时不可用，请稍后再试。',
  notFound: '没有找到这款商品', notFoundHint: '它可能已下架，试试搜索类似的商品？',
  problem: '这一部分暂时不可用', retry: '重试', home: '回到首页',
  offline: '网络似乎断开了。',
  loading: '加载中…',
  chatTitle: '问导购', chatOpen: '提问', chatClose: '关闭',
  chatHello: '可以问商品参数、对比两款商品，或说说需求和预算。我只根据商品目录和帮助页面回答，不知道的会直说。',
  chatPlaceholder: '输入问题', chatSend: '发送',
  chatAbout: (t) => `正在询问：${t}`, chatForget: '不再针对这款商品',
  chatThinking: '正在查找…',
  chatAway: '导购暂时休息。用您的话在商品目录里找到这些：',
  chatAwayNone: '导购暂时休息，请稍后再试，或使用搜索。',
  chatFailed: '没有发送成功，请重试。',
  you: '我', guide: '导购',
  sources: '来源', help: '帮助页面', listing: '商品页',
  sure: '确定', fairly: '比较确定', unsure: '不太确定', unknown: '我不知道',
  starters: ['多久能送到？', '推荐五千元以下的笔记本', '不喜欢可以退货吗？'],
  productStarters: ['它多重？', '有什么颜色？', '保修多久？'],
  down: {
    search: '搜索暂时休息，结果来自本地副本。',
    recommendation: '推荐暂时休息。',
    dialogue: '导购对话暂时休息。',
    knowledge: '商品数据来自上一次的副本。',
  },
};

export const lang = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
export const words = lang === 'zh' ? ZH : EN;

export const titleOf = (p) => (lang === 'zh' ? p.title_zh || p.title : p.title || p.title_zh) ?? '';
export const categoryOf = (p) =>
  (lang === 'zh' ? p.category_zh || p.category : p.category || p.category_zh) ?? '';
export const descriptionOf = (p) =>
  (lang === 'zh' ? p.description_zh || p.description : p.description || p.description_zh) ?? '';

export function priceOf(p) {
  if (!(p.price > 0)) return '';
  try {
    return new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en', {
      style: 'currency', currency: p.currency || 'CNY', currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: Number.isInteger(p.price) ? 0 : 2,
      maximumFractionDigits: Number.isInteger(p.price) ? 0 : 2,
    }).format(p.price);
  } catch {
    return `${p.price} ${p.currency}`;
  }
}

let names = null;
// Labels of attributes in this language; an unknown attribute is shown by its own name.
export async function attributeNames() {
  if (!names) {
    names = fetch(new URL('./attributes.json', import.meta.url))
      .then((r) => (r.ok ? r.json() : Promise.reject(new Error('no names'))))
      .catch(() => { names = null; return { attributes: {}, values: {} }; });
  }
  const lists = await names;
  const own = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  return {
    label: (name) => (Object.hasOwn(lists.attributes, name) ? lists.attributes[name][lang] : own(name)),
    value: (value) => (Object.hasOwn(lists.values, value) ? lists.values[value][lang] : value),
  };
}

// The catalogue has no photographs: each product gets a quiet drawing of its kind, the same every
// time. Kind by words of the category; composition and tint by the product's id.
import { s } from './dom.js';

// Line drawings in a 48 x 48 box.
const KINDS = [
  [/laptop|notebook|笔记本/i, 'M11 12h26v18H11zM6 35h36l-3-5H9z'],
  [/tablet|平板/i, 'M13 7h22v34H13zM22 37h4'],
  [/e-?reader|阅读/i, 'M13 7h22v34H13zM18 14h12M18 19h12M18 24h8'],
  [/game|controller|手柄/i, 'M15 17h18c6 0 9 6 9 13 0 4-5 5-8 0l-2-3H16l-2 3c-3 5-8 4-8 0 0-7 3-13 9-13zM16 20v6M13 23h6M31 21h.1M34 25h.1'],
  [/watch|手表/i, 'M16 16h16v16H16zM18 16l1-9h10l1 9M18 32l1 9h10l1-9M24 20v4l3 2'],
  [/head|ear|耳/i, 'M9 28v-4a15 15 0 0 1 30 0v4M9 27h6v11h-3a3 3 0 0 1-3-3zM39 27h-6v11h3a3 3 0 0 0 3-3z'],
  [/speaker|音箱/i, 'M14 6h20v36H14zM24 30m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0M24 15m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0'],
  [/projector|投影/i, 'M6 16h36v16H6zM31 24m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M11 21h8M12 32v4M36 32v4'],
  [/tv|电视/i, 'M5 10h38v24H5zM17 40h14M24 34v6'],
  [/monitor|display|显示/i, 'M7 9h34v23H7zM24 32v7M16 39h16'],
  [/keyboard|键盘/i, 'M5 16h38v17H5zM10 21h2M16 21h2M22 21h2M28 21h2M34 21h3M10 26h2M16 26h2M22 26h2M28 26h2M34 26h3M16 30h16'],
  [/mouse|mice|鼠标/i, 'M24 7c6 0 9 4 9 10v14c0 6-3 10-9 10s-9-4-9-10V17c0-6 3-10 9-10zM24 13v6'],
  [/lens|镜头/i, 'M24 24m-16 0a16 16 0 1 0 32 0a16 16 0 1 0-32 0M24 24m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M20 21a5 5 0 0 1 4-3'],
  [/camera|相机/i, 'M6 15h9l3-5h12l3 5h9v22H6zM24 25m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0M37 20h.1'],
  [/power ?bank|充电宝/i, 'M14 8h20v32H14zM25 16l-5 8h8l-5 8'],
  [/charg|cable|充电|线材/i, 'M17 6v9M31 6v9M12 15h24v8a12 12 0 0 1-24 0zM24 35v8'],
  [/storage|disk|drive|存储|硬盘/i, 'M9 12h30v24H9zM9 28h30M33 32h.1M14 32h8'],
  [/bag|backpack|case|包/i, 'M12 17h24l2 23H10zM18 17v-3a6 6 0 0 1 12 0v3M17 27h14'],
  [/router|network|路由/i, 'M7 27h34v11H7zM13 33h.1M19 33h.1M24 27V17M17 13a10 10 0 0 1 14 0M20 17a6 6 0 0 1 8 0'],
  [/print|打印/i, 'M13 18V7h22v11M8 18h32v15h-5M13 33H8V18M13 28h22v13H13zM34 22h.1'],
  [/smart ?home|智能/i, 'M8 23 24 9l16 14M12 20v20h24V20M20 30a6 6 0 0 1 8 0M24 34h.1'],
  [/purif|净化/i, 'M13 6h22v36H13zM24 19m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0M24 14v10M19 19h10M18 34h12'],
  [/humid|加湿/i, 'M24 7c7 8 11 13 11 20a11 11 0 0 1-22 0c0-7 4-12 11-20zM18 28a6 6 0 0 0 6 6'],
  [/fan|heat|风扇|取暖/i, 'M24 19m-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0M24 19c-2-5 0-9 3-9 2 0 3 4-3 9 5-2 9 0 9 3 0 2-4 3-9-3 2 5 0 9-3 9-2 0-3-4 3-9-5 2-9 0-9-3 0-2 4-3 9 3M24 32v7M16 41h16'],
  [/vacuum|吸尘/i, 'M24 25m-16 0a16 16 0 1 0 32 0a16 16 0 1 0-32 0M24 25m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M12 16h24'],
  [/coffee|咖啡/i, 'M10 18h24v13a8 8 0 0 1-8 8h-8a8 8 0 0 1-8-8zM34 21h3a4 4 0 0 1 0 9h-3M17 7v6M24 7v6'],
  [/kitchen|cook|厨/i, 'M8 20h32v12a7 7 0 0 1-7 7H15a7 7 0 0 1-7-7zM4 24h4M40 24h4M12 20c0-6 5-9 12-9s12 3 12 9M24 8v3'],
  [/lamp|light|灯/i, 'M15 40h18M24 40V26l-9-9M11 21l8-12 10 7M24 26l9-3'],
  [/chair|seat|椅/i, 'M15 6h18l-2 18H17zM13 27h22v4H13zM24 31v6M15 42l9-5 9 5'],
  [/phone|mobile|手机/i, 'M15 5h18v38H15zM22 38h4'],
];
const OTHER = 'M8 17 24 8l16 9v16l-16 9-16-9zM8 17l16 9 16-9M24 26v16';

// FNV-1a, so that a picture never changes between visits or servers.
function hash(text) {
  let value = 0x811c9dc5;
  for (const c of text) value = Math.imul(value ^ c.codePointAt(0), 0x01000193) >>> 0;
  return value;
}

export function picture(product) {
  const kind = `${product.category ?? ''} ${product.category_zh ?? ''}`;
  const path = KINDS.find(([pattern]) => pattern.test(kind))?.[1] ?? OTHER;
  const seed = hash(product.id ?? '');
  const hue = (hash(kind) % 24) * 15;
  const x = 14 + (seed % 20);
  const y = 12 + ((seed >>> 5) % 22);
  const svg = s('svg', { viewBox: '0 0 96 72', class: 'picture', 'aria-hidden': 'true', focusable: 'false', preserveAspectRatio: 'xMidYMid slice' },
    s('rect', { width: 96, height: 72, class: 'picture-back' }),
    s('circle', { cx: x, cy: y, r: 16 + ((seed >>> 10) % 14), class: 'picture-spot' }),
    s('circle', { cx: 96 - y, cy: 72 - x / 2, r: 12 + ((seed >>> 15) % 16), class: 'picture-spot' }),
    s('path', { d: path, transform: 'translate(24 12)', class: 'picture-line' }));
  svg.style.setProperty('--hue', hue);
  return svg;
}

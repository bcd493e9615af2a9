# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page has to hold, whichever command made it: questions to a browser."""

# What reaches past the right edge and has no scroll bar of its own.
OVERFLOW = """[...document.querySelectorAll('body *')].filter(e => !e.closest('svg svg, svg text') &&
  e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1 &&
  !e.closest('.scroll')).map(e => e.outerHTML.slice(0, 120)).join('\\n')"""

# WCAG 2.1, relative luminance and contrast ratio; every background here is opaque or none. A day of a history
# without a failure is a mark of where the day is, and words beside it say the same: no contrast is asked of it.
CONTRAST = """(() => {
  const channels = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => channels(c).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 :
    ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const clear = c => channels(c)[3] === 0;
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!clear(c)) return c; } return 'rgb(255, 255, 255)'; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const words = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const shape = e.localName === 'rect';
    if (!words && !shape || 'title desc'.includes(e.localName) || e.matches('.history .clean, .history .unknown')) continue;
    const style = getComputedStyle(e);
    found.push([ratio(e.closest('svg') ? style.fill : style.color, behind(e.closest('svg') ? e.closest('svg') : e)),
                shape, e.outerHTML.slice(0, 80)]);
  }
  return found;
})()"""

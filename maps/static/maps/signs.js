// The signs of the map as SVG: the shape tells the kind, filled or hollow whether it fits.

const SVG = 'http://www.w3.org/2000/svg';

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

const SHAPES = {
  room: (r, className) => element('circle', { class: className, cx: 0, cy: 0, r }),
  premises: (r, className) => element('path', {
    class: className, d: `M0 ${-r * 1.2}L${r * 1.2} 0 0 ${r * 1.2} ${-r * 1.2} 0Z`,
  }),
  civic_centre: (r, className) => {
    const corners = [0, 1, 2, 3, 4].map((i) => {
      const angle = (i * 2 * Math.PI) / 5 - Math.PI / 2;
      return `${(r * 1.15 * Math.cos(angle)).toFixed(1)} ${(r * 1.15 * Math.sin(angle)).toFixed(1)}`;
    });
    return element('path', { class: className, d: `M${corners.join('L')}Z` });
  },
};
const FILLED = { room: 'm-room', premises: 'm-prem--on', civic_centre: 'm-cc' };
const TEXT = { room: 'm-room-t', premises: 'm-prem-t', civic_centre: 'm-cc-t' };

// A sign of `size` pixels with an optional text, drawn around the middle.
function drawn(size, parts, text, textClass) {
  const half = size / 2;
  const svg = element('svg', {
    viewBox: `${-half} ${-half} ${size} ${size}`, width: size, height: size, 'aria-hidden': 'true',
  });
  svg.append(element('circle', { class: 'm-halo-f', cx: 0, cy: 0, r: half - 2 }), ...parts);
  if (text !== '') {
    const label = element('text', { class: textClass, x: 0, y: 4.5 });
    label.textContent = text;
    svg.append(label);
  }
  return svg;
}

export function placeSign(kind, { number = '', fits = true, listed = true } = {}) {
  const shape = SHAPES[kind] ?? SHAPES.room;
  const radius = listed ? (fits ? 14 : 12) : 7;
  const className = fits ? (FILLED[kind] ?? 'm-room') : 'm-near';
  const textClass = fits ? (TEXT[kind] ?? 'm-room-t') : 'm-near-t';
  return drawn(listed ? 44 : 28, [shape(radius, className)], String(number), textClass);
}

export function clusterSign(count) {
  const radius = 13 + Math.min(9, Math.log10(count) * 5);
  const circle = element('circle', { class: 'm-cluster', cx: 0, cy: 0, r: radius });
  return drawn(52, [circle], String(count), 'm-cluster-t');
}

// Where the nth of several signs at one point stands beside it: the first on the point, six in a
// ring around it, twelve in the next. In pixels, so that they part at every zoom.
export function besides(n) {
  let ring = 0;
  let first = 0; // the number of the ring's first sign
  for (let next = 1; n >= next; next += 6 * ring) {
    first = next;
    ring += 1;
  }
  if (!ring) return [0, 0];
  const angle = ((n - first) * 2 * Math.PI) / (6 * ring) - Math.PI / 2;
  return [Math.round(Math.cos(angle) * 27 * ring), Math.round(Math.sin(angle) * 27 * ring)];
}

// A focusable marker of Leaflet with that sign; `label` is what a screen reader says.
export function signMarker(latlng, sign, label, { offset: [dx, dy] = [0, 0], ...options } = {}) {
  const size = Number(sign.getAttribute('width'));
  const marker = L.marker(latlng, {
    icon: L.divIcon({
      className: 'map-sign', html: sign, iconSize: [size, size],
      iconAnchor: [size / 2 - dx, size / 2 - dy], popupAnchor: [dx, dy],
    }),
    keyboard: true,
    ...options,
  });
  marker.on('add', () => {
    const node = marker.getElement();
    node.setAttribute('role', 'button');
    node.setAttribute('aria-label', label);
  });
  return marker;
}

// Drawing an area: by clicks, or by keyboard with the map's centre as the pen.
// The result goes as WKT into a form field, which takes typed coordinates just as well.

import { fill } from './results.js';

const MOST_POINTS = 200;

function crosses(points) {
  const side = (a, b, c) => Math.sign((b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng));
  const count = points.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue;
      const [a, b, c, d] = [points[i], points[i + 1], points[j], points[(j + 1) % count]];
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) return true;
    }
  }
  return false;
}

export function setUpDrawing(context) {
  const { container, map, config, labels, say } = context;
  const toggle = container.querySelector('[data-map-draw]');
  const field = config.withinField && document.getElementById(config.withinField);
  if (!toggle || !field) { toggle?.remove(); return; }
  const panel = container.querySelector('[data-map-drawing]');
  const counter = panel.querySelector('[data-draw-count]');
  const shape = L.polygon([], { className: 'm-area', interactive: false, pane: 'area' });
  const corners = L.layerGroup();
  let points = [];

  function redraw() {
    shape.setLatLngs(points);
    corners.clearLayers();
    for (const point of points) {
      L.circleMarker(point, { radius: 5, className: 'm-corner', interactive: false, pane: 'area' }).addTo(corners);
    }
    counter.textContent = fill(labels.drawPoints, { count: points.length });
    say(counter.textContent);
  }

  function add(latlng) {
    if (points.length >= MOST_POINTS) { say(fill(labels.drawTooMany, { count: MOST_POINTS })); return; }
    points.push(latlng);
    redraw();
  }

  const onClick = (event) => add(event.latlng);

  function start() {
    points = [];
    container.classList.add('map--drawing');
    panel.hidden = false;
    toggle.setAttribute('aria-pressed', 'true');
    shape.addTo(map);
    corners.addTo(map);
    map.on('click', onClick);
    map.doubleClickZoom.disable();
    redraw();
    say(labels.drawStart);
    map.getContainer().focus();
  }

  function stop() {
    container.classList.remove('map--drawing');
    panel.hidden = true;
    toggle.setAttribute('aria-pressed', 'false');
    map.off('click', onClick);
    map.doubleClickZoom.enable();
    shape.remove();
    corners.remove();
    toggle.focus();
  }

  function finish() {
    if (points.length < 3) { counter.textContent = labels.drawTooFew; say(labels.drawTooFew); return; }
    if (crosses(points)) { counter.textContent = labels.drawCrosses; say(labels.drawCrosses); return; }
    const ring = [...points, points[0]].map(({ lng, lat }) => `${lng.toFixed(5)} ${lat.toFixed(5)}`);
    field.value = `POLYGON((${ring.join(', ')}))`;
    stop();
    say(labels.drawDone);
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.form?.requestSubmit();
  }

  toggle.addEventListener('click', () => (panel.hidden ? start() : stop()));
  panel.addEventListener('click', (event) => {
    const action = event.target.closest('[data-draw]')?.dataset.draw;
    if (action === 'add') add(map.getCenter());
    if (action === 'undo') { points.pop(); redraw(); }
    if (action === 'finish') finish();
    if (action === 'cancel') stop();
  });
  container.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) stop();
  });
}

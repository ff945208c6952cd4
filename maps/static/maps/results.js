// The places of the list: numbered markers, popups, and highlighting between list and map.

import { besides, placeSign, signMarker } from './signs.js';

export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function popupFor(properties, labels) {
  const card = document.createElement('div');
  card.className = 'map-popup';
  const title = document.createElement('p');
  title.className = 'map-popup__title';
  const link = document.createElement('a');
  link.href = properties.url;
  link.textContent = properties.title;
  title.append(link);
  card.append(title);
  for (const [text, className] of [
    [properties.place ?? properties.unit, 'map-popup__place'],
    [properties.why_not, 'map-popup__why'],
    [properties.sample ? `◇ ${labels.sample}` : '', 'source'],
  ]) {
    if (!text) continue;
    const line = document.createElement('p');
    line.className = className;
    line.textContent = text;
    card.append(line);
  }
  return card;
}

// Opens on click or Enter; by keyboard the focus goes to its link and comes back on closing.
export function bindPopup(marker, properties, context) {
  const { labels, calm } = context;
  let byKeyboard = false;
  // Heard before Leaflet's own listener, which bindPopup adds and which opens the popup.
  marker.on('keypress', (event) => { byKeyboard = event.originalEvent.key === 'Enter'; });
  marker.bindPopup(() => popupFor(properties, labels), { autoPanPadding: [24, 24], autoPan: true });
  marker.on('popupopen', ({ popup }) => {
    popup.options.autoPanAnimate = !calm;
    const node = popup.getElement();
    node.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', labels.close);
    if (byKeyboard) node.querySelector('a[href]:not(.leaflet-popup-close-button)')?.focus();
    node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') marker.closePopup();
    });
  });
  marker.on('popupclose', () => {
    if (byKeyboard) marker.getElement()?.focus();
    byKeyboard = false;
  });
}

// Bounds of what the search is about (circle or area), or null.
function soughtBounds({ near, radius, within }) {
  if (within) return L.geoJSON(within).getBounds();
  if (!near) return null;
  const [lon, lat] = near;
  return L.latLng(lat, lon).toBounds(2 * (radius ?? 500));
}

export function setUpResults(context) {
  const { config, map, labels } = context;
  const group = L.featureGroup().addTo(map);
  const markers = new Map();
  let seen = null;
  let fitted = Boolean(config.bounds);

  const items = () => (config.list ? document.querySelectorAll(`${config.list} [data-code]`) : []);
  const itemOf = (code) => [...items()].find((item) => item.dataset.code === code);

  function ring(code, on) {
    markers.get(code)?.getElement()?.classList.toggle('is-current', on);
    markers.get(code)?.setZIndexOffset(on ? 1000 : 0);
  }

  function mark(code, on, { scroll = false } = {}) {
    const item = itemOf(code);
    if (!item) return;
    if (on) item.setAttribute('aria-current', 'true');
    else item.removeAttribute('aria-current');
    if (on && scroll) item.scrollIntoView({ block: 'nearest', behavior: context.calm ? 'auto' : 'smooth' });
  }

  function draw(collection) {
    // A page that replaces its list says here which addresses the map's controls lead to now.
    Object.assign(config, collection.addresses ?? {});
    group.clearLayers();
    markers.clear();
    const numbers = new Map([...items()].map((item) => [item.dataset.code, item.dataset.number]));
    const atPoint = new Map();
    collection.features.forEach((feature, index) => {
      if (!feature.geometry) return;
      const { properties } = feature;
      const number = numbers.get(properties.code) ?? properties.number ?? index + 1;
      const fits = !properties.why_not;
      const [lon, lat] = feature.geometry.coordinates;
      // Rooms of one house share its point.
      const before = atPoint.get(`${lon} ${lat}`) ?? 0;
      atPoint.set(`${lon} ${lat}`, before + 1);
      const label = fill(fits ? labels.marker : labels.markerNear, {
        number, title: properties.title, why: properties.why_not,
      });
      const marker = signMarker([lat, lon], placeSign(properties.kind, { number, fits }), label, {
        zIndexOffset: fits ? 100 : 0, riseOnHover: true, offset: besides(before),
      });
      bindPopup(marker, properties, context);
      marker.on('add', () => {
        const node = marker.getElement();
        node.addEventListener('focus', () => mark(properties.code, true, { scroll: true }));
        node.addEventListener('blur', () => mark(properties.code, false));
      });
      marker.on('mouseover', () => mark(properties.code, true));
      marker.on('mouseout', () => mark(properties.code, false));
      marker.on('click', () => mark(properties.code, true, { scroll: true }));
      markers.set(properties.code, marker);
      marker.addTo(group);
    });
    const sought = soughtBounds(config);
    if (!fitted && (markers.size || sought)) {
      fitted = true;
      const all = group.getBounds();
      if (sought) all.extend(sought);
      map.fitBounds(all.pad(0.08), { maxZoom: 16, animate: false });
    }
    context.container.dispatchEvent(new CustomEvent('zasoby:results-drawn', { bubbles: true }));
  }

  async function refresh() {
    if (config.resultsId) {
      const text = document.getElementById(config.resultsId)?.textContent ?? '';
      if (!text || text === seen) return;
      seen = text;
      draw(JSON.parse(text));
    } else if (config.resultsUrl && config.resultsUrl !== seen) {
      seen = config.resultsUrl;
      try {
        const response = await fetch(config.resultsUrl);
        if (!response.ok) throw new Error(String(response.status));
        draw(await response.json());
      } catch {
        context.say(labels.loadFailed);
      }
    }
  }

  // The list may be replaced by htmx at any time, so its events are heard on the document.
  for (const [type, on] of [['mouseover', true], ['focusin', true], ['mouseout', false], ['focusout', false]]) {
    document.addEventListener(type, (event) => {
      const item = event.target.closest?.('[data-code]');
      if (item && config.list && item.closest(config.list)) ring(item.dataset.code, on);
    });
  }
  document.addEventListener('htmx:afterSettle', refresh);
  refresh();
  return { has: (code) => markers.has(code) };
}

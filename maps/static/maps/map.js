// The map of a page: finds every [data-map], reads its configuration and puts it together.
// Leaflet comes from the PyPI package django-leaflet as a classic script before this module.

import { drawBase } from './base.js';
import { setUpDrawing } from './draw.js';
import { setUpOthers } from './others.js';
import { setUpResults } from './results.js';
import { setUpTools } from './tools.js';

const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

function boundsOf([west, south, east, north]) {
  return L.latLngBounds([south, west], [north, east]);
}

function say(container, words) {
  const status = container.querySelector('[data-map-status]');
  status.textContent = '';
  // A status that is filled in the same turn in which it was emptied is not read out again.
  window.setTimeout(() => { status.textContent = words; }, 50);
}

export function setUp(container) {
  if (container.dataset.mapReady) return;
  container.dataset.mapReady = 'yes';
  const config = JSON.parse(container.dataset.config);
  const map = L.map(container.querySelector('.map__canvas'), {
    zoomControl: false,
    attributionControl: false,
    minZoom: 10,
    // Tiles are sharp at whole zooms only; our own lines fit the frame better at halves.
    zoomSnap: config.tiles ? 1 : 0.5,
    maxZoom: 19,
    maxBounds: boundsOf(config.city).pad(0.6),
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
  });
  map.on('keydown', (event) => event.originalEvent.key === 'Escape' && map.closePopup());
  const context = {
    container,
    config,
    map,
    labels: config.labels,
    say: (words) => say(container, words),
    calm,
  };
  map.fitBounds(boundsOf(config.bounds ?? config.city), { animate: false });
  drawBase(context);
  const results = setUpResults(context);
  setUpOthers(context, results);
  setUpTools(context);
  setUpDrawing(context);
  container.querySelector('[data-map-fallback]').hidden = true;
  for (const control of container.querySelectorAll('[data-map-control]')) control.hidden = false;
  // A phone shows the list first: the map gets its size only when it comes into view.
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
  container.zasobyMap = map;
  container.dispatchEvent(new CustomEvent('zasoby:map', { bubbles: true, detail: { map } }));
}

function setUpAll() {
  for (const container of document.querySelectorAll('[data-map]')) setUp(container);
}

setUpAll();
document.addEventListener('htmx:load', setUpAll);

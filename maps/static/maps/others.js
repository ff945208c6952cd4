// Places beyond the list, clustered by the server for each view.

import { bindPopup, fill } from './results.js';
import { clusterSign, placeSign, signMarker } from './signs.js';

export function setUpOthers(context, results) {
  const { config, map, labels, container } = context;
  const group = L.layerGroup().addTo(map);
  let collection = { features: [] };
  let running = null;
  let asked = '';

  function draw() {
    group.clearLayers();
    for (const { geometry, properties } of collection.features) {
      const [lon, lat] = geometry.coordinates;
      if (properties.cluster) drawCluster([lat, lon], properties);
      else if (!results.has(properties.code)) drawPlace([lat, lon], properties);
    }
  }

  function drawCluster(latlng, { count, bounds: [west, south, east, north] }) {
    const label = fill(labels.cluster, { count });
    const marker = signMarker(latlng, clusterSign(count), label, { zIndexOffset: -100 });
    const enter = () => {
      map.fitBounds([[south, west], [north, east]], { maxZoom: 17, padding: [40, 40], animate: !context.calm });
      map.getContainer().focus();
    };
    marker.on('click', enter);
    marker.on('keypress', (event) => event.originalEvent.key === 'Enter' && enter());
    marker.addTo(group);
  }

  function drawPlace(latlng, properties) {
    const sign = placeSign(properties.kind, { listed: false });
    const marker = signMarker(latlng, sign, properties.title, { zIndexOffset: -200 });
    bindPopup(marker, properties, context);
    marker.addTo(group);
  }

  async function load() {
    running?.abort();
    asked = config.othersUrl;
    if (!asked) {
      collection = { features: [] };
      draw();
      return;
    }
    running = new AbortController();
    const bounds = map.getBounds();
    const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
      .map((degrees) => degrees.toFixed(6)).join(',');
    const url = fill(config.othersUrl, { bbox, zoom: Math.floor(map.getZoom()) });
    try {
      const response = await fetch(url, { signal: running.signal });
      if (!response.ok) throw new Error(String(response.status));
      collection = await response.json();
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') context.say(labels.loadFailed);
    }
  }

  map.on('moveend', load);
  container.addEventListener('zasoby:results-drawn', () => (asked === config.othersUrl ? draw() : load()));
  load();
}

// What the map stands on: tiles where configured, else districts, city border and 1 km grid.
// Colours come from classes, so that light and dark theme need no redrawing.

const NAMES_FROM_ZOOM = 12;
const GRID_FROM_ZOOM = 13;
const EXACT_FROM_ZOOM = 14;

async function load(url, context) {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/geo+json' } });
    if (!response.ok) throw new Error(String(response.status));
    return await response.json();
  } catch {
    context.say(context.labels.loadFailed);
    return null;
  }
}

function lines(data, className, pane) {
  return L.geoJSON(data, { interactive: false, pane, style: { className, fill: false } });
}

export async function drawBase(context) {
  const { map, config, container } = context;
  for (const [name, order] of [['land', 210], ['grid', 220], ['border', 230], ['area', 240], ['names', 590]]) {
    map.createPane(name).style.zIndex = order;
    map.getPane(name).style.pointerEvents = 'none';
  }
  if (config.tiles) {
    container.classList.add('map--tiles');
    L.tileLayer(config.tiles.url, { maxZoom: 19 }).addTo(map);
  }
  drawSought(context);
  const [districts, city, grid] = await Promise.all([
    load(config.layers.districts.replace('{zoom}', Math.floor(map.getZoom())), context),
    load(config.layers.city, context),
    load(config.layers.grid, context),
  ]);
  if (districts) drawDistricts(context, districts);
  if (city) lines(city, 'm-city', 'border').addTo(map);
  if (grid) {
    const layer = lines(grid, 'm-grid', 'grid');
    const toggle = () => (map.getZoom() >= GRID_FROM_ZOOM ? layer.addTo(map) : layer.remove());
    map.on('zoomend', toggle);
    toggle();
  }
}

function drawDistricts(context, data) {
  const { map, config } = context;
  const highlighted = new Set(config.highlight);
  const style = (feature) => ({
    className: highlighted.has(feature.properties.number) ? 'm-land m-land--on' : 'm-land',
  });
  const land = L.geoJSON(data, { interactive: false, pane: 'land', style }).addTo(map);
  const names = L.layerGroup().addTo(map);
  let exact = map.getZoom() >= EXACT_FROM_ZOOM;

  function writeNames() {
    names.clearLayers();
    const full = map.getZoom() >= NAMES_FROM_ZOOM;
    for (const { properties } of data.features) {
      const span = document.createElement('span');
      span.textContent = full ? `${properties.roman} ${properties.name}` : properties.roman;
      const icon = L.divIcon({ className: 'map-name', html: span, iconSize: [0, 0] });
      L.marker([properties.label_lat, properties.label_lon], {
        icon, interactive: false, keyboard: false, pane: 'names',
      }).addTo(names);
    }
  }

  map.on('zoomend', async () => {
    writeNames();
    const wanted = map.getZoom() >= EXACT_FROM_ZOOM;
    if (wanted === exact) return;
    exact = wanted;
    const fresh = await load(config.layers.districts.replace('{zoom}', Math.floor(map.getZoom())), context);
    if (fresh && wanted === exact) land.clearLayers().addData(fresh);
  });
  writeNames();
}

// The place and area that the search is about: circle, point, polygon.
function drawSought({ map, config }) {
  if (config.within) {
    L.geoJSON(config.within, { interactive: false, pane: 'area', style: { className: 'm-area' } }).addTo(map);
  }
  if (!config.near) return;
  const [lon, lat] = config.near;
  if (config.radius) {
    L.circle([lat, lon], {
      radius: config.radius, interactive: false, pane: 'area', className: 'm-reach--line',
    }).addTo(map);
  }
  const here = L.circleMarker([lat, lon], {
    radius: 6, interactive: false, pane: 'area', className: 'm-here',
  }).addTo(map);
  if (config.nearLabel) {
    here.bindTooltip(config.nearLabel, { permanent: true, direction: 'right', className: 'map-tag' });
  }
}

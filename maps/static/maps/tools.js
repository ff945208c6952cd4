// Controls around the map: zoom, scale, "search in this view", "where I am".

import { fill } from './results.js';

const SCALE_PX = 100;

export function setUpTools(context) {
  const { container, map, config, labels, say } = context;
  for (const button of container.querySelectorAll('[data-map-zoom]')) {
    button.addEventListener('click', () => map.setZoom(map.getZoom() + Number(button.dataset.mapZoom)));
  }
  const scale = container.querySelector('[data-map-scale]');
  const view = container.querySelector('[data-map-view]');

  function update() {
    const { y } = map.getSize();
    if (!y) return;
    const metres = map.containerPointToLatLng([0, y / 2])
      .distanceTo(map.containerPointToLatLng([SCALE_PX, y / 2]));
    const power = 10 ** Math.floor(Math.log10(metres));
    const round = [5, 2, 1].map((step) => step * power).find((step) => step <= metres);
    scale.style.width = `${Math.round((SCALE_PX * round) / metres)}px`;
    scale.textContent = round >= 1000
      ? fill(labels.kilometres, { count: round / 1000 })
      : fill(labels.metres, { count: round });
    if (view) {
      const b = map.getBounds();
      const bbox = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
        .map((degrees) => degrees.toFixed(5)).join(',');
      view.href = fill(config.viewUrl, { bbox });
    }
  }
  map.on('moveend resize', update);
  container.addEventListener('zasoby:results-drawn', update);
  update();

  container.querySelector('[data-map-here]')?.addEventListener('click', () => {
    if (!navigator.geolocation) { say(labels.hereUnknown); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude } }) => {
        const [west, south, east, north] = config.city;
        if (longitude < west || longitude > east || latitude < south || latitude > north) {
          say(labels.hereOutside);
          return;
        }
        window.location.assign(fill(config.hereUrl, {
          lon: longitude.toFixed(5), lat: latitude.toFixed(5),
        }));
      },
      () => say(labels.hereUnknown),
      { timeout: 10000, maximumAge: 60000 },
    );
  });
}

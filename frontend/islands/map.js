// Figures on a map: one circle a country, its area the amount. Data: {unit, categories, places:
// [[longitude, latitude]], series: [{name, values}], links}. The map shows land and no borders.
import * as echarts from "echarts/core";
import { ScatterChart } from "echarts/charts";
import { GeoComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { feature } from "topojson-client";
import land from "world-atlas/land-110m.json";

echarts.use([ScatterChart, GeoComponent, TooltipComponent, CanvasRenderer]);

/** The land without the ice of the south, and without islands that lie on the date line. */
function ground() {
  const polygons = feature(land, land.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates]);
  const kept = polygons.filter(([ring]) => {
    const east = ring.map((point) => point[0]);
    const south = Math.min(...ring.map((point) => point[1]));
    return south > -60 && (ring.length > 100 || Math.max(...east) - Math.min(...east) < 300);
  });
  return { type: "FeatureCollection", features: kept.map((coordinates, n) => (
    { type: "Feature", properties: { name: String(n) }, geometry: { type: "Polygon", coordinates } })) };
}
echarts.registerMap("land", ground());

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const exact = (value, unit) => `${Number(value).toLocaleString("en", { maximumFractionDigits: 0 })}${unit ? ` ${unit}` : ""}`;

function option(data, width) {
  const values = data.series[0].values;
  const most = Math.max(...values.map(Math.abs), 1);
  const largest = Math.min(44, width / 14);
  const points = data.categories
    .map((name, n) => ({ name, value: [...(data.places[n] ?? []), values[n]], link: data.links?.[n] }))
    .filter((point) => point.value.length === 3 && point.value[2])
    .sort((a, b) => Math.abs(b.value[2]) - Math.abs(a.value[2]));
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: style("--raised"), borderColor: style("--line"),
      textStyle: { color: style("--ink"), fontSize: 12 },
      formatter: (p) => `${p.name}\n${exact(p.value[2], data.unit)}`,
    },
    geo: {
      map: "land", roam: false, silent: true, left: 0, right: 0, top: 0, bottom: 0,
      boundingCoords: [[-128, 72], [180, -50]],
      itemStyle: { areaColor: style("--line"), borderWidth: 0 },
    },
    series: [{
      type: "scatter", coordinateSystem: "geo", data: points,
      symbolSize: (value) => Math.max(6, Math.sqrt(Math.abs(value[2]) / most) * largest),
      itemStyle: { color: (p) => style(p.value[2] < 0 ? "--bad" : "--accent"), opacity: 0.72, borderColor: style("--surface"), borderWidth: 1 },
      label: { show: true, position: "right", color: style("--ink-2"), fontSize: 11, formatter: (p) => (p.dataIndex < 5 ? p.name : "") },
      labelLayout: { hideOverlap: true },
    }],
  };
}

/** Draw the map into the element and keep it in step with size and theme. */
export default function mount(element, data) {
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const draw = () => chart.setOption(option(data, element.clientWidth), true);
  draw();
  chart.on("click", (event) => event.data?.link && location.assign(event.data.link));
  document.addEventListener("tw:theme", () => element.isConnected && draw());
  new ResizeObserver(() => { chart.resize(); draw(); }).observe(element);
  element.dataset.points = String(data.categories.length);
}

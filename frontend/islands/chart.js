// Charts of reports. Data: {kind: bar|stacked|line|donut|heat, unit, categories, series: [{name,
// values}], links}. A click on a bar, slice or cell opens the list behind it.
import * as echarts from "echarts/core";
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer,
]);

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = (value) => {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e7 ? 0 : 1)}M`;
  if (size >= 1e4) return `${Math.round(value / 1e3)}k`;
  return String(Math.round(value * 100) / 100);
};
const exact = (value, unit) =>
  value === null || value === undefined
    ? "–"
    : `${Number(value).toLocaleString("en", { maximumFractionDigits: 2 })}${unit ? ` ${unit}` : ""}`;

function axes(data, ink, line) {
  const long = data.categories.some((text) => String(text).length > 8) && data.categories.length > 4;
  const names = {
    type: "category", data: data.categories, axisLine: { lineStyle: { color: line } }, axisTick: { show: false },
    axisLabel: { color: ink, fontSize: 11, overflow: "truncate", width: long ? 130 : 90 },
  };
  const values = {
    type: "value", splitLine: { lineStyle: { color: line } },
    axisLabel: { color: ink, fontSize: 11, formatter: (v) => short(v) + (data.unit === "%" ? " %" : "") },
  };
  // long names read better on the left; a line of time stays horizontal
  if (long && data.kind === "bar") return { xAxis: values, yAxis: { ...names, inverse: true }, flat: true };
  return { xAxis: names, yAxis: values, flat: false };
}

function heat(data, ink, base) {
  const cells = [];
  let most = 0;
  let least = 0;
  data.series.forEach((row, y) => row.values.forEach((value, x) => {
    if (value === null) return;
    cells.push([x, y, value]);
    most = Math.max(most, value);
    least = Math.min(least, value);
  }));
  return {
    ...base,
    tooltip: { ...base.tooltip, trigger: "item", formatter: (p) => `${data.series[p.value[1]].name} · ${data.categories[p.value[0]]}\n${exact(p.value[2], data.unit)}` },
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.categories, position: "top", axisLabel: { color: ink, fontSize: 11, rotate: data.categories.length > 8 ? 40 : 0, overflow: "truncate", width: 110 }, axisLine: { show: false }, axisTick: { show: false } },
    yAxis: { type: "category", data: data.series.map((row) => row.name), inverse: true, axisLabel: { color: ink, fontSize: 11 }, axisLine: { show: false }, axisTick: { show: false } },
    visualMap: { show: false, min: least, max: most || 1, inRange: { color: least < 0 ? [style("--bad-soft"), style("--surface"), style("--accent")] : [style("--accent-soft"), style("--accent")] } },
    series: [{ type: "heatmap", data: cells, label: { show: data.categories.length <= 12, fontSize: 10, color: style("--ink"), formatter: (p) => short(p.value[2]) }, itemStyle: { borderColor: style("--surface"), borderWidth: 2 } }],
  };
}

function donut(data, ink, base) {
  const values = data.series[0].values.map((value, n) => ({ name: data.categories[n], value, link: data.links?.[n] }));
  return {
    ...base,
    tooltip: { ...base.tooltip, trigger: "item", formatter: (p) => `${p.name}\n${exact(p.value, data.unit)} (${p.percent} %)` },
    legend: { ...base.legend, orient: "vertical", right: 0, top: "middle", type: "scroll" },
    series: [{ type: "pie", radius: ["52%", "78%"], center: ["32%", "50%"], label: { show: false }, itemStyle: { borderColor: style("--surface"), borderWidth: 2 }, data: values }],
  };
}

function option(data) {
  const ink = style("--ink-3");
  const line = style("--line");
  const base = {
    animation: false,
    color: [style("--accent"), "#0e9384", "#b54708", "#7a5af8", "#c11574", "#667085"],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { renderMode: "richText", trigger: "axis", confine: true, backgroundColor: style("--raised"), borderColor: line, textStyle: { color: style("--ink"), fontSize: 12 }, valueFormatter: (v) => exact(v, data.unit) },
    legend: { type: "scroll", show: data.series.length > 1, top: 0, textStyle: { color: ink, fontSize: 11 }, itemWidth: 12, itemHeight: 8 },
  };
  if (data.kind === "heat") return heat(data, ink, base);
  if (data.kind === "donut") return donut(data, ink, base);
  const { xAxis, yAxis, flat } = axes(data, ink, line);
  return {
    ...base, xAxis, yAxis,
    grid: { left: 4, right: flat ? 24 : 8, top: data.series.length > 1 ? 28 : 10, bottom: 2, containLabel: true },
    series: data.series.map((row) => ({
      name: row.name, type: data.kind === "line" ? "line" : "bar", data: row.values, barMaxWidth: 28,
      stack: data.kind === "stacked" ? "all" : undefined, symbolSize: 6, connectNulls: true,
      itemStyle: data.kind === "bar" ? { borderRadius: flat ? [0, 3, 3, 0] : [3, 3, 0, 0] } : undefined,
    })),
  };
}

/** Draw the chart into the element and keep it in step with size and theme. */
export default function mount(element, data) {
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const draw = () => chart.setOption(option(data), true);
  draw();
  chart.on("click", (event) => {
    const place = data.kind === "heat" ? event.value[1] * data.categories.length + event.value[0] : event.dataIndex;
    const link = data.links?.[place];
    if (link) location.assign(link);
  });
  document.addEventListener("tw:theme", () => element.isConnected && draw());
  new ResizeObserver(() => chart.resize()).observe(element);
  element.dataset.points = String(data.series.reduce((sum, row) => sum + row.values.length, 0));
}

// The look of all plots: the system's own letters, thin lines, six colors that differ also for eyes
// that do not see red and green (Okabe and Ito), each lightened for dark paper.

const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56799e"];
const DARK = ["#5eb3ea", "#ff9248", "#3fcf9f", "#e79cc6", "#e3c04a", "#9db8d6"];

function colors(list: readonly string[]): string {
  return list
    .map((color, i) => `.s${i}{stroke:${color}}.f${i}{fill:${color}}.b${i}{fill:${color}}`)
    .join("");
}

export const CHART_STYLE =
  ".paper{fill:#fff}.title{font:600 15px system-ui,sans-serif;fill:#1b1f24}" +
  ".tick,.label{font:11px system-ui,sans-serif;fill:#57606a}.label{font-size:12px}" +
  ".grid{stroke:#e3e6ea;stroke-width:1}.line{fill:none;stroke-width:2}.band{opacity:.16}" +
  ".span{fill:#009e73;opacity:.14}.mark{stroke:#8c959f;stroke-width:1.2;stroke-dasharray:2 3}" +
  `${colors(LIGHT)}@media (prefers-color-scheme:dark){.paper{fill:#14171c}.title{fill:#e8eaed}` +
  `.tick,.label{fill:#9aa4b0}.grid{stroke:#272c34}.span{opacity:.22}${colors(DARK)}}`;

// The SVG of a flame graph around its frames, with style and script. The script only narrows and
// marks what is drawn already.

import { xmlText } from "../report/xml-text.ts";
import { type DrawnFrame, FLAME_WIDTH } from "./flame-tree.ts";
import { shortenName } from "./short-name.ts";

export type FlamePage = {
  readonly title: string;
  readonly subtitle: string;
  /** SVG. */
  readonly legend: string;
  readonly height: number;
  readonly frames: readonly string[];
};

const CHARACTER_WIDTH = 6.6;

const FLAME_STYLE = `
.paper{fill:#fff}.title{font:600 15px system-ui,sans-serif;fill:#1b1f24}
.sub,.legend{font:11px system-ui,sans-serif;fill:#57606a}
.f text{font:11px ui-monospace,Menlo,monospace;fill:#1b1f24;pointer-events:none}
.f rect{stroke:#fff;stroke-width:.6}
.more rect,.lmore{fill:#e5483d}.less rect,.lless{fill:#3d7fe5}.same rect,.lsame{fill:#d4d9de}
.j rect,.lj{fill:#f2b84b}.n rect,.ln{fill:#8fb8de}.k rect,.lk{fill:#e38b7a}.g rect,.lg{fill:#9cc59a}
.f:hover rect{stroke:#1b1f24;stroke-width:1}
.found rect{fill:#c66be0!important;fill-opacity:1!important}.f{cursor:pointer}
@media (prefers-color-scheme:dark){.paper{fill:#14171c}.title{fill:#e8eaed}
.sub,.legend{fill:#9aa4b0}.f rect{stroke:#14171c}.f:hover rect{stroke:#fff}
.j rect,.lj{fill:#d99a2b}.n rect,.ln{fill:#5f92c2}.k rect,.lk{fill:#c9695a}.g rect,.lg{fill:#6fa46d}
.f text{fill:#0c0e11}.more rect,.lmore{fill:#e0493f}.less rect,.lless{fill:#3f7ddb}
.same rect,.lsame{fill:#363d47}.more text,.less text,.same text{fill:#f2f4f7}}`;

const FLAME_SCRIPT = `
(function(){
var list=[].slice.call(document.querySelectorAll('.f'));
var detail=document.getElementById('detail');
var all=list.map(function(g){var r=g.querySelector('rect'),t=g.querySelector('text');
return{g:g,r:r,t:t,x:+r.getAttribute('x'),y:+r.getAttribute('y'),w:+r.getAttribute('width'),
name:g.querySelector('title').textContent,label:t?t.textContent:''};});
function show(x,w,y){var k=1180/w;all.forEach(function(f){
var isAbove=f.y<=y,isInside=f.x+f.w>x+.05&&f.x<x+w-.05;
if(!isInside){f.g.style.display='none';return;}
f.g.style.display='';
var left=isAbove?10+(f.x-x)*k:10,width=isAbove?f.w*k:1180;
f.r.setAttribute('x',left);f.r.setAttribute('width',width);
var n=Math.floor((width-6)/6.6),name=f.name.replace(/ \\([^()]*\\)$/,'');
if(!f.t){f.t=document.createElementNS('http://www.w3.org/2000/svg','text');
f.t.setAttribute('y',f.y+12);f.g.appendChild(f.t);}
f.t.setAttribute('x',left+3);
f.t.textContent=n<3?'':k===1&&f.label?f.label:name.length<=n?name:name.slice(0,n-2)+'..';});}
all.forEach(function(f){f.g.addEventListener('click',function(){show(f.x,f.w,f.y);});
f.g.addEventListener('mouseenter',function(){detail.textContent=f.name.slice(0,120);});});
function search(text){var hit=0;all.forEach(function(f){
var is=text!==''&&f.name.toLowerCase().indexOf(text.toLowerCase())>=0;
f.g.classList.toggle('found',is);if(is)hit++;});
detail.textContent=text===''?'':hit+' frames match '+text;}
window.addEventListener('keydown',function(e){
if((e.ctrlKey||e.metaKey)&&e.key==='f'||e.key==='/'){
e.preventDefault();search(prompt('search for a name')||'');}
if(e.key==='Escape'){search('');show(10,1180,1e9);}});
})();`;

/** `detail` follows the name in the tooltip; `inSvg`: attributes of the rectangle. */
export function frameSvg(
  { x, y, width }: DrawnFrame,
  name: string,
  detail: string,
  className: string,
  inSvg = "",
): string {
  const characters = Math.floor((width - 6) / CHARACTER_WIDTH);
  const label = characters >= 3 ? shortenName(name, characters) : "";
  const text =
    label === "" ? "" : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${xmlText(label)}</text>`;
  return (
    `<g class="f ${className}"><title>${xmlText(`${name} (${detail})`)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="16"${inSvg}/>` +
    `${text}</g>\n`
  );
}

export function flamePage({ title, subtitle, legend, height, frames }: FlamePage): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FLAME_WIDTH} ${height}" ` +
    `width="${FLAME_WIDTH}" ` +
    `height="${height}" role="img" aria-label="${xmlText(title)}">\n` +
    `<style>${FLAME_STYLE}</style>\n<rect class="paper" width="100%" height="100%"/>\n` +
    `<text class="title" x="10" y="20">${xmlText(title)}</text>\n` +
    `<text class="sub" x="10" y="36">${xmlText(subtitle)}</text>\n${legend}\n` +
    `<text class="sub" id="detail" x="400" y="51"></text>\n` +
    `<g id="frames">\n${frames.join("")}</g>\n` +
    `<script><![CDATA[${FLAME_SCRIPT}]]></script>\n</svg>\n`
  );
}

/**
 * Drawings on a field of 320 by 320 with the floor at 256. `{b}`, `{d}`, `{l}` and `{a}` stand for the palette's body, dark, light and
 * accent.
 */
export const HOME_MOTIFS: Readonly<Record<string, string>> = {
  table:
    '<path d="M88 168h16l-10 88H84zM216 168h16l4 88h-10z" fill="{d}"/><rect x="60" y="152" width="200" height="18" rx="9" fill="{b}"/><rect x="60" y="152" width="200" height="8" rx="4" fill="{l}"/><path d="M142 152c-6-22 4-40 18-44 14 4 24 22 18 44z" fill="{a}"/>',
  chair:
    '<path d="M104 96q0-16 16-16h80q16 0 16 16v66H104z" fill="{b}"/><path d="M120 98h80v48h-80z" fill="{l}"/><rect x="92" y="158" width="136" height="24" rx="12" fill="{a}"/><path d="M104 182h14l-8 74H98zM202 182h14l6 74h-12z" fill="{d}"/>',
  shelf:
    '<path d="M84 70h12v186H84zM224 70h12v186h-12z" fill="{d}"/><path d="M84 112h152v10H84zM84 174h152v10H84zM84 234h152v10H84z" fill="{b}"/><path d="M108 76h14v36h-14zM150 140h44v34h-44zM112 204h30v30h-30z" fill="{l}"/><path d="M124 82h12v30h-12zM200 196h16v38h-16z" fill="{a}"/><circle cx="196" cy="98" r="14" fill="{a}"/>',
  cabinet:
    '<path d="M96 236h12v20H96zM212 236h12v20h-12z" fill="{d}"/><rect x="72" y="116" width="176" height="122" rx="8" fill="{b}"/><path d="M84 130h72v94H84zM164 130h72v94h-72z" fill="{l}"/><circle cx="148" cy="177" r="5" fill="{d}"/><circle cx="172" cy="177" r="5" fill="{d}"/><path d="M104 116c0-26 8-36 14-36s14 10 14 36z" fill="{a}"/>',
  pendant:
    '<path d="M158 0h4v104h-4z" fill="{d}"/><path d="M146 100h28l58 76H88z" fill="{b}"/><path d="M146 100h14l-22 76H88z" fill="{l}" opacity=".6"/><ellipse cx="160" cy="178" rx="72" ry="13" fill="{l}"/><path d="M96 184h128l40 72H56z" fill="{l}" opacity=".22"/>',
  lamp: '<rect x="112" y="246" width="96" height="10" rx="5" fill="{d}"/><path d="M156 150h8v98h-8z" fill="{d}"/><path d="M126 72h68l30 84H96z" fill="{b}"/><path d="M126 72h24l-16 84H96z" fill="{l}" opacity=".7"/><circle cx="160" cy="200" r="13" fill="{a}"/>',
  lantern:
    '<path d="M124 104c0-54 72-54 72 0" fill="none" stroke="{d}" stroke-width="7"/><rect x="112" y="100" width="96" height="18" rx="7" fill="{d}"/><rect x="120" y="118" width="80" height="114" fill="{l}"/><path d="M160 146c26 30 18 62 0 62s-26-32 0-62z" fill="{a}"/><rect x="108" y="230" width="104" height="26" rx="8" fill="{b}"/>',
  pot: '<path d="M56 152h38v18H56zM226 152h38v18h-38z" fill="{d}"/><path d="M84 138h152v88q0 30-30 30h-92q-30 0-30-30z" fill="{b}"/><path d="M100 150h18v92q-18-2-18-20z" fill="{l}"/><path d="M84 138q4-32 76-34 72 2 76 34z" fill="{d}"/><circle cx="160" cy="98" r="11" fill="{a}"/>',
  pan: '<rect x="196" y="164" width="104" height="18" rx="9" fill="{a}" transform="rotate(-28 196 173)"/><circle cx="138" cy="186" r="76" fill="{d}"/><circle cx="138" cy="186" r="62" fill="{b}"/><path d="M94 176a48 48 0 0 1 48-40" fill="none" stroke="{l}" stroke-width="9" stroke-linecap="round"/>',
  knife:
    '<g transform="rotate(-38 160 170)"><path d="M36 150h158v48H92q-44 0-56-48z" fill="{l}"/><path d="M36 150h158v16H40z" fill="{b}"/><rect x="194" y="148" width="92" height="34" rx="12" fill="{d}"/><circle cx="216" cy="165" r="5" fill="{a}"/><circle cx="258" cy="165" r="5" fill="{a}"/></g>',
  bowl: '<circle cx="124" cy="142" r="30" fill="{a}"/><circle cx="178" cy="132" r="34" fill="{l}"/><circle cx="214" cy="150" r="24" fill="{a}"/><path d="M68 152h184q-4 84-62 92h-60q-58-8-62-92z" fill="{b}"/><path d="M84 162h20q4 50 34 74-48-14-54-74z" fill="{l}" opacity=".6"/><rect x="126" y="242" width="68" height="14" rx="6" fill="{d}"/>',
  plate:
    '<circle cx="160" cy="168" r="88" fill="{b}"/><circle cx="160" cy="168" r="74" fill="{l}"/><circle cx="160" cy="168" r="52" fill="none" stroke="{b}" stroke-width="5"/><path d="M160 192q-42-30 0-66 42 36 0 66z" fill="{a}"/><path d="M158 132h4v74h-4z" fill="{d}"/>',
  kettle:
    '<path d="M104 116c0-60 112-60 112 0" fill="none" stroke="{d}" stroke-width="12"/><path d="M222 160l46-34 8 12-40 66z" fill="{b}"/><path d="M94 136q66-42 132 0l18 92q2 28-26 28H102q-28 0-26-28z" fill="{b}"/><path d="M106 150q12-8 24-12l-14 104h-16q-10-2-8-18z" fill="{l}"/><circle cx="160" cy="112" r="12" fill="{a}"/>',
  jar: '<rect x="112" y="84" width="96" height="30" rx="9" fill="{d}"/><rect x="100" y="112" width="120" height="144" rx="22" fill="{l}"/><path d="M100 168q60 22 120 0v66q0 22-22 22h-76q-22 0-22-22z" fill="{b}"/><rect x="128" y="176" width="64" height="46" rx="6" fill="{l}"/><path d="M140 194h40M140 206h26" stroke="{a}" stroke-width="6"/>',
  pillow:
    '<path d="M62 200q10-52 4-82 94-22 188 0-6 32 4 120-94 22-196 0 6-18 0-38z" fill="{b}"/><path d="M84 138q76-16 152 0-4 34 2 80-78 14-156 0 6-40 2-80z" fill="{l}" opacity=".55"/><path d="M108 140v82M160 136v92M212 140v82" stroke="{a}" stroke-width="7"/>',
  blanket:
    '<path d="M78 88h164v148q-41 22-82 0t-82 0z" fill="{b}"/><path d="M78 122h164v22H78zM78 182h164v14H78z" fill="{l}"/><path d="M114 88h16v156h-16zM196 88h12v156h-12z" fill="{a}" opacity=".7"/><path d="M70 78h180v16H70z" fill="{d}"/>',
  towel:
    '<rect x="60" y="84" width="200" height="12" rx="6" fill="{d}"/><path d="M96 84h128v160H96z" fill="{b}"/><path d="M96 194h128v16H96zM96 220h128v8H96z" fill="{l}"/><path d="M96 84h46v120H96z" fill="{a}" opacity=".85"/><path d="M96 180h46v10H96z" fill="{l}"/>',
  rug: '<path d="M96 120h128l56 120H40z" fill="{b}"/><path d="M108 136h104l40 88H68z" fill="{l}"/><path d="M160 144l48 36-48 36-48-36z" fill="{a}"/><path d="M160 162l24 18-24 18-24-18z" fill="{d}"/><path d="M40 240h240v12H40z" fill="{d}" opacity=".7"/>',
  basket:
    '<path d="M106 142c0-90 108-90 108 0" fill="none" stroke="{d}" stroke-width="10"/><path d="M74 140h172l-22 116H96z" fill="{b}"/><path d="M82 168h156M88 198h144M94 228h132" stroke="{l}" stroke-width="9" stroke-dasharray="18 10"/><rect x="66" y="132" width="188" height="18" rx="9" fill="{a}"/>',
  mirror:
    '<circle cx="160" cy="154" r="96" fill="{b}"/><circle cx="160" cy="154" r="82" fill="{l}"/><path d="M104 176l70-88 22 12-80 100z" fill="#fff" opacity=".55"/><path d="M146 206l58-72 10 10-54 70z" fill="#fff" opacity=".4"/><rect x="112" y="240" width="96" height="14" rx="7" fill="{d}"/>',
  vase: '<path d="M158 150q-30-50-44-84M162 150q6-60 2-104M166 150q26-40 48-62" fill="none" stroke="{d}" stroke-width="5"/><circle cx="114" cy="66" r="18" fill="{a}"/><circle cx="164" cy="46" r="22" fill="{l}"/><circle cx="214" cy="86" r="16" fill="{a}"/><path d="M138 138h44v22q44 26 36 66-4 30-30 30h-56q-26 0-30-30-8-40 36-66z" fill="{b}"/><path d="M146 166q-34 22-24 68" fill="none" stroke="{l}" stroke-width="10" stroke-linecap="round"/>',
  frame:
    '<rect x="84" y="62" width="152" height="190" rx="4" fill="{d}"/><rect x="96" y="74" width="128" height="166" fill="#fff"/><path d="M110 88h100v138H110z" fill="{l}"/><circle cx="178" cy="124" r="20" fill="{a}"/><path d="M110 226v-40l34-36 30 32 16-14 20 22v36z" fill="{b}"/>',
  plant:
    '<path d="M160 180c-70-10-84-60-78-92 46 6 76 40 78 92zM160 180c60-6 88-44 84-84-46 2-82 34-84 84zM160 180c-20-50-10-98 4-124 22 34 22 84-4 124z" fill="{b}"/><path d="M160 180c-6-40-4-80 4-112M160 180c-24-30-44-56-66-76M160 180c20-30 42-52 70-66" fill="none" stroke="{d}" stroke-width="4"/><path d="M108 176h104l-14 80h-76z" fill="{a}"/><rect x="100" y="168" width="120" height="20" rx="6" fill="{d}"/>',
  clock:
    '<circle cx="160" cy="158" r="96" fill="{d}"/><circle cx="160" cy="158" r="82" fill="{l}"/><path d="M160 88v16M160 212v16M90 158h16M214 158h16" stroke="{d}" stroke-width="7"/><path d="M160 158V108M160 158l40 24" stroke="{b}" stroke-width="9" stroke-linecap="round"/><circle cx="160" cy="158" r="9" fill="{a}"/>',
};

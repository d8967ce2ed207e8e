/** More drawings, made as those of {@link HOME_MOTIFS} are. */
export const OUTDOOR_MOTIFS: Readonly<Record<string, string>> = {
  box: '<path d="M76 140h168v108q0 8-8 8H84q-8 0-8-8z" fill="{b}"/><path d="M76 140h84v116H84q-8 0-8-8z" fill="{d}" opacity=".25"/><rect x="64" y="108" width="192" height="38" rx="8" fill="{l}"/><rect x="132" y="176" width="56" height="26" rx="13" fill="{d}"/><rect x="146" y="104" width="28" height="46" fill="{a}"/>',
  wateringcan:
    '<path d="M208 160c66-50 70 60 4 56" fill="none" stroke="{d}" stroke-width="12"/><path d="M120 206L56 120l14-10 66 66z" fill="{b}"/><path d="M40 118l34-26 10 14-32 26z" fill="{d}"/><path d="M112 142h104l10 114H102z" fill="{b}"/><path d="M124 154h18l-8 92h-20z" fill="{l}"/><path d="M118 142c6-40 84-40 92 0" fill="none" stroke="{a}" stroke-width="9"/><path d="M44 152v14M32 140v14M56 164v14" stroke="{a}" stroke-width="5" stroke-linecap="round"/>',
  trowel:
    '<g transform="rotate(30 160 165)"><rect x="144" y="44" width="32" height="84" rx="16" fill="{a}"/><rect x="153" y="124" width="14" height="34" fill="{d}"/><path d="M122 156h76v50q-6 54-38 70-32-16-38-70z" fill="{b}"/><path d="M138 166h14v84q-14-16-14-46z" fill="{l}"/></g>',
  shears:
    '<g fill="none" stroke-linecap="round" stroke-width="18"><path d="M148 158q-50 40-42 92" stroke="{a}"/><path d="M172 158q50 40 42 92" stroke="{a}"/></g><path d="M142 166q-24-66 12-116 20 52 18 108z" fill="{b}"/><path d="M178 166q30-50 6-104-26 36-28 92z" fill="{l}"/><circle cx="160" cy="160" r="14" fill="{d}"/>',
  house:
    '<path d="M156 216h8v44h-8z" fill="{d}"/><path d="M104 128h112v96H104z" fill="{b}"/><path d="M104 128h28v96h-28z" fill="{l}" opacity=".5"/><path d="M84 136l76-78 76 78-14 12-62-60-62 60z" fill="{d}"/><circle cx="160" cy="160" r="20" fill="{d}"/><path d="M152 200h44v6h-44z" fill="{a}"/><path d="M178 198q-2-18 16-20l14-6-6 14q0 14-14 14z" fill="{a}"/>',
  parasol:
    '<path d="M156 90h8v160h-8z" fill="{d}"/><path d="M46 150c10-110 218-110 228 0z" fill="{b}"/><path d="M102 150c4-60 26-84 58-84-14 22-20 48-20 84zM180 150c0-36-6-62-20-84 32 0 54 24 58 84z" fill="{l}"/><rect x="112" y="244" width="96" height="12" rx="6" fill="{a}"/>',
  tent: '<path d="M160 84L40 256h240z" fill="{b}"/><path d="M160 84L40 256h76z" fill="{l}"/><path d="M160 118l-40 138h80z" fill="{d}"/><path d="M160 118l-40 138h26z" fill="{a}"/><path d="M152 70l8 14 8-14" fill="none" stroke="{d}" stroke-width="6"/>',
  sleepingbag:
    '<rect x="66" y="118" width="196" height="112" rx="56" fill="{b}"/><path d="M122 118h20v112h-20zM182 118h20v112h-20z" fill="{a}"/><circle cx="122" cy="174" r="56" fill="{l}"/><path d="M122 174m-36 0a36 36 0 1 1 36 36 24 24 0 1 1 0-48 14 14 0 1 1 0 28" fill="none" stroke="{d}" stroke-width="7"/>',
  stove:
    '<path d="M160 92c26 26 12 34 20 52h-40c6-16-6-22 20-52z" fill="{a}"/><path d="M96 146h128v14H96z" fill="{d}"/><path d="M112 160h12l16 40h-12zM208 160h-12l-16 40h12z" fill="{d}"/><path d="M116 196h88q16 6 16 30v22q0 8-8 8H108q-8 0-8-8v-22q0-24 16-30z" fill="{b}"/><path d="M116 208h18v48h-26v-28q0-14 8-20z" fill="{l}"/>',
  boot: '<path d="M108 74h76v78q54 12 76 46v34H100z" fill="{b}"/><path d="M108 74h76v22h-76z" fill="{l}"/><path d="M94 226h170v16q0 14-14 14H94z" fill="{d}"/><path d="M150 116h40M150 136h40M160 156h46" stroke="{a}" stroke-width="8" stroke-linecap="round"/>',
  backpack:
    '<path d="M132 84c0-44 56-44 56 0" fill="none" stroke="{d}" stroke-width="10"/><path d="M96 130q0-54 64-54t64 54v98q0 28-28 28h-72q-28 0-28-28z" fill="{b}"/><path d="M112 128q2-34 48-36-28 14-30 60v88q-18-2-18-20z" fill="{l}" opacity=".6"/><rect x="116" y="178" width="88" height="62" rx="12" fill="{a}"/><path d="M116 198h88v6h-88zM100 142h120v10H100z" fill="{d}"/>',
  jacket:
    '<path d="M124 76l36 18 36-18 48 34 14 116h-36l-8-62v92H106v-92l-8 62H62l14-116z" fill="{b}"/><path d="M124 76l36 18v162h-54V164l-8 62H62l14-116z" fill="{l}" opacity=".45"/><path d="M158 94h5v162h-5z" fill="{d}"/><path d="M132 62h56l8 14-36 24-36-24z" fill="{d}"/><path d="M178 196h26v9h-26zM116 196h26v9h-26z" fill="{a}"/>',
  poles:
    '<g stroke="{b}" stroke-width="9"><path d="M120 100l30 152"/><path d="M200 100l-30 152" stroke="{l}"/></g><rect x="104" y="58" width="24" height="56" rx="12" fill="{d}" transform="rotate(-11 116 86)"/><rect x="192" y="58" width="24" height="56" rx="12" fill="{d}" transform="rotate(11 204 86)"/><ellipse cx="145" cy="228" rx="20" ry="6" fill="{a}"/><ellipse cx="176" cy="228" rx="20" ry="6" fill="{a}"/>',
  bottle:
    '<rect x="138" y="58" width="44" height="34" rx="8" fill="{d}"/><path d="M138 92h44q30 22 30 54v90q0 20-20 20h-64q-20 0-20-20v-90q0-32 30-54z" fill="{b}"/><path d="M124 142q2-18 16-34v134q-16 0-16-10z" fill="{l}"/><path d="M108 176h104v34H108z" fill="{a}"/>',
  bicycle:
    '<g fill="none" stroke="{d}" stroke-width="8"><circle cx="90" cy="206" r="48"/><circle cx="230" cy="206" r="48"/></g><g fill="none" stroke="{b}" stroke-width="9" stroke-linejoin="round"><path d="M90 206l36-80h84l-54 80zM126 126l30 80M210 126l20 80M210 126l-6-24"/></g><path d="M104 114h40v10h-40zM190 94h34q8 0 6 14h-8l-2-6h-30z" fill="{d}"/><circle cx="156" cy="206" r="13" fill="{a}"/>',
  helmet:
    '<path d="M64 206c-4-120 184-150 196 0z" fill="{b}"/><path d="M92 196c4-60 40-90 76-92-30 20-40 52-40 92zM152 196c0-40 12-72 34-88 22 16 34 46 34 88z" fill="{l}"/><rect x="56" y="198" width="212" height="18" rx="9" fill="{d}"/><path d="M104 216q20 40 56 36" fill="none" stroke="{a}" stroke-width="8"/>',
  pump: '<path d="M110 62h100v18H110z" fill="{d}"/><path d="M154 78h12v44h-12z" fill="{l}"/><rect x="140" y="118" width="40" height="120" rx="6" fill="{b}"/><path d="M148 124h9v108h-9z" fill="{l}"/><rect x="100" y="238" width="120" height="18" rx="8" fill="{d}"/><circle cx="160" cy="214" r="18" fill="{a}"/><path d="M180 228c60 10 70-40 50-84" fill="none" stroke="{d}" stroke-width="7"/>',
  lock: '<path d="M112 156v-34c0-64 96-64 96 0v34" fill="none" stroke="{d}" stroke-width="20"/><rect x="88" y="148" width="144" height="108" rx="18" fill="{b}"/><path d="M104 164h20v76q-20 0-20-16z" fill="{l}"/><circle cx="160" cy="192" r="15" fill="{a}"/><path d="M154 196h12l6 34h-24z" fill="{a}"/>',
  saddle:
    '<path d="M64 142q50-26 96-10 60 18 98 16 8 20-12 26-60 4-90 36-20 22-48 22-62-20-44-90z" fill="{b}"/><path d="M80 150q44-18 78-8-50 10-62 66-26-18-16-58z" fill="{l}" opacity=".7"/><path d="M126 228l34-30 54-16" fill="none" stroke="{d}" stroke-width="8"/><rect x="142" y="204" width="22" height="52" rx="4" fill="{a}"/>',
  hammer:
    '<g transform="rotate(32 160 165)"><rect x="148" y="84" width="26" height="180" rx="10" fill="{a}"/><path d="M148 200h26v52q0 12-13 12t-13-12z" fill="{d}"/><path d="M104 66h92q22 4 28 34-20-14-40-8h-80z" fill="{b}"/><rect x="92" y="62" width="26" height="48" rx="6" fill="{d}"/><path d="M120 70h64v8h-64z" fill="{l}"/></g>',
  saw: '<g transform="rotate(-24 160 165)"><path d="M30 168l172-34v66H44z" fill="{l}"/><path d="M44 200l8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10 8 10 8-10z" fill="{b}"/><path d="M196 122h68q24 0 24 26v44q0 22-24 22h-68z" fill="{d}"/><rect x="222" y="148" width="40" height="38" rx="14" fill="{a}"/></g>',
  screwdriver:
    '<g transform="rotate(38 160 165)"><rect x="140" y="40" width="40" height="100" rx="16" fill="{b}"/><path d="M150 52v76M170 52v76" stroke="{l}" stroke-width="6"/><rect x="146" y="138" width="28" height="16" fill="{a}"/><path d="M154 154h12v104l-2 16h-8l-2-16z" fill="{d}"/></g>',
  drill:
    '<path d="M96 88h120q24 0 24 30t-24 30H96q-14 0-14-14v-32q0-14 14-14z" fill="{b}"/><path d="M98 98h96v14H92z" fill="{l}"/><path d="M240 104h26v28h-26z" fill="{d}"/><path d="M266 114h40v8h-40z" fill="{d}"/><path d="M100 146h50l-14 68h-46z" fill="{d}"/><rect x="76" y="210" width="76" height="46" rx="8" fill="{a}"/><path d="M150 150h20l-12 26h-14z" fill="{l}"/>',
  level:
    '<g transform="rotate(-14 160 170)"><rect x="34" y="140" width="252" height="62" rx="8" fill="{b}"/><path d="M34 150h252v10H34z" fill="{l}"/><rect x="122" y="154" width="76" height="34" rx="17" fill="{a}"/><ellipse cx="160" cy="168" rx="15" ry="9" fill="#fff"/><path d="M142 154v34M178 154v34" stroke="{d}" stroke-width="4"/><circle cx="70" cy="174" r="16" fill="{d}"/><circle cx="250" cy="174" r="16" fill="{d}"/></g>',
  wrench:
    '<g transform="rotate(36 160 165)"><rect x="144" y="112" width="34" height="156" rx="17" fill="{b}"/><path d="M152 132h9v110h-9z" fill="{l}"/><path d="M112 44q-12 60 34 78h30q46-20 34-78l-28 12v36h-42V56z" fill="{d}"/><circle cx="161" cy="246" r="9" fill="{a}"/></g>',
  glove:
    '<path d="M112 176l-6-84q0-14 12-14t13 14l3 48 1-66q0-14 12-14t13 14v64l5-56q1-13 13-12t12 14l-3 62 9-40q3-12 14-9t9 15l-13 74q-4 40-30 40h-36q-18 0-28-24l-30-44q-6-12 4-18t18 4z" fill="{b}"/><rect x="116" y="212" width="86" height="44" rx="8" fill="{a}"/><path d="M116 224h86v8h-86z" fill="{d}"/><path d="M138 168q26 12 50 0" fill="none" stroke="{l}" stroke-width="8"/>',
  axe: '<g transform="rotate(28 160 165)"><path d="M150 52h22l8 210q-18 12-34 0z" fill="{a}"/><path d="M172 66q46-14 74 12-2 50-28 74-16-26-46-28z" fill="{b}"/><path d="M226 66q14 4 20 12-2 50-28 74l-10-14q20-30 18-72z" fill="{l}"/><rect x="132" y="64" width="46" height="62" rx="6" fill="{d}"/></g>',
};

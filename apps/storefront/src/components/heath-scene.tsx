/** The drawing behind the shop's greeting: a lit house between heather hills. Colours follow day and night. */
export function HeathScene() {
  return (
    <svg className="scene" viewBox="0 0 1200 420" preserveAspectRatio="xMaxYMax slice" aria-hidden="true">
      <circle className="scene-sun" cx="905" cy="120" r="52" />
      <g className="scene-stars">
        <circle cx="640" cy="60" r="2" />
        <circle cx="730" cy="120" r="1.6" />
        <circle cx="1010" cy="50" r="2" />
        <circle cx="1090" cy="130" r="1.6" />
        <circle cx="820" cy="36" r="1.4" />
        <circle cx="1150" cy="40" r="1.4" />
      </g>
      <path className="scene-far" d="M0 300C150 230 270 250 420 272S720 190 880 214s220-34 320-20v226H0z" />
      <path className="scene-mid" d="M0 338c180-52 320-30 480-16s250-70 420-62 210 22 300-16v176H0z" />
      <House />
      <path className="scene-near" d="M0 384c210-50 400-8 590-10s330-62 610-30v76H0z" />
      <Heather />
    </svg>
  );
}

function House() {
  return (
    <g>
      <path className="scene-smoke" d="M1001 176c-10-12 8-20-2-34s10-20 2-34" />
      <path className="scene-wall" d="M920 238h104v96H920z" />
      <path className="scene-roof" d="M908 242l64-48 64 48zM994 184h14v34h-14z" />
      <path
        className="scene-light"
        d="M938 258h22v24h-22zM988 334v-40a16 16 0 0 1 32 0v40z"
        transform="translate(-4 0)"
      />
      <path className="scene-tree" d="M868 342l24-78 24 78zM842 348l16-52 16 52zM1052 344l22-72 22 72z" />
    </g>
  );
}

function Heather() {
  return (
    <g className="scene-heather">
      <path className="bloom-far" d="M0 398c210-50 400-8 590-10s330-62 610-30" />
      <path className="bloom-mid" d="M0 408c205-46 395-6 585-8s335-58 615-28" />
      <path className="bloom-near" d="M0 420c200-42 390-4 580-6s340-54 620-26" />
    </g>
  );
}

/// How the report looks: on paper and screens, light and dark, from 360 pixels on.
enum PageStyle {
  static let text = """
    :root{color-scheme:light dark;--bg:#faf9f6;--panel:#fff;--fg:#1f1e1b;--soft:#5a564e;--line:#d8d3c8;--field:#fdfcfa;
    --good:#0a5a9c;--bad:#a8380a;--listed:#7c2185;--other:#78736a;--third:#2c6b2f;--link:#0a4f8a;--grid:#e8e4db}
    @media (prefers-color-scheme:dark){:root{--bg:#15171a;--panel:#1d2024;--fg:#e9e6df;--soft:#b6b1a6;--line:#3c4046;
    --field:#191c1f;--good:#74b6f2;--bad:#ff9d6b;--listed:#e596ee;--other:#938f87;--third:#8fce90;--link:#8cc2f5;--grid:#2b2f34}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0 auto;padding:0 1rem 3rem;max-width:72rem;background:var(--bg);color:var(--fg);
    font:1rem/1.55 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    h1{font-size:clamp(1.5rem,4vw,2.2rem);line-height:1.2;margin:.2rem 0 .4rem;text-wrap:balance}
    h2{font-size:1.4rem;line-height:1.25;margin:3rem 0 .6rem;padding-top:.8rem;border-top:2px solid var(--fg)}
    h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
    p{margin:.3rem 0 .7rem;max-width:46rem}
    a{color:var(--link)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.5rem 1rem;z-index:2}
    header{padding-top:1.6rem}
    .brand{font-weight:700;letter-spacing:.06em;color:var(--soft);margin:0}
    .made,.path,.since,footer{color:var(--soft);font-size:.875rem}
    nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:1rem 0;padding:.7rem 0;border-block:1px solid var(--line)}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13.5rem),1fr));gap:.8rem;margin:1rem 0}
    .cards div{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem}
    .cards dt{font-size:.875rem;color:var(--soft)}.cards dd{margin:0}
    .cards strong{display:block;font-size:1.7rem;line-height:1.25;font-variant-numeric:tabular-nums}
    .cards span{font-size:.875rem}
    .notice{background:var(--panel);border:1px solid var(--line);border-left:.4rem solid var(--bad);padding:.8rem 1rem}
    .tracks{margin:1rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));gap:.7rem;
    list-style:none;counter-reset:t}
    .tracks li{counter-increment:t;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.7rem 1rem;
    break-inside:avoid}
    .tracks p{margin:.15rem 0;font-size:.9rem}
    .tracks .track{font-size:1.02rem;font-weight:600}.track::before{content:counter(t) ". ";color:var(--soft)}
    .chance{float:right;margin-left:.7rem;font-variant-numeric:tabular-nums;color:var(--listed)}
    .tracks .path,.tracks .since{font-size:.8rem}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.2rem}
    figure{margin:0;padding:.4rem 1rem 1rem;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;min-width:0;
    display:flex;flex-direction:column;break-inside:avoid}
    figcaption{flex:1}figcaption p,article p{font-size:.9rem}
    figure>svg,.map>svg{width:100%;height:auto;display:block}
    svg text{fill:var(--fg);font-size:12.5px;font-variant-numeric:tabular-nums}svg .small{font-size:12.5px}
    .grid{stroke:var(--grid)}.axis{stroke:var(--soft)}.guide{stroke:var(--soft);stroke-dasharray:5 4}
    .line{fill:none;stroke-width:2;stroke-linejoin:round}.whisker{stroke-width:1.5}
    .s1{stroke:var(--good)}.s2{stroke:var(--bad)}.s3{stroke:var(--third)}.s4{stroke:var(--listed)}
    .line.s2{stroke-dasharray:7 3}.line.s3{stroke-dasharray:2 3}.line.s4{stroke-dasharray:9 3 2 3}
    .mark{fill:var(--panel);stroke-width:1.8}.mark.s1{fill:var(--good)}.mark.s3{fill:none}
    .bar.s1{fill:var(--good)}.bar.s2{fill:var(--other);stroke:none}.bar.s3{fill:none;stroke:var(--bad);stroke-width:1.6}
    .heat{fill:var(--good);stroke:var(--line);stroke-width:.5}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.5rem 0;font-size:.875rem}
    .legend svg{width:2.1rem;height:.8rem;vertical-align:middle;margin-right:.4rem}
    .switches label{display:inline-flex;align-items:center;gap:.35rem;min-height:1.9rem}
    .switches svg{width:1.1rem;height:1.1rem;margin:0}.switches input{width:1.05rem;height:1.05rem;margin:0;accent-color:var(--link)}
    .map{display:grid;gap:0 1.5rem}@media (min-width:60rem){.map{grid-template-columns:44rem 1fr;grid-template-rows:auto 1fr}
    .map>svg{grid-row:1/3}.map .switches{flex-direction:column;grid-column:2;order:1}.map .told{grid-column:2;order:2}}
    .field{fill:var(--field);stroke:var(--line)}
    .dot{stroke-width:1.4;fill:none;vector-effect:non-scaling-stroke}
    .k-other .dot{stroke:var(--other);stroke-width:1}.k-bad .dot{stroke:var(--bad);stroke-width:1.7}
    .k-good .dot{fill:var(--good);stroke:var(--panel);stroke-width:.7}.k-listed .dot{fill:var(--listed);stroke:var(--panel);stroke-width:.8}
    .p{outline:none}.p:focus .dot,.p:hover .dot{stroke:var(--fg);stroke-width:3}
    .map:has(#show-other:not(:checked)) .p.k-other,.map:has(#show-bad:not(:checked)) .p.k-bad,
    .map:has(#show-good:not(:checked)) .p.k-good,.map:has(#show-listed:not(:checked)) .p.k-listed{display:none}
    .told{min-height:3.1em;margin:.4rem 0;font-size:.95rem}
    details{margin-top:.6rem;font-size:.875rem}.experts{font-size:1rem}.figures>figure:only-child{max-width:44rem}summary{cursor:pointer;color:var(--link);padding:.25rem 0}
    .scroll{overflow:auto;max-height:26rem;border:1px solid var(--line);border-radius:.3rem;margin:.4rem 0}
    table{border-collapse:collapse;width:100%;font-size:.875rem}caption{text-align:left;color:var(--soft);padding:.4rem .6rem}
    th,td{padding:.3rem .6rem;text-align:left;border-top:1px solid var(--line);vertical-align:top;font-weight:400;overflow-wrap:normal}
    td{white-space:nowrap}td.words{white-space:normal;min-width:14rem}
    thead th{font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .meter{width:40%;min-width:6rem}.meter span{display:block;height:.9em;margin-top:.25em;min-width:2px;background:var(--other)}
    .meter .l-good{background:var(--good)}.meter .l-bad{background:var(--bad)}.meter .l-unheard{background:var(--listed)}
    .hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
    .findings{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 2rem;margin-top:.6rem}
    article{min-width:0}.remark{color:var(--soft);font-size:.9rem}
    footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.6rem}
    @media print{:root{color-scheme:light;--bg:#fff;--panel:#fff;--fg:#000;--soft:#444;--line:#bbb;--field:#fff;--good:#0a5a9c;
    --bad:#a8380a;--listed:#7c2185;--other:#78736a;--third:#2c6b2f;--link:#000;--grid:#e4e4e4}
    body{max-width:none;font-size:10pt}nav,.skip,details,.told,.switches input{display:none}h2{break-after:avoid;margin-top:1.5rem}
    .scroll{max-height:none;overflow:visible}td{white-space:normal}td.words{min-width:0}.figures{grid-template-columns:1fr 1fr}.map{display:block;max-width:14cm}}
    """
}

/** The arcs of a ring. */
export interface Arc {
  readonly name: string;
  readonly path: string;
}

/** Clockwise from the top. A share of everything is a whole ring in two halves. */
export function arcsOf(
  shares: readonly { readonly name: string; readonly share: number }[],
  outer: number,
  inner: number,
): Arc[] {
  const arcs: Arc[] = [];
  let turned = 0;
  for (const { name, share } of shares) {
    if (share <= 0) continue;
    const parts = share > 0.999 ? [0.5, 0.5] : [share];
    let path = "";
    for (const part of parts) {
      path += arc(turned, turned + part, outer, inner);
      turned += part;
    }
    arcs.push({ name, path });
  }
  return arcs;
}

function arc(from: number, to: number, outer: number, inner: number): string {
  const at = (turn: number, radius: number) => {
    const angle = 2 * Math.PI * turn - Math.PI / 2;
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = to - from > 0.5 ? 1 : 0;
  return (
    `M${at(from, outer)}A${outer} ${outer} 0 ${large} 1 ${at(to, outer)}` +
    `L${at(to, inner)}A${inner} ${inner} 0 ${large} 0 ${at(from, inner)}Z`
  );
}

"""Numbers and comparisons in words."""

import math

LISTED = 20  # so many cells that appeared or vanished are named, before the rest is counted


def number(value):
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def quantity(value):
    """As number(), but with millions as such."""
    return f"{value / 1e6:,.3g} million" if abs(value) >= 1e6 else number(value)


def measured(cell):
    """`58.2 ±0.4`: the value with as many digits as its standard error's first one has."""
    if not cell.error:
        return number(cell.value)
    decimals = max(0, -math.floor(math.log10(cell.error)))
    if round(cell.error, decimals) >= 10 ** (1 - decimals):  # 0.096 is 0.10
        decimals = max(0, decimals - 1)
    return f"{cell.value:,.{decimals}f} ±{cell.error:,.{decimals}f}"


def percent(share):
    return f"{100 * share:+.1f} %"


def plural(count, noun):
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def summary(comparison):
    """The line on the terminal."""
    parts = [f"{plural(comparison.compared, 'cell')} compared",
             f"{len(comparison.slower())} slower", f"{len(comparison.faster())} faster"]
    if comparison.unjudged:
        parts.append(f"{comparison.unjudged} not judged, being measured once")
    if comparison.appeared:
        parts.append(f"{len(comparison.appeared)} new")
    if comparison.vanished:
        parts.append(f"{len(comparison.vanished)} vanished")
    return ", ".join(parts)


def names(title, cells):
    if not cells:
        return []
    more = [f"- and {len(cells) - LISTED} more"] if len(cells) > LISTED else []
    return [f"{title}:", "", *(f"- {cell}" for cell in cells[:LISTED]), *more, ""]


def comparison_lines(comparison):
    """The comparison as Markdown."""
    lines = [f"{summary(comparison)}.", ""]
    if comparison.changes:
        lines += ["| | before | now | change | |", "|---|---:|---:|---:|---|"]
        for change in comparison.changes:
            verdict = "slower" if change.share > 0 else "faster"
            lines.append(
                f"| {change.table} / {change.subject} / {change.case} | {number(change.old)} "
                f"| {number(change.new)} | {percent(change.share)} ±{100 * change.sigma:.1f} "
                f"| {verdict if change.is_ours else verdict + ', not sferic'} |")
        lines.append("")
    lines += names("New", comparison.appeared)
    lines += names("Vanished", comparison.vanished)
    return lines

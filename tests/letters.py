"""The same letters on every machine: DejaVu as matplotlib brings it, drawn without hints."""

from __future__ import annotations

from pathlib import Path

import matplotlib

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

GENERIC = {
    "DejaVu Serif": ("serif", "Times New Roman", "Charter", "Georgia"),
    "DejaVu Sans": ("sans-serif", "Arial", "system-ui"),
    "DejaVu Sans Mono": ("monospace", "Monospace", "Courier New"),
}

OPTIONS = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")
"""For Chromium."""


def environment(folder: Path) -> dict[str, str]:
    """Write to ``folder`` what fontconfig needs; returns the variables that name it."""
    aliases = "".join(
        f'<match><test name="family"><string>{name}</string></test><edit name="family"'
        f' mode="assign" binding="same"><string>{font}</string></edit></match>'
        for font, names in GENERIC.items()
        for name in names
    )
    others = "".join(f"<glob>{FONTS}/{name}*</glob>" for name in ("cm", "STIX", "DejaVu*Display"))
    drawn = "".join(
        f'<edit name="{name}" mode="assign"><{kind}>{value}</{kind}></edit>'
        for name, kind, value in (
            ("antialias", "bool", "true"),
            ("hinting", "bool", "false"),
            ("autohint", "bool", "false"),
            ("hintstyle", "const", "hintnone"),
            ("rgba", "const", "none"),
        )
    )
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{FONTS}</dir><cachedir>{folder}/fonts</cachedir>"
        f"<selectfont><rejectfont>{others}</rejectfont></selectfont>{aliases}"
        f'<match target="font">{drawn}</match></fontconfig>',
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(file)}

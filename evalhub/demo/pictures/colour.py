"""Colours by name, and the light of each time of day."""

from dataclasses import dataclass

Rgb = tuple[int, int, int]


def rgb(code: str) -> Rgb:
    """Return the colour of a six-digit hex code."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Blend two colours; `share` 0 gives the first, 1 the second."""
    return (
        round(first[0] + (second[0] - first[0]) * share),
        round(first[1] + (second[1] - first[1]) * share),
        round(first[2] + (second[2] - first[2]) * share),
    )


def lighter(colour: Rgb, share: float) -> Rgb:
    """Blend towards a warm white."""
    return mix(colour, (255, 250, 238), share)


def darker(colour: Rgb, share: float) -> Rgb:
    """Blend towards a cool near-black, which keeps shadows from looking dirty."""
    return mix(colour, (18, 20, 40), share)


NAMED: dict[str, Rgb] = {
    "red": rgb("cf3a35"),
    "orange": rgb("f08a32"),
    "yellow": rgb("f3c53d"),
    "green": rgb("4f9d5b"),
    "blue": rgb("2f6fc0"),
    "purple": rgb("8251a8"),
    "pink": rgb("ec8aa4"),
    "white": rgb("f1ece0"),
}


@dataclass(frozen=True)
class Light:
    """A time of day: what colours the sky, the far distance and everything lit have."""

    name: str
    words: str
    sky: tuple[Rgb, ...]
    sun: Rgb
    haze: Rgb
    tint: Rgb
    strength: float  # how far `tint` colours what it falls on, 0 to 1
    sun_height: float  # 0 on the horizon, 1 at the top of the sky
    dark: bool = False  # lamps and windows are lit

    def on(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """Return `colour` as it looks in this light, `depth` 0 near to 1 lost in haze."""
        lit = (
            colour[0] * self.tint[0] // 255,
            colour[1] * self.tint[1] // 255,
            colour[2] * self.tint[2] // 255,
        )
        return mix(mix(colour, lit, self.strength), self.haze, depth)


LIGHTS: dict[str, Light] = {
    light.name: light
    for light in (
        Light(
            name="dawn",
            words="at dawn",
            sky=(rgb("46568c"), rgb("8d86b4"), rgb("e9a9a0"), rgb("fddcae")),
            sun=rgb("fff1cf"),
            haze=rgb("eec1b0"),
            tint=rgb("f0c8c4"),
            strength=0.75,
            sun_height=0.24,
        ),
        Light(
            name="day",
            words="on a clear day",
            sky=(rgb("2c79c2"), rgb("69b0e4"), rgb("b5dcf0"), rgb("e6f3f1")),
            sun=rgb("fffbe6"),
            haze=rgb("cfe4ee"),
            tint=rgb("fffaf0"),
            strength=0.4,
            sun_height=0.74,
        ),
        Light(
            name="golden",
            words="in the evening sun",
            sky=(rgb("5d7fa8"), rgb("b9a9a0"), rgb("f4b870"), rgb("ffe3a6")),
            sun=rgb("fff0bd"),
            haze=rgb("f6cf98"),
            tint=rgb("ffd7a0"),
            strength=0.85,
            sun_height=0.36,
        ),
        Light(
            name="dusk",
            words="at dusk",
            sky=(rgb("20265a"), rgb("5a4789"), rgb("c0628a"), rgb("f7a57c")),
            sun=rgb("ffd9a8"),
            haze=rgb("b97a98"),
            tint=rgb("b08cb4"),
            strength=0.6,
            sun_height=0.14,
            dark=True,
        ),
        Light(
            name="night",
            words="on a moonlit night",
            sky=(rgb("0c1433"), rgb("182a5a"), rgb("2f4a7d"), rgb("5b78a0")),
            sun=rgb("f6f2df"),
            haze=rgb("4c6690"),
            tint=rgb("6f86b8"),
            strength=0.6,
            sun_height=0.7,
            dark=True,
        ),
        Light(
            name="misty",
            words="on a misty morning",
            sky=(rgb("7fa8b2"), rgb("a9c8c8"), rgb("d3e0d6"), rgb("f2eddb")),
            sun=rgb("fffaf0"),
            haze=rgb("dbe4dc"),
            tint=rgb("dfeae4"),
            strength=0.7,
            sun_height=0.5,
        ),
    )
}

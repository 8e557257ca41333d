"""What is for sale. Prices in euro cents, weights in grams."""

from dataclasses import dataclass

from examples.shop import french, german


@dataclass(frozen=True)
class Product:
    """`handling_days`: working days it takes to make one; its picture is the template pictures/<picture>.svg."""

    sku: str
    picture: str
    name: dict[str, str]
    about: dict[str, str]
    price: int
    weight_g: int
    handling_days: int = 0


PRODUCTS = {
    product.sku: product
    for product in (
        Product(
            "LAMP-DESK",
            "desk",
            {"en": "Desk lamp “Avond”", "nl": "Bureaulamp ‘Avond’"},
            {
                "en": "Powder-coated steel with a brass joint. Warm, dimmable light, and a foot that stays put.",
                "nl": "Gepoedercoat staal met een messing scharnier. Warm dimbaar licht, en een voet die blijft staan.",
            },
            6900,
            1800,
        ),
        Product(
            "LAMP-FLOOR",
            "floor",
            {"en": "Floor lamp “Gracht”", "nl": "Vloerlamp ‘Gracht’"},
            {
                "en": "A slender arc of oak and linen, for the chair you read in. Comes in one long box.",
                "nl": "Een slanke boog van eiken en linnen, voor de stoel waarin je leest. Komt in één lange doos.",
            },
            14900,
            6800,
        ),
        Product(
            "LAMP-PENDANT",
            "pendant",
            {"en": "Pendant “Molen”", "nl": "Hanglamp ‘Molen’"},
            {
                "en": "Folded by hand from strong paper. Hangs above the table like a paper windmill.",
                "nl": "Met de hand gevouwen van sterk papier. Hangt boven de tafel als een papieren molentje.",
            },
            8900,
            1200,
        ),
        Product(
            "THROW-WOOL",
            "throw",
            {"en": "Wool throw “Texel”", "nl": "Wollen plaid ‘Texel’"},
            {
                "en": "Wool of Texel sheep, woven in Tilburg. Gets softer with every winter.",
                "nl": "Wol van Texelse schapen, geweven in Tilburg. Wordt elke winter zachter.",
            },
            7900,
            1400,
        ),
        Product(
            "CUSHION",
            "cushion",
            {"en": "Cushion “Duin”", "nl": "Kussen ‘Duin’"},
            {
                "en": "The colours of dunes in October, filled with wool. The cover comes off for the wash.",
                "nl": "De kleuren van de duinen in oktober, gevuld met wol. De hoes kan eraf en in de was.",
            },
            3400,
            700,
        ),
        Product(
            "RUG-WOVEN",
            "rug",
            {"en": "Rug “Polder”, made for you", "nl": "Kleed ‘Polder’, voor jou gemaakt"},
            {
                "en": "Woven after you order it, in about five working days. 140 × 200 cm.",
                "nl": "Geweven nadat je bestelt, in ongeveer vijf werkdagen. 140 × 200 cm.",
            },
            18900,
            5200,
            handling_days=5,
        ),
    )
}

for _language, _texts in (("de", german.PRODUCTS), ("fr", french.PRODUCTS)):
    for _sku, (_name, _about) in _texts.items():
        PRODUCTS[_sku].name[_language], PRODUCTS[_sku].about[_language] = _name, _about

"""The demo merchant, with the rules a real Dutch shop would have: merchant.json. places.tsv: where things are."""

"""What a merchant sets, as one document of areas and items. Pages, import, export and docs read the one declaration in
`areas`; every write goes through `items` or `documents`."""

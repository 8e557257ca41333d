"""Shop platforms: a folder for each, with everything about it. What a platform calls things stays inside its folder."""

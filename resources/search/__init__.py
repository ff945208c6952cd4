"""Search over everything the city shares: place, time and attributes as one query.

`parsing` turns a query string into `criteria` and back, `statements` turns criteria into SQL,
`results` runs it. The page and the API read the same query string, so a link says the same to both.
"""

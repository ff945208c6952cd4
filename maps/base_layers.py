"""The layers of this app: what the map is made of when no tiles come from elsewhere."""

from django.utils.translation import gettext_lazy as _

from maps.layers import Layer

# At this zoom 20 m, by which outlines are simplified, become visible: show the borders themselves.
BORDERS_FROM_ZOOM = 14

DISTRICTS = Layer(
    code="dzielnice",
    label=_("Districts"),
    rows=f"""
        select case when %(zoom)s >= {BORDERS_FROM_ZOOM} then boundary else outline end as geom,
               number, roman, name, generalised,
               round(ST_X(label_point)::numeric, 6)::float8 as label_lon,
               round(ST_Y(label_point)::numeric, 6)::float8 as label_lat
        from maps_district order by number
    """,  # noqa: S608 - a constant is put in
    properties=("number", "roman", "name", "generalised", "label_lon", "label_lat"),
    public=True,
)

# Lines of the census grid around the city: exact in EPSG:3035, a little turned on the map.
KILOMETRE_GRID = Layer(
    code="siatka",
    label=_("Kilometre grid"),
    rows="""
        select ST_Transform(ST_Segmentize(ST_SetSRID(line, 3035), 6000), 4326) as geom, axis
        from (
            select ST_MakeLine(ST_MakePoint(e, 3028000), ST_MakePoint(e, 3055000)) as line,
                   'e' as axis
            from generate_series(5017000, 5054000, 1000) e
            union all
            select ST_MakeLine(ST_MakePoint(5017000, n), ST_MakePoint(5054000, n)), 'n'
            from generate_series(3028000, 3055000, 1000) n
        ) lines
    """,
    properties=("axis",),
    public=True,
)

CITY_BORDER = Layer(
    code="miasto",
    label=_("City border"),
    rows="select ST_Boundary(ST_Union(outline)) as geom, count(*) as districts from maps_district",
    properties=("districts",),
    public=True,
)

LAYERS = (DISTRICTS, CITY_BORDER, KILOMETRE_GRID)

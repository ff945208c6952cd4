
import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import maps.models.geometry
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='District',
            fields=[
                ('number', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('roman', models.CharField(max_length=8, unique=True)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('boundary', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                ('boundary_2178', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('boundary', 2178), output_field=django.contrib.gis.db.models.fields.MultiPolygonField(srid=2178))),
                ('outline', django.contrib.gis.db.models.fields.MultiPolygonField(spatial_index=False, srid=4326)),
                ('label_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ('official_area_km2', models.DecimalField(decimal_places=4, max_digits=8)),
                ('area_stated_on', models.DateField(help_text='date of the official area')),
                ('generalised', models.BooleanField()),
                ('state_on', models.DateField(help_text='date that the boundary describes')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.datasource')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='AreaGroup',
            fields=[
                ('slug', models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('district_set', 'set of districts'), ('cadastral_unit', 'cadastral unit')], max_length=20)),
                ('name_pl', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('register_code', models.CharField(blank=True, help_text='code in the land register, e.g. 126103_9', max_length=20)),
                ('loaded', models.BooleanField()),
                ('note', models.TextField(blank=True)),
                ('districts', models.ManyToManyField(blank=True, related_name='area_groups', to='maps.district')),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_ref', models.CharField(help_text='identifier in the source', max_length=80)),
                ('street', models.CharField(max_length=120)),
                ('street_plain', models.CharField(max_length=120)),
                ('number', models.CharField(max_length=20)),
                ('postcode', models.CharField(blank=True, max_length=6)),
                ('locality', models.CharField(max_length=80)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ('point_2178', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('point', 2178), output_field=django.contrib.gis.db.models.fields.PointField(srid=2178))),
                ('approximate', models.BooleanField(default=False)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.datasource')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='maps.district')),
            ],
            options={
                'ordering': ['street_plain', 'number'],
            },
        ),
        migrations.CreateModel(
            name='DistrictResidents',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registered', 'registered for permanent residence')], max_length=20)),
                ('on_date', models.DateField()),
                ('total', models.PositiveIntegerField()),
                ('women', models.PositiveIntegerField(blank=True, null=True)),
                ('men', models.PositiveIntegerField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='residents', to='maps.district')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.datasource')),
            ],
            options={
                'ordering': ['district', '-on_date'],
            },
        ),
        migrations.CreateModel(
            name='PopulationCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('cell', django.contrib.gis.db.models.fields.PolygonField(srid=4326)),
                ('cell_2178', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('cell', 2178), output_field=django.contrib.gis.db.models.fields.PolygonField(srid=2178))),
                ('centroid_2178', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Centroid(django.contrib.gis.db.models.functions.Transform('cell', 2178)), output_field=django.contrib.gis.db.models.fields.PointField(srid=2178))),
                ('residents', models.PositiveIntegerField()),
                ('male', models.PositiveIntegerField(null=True)),
                ('female', models.PositiveIntegerField(null=True)),
                ('age_0_14', models.PositiveIntegerField(null=True)),
                ('age_15_64', models.PositiveIntegerField(null=True)),
                ('age_65_plus', models.PositiveIntegerField(null=True)),
                ('share_in_city', models.DecimalField(decimal_places=4, help_text="part of the cell's area inside the districts; empty: districts not loaded", max_digits=5, null=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.datasource')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.AddIndex(
            model_name='district',
            index=django.contrib.postgres.indexes.GistIndex(fields=['boundary_2178'], name='district_boundary_2178_gist'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (1, 18))), name='district_number_1_to_18'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=models.Q(('official_area_km2__gt', 0)), name='district_area_positive'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=models.Q(('boundary__isvalid', True)), name='district_boundary_valid', violation_error_message='The boundary crosses or touches itself.'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=maps.models.geometry.Within('boundary', box='19.78, 49.95, 20.23, 50.14, 4326'), name='district_inside_city_envelope', violation_error_message='The boundary lies outside Kraków: check the coordinate system.'),
        ),
        migrations.AddConstraint(
            model_name='areagroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'cadastral_unit'), _negated=True), models.Q(('register_code', ''), _negated=True), _connector='OR'), name='area_group_cadastral_unit_has_code'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=django.contrib.postgres.indexes.GistIndex(fields=['point_2178'], name='address_point_2178_gist'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('street_plain', name='gin_trgm_ops'), name='address_street_plain_trgm'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=models.Index(django.contrib.postgres.indexes.OpClass('street_plain', name='varchar_pattern_ops'), models.F('number'), name='address_street_plain_prefix'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(fields=('source', 'source_ref'), name='address_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=maps.models.geometry.Within('point', box='19.78, 49.95, 20.23, 50.14, 4326'), name='address_inside_city_envelope', violation_error_message='The address lies outside Kraków: check the coordinate system.'),
        ),
        migrations.AddConstraint(
            model_name='districtresidents',
            constraint=models.UniqueConstraint(fields=('district', 'kind', 'on_date'), name='district_residents_once'),
        ),
        migrations.AddConstraint(
            model_name='districtresidents',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('men__isnull', True), ('women__isnull', True)), ('total', django.db.models.expressions.CombinedExpression(models.F('women'), '+', models.F('men'))), _connector='OR'), name='district_residents_sexes_add_up'),
        ),
        migrations.AddIndex(
            model_name='populationcell',
            index=django.contrib.postgres.indexes.GistIndex(fields=['cell_2178'], name='population_cell_2178_gist'),
        ),
        migrations.AddIndex(
            model_name='populationcell',
            index=django.contrib.postgres.indexes.GistIndex(fields=['centroid_2178'], name='population_centroid_2178_gist'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.UniqueConstraint(fields=('code', 'year'), name='population_cell_once'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.CheckConstraint(condition=models.Q(('cell__isvalid', True)), name='population_cell_valid', violation_error_message='The cell is not valid.'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.CheckConstraint(condition=maps.models.geometry.Within('cell', box='19.5, 49.75, 20.6, 50.35, 4326'), name='population_cell_inside_region', violation_error_message='The cell lies outside the region around Kraków.'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.CheckConstraint(condition=models.Q(('male__isnull', True), ('female__isnull', True), ('residents', django.db.models.expressions.CombinedExpression(models.F('male'), '+', models.F('female'))), _connector='OR'), name='population_cell_sexes_add_up'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.CheckConstraint(condition=models.Q(('age_0_14__isnull', True), ('age_15_64__isnull', True), ('age_65_plus__isnull', True), ('residents', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('age_0_14'), '+', models.F('age_15_64')), '+', models.F('age_65_plus'))), _connector='OR'), name='population_cell_ages_add_up'),
        ),
        migrations.AddConstraint(
            model_name='populationcell',
            constraint=models.CheckConstraint(condition=models.Q(('share_in_city__isnull', True), ('share_in_city__range', (0, 1)), _connector='OR'), name='population_cell_share_0_to_1'),
        ),
    ]

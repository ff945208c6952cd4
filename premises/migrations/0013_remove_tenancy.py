from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("premises", "0012_tenancies_become_leases")]
    operations = [
        migrations.DeleteModel(name="TenancyEvent"),
        migrations.DeleteModel(name="Tenancy"),
    ]

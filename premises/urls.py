from django.urls import path

from premises import call_urls, commission_urls
from premises.views import documents, forecast, notices, use_reports, vacant

app_name = "premises"

urlpatterns = [
    path("umowy/<slug:number>/sprawozdanie/<int:year>/", use_reports.report, name="use_report"),
    path("lokale/", vacant.vacant_list, name="vacant"),
    path("lokale/zwolni-sie/", forecast.forecast, name="forecast"),
    *call_urls.urlpatterns,
    *commission_urls.urlpatterns,
    path("wykazy/", notices.notices, name="notices"),
    path("wykazy/csv/", notices.notices_csv, name="notices_csv"),
    path("wykazy/atom/", notices.notices_feed, name="notices_feed"),
    path("wykazy/<slug:code>/", notices.notice, name="notice"),
    path("wykazy/<slug:code>/pdf/", notices.notice_pdf, name="notice_pdf"),
    path("dokumenty/<uuid:key>/", documents.document, name="document"),
    path("dokumenty/<uuid:key>/pdf/", documents.document_pdf, name="document_pdf"),
]

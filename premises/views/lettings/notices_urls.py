from django.urls import path

from premises.views.lettings import notices

urlpatterns = [
    path("<slug:unit>/wykazy/", notices.notices, name="notices"),
    path("<slug:unit>/wykazy/nowy/", notices.new, name="notice_new"),
    path("<slug:unit>/wykazy/<int:pk>/", notices.notice, name="notice"),
    path("<slug:unit>/wykazy/<int:pk>/usun/", notices.discard, name="notice_discard"),
    path("<slug:unit>/wykazy/<int:pk>/publikuj/", notices.publish, name="notice_publish"),
    path("<slug:unit>/wykazy/<int:pk>/wywieszenie/", notices.post, name="notice_post"),
    path("<slug:unit>/wykazy/<int:pk>/zdjecie/", notices.take_down, name="notice_take_down"),
    path("<slug:unit>/wykazy/<int:pk>/sprostuj/", notices.correct, name="notice_correct"),
    path("<slug:unit>/wykazy/<int:pk>/poz/<int:lot>/", notices.item, name="notice_item"),
    path("<slug:unit>/wykazy/<int:pk>/poz/<int:lot>/usun/", notices.take_out, name="notice_out"),
]

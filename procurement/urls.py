"""Every address of the product; the one file that may know every app."""

from django.urls import include, path

from procurement.views import public, work

urlpatterns = [
    path("", public.home, name="home"),
    path("healthz", public.healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("work/", work.work, name="work"),
    path("tenders/<int:pk>/", public.tender_detail, name="tender"),
]

"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from .views import demonstration

urlpatterns = [
    path("demonstration/", demonstration.demonstration_accounts, name="demonstration"),
]

"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from . import views

urlpatterns = [
    path("demonstration/", views.demonstration_accounts, name="demonstration"),
]

"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from .views import contract, demonstration

urlpatterns = [
    path("demonstration/", demonstration.demonstration_accounts, name="demonstration"),
    path("tenders/<int:pk>/contract/", contract.contract_home, name="contract"),
]

"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from .views import contract, demonstration, duties, handover

urlpatterns = [
    path("demonstration/", demonstration.demonstration_accounts, name="demonstration"),
    path("tenders/<int:pk>/contract/", contract.contract_home, name="contract"),
]

urlpatterns += [
    path("tenders/<int:pk>/duties/", duties.duty_list, name="duty-list"),
    path("tenders/<int:pk>/handover/", handover.handover, name="handover"),
    path("tenders/<int:pk>/handover/make/", handover.handover_make, name="handover-make"),
    path("work/dates/", duties.my_dates, name="my-dates"),
]

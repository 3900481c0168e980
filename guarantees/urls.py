"""The addresses of guarantees, below those of procurement/urls.py."""

from django.urls import path

from .views import guarantees, registers, sizing, steps

LIST = "tenders/<int:pk>/guarantees/"
ONE = f"{LIST}<int:number>/"

urlpatterns = [
    path(LIST, guarantees.guarantee_list, name="guarantee-list"),
    path(f"{LIST}register.xlsx", registers.guarantee_register, name="guarantee-workbook"),
    path(f"{LIST}instruments/", guarantees.guarantee_instruments, name="guarantee-instruments"),
    path(f"{LIST}sizing/", sizing.guarantee_sizing, name="guarantee-sizing"),
    path(f"{LIST}contingency/", sizing.contingency_plan, name="contingency-plan"),
    path(f"{LIST}receive/<slug:slot>/", guarantees.guarantee_choose, name="guarantee-receive"),
    path(
        f"{LIST}receive/<slug:slot>/<slug:instrument>/", guarantees.guarantee_receive, name="guarantee-enter"
    ),
    path(ONE, guarantees.guarantee_detail, name="guarantee"),
]
urlpatterns += [
    path(f"{ONE}{verb}/", steps.guarantee_step, {"verb": verb}, name=f"guarantee-{verb}")
    for verb in steps.VERBS
]

"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from .views import (
    contract,
    demonstration,
    duties,
    fund,
    fund_use,
    handover,
    transfer,
    transfer_items,
    workbooks,
)

ROOM = "tenders/<int:pk>/transfer/"
ITEM = f"{ROOM}items/<slug:kind>/"

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

urlpatterns += [
    path(ROOM, transfer.transfer_room, name="transfer"),
    path(f"{ROOM}plan/", transfer.transfer_plan, name="transfer-plan"),
    path(f"{ROOM}works/", transfer.transfer_works, name="transfer-works"),
    path(f"{ROOM}install/", transfer.transfer_install, name="transfer-install"),
    path(f"{ROOM}act/", transfer.transfer_act, name="transfer-act"),
    path(f"{ROOM}act/write/", transfer.transfer_act_write, name="transfer-act-write"),
    path(f"{ROOM}act/receive/", transfer.transfer_receive, name="transfer-receive"),
    path(f"{ROOM}act/hand-over/", transfer.transfer_hand_over, name="transfer-hand-over"),
    path(ITEM, transfer_items.transfer_item, name="transfer-item"),
    path(f"{ITEM}begin/", transfer_items.transfer_item_begin, name="transfer-item-begin"),
    path(f"{ITEM}hand-in/", transfer_items.transfer_hand_in, name="transfer-hand-in"),
    path(f"{ITEM}accept/", transfer_items.transfer_accept, name="transfer-accept"),
    path(f"{ITEM}accept/paper/", transfer_items.transfer_accept_paper, name="transfer-accept-paper"),
    path(f"{ITEM}send-back/", transfer_items.transfer_send_back, name="transfer-send-back"),
    path(f"{ITEM}waive/", transfer_items.transfer_waive, name="transfer-waive"),
    path(f"{ITEM}keep/", transfer_items.transfer_keep, name="transfer-keep"),
    path(f"{ITEM}evidence/", transfer_items.transfer_evidence, name="transfer-evidence"),
    path(f"{ITEM}workbook/", workbooks.workbook_upload, name="transfer-workbook-upload"),
    path(f"{ITEM}workbook/template/", workbooks.workbook_template, name="transfer-workbook-template"),
    path(f"{ITEM}workbook/export/", workbooks.workbook_export, name="transfer-workbook-export"),
    path(f"{ITEM}workbook/<int:number>/", workbooks.workbook_page, name="transfer-workbook"),
    path(
        f"{ITEM}workbook/<int:number>/progress/",
        workbooks.workbook_progress,
        name="transfer-workbook-progress",
    ),
]

urlpatterns += [
    path("tenders/<int:pk>/fund/", fund.fund_detail, name="fund"),
    path("tenders/<int:pk>/fund/open/", fund.fund_open, name="fund-open"),
    path("tenders/<int:pk>/fund/months/", fund.fund_months, name="fund-months"),
    path("tenders/<int:pk>/fund/months/<int:year>/<int:month>/", fund.fund_declare, name="fund-declare"),
    path("tenders/<int:pk>/fund/periods/<int:year>/<int:month>/", fund.fund_period, name="fund-period"),
    path(
        "tenders/<int:pk>/fund/periods/<int:year>/<int:month>/sign/", fund.fund_sign_off, name="fund-sign-off"
    ),
    path("tenders/<int:pk>/fund/remarks/<int:number>/answer/", fund.fund_answer, name="fund-answer"),
    path("tenders/<int:pk>/fund/account/", fund.fund_account, name="fund-account"),
    path("tenders/<int:pk>/fund/receipts/new/", fund.fund_receive, name="fund-receive"),
    path("tenders/<int:pk>/fund/receipts/<int:number>/void/", fund.fund_void, name="fund-void"),
    path("tenders/<int:pk>/fund/uses/new/", fund_use.use_request, name="fund-use-request"),
    path("tenders/<int:pk>/fund/uses/<int:number>/", fund_use.use_detail, name="fund-use"),
    path("tenders/<int:pk>/fund/uses/<int:number>/agree/", fund_use.use_agree, name="fund-use-agree"),
    path(
        "tenders/<int:pk>/fund/uses/<int:number>/authorise/",
        fund_use.use_authorise,
        name="fund-use-authorise",
    ),
    path("tenders/<int:pk>/fund/uses/<int:number>/refuse/", fund_use.use_refuse, name="fund-use-refuse"),
    path("tenders/<int:pk>/fund/uses/<int:number>/drop/", fund_use.use_drop, name="fund-use-drop"),
    path("tenders/<int:pk>/fund/uses/<int:number>/pay/", fund_use.use_pay, name="fund-use-pay"),
    path("tenders/<int:pk>/fund/uses/<int:number>/opine/", fund_use.use_opine, name="fund-use-opine"),
]

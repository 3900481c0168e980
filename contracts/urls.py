"""The addresses of this app, below those of procurement/urls.py."""

from django.urls import path

from .views import (
    contract,
    demonstration,
    drafting,
    duties,
    ending,
    fund,
    fund_use,
    handover,
    running,
    story,
    transfer,
    transfer_items,
    workbooks,
)

CONTRACT = "tenders/<int:pk>/contract/"
ROOM = "tenders/<int:pk>/transfer/"
ITEM = f"{ROOM}items/<slug:kind>/"

urlpatterns = [
    path("tenders/<int:pk>/story/", story.story, name="story"),
    path("demonstration/", demonstration.demonstration_accounts, name="demonstration"),
    path(CONTRACT, contract.contract_home, name="contract"),
    path(f"{CONTRACT}text/", contract.contract_text, name="contract-text"),
    path(f"{CONTRACT}begin/", drafting.contract_begin, name="contract-begin"),
    path(f"{CONTRACT}operator/", drafting.contract_operator, name="contract-operator"),
    path(f"{CONTRACT}shares/", drafting.contract_shares, name="contract-shares"),
    path(f"{CONTRACT}term/", drafting.contract_term, name="contract-term"),
    path(f"{CONTRACT}transition/plan/", drafting.contract_transition_plan, name="contract-transition-plan"),
    path(f"{CONTRACT}targets/", drafting.contract_targets, name="contract-targets"),
    path(f"{CONTRACT}clauses/", drafting.contract_clauses, name="contract-clauses"),
    path(f"{CONTRACT}annexes/", drafting.contract_annexes, name="contract-annexes"),
    path(f"{CONTRACT}support/", drafting.contract_subsidy, name="contract-subsidy"),
    path(f"{CONTRACT}obligations/new/", drafting.contract_obligation, name="contract-obligation"),
    path(f"{CONTRACT}ready/", drafting.contract_ready, name="contract-ready"),
    path(f"{CONTRACT}reopen/", drafting.contract_reopen, name="contract-reopen"),
    path(f"{CONTRACT}sign/", drafting.contract_sign, name="contract-sign"),
    path(f"{CONTRACT}obligations/", contract.contract_obligations, name="contract-obligations"),
    path(f"{CONTRACT}obligations/<int:number>/", contract.contract_fulfil, name="contract-fulfil"),
    path(f"{CONTRACT}support/<int:number>/end/", contract.contract_subsidy_end, name="contract-subsidy-end"),
    path(f"{CONTRACT}transition/", running.contract_transition, name="contract-transition"),
    path(f"{CONTRACT}transition/cycles/new/", running.cycle_supply, name="cycle-supply"),
    path(f"{CONTRACT}transition/cycles/<int:number>/bill/", running.cycle_bill, name="cycle-bill"),
    path(f"{CONTRACT}transition/cycles/<int:number>/collect/", running.cycle_collect, name="cycle-collect"),
    path(f"{CONTRACT}transition/end/", running.transition_end, name="transition-end"),
    path(f"{CONTRACT}suspend/", running.contract_suspend, name="contract-suspend"),
    path(f"{CONTRACT}resume/", running.contract_resume, name="contract-resume"),
    path(f"{CONTRACT}metering/", running.contract_metering, name="contract-metering"),
    path(f"{CONTRACT}addendum/", running.contract_amend, name="contract-amend"),
    path(f"{CONTRACT}end/", ending.contract_end, name="contract-end"),
    path(f"{CONTRACT}end/agreement/", ending.contract_agree, name="contract-agree"),
    path(f"{CONTRACT}termination/", ending.contract_termination, name="contract-termination"),
    path(f"{CONTRACT}termination/notice/", ending.termination_notice, name="termination-notice"),
    path(f"{CONTRACT}termination/drop/", ending.termination_drop, name="termination-drop"),
    path(f"{CONTRACT}termination/decide/", ending.termination_decide, name="termination-decide"),
    path(f"{CONTRACT}termination/steps/<slug:key>/", ending.termination_step, name="termination-step"),
    path(f"{CONTRACT}reversion/", ending.contract_reversion, name="contract-reversion"),
    path(f"{CONTRACT}reversion/begin/", ending.reversion_begin, name="reversion-begin"),
    path(f"{CONTRACT}reversion/reconcile/", ending.reversion_reconcile, name="reversion-reconcile"),
    path(f"{CONTRACT}close/", ending.contract_close, name="contract-close"),
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

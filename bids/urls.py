"""The addresses of bidders, keys, envelopes, and what becomes of them."""

from django.urls import path

from bids.views import (
    appeals,
    award,
    bid,
    bidder,
    bonds,
    carried,
    case_file,
    custody,
    desk,
    evaluation,
    handing_over,
    live,
    opening,
    ranking,
    receiving,
    recompute,
    sealed,
    second_call,
    steps,
    trial,
)

BIDDERS = [
    path("bidders/", bidder.bidder_list, name="bidder-list"),
    path("bidders/new/", bidder.bidder_new, name="bidder-new"),
    path("bidders/<int:pk>/", bidder.bidder_edit, name="bidder-edit"),
    path("tenders/<int:pk>/ruc/", bidder.bidder_confirm, name="bidder-confirm"),
]

# Whatever is posted below …/bid/ is read from the line and never kept (procurement/streaming.py).
BID = [
    path("tenders/<int:pk>/sealed/receipt/", carried.receipt_lost, name="receipt-lost"),
    path("tenders/<int:pk>/sealed/", sealed.sealed_list, name="sealed-list"),
    path("tenders/<int:pk>/bid/", bid.my_bid, name="my-bid"),
    path("tenders/<int:pk>/bid/begin/", bid.bid_begin, name="bid-begin"),
    path("tenders/<int:pk>/bid/ticks/", bid.bid_ticks, name="bid-ticks"),
    path("tenders/<int:pk>/bid/write/", receiving.bid_write, name="bid-write"),
    path("tenders/<int:pk>/bid/hand-in/", receiving.bid_hand_in, name="bid-hand-in"),
    path("tenders/<int:pk>/bid/told.json", receiving.bid_told, name="bid-told"),
    path("tenders/<int:pk>/bid/program.json", receiving.bid_told_file, name="bid-told-file"),
    path("tenders/<int:pk>/bid/manifests/", receiving.bid_manifests, name="bid-manifests"),
    path("tenders/<int:pk>/bid/withdrawals/", receiving.bid_withdrawals, name="bid-withdrawals"),
    path("tenders/<int:pk>/bid/envelopes/<slug:manifest>/", receiving.bid_envelope, name="bid-envelope"),
    path("tenders/<int:pk>/bid/seal/", bid.bid_seal, name="bid-seal"),
    path("tenders/<int:pk>/bid/save/", bid.bid_save, name="bid-save"),
    path("tenders/<int:pk>/bid/load/", bid.bid_load, name="bid-load"),
    path("tenders/<int:pk>/bid/key/", bid.bid_key, name="bid-key"),
    path("tenders/<int:pk>/bid/present/", bid.bid_present, name="bid-present"),
    path("tenders/<int:pk>/bid/receipt/", bid.bid_receipt, name="bid-receipt"),
    path("tenders/<int:pk>/bid/receipt.json", bid.bid_receipt_json, name="bid-receipt-json"),
    path("tenders/<int:pk>/bid/withdraw/", bid.bid_withdraw, name="bid-withdraw"),
]

CUSTODY = [
    path("tenders/<int:pk>/custodians/", custody.custodians, name="custodians"),
    path("tenders/<int:pk>/custodians/name/", custody.custodian_name, name="custodian-name"),
    path("tenders/<int:pk>/custodians/keys/", custody.custodian_keys, name="custodian-keys"),
    path(
        "tenders/<int:pk>/custodians/<int:index>/dismiss/",
        custody.custodian_dismiss,
        name="custodian-dismiss",
    ),
    path("tenders/<int:pk>/custodians/<int:index>/lost/", custody.custodian_lost, name="custodian-lost"),
    path("tenders/<int:pk>/custodians/<int:index>/sheet/", custody.custodian_sheet, name="custodian-sheet"),
    path("tenders/<int:pk>/custodians/<int:index>/prove/", custody.custodian_prove, name="custodian-prove"),
    path(
        "tenders/<int:pk>/custodians/<int:index>/told.json",
        handing_over.custodian_told,
        name="custodian-told",
    ),
    path(
        "tenders/<int:pk>/custodians/<int:index>/public/",
        handing_over.custodian_public,
        name="custodian-public",
    ),
    path(
        "tenders/<int:pk>/custodians/<int:index>/trial.json",
        handing_over.custodian_trial,
        name="custodian-trial",
    ),
    path(
        "tenders/<int:pk>/custodians/<int:index>/ready/",
        handing_over.custodian_ready,
        name="custodian-ready",
    ),
]

TRIAL = [path("tenders/<int:pk>/trial/", trial.trial_page, name="trial")]

DESK = [
    path("tenders/<int:pk>/desk/", desk.desk, name="desk"),
    path("tenders/<int:pk>/rounds/return/", steps.round_return, name="round-return"),
    path("tenders/<int:pk>/desk/receive/", desk.desk_receive, name="desk-receive"),
    path("tenders/<int:pk>/desk/contingency/", desk.desk_contingency, name="desk-contingency"),
    path("tenders/<int:pk>/desk/<int:number>/", desk.desk_receipt, name="desk-receipt"),
    path("tenders/<int:pk>/desk/<int:number>/withdraw/", desk.desk_withdraw, name="desk-withdraw"),
]

# From the close to the consent.
OPENING = [
    path("tenders/<int:pk>/opening/<int:stage>/", opening.opening_detail, name="opening"),
    path("tenders/<int:pk>/opening/<int:stage>/live/", live.opening_live, name="opening-live"),
    path(
        "tenders/<int:pk>/opening/<int:stage>/live/<slug:language>/",
        live.opening_live,
        name="opening-live-in",
    ),
    path("tenders/<int:pk>/opening/<int:stage>/convene/", opening.opening_convene, name="opening-convene"),
    path("tenders/<int:pk>/opening/<int:stage>/postpone/", opening.opening_postpone, name="opening-postpone"),
    path("tenders/<int:pk>/opening/<int:stage>/begin/", opening.opening_begin, name="opening-begin"),
    path("tenders/<int:pk>/opening/<int:stage>/suspend/", opening.opening_suspend, name="opening-suspend"),
    path("tenders/<int:pk>/opening/<int:stage>/conclude/", opening.opening_conclude, name="opening-conclude"),
    path(
        "tenders/<int:pk>/opening/<int:stage>/words/<int:index>/",
        handing_over.opening_words,
        name="opening-words",
    ),
    path(
        "tenders/<int:pk>/opening/<int:stage>/words/<int:index>/told.json",
        handing_over.opening_told,
        name="opening-told",
    ),
    path(
        "tenders/<int:pk>/opening/<int:stage>/words/<int:index>/signed/",
        handing_over.opening_signed,
        name="opening-signed",
    ),
    path("tenders/<int:pk>/opening/<int:stage>/bring/", carried.opening_bring, name="opening-bring"),
    path("tenders/<int:pk>/opening/<int:stage>/bundle.zip", carried.opening_bundle, name="opening-bundle"),
    path("tenders/<int:pk>/opening/annul/", opening.opening_annul, name="opening-annul"),
    path("tenders/<int:pk>/envelopes/<int:number>/key/", opening.envelope_key, name="envelope-key"),
    path("tenders/<int:pk>/envelopes/<int:number>/again/", carried.envelope_again, name="envelope-again"),
    path("tenders/<int:pk>/envelopes/<int:number>/sealed/", carried.envelope_sealed, name="envelope-sealed"),
    path("tenders/<int:pk>/envelopes/<int:number>/enter/", opening.envelope_enter, name="envelope-enter"),
    path(
        "tenders/<int:pk>/envelopes/<int:number>/confirm/", opening.envelope_confirm, name="envelope-confirm"
    ),
    path(
        "tenders/<int:pk>/envelopes/<int:number>/give-up/", opening.envelope_give_up, name="envelope-give-up"
    ),
    path(
        "tenders/<int:pk>/envelopes/<int:number>/reserved/",
        handing_over.envelope_reserved,
        name="envelope-reserved",
    ),
    path(
        "tenders/<int:pk>/envelopes/<int:number>/reserved/told.json",
        handing_over.envelope_reserved_told,
        name="envelope-reserved-told",
    ),
    path(
        "tenders/<int:pk>/envelopes/<int:number>/reserved/key/",
        handing_over.envelope_reserved_key,
        name="envelope-reserved-key",
    ),
    path("tenders/<int:pk>/files/<int:number>/", opening.bid_file, name="bid-file"),
]

EVALUATION = [
    path("tenders/<int:pk>/evaluation/", evaluation.evaluation_list, name="evaluation"),
    path(
        "tenders/<int:pk>/evaluation/publish/", evaluation.first_result_publish, name="first-result-publish"
    ),
    path("tenders/<int:pk>/evaluation/<int:number>/", evaluation.evaluation_bid, name="evaluation-bid"),
    path(
        "tenders/<int:pk>/evaluation/<int:number>/decide/<slug:criterion>/",
        evaluation.evaluation_decide,
        name="evaluation-decide",
    ),
    path(
        "tenders/<int:pk>/evaluation/<int:number>/observe/<slug:criterion>/",
        evaluation.evaluation_observe,
        name="evaluation-observe",
    ),
    path(
        "tenders/<int:pk>/evaluation/<int:number>/qualify/",
        evaluation.evaluation_qualify,
        name="evaluation-qualify",
    ),
    path(
        "tenders/<int:pk>/evaluation/<int:number>/exclude/",
        evaluation.evaluation_exclude,
        name="evaluation-exclude",
    ),
    path(
        "tenders/<int:pk>/evaluation/<int:number>/return/",
        evaluation.envelopes_return,
        name="envelopes-return",
    ),
    path("tenders/<int:pk>/defects/<int:number>/answer/", evaluation.defect_answer, name="defect-answer"),
    path("tenders/<int:pk>/defects/<int:number>/settle/", evaluation.defect_settle, name="defect-settle"),
    path("tenders/<int:pk>/defects/<int:number>/extend/", evaluation.defect_extend, name="defect-extend"),
    path("tenders/<int:pk>/ranking/", ranking.ranking_detail, name="ranking"),
    path("tenders/<int:pk>/ranking/recompute/", recompute.recompute, name="recompute"),
    path("tenders/<int:pk>/ranking/comparison.xlsx", recompute.comparison_workbook, name="comparison-xlsx"),
    path("tenders/<int:pk>/ranking/comparison.json", recompute.comparison_json, name="comparison-json"),
    path("tenders/<int:pk>/ranking/make/", ranking.ranking_make, name="ranking-make"),
    path("tenders/<int:pk>/ranking/draw/", ranking.ranking_draw, name="ranking-draw"),
    path("tenders/<int:pk>/ranking/sign/", ranking.ranking_sign, name="ranking-sign"),
]

AWARD = [
    path("tenders/<int:pk>/award/", award.award_detail, name="award"),
    path("tenders/<int:pk>/award/give/", award.award_give, name="award-give"),
    path("tenders/<int:pk>/award/consent/", award.award_consent, name="award-consent"),
    path("tenders/<int:pk>/award/next/", award.award_next, name="award-next"),
    path("tenders/<int:pk>/case-file.zip", case_file.case_file_zip, name="case-file"),
    path("tenders/<int:pk>/appeals/", appeals.appeal_list, name="appeal-list"),
    path("tenders/<int:pk>/appeals/against/<slug:against>/", appeals.appeal_file, name="appeal-file"),
    path("tenders/<int:pk>/appeals/<int:number>/", appeals.appeal_detail, name="appeal"),
    path("tenders/<int:pk>/appeals/<int:number>/observe/", appeals.appeal_observe, name="appeal-observe"),
    path("tenders/<int:pk>/appeals/<int:number>/complete/", appeals.appeal_complete, name="appeal-complete"),
    path("tenders/<int:pk>/appeals/<int:number>/admit/", appeals.appeal_admit, name="appeal-admit"),
    path(
        "tenders/<int:pk>/appeals/<int:number>/turn-away/", appeals.appeal_turn_away, name="appeal-turn-away"
    ),
    path("tenders/<int:pk>/appeals/<int:number>/answer/", appeals.appeal_answer, name="appeal-answer"),
    path("tenders/<int:pk>/appeals/<int:number>/hear/", appeals.appeal_hear, name="appeal-hear"),
    path("tenders/<int:pk>/appeals/<int:number>/decide/", appeals.appeal_decide, name="appeal-decide"),
    path("tenders/<int:pk>/deserted/", award.deserted_detail, name="deserted"),
    path("tenders/<int:pk>/deserted/declare/", award.deserted_declare, name="deserted-declare"),
    path("tenders/<int:pk>/deserted/report/", award.barrier_report, name="barrier-report"),
    path("tenders/<int:pk>/deserted/report/write/", award.barrier_write, name="barrier-write"),
    path("tenders/<int:pk>/second-call/", second_call.second_call_detail, name="second-call"),
    path("tenders/<int:pk>/second-call/begin/", second_call.second_call_begin, name="second-call-begin"),
    path(
        "tenders/<int:pk>/second-call/<slug:point>/",
        second_call.second_call_justify,
        name="second-call-justify",
    ),
]

BONDS = [
    path("tenders/<int:pk>/guarantees/bids/", bonds.bond_list, name="bond-list"),
    path(
        "tenders/<int:pk>/guarantees/bids/<int:number>/<slug:instrument>/",
        bonds.bond_receive,
        name="bond-receive",
    ),
]

urlpatterns = TRIAL + BIDDERS + BID + CUSTODY + DESK + OPENING + EVALUATION + AWARD + BONDS

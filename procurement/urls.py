"""Every address of the product; the one file that may know every app."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import TemplateView

from procurement.views import (
    accounts,
    calendar,
    call,
    changes,
    circulars,
    documents,
    host,
    integration,
    log,
    meetings,
    minutes,
    notices,
    people,
    preparation,
    printing,
    promotion,
    public,
    queries,
    registers,
    sale,
    schedule,
    tender,
    terms,
    towns,
    witness,
    work,
)

PUBLIC = [
    path("", public.home, name="home"),
    path("healthz", public.healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("log/", log.installation_log, name="installation-log"),
    path("log.json", log.log_json, name="installation-log-json"),
    path("log/keys.json", log.keys, name="log-keys"),
    path("log/checkpoint", log.checkpoint, name="installation-checkpoint"),
    path("log/checkpoint/<int:size>", log.checkpoint, name="installation-checkpoint-at"),
    path("log/proof/<int:index>.json", log.inclusion, name="installation-inclusion"),
    path("log/consistency.json", log.consistency, name="installation-consistency"),
    path("outages/", host.outages, name="outages"),
    path("documents/<int:pk>/", documents.document, name="document"),
]

# Of allauth only what an account without sign-up and without obligatory e-mail needs (decision 3).
ACCOUNTS = [
    path("access/", accounts.access_code, name="access-code"),
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", allauth.password_change, name="account_change_password"),
    path(
        "accounts/password/lost/",
        TemplateView.as_view(template_name="account/password_reset.html"),
        name="account_reset_password",
    ),
    path("accounts/notices/", notices.my_notices, name="my-notices"),
    path("accounts/notices/calendar/", notices.calendar_renew, name="calendar-renew"),
    path("calendar/<str:key>.ics", calendar.my_calendar, name="my-calendar"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("municipalities/<int:pk>/resets/", accounts.reset_list, name="reset-list"),
    path("resets/<int:pk>/confirm/", accounts.reset_confirm, name="reset-confirm"),
]

HOST = [
    path("host/", host.host, name="host"),
    path("host/invite/", host.host_invite, name="host-invite"),
    path("host/accounts/", host.account_state, name="account-state"),
    path("host/municipalities/new/", host.municipality_create, name="municipality-create"),
    path("host/municipalities/<int:pk>/mayor/", host.mayor_invite, name="mayor-invite"),
    path("host/outages/<int:pk>/end/", host.outage_end, name="outage-end"),
    path("host/mail/", notices.mail, name="mail"),
    path("host/mail/again/", notices.mail_again, name="mail-again"),
    path("host/mail/<uuid:key>/again/", notices.mail_again_one, name="mail-again-one"),
    path("host/work/", host.background_work, name="background"),
    path("host/work/<uuid:row>/again/", host.background_again, name="background-again"),
]

PEOPLE = [
    path("work/", work.work, name="work"),
    path("shelf/", work.shelf, name="shelf"),
    path("shelf/<int:pk>/", work.shelf_message, name="shelf-message"),
    path("shelf/<int:pk>/read/", work.shelf_read, name="shelf-read"),
    path("municipalities/<int:pk>/people/", people.municipality_people, name="municipality-people"),
    path("municipalities/<int:pk>/people/appoint/", people.official_appoint, name="official-appoint"),
    path("appointments/<int:pk>/end/", people.appointment_end, name="appointment-end"),
    path("appointments/<int:pk>/code/", people.appointment_code, name="appointment-code"),
]

TENDER = [
    path("tenders/<int:pk>/", tender.tender_detail, name="tender"),
    path("tenders/<int:pk>/people/", people.tender_people, name="tender-people"),
    path("tenders/<int:pk>/people/appoint/", people.tender_appoint, name="tender-appoint"),
    path(
        "tenders/<int:pk>/people/<int:appointment>/call-in/",
        people.committee_call_in,
        name="committee-call-in",
    ),
    path("tenders/<int:pk>/minutes/", minutes.minutes_list, name="minutes-list"),
    path("tenders/<int:pk>/minutes/<int:number>/", minutes.minutes_detail, name="minutes"),
    path("tenders/<int:pk>/minutes/<int:number>/rectify/", minutes.minutes_rectify, name="minutes-rectify"),
    path("tenders/<int:pk>/minutes/<int:number>/scan/", minutes.minutes_scan, name="minutes-scan"),
    path("tenders/<int:pk>/minutes/<int:number>/witness/", minutes.minutes_witness, name="minutes-witness"),
    path("tenders/<int:pk>/remarks/", minutes.remarks, name="remarks"),
    path("tenders/<int:pk>/remarks/<int:number>/answer/", minutes.remark_answer, name="remark-answer"),
    path("tenders/<int:pk>/log/", log.tender_log, name="log"),
    path("tenders/<int:pk>/log.json", log.log_json, name="log-json"),
    path("tenders/<int:pk>/log/checkpoint", log.checkpoint, name="checkpoint"),
    path("tenders/<int:pk>/log/checkpoint/<int:size>", log.checkpoint, name="checkpoint-at"),
    path("tenders/<int:pk>/log/proof/<int:index>.json", log.inclusion, name="inclusion"),
    path("tenders/<int:pk>/log/consistency.json", log.consistency, name="consistency"),
    path("tenders/<int:pk>/log/receipt/", log.receipt_check, name="receipt-check"),
    path("tenders/<int:pk>/log/witness/", witness.log_witness, name="log-witness"),
]

PREPARATION = [
    path("tenders/<int:pk>/preparation/", preparation.tender_preparation, name="tender-preparation"),
    path("tenders/<int:pk>/decision/", preparation.tender_decision, name="tender-decision"),
    path("tenders/<int:pk>/roles/", preparation.tender_roles, name="tender-roles"),
    path("tenders/<int:pk>/ordinances/", towns.tender_ordinances, name="tender-ordinances"),
    path("tenders/<int:pk>/town/", towns.tender_town, name="tender-town"),
    path("tenders/<int:pk>/preparation/agreement/", preparation.agreement_record, name="agreement-record"),
    path("tenders/<int:pk>/preparation/studies/<slug:kind>/", preparation.study_record, name="study-record"),
    path("tenders/<int:pk>/preparation/assembly/", preparation.assembly_record, name="assembly-record"),
    path("tenders/<int:pk>/preparation/model/", preparation.model_record, name="model-record"),
    path("tenders/<int:pk>/preparation/regime/", preparation.regime_choose, name="regime-choose"),
    path("tenders/<int:pk>/preparation/interests/", preparation.conflict_declare, name="conflict-declare"),
    path(
        "tenders/<int:pk>/preparation/<slug:kind>/<int:fact>/supersede/",
        preparation.fact_supersede,
        name="fact-supersede",
    ),
    path("municipalities/<int:pk>/ordinances/", towns.ordinance_list, name="ordinances"),
    path("municipalities/<int:pk>/ordinances/<slug:kind>/plan/", towns.ordinance_plan, name="ordinance-plan"),
    path(
        "municipalities/<int:pk>/ordinances/<slug:kind>/agree/",
        towns.ordinance_agree,
        name="ordinance-agree",
    ),
    path("ordinances/<int:pk>/", towns.ordinance_detail, name="ordinance"),
    path("ordinances/<int:pk>/publish/", towns.ordinance_publish, name="ordinance-publish"),
    path("ordinances/<int:pk>/supersede/", towns.ordinance_supersede, name="ordinance-supersede"),
    path("municipalities/<int:pk>/towns/new/", towns.town_add, name="town-add"),
    path("municipalities/<int:pk>/tenders/new/", towns.tender_create, name="tender-create"),
    path("towns/<int:pk>/", towns.town_detail, name="town"),
    path("towns/<int:pk>/revise/", towns.town_revise, name="town-revise"),
    path("towns/<int:pk>/board/", towns.board, name="board"),
    path("towns/<int:pk>/board/elect/", towns.board_elect, name="board-elect"),
    path("boards/<int:pk>/delegates/new/", towns.delegate_add, name="delegate-add"),
    path("boards/<int:pk>/instate/", towns.board_instate, name="board-instate"),
    path("boards/<int:pk>/supersede/", towns.board_supersede, name="board-supersede"),
    path("delegates/<int:pk>/end/", towns.delegate_end, name="delegate-end"),
]

CALL = [
    path("tenders/<int:pk>/approve/", call.tender_approve, name="tender-approve"),
    path("tenders/<int:pk>/announce/", call.tender_announce, name="tender-announce"),
    path("tenders/<int:pk>/override/<str:code>/", call.tender_override, name="tender-override"),
    path("tenders/<int:pk>/changes/", changes.change_list, name="change-list"),
    path("tenders/<int:pk>/postpone/", changes.tender_postpone, name="tender-postpone"),
    path("tenders/<int:pk>/return/", changes.tender_return, name="tender-return"),
    path("tenders/<int:pk>/withdraw/", changes.tender_withdraw, name="tender-withdraw"),
    path("tenders/<int:pk>/cancel/", changes.tender_cancel, name="tender-cancel"),
    path("tenders/<int:pk>/close/", changes.tender_close, name="tender-close"),
    path("tenders/<int:pk>/calendar/", calendar.calendar, name="calendar"),
    path("tenders/<int:pk>/calendar.ics", calendar.calendar_ics, name="calendar-ics"),
    path("tenders/<int:pk>/notified/", notices.notified, name="notified"),
    path("tenders/<int:pk>/schedule/", schedule.tender_schedule, name="tender-schedule"),
    path("tenders/<int:pk>/schedule/anchors/", schedule.schedule_anchors, name="schedule-anchors"),
    path("tenders/<int:pk>/schedule/edit/", schedule.schedule_edit, name="schedule-edit"),
    path("municipalities/<int:pk>/days-off/", schedule.days_off, name="days-off"),
    path("municipalities/<int:pk>/days-off/confirm/", schedule.calendar_confirm, name="calendar-confirm"),
    path("days-off/", schedule.national_days_off, name="national-days-off"),
    path("days-off/<int:pk>/remove/", schedule.day_off_remove, name="day-off-remove"),
]

TERMS = [
    path("tenders/<int:pk>/terms/", terms.terms_list, name="terms-list"),
    path("tenders/<int:pk>/terms/state/", terms.terms_state, name="terms-state"),
    path("tenders/<int:pk>/terms/state/<slug:key>/<int:number>/", terms.terms_section, name="terms-section"),
    path("tenders/<int:pk>/terms/approve/", terms.terms_approve, name="terms-approve"),
    path("tenders/<int:pk>/terms/<int:number>/", terms.terms_detail, name="terms"),
    path("tenders/<int:pk>/terms/<int:number>/text/", terms.terms_text, name="terms-text"),
    path("tenders/<int:pk>/terms/<int:number>/changes/", terms.terms_changes, name="terms-changes"),
]

SALE = [
    path("tenders/<int:pk>/buy/", sale.sale_request, name="sale-request"),
    path("tenders/<int:pk>/buy/requested/", sale.sale_requested, name="sale-requested"),
    path("tenders/<int:pk>/purchase/", sale.my_purchase, name="my-purchase"),
    path("tenders/<int:pk>/purchase/take/", sale.purchase_take, name="purchase-take"),
    path("tenders/<int:pk>/purchase/no-bid/", sale.purchase_no_bid, name="purchase-no-bid"),
    path("tenders/<int:pk>/purchase/time/", sale.time_request, name="time-request"),
    path("tenders/<int:pk>/buyers/", sale.buyers, name="buyers"),
    path("tenders/<int:pk>/sale/", sale.sale_list, name="sale-list"),
    path("tenders/<int:pk>/sale/register.xlsx", registers.sale_register, name="sale-register"),
    path("tenders/<int:pk>/sale/papers/", sale.sale_papers, name="sale-papers"),
    path(
        "tenders/<int:pk>/sale/papers/<int:number>/",
        sale.delivery_hand_over,
        name="delivery-hand-over",
    ),
    path("tenders/<int:pk>/sale/<int:number>/", sale.sale_detail, name="sale"),
    path("tenders/<int:pk>/sale/<int:number>/pay/", sale.sale_pay, name="sale-pay"),
    path("tenders/<int:pk>/sale/<int:number>/receipt/", sale.sale_receipt, name="sale-receipt"),
    path("tenders/<int:pk>/sale/<int:number>/deliver/", sale.sale_deliver, name="sale-deliver"),
    *(
        path(
            f"tenders/<int:pk>/sale/<int:number>/{ending}/",
            sale.sale_end,
            {"ending": ending},
            name=f"sale-{ending}",
        )
        for ending in sale.ENDINGS
    ),
]

PROMOTION = [
    path("tenders/<int:pk>/prospects/", promotion.prospects, name="prospects"),
    path("tenders/<int:pk>/prospects/add/", promotion.prospect_add, name="prospect-add"),
    path("tenders/<int:pk>/prospects/<int:number>/", promotion.prospect_detail, name="prospect"),
    path(
        "tenders/<int:pk>/prospects/<int:number>/no-bid/",
        promotion.prospect_no_bid,
        name="prospect-no-bid",
    ),
    path("tenders/<int:pk>/communication/", promotion.tender_communication, name="tender-communication"),
    path("tenders/<int:pk>/communication/add/", promotion.communication_add, name="communication-add"),
    path("tenders/<int:pk>/support/add/", promotion.support_add, name="support-add"),
    path("tenders/<int:pk>/time/<int:number>/answer/", promotion.time_answer, name="time-answer"),
    path("tenders/<int:pk>/questions/ask/", promotion.question_ask, name="question-ask"),
    path("tenders/<int:pk>/questions/<int:number>/", promotion.question_answer, name="question-answer"),
    path(
        "tenders/<int:pk>/questions/<int:number>/aside/",
        promotion.question_set_aside,
        name="question-set-aside",
    ),
    path("tenders/<int:pk>/barriers/", promotion.barriers, name="barriers"),
    path("tenders/<int:pk>/barriers/<slug:item>/", promotion.barrier_check, name="barrier-check"),
]

MEETINGS = [
    path("tenders/<int:pk>/meetings/", meetings.meeting_list, name="meeting-list"),
    path("tenders/<int:pk>/meetings/<int:number>/", meetings.meeting_detail, name="meeting"),
    path("tenders/<int:pk>/meetings/<int:number>/invite/", meetings.meeting_invite, name="meeting-invite"),
    path("tenders/<int:pk>/meetings/<int:number>/convene/", meetings.meeting_convene, name="meeting-convene"),
    path(
        "tenders/<int:pk>/meetings/<int:number>/reschedule/",
        meetings.meeting_reschedule,
        name="meeting-reschedule",
    ),
    path("tenders/<int:pk>/meetings/<int:number>/skip/", meetings.meeting_skip, name="meeting-skip"),
    path(
        "tenders/<int:pk>/meetings/<int:number>/attendance/",
        meetings.meeting_attendance,
        name="meeting-attendance",
    ),
    path(
        "tenders/<int:pk>/meetings/<int:number>/attendance.xlsx",
        registers.attendance_register,
        name="attendance-register",
    ),
    path(
        "tenders/<int:pk>/meetings/<int:number>/attendance/<int:person>/strike/",
        meetings.attendance_strike,
        name="attendance-strike",
    ),
    path(
        "tenders/<int:pk>/meetings/<int:number>/question/", meetings.meeting_question, name="meeting-question"
    ),
    path("tenders/<int:pk>/meetings/<int:number>/query/", meetings.meeting_query, name="meeting-query"),
    path("tenders/<int:pk>/meetings/<int:number>/hold/", meetings.meeting_hold, name="meeting-hold"),
    path("tenders/<int:pk>/meetings/<int:number>/miss/", meetings.meeting_miss, name="meeting-miss"),
    path("tenders/<int:pk>/meetings/<int:number>/report/", meetings.meeting_report, name="meeting-report"),
    path("tenders/<int:pk>/meetings/<int:number>/close/", meetings.meeting_close, name="meeting-close"),
]

QUERIES = [
    path("tenders/<int:pk>/queries/", queries.query_list, name="query-list"),
    path("tenders/<int:pk>/queries/register.xlsx", registers.query_register, name="query-register"),
    path("tenders/<int:pk>/queries/ask/", queries.query_ask, name="query-ask"),
    path("tenders/<int:pk>/queries/enter/", queries.query_enter, name="query-enter"),
    path("tenders/<int:pk>/queries/<int:number>/", queries.query_detail, name="query"),
    path("tenders/<int:pk>/queries/<int:number>/answer/", queries.query_answer, name="query-answer"),
    path("tenders/<int:pk>/queries/<int:number>/redact/", queries.query_redact, name="query-redact"),
    path("tenders/<int:pk>/queries/<int:number>/merge/", queries.query_merge, name="query-merge"),
    path("tenders/<int:pk>/queries/<int:number>/part/", queries.query_part, name="query-part"),
    path("tenders/<int:pk>/queries/<int:number>/number/", queries.query_number, name="query-number"),
    path("tenders/<int:pk>/queries/<int:number>/reject/", queries.query_reject, name="query-reject"),
    path("tenders/<int:pk>/circulars/", circulars.circular_list, name="circular-list"),
    path("tenders/<int:pk>/circulars/new/", circulars.circular_draft, name="circular-draft"),
    path("tenders/<int:pk>/circulars/<int:number>/", circulars.circular_detail, name="circular"),
    path(
        "tenders/<int:pk>/circulars/<int:number>/revise/", circulars.circular_revise, name="circular-revise"
    ),
    path(
        "tenders/<int:pk>/circulars/<int:number>/change/", circulars.circular_change, name="circular-change"
    ),
    path("tenders/<int:pk>/circulars/<int:number>/keep/", circulars.circular_keep, name="circular-keep"),
    path(
        "tenders/<int:pk>/circulars/<int:number>/approve/",
        circulars.circular_approve,
        name="circular-approve",
    ),
    path(
        "tenders/<int:pk>/circulars/<int:number>/reconsider/",
        circulars.circular_reconsider,
        name="circular-reconsider",
    ),
    path(
        "tenders/<int:pk>/circulars/<int:number>/publish/",
        circulars.circular_publish,
        name="circular-publish",
    ),
    path("tenders/<int:pk>/integrate/", integration.tender_integrate, name="tender-integrate"),
    path("tenders/<int:pk>/integration/", integration.integration, name="integration"),
]

SIGNED = "tenders/<int:pk>/papers/<slug:kind>/<int:number>/signed/"
PAPERS = [
    path("tenders/<int:pk>/papers/<slug:kind>/<int:number>/", printing.paper, name="paper"),
    path("tenders/<int:pk>/papers/<slug:kind>/<int:number>/pdf/", printing.paper_pdf, name="paper-pdf"),
    path(SIGNED, printing.signed_list, name="paper-signed"),
    path(f"{SIGNED}<int:signed>/", printing.signed_file, name="paper-signed-file"),
]

urlpatterns = PREPARATION + PUBLIC + ACCOUNTS + HOST + PEOPLE + TENDER + CALL + TERMS + SALE + PROMOTION
urlpatterns += MEETINGS + QUERIES + PAPERS
urlpatterns += [path("", include(f"{app}.urls")) for app in ("guarantees", "bids", "contracts")]

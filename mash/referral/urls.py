from django.urls import path

from mash.referral.views import beginning, sending, writing

app_name = "referral"
urlpatterns = [
    path("", beginning.places, name="places"),
    path("here/", beginning.own_hub, name="own_hub"),
    path("back/", beginning.back, name="back"),
    path("code/", beginning.enter, name="enter"),
    path("leave/", beginning.leave, name="leave"),
    path("safe/", beginning.safe, name="safe"),
    path("close/", beginning.close, name="close"),
    path("form/<uuid:draft_id>/", writing.draft, name="draft"),
    path("form/<uuid:draft_id>/page/<slug:page>/", writing.page, name="page"),
    path("form/<uuid:draft_id>/files/", writing.files, name="files"),
    path("form/<uuid:draft_id>/lacking/", writing.lacking, name="lacking"),
    path("form/<uuid:draft_id>/later/", writing.later, name="later"),
    path("form/<uuid:draft_id>/check/", writing.check, name="check"),
    path("form/<uuid:draft_id>/send/", sending.send, name="send"),
    path("form/<uuid:draft_id>/sent/", sending.sent, name="sent"),
    path("form/<uuid:draft_id>/copy/", sending.copy, name="copy"),
    path("<slug:prefix>/", beginning.start, name="start"),
    path("<slug:prefix>/begin/", beginning.begin, name="begin"),
    path("<slug:prefix>/email/", beginning.by_email, name="by_email"),
]

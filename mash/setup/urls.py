from django.urls import path, register_converter

from mash.setup.converters import ColourConverter, DayConverter, DigestConverter
from mash.setup.views import contents, factors, hub, letters, logos, newer, people, questions, recognising

app_name = "setup"


register_converter(ColourConverter, "colour")
register_converter(DayConverter, "day")
register_converter(DigestConverter, "digest")

urlpatterns = [
    path("", hub.overview, name="overview"),
    path("colours/<colour:colour>.css", hub.colour, name="colour"),
    path("name/", hub.particulars, name="particulars"),
    path("logo/", logos.logo, name="logo"),
    path("logo/away/", logos.away, name="logo_away"),
    path("logo/<digest:digest>/", logos.look, name="logo_look"),
    path("logos/<digest:digest>", logos.shown, name="logo_shown"),
    path("hours/", hub.hours, name="hours"),
    path("closures/", hub.closures, name="closures"),
    path("closures/<day:on>/open/", hub.open_after_all, name="open_after_all"),
    path("clocks/", hub.clocks, name="clocks"),
    path("agencies/", people.agencies, name="agencies"),
    path("agencies/<uuid:membership_id>/", people.agency, name="agency"),
    path("agencies/<uuid:membership_id>/leave/", people.leave, name="leave"),
    path("posts/", people.posts, name="posts"),
    path("posts/new/", people.new_post, name="new_post"),
    path("posts/<uuid:post_id>/wake/", people.wake, name="wake"),
    path("posts/<uuid:post_id>/sessions/", people.end_sessions, name="end_sessions"),
    path("posts/<uuid:post_id>/code/", people.send_code, name="send_code"),
    path("posts/<uuid:post_id>/second-factor/", factors.lost, name="lost_factor"),
    path("posts/<uuid:post_id>/", people.post, name="post"),
    path("grants/<uuid:grant_id>/", people.grant, name="grant"),
    path("second-factors/<uuid:lost_id>/", factors.answer, name="answer_lost_factor"),
    path("recognising/", recognising.recognising, name="recognising"),
    path("signing-in/", hub.signing_in, name="signing_in"),
    path("content/", contents.contents, name="contents"),
    path("content/<slug:content>/", contents.book, name="book"),
    path("content/<slug:content>/publish/", contents.publish, name="publish"),
    path("content/<slug:content>/newer/", newer.compare, name="newer"),
    path("content/<slug:content>/discard/", contents.discard, name="discard"),
    path("content/<slug:content>/again/<int:version>/", contents.bring_back, name="bring_back"),
    path("letters/<slug:letter>/", letters.preview, name="letter"),
    path("content/<slug:content>/<slug:part>/add/", contents.new_thing, name="new_thing"),
    path("content/<slug:content>/<slug:part>/<slug:thing>/", contents.thing, name="thing"),
    path("content/<slug:content>/<slug:part>/<slug:thing>/retire/", contents.retire, name="retire"),
    path("questions/", questions.sets, name="sets"),
    path("questions/<slug:series>/", questions.asked, name="asked"),
    path("questions/<slug:series>/preview/", questions.preview, name="preview"),
    path("questions/<slug:series>/add/", questions.add, name="add_question"),
    path("questions/<slug:series>/<slug:question>/", questions.reword, name="reword"),
    path("questions/<slug:series>/<slug:question>/move/", questions.move, name="move"),
    path("changes/", hub.log, name="log"),
    path("changes/<uuid:change_id>/", hub.change, name="change"),
]

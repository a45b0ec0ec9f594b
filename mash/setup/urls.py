from django.urls import path, register_converter

from mash.setup.converters import ColourConverter, DayConverter
from mash.setup.views import hub, people

app_name = "setup"


register_converter(ColourConverter, "colour")
register_converter(DayConverter, "day")

urlpatterns = [
    path("", hub.overview, name="overview"),
    path("colours/<colour:colour>.css", hub.colour, name="colour"),
    path("name/", hub.particulars, name="particulars"),
    path("hours/", hub.hours, name="hours"),
    path("closures/", hub.closures, name="closures"),
    path("closures/<day:on>/open/", hub.open_after_all, name="open_after_all"),
    path("clocks/", hub.clocks, name="clocks"),
    path("agencies/", people.agencies, name="agencies"),
    path("agencies/<uuid:membership_id>/", people.agency, name="agency"),
    path("agencies/<uuid:membership_id>/leave/", people.leave, name="leave"),
    path("posts/", people.posts, name="posts"),
    path("posts/new/", people.new_post, name="new_post"),
    path("posts/<uuid:post_id>/", people.post, name="post"),
    path("grants/<uuid:grant_id>/", people.grant, name="grant"),
    path("changes/", hub.log, name="log"),
    path("changes/<uuid:change_id>/", hub.change, name="change"),
]

"""Addresses of hand-overs to services."""

from django.urls import path

from mash.handover import api
from mash.handover.views import at_hub, at_service, stepping, systems

app_name = "handover"
urlpatterns = [
    # At the hub
    path("outcomes/<uuid:outcome_id>/", at_hub.write, name="write"),
    path("waiting/", at_hub.waiting, name="waiting"),
    path("sent/<uuid:pack_id>/", at_hub.sent_pack, name="sent"),
    path("sent/<uuid:pack_id>/take-back/", at_hub.take_back, name="take_back"),
    path("sent/<uuid:pack_id>/number/", at_hub.number, name="number_at_hub"),
    path("steps/<uuid:step_id>/", stepping.step_at_hub, name="step_at_hub"),
    # At the service
    path("inbox/", at_service.inbox, name="inbox"),
    path("inbox/<uuid:pack_id>/", at_service.received, name="received"),
    path("inbox/<uuid:pack_id>/accept/", at_service.accept, name="accept"),
    path("inbox/<uuid:pack_id>/return/", at_service.return_it, name="return"),
    path("inbox/<uuid:pack_id>/export/", at_service.export, name="export"),
    path("inbox/<uuid:pack_id>/number/", at_service.number, name="number"),
    path("inbox/<uuid:pack_id>/step/", stepping.send_on, name="send_on"),
    path("inbox/steps/<uuid:step_id>/", stepping.step, name="step"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<uuid:key_id>/end/", systems.end, name="end_key"),
    # For the service's own system
    path("api/", api.accepted, name="api_list"),
    path("api/<uuid:pack_id>/export/", api.export, name="api_export"),
    path("api/<uuid:pack_id>/number/", api.number, name="api_number"),
]

from django.urls import path

from mash.directory import api
from mash.directory.views import changing, naming, reading

app_name = "directory"
urlpatterns = [
    path("", reading.home, name="home"),
    path("services/new/", changing.new, name="new"),
    path("services/<uuid:service_id>/", reading.service, name="service"),
    path("services/<uuid:service_id>/change/", changing.edit, name="edit"),
    path("services/<uuid:service_id>/confirm/", changing.confirm, name="confirm"),
    path("keeping/", changing.keeping, name="keeping"),
    path("keeping/changes/<uuid:change_id>/", changing.change, name="change"),
    path("keeping/changes/<uuid:change_id>/approve/", changing.approve, name="approve"),
    path("keeping/changes/<uuid:change_id>/turn-down/", changing.turn_down, name="turn_down"),
    path("keeping/organisations/", changing.organisations, name="organisations"),
    path("keeping/organisations/<uuid:organisation_id>/", changing.organisation, name="organisation"),
    path("named/", naming.named, name="named"),
    path("named/add/", naming.name, name="name"),
    path("named/<uuid:named_id>/end/", naming.end, name="end_named"),
    path("guide/", reading.own_guide, name="own_guide"),
    path("questions/", reading.own_questions, name="own_questions"),
    path("<slug:prefix>/", reading.find, name="find"),
    path("<slug:prefix>/service/<uuid:service_id>/", reading.entry, name="entry"),
    path("<slug:prefix>/guide/", reading.read_guide, name="guide"),
    path("<slug:prefix>/questions/", reading.questions, name="questions"),
    path("<slug:prefix>/api/", api.details, name="api"),
    path("<slug:prefix>/api/services", api.services, name="api_services"),
    path("<slug:prefix>/api/services/<uuid:key>", api.service, name="api_service"),
    path("<slug:prefix>/api/organizations", api.organisations, name="api_organisations"),
    path("<slug:prefix>/api/organizations/<uuid:key>", api.organisation, name="api_organisation"),
    path("<slug:prefix>/api/service_at_locations", api.sites, name="api_sites"),
    path("<slug:prefix>/api/service_at_locations/<uuid:key>", api.site, name="api_site"),
    path("<slug:prefix>/api/taxonomies", api.taxonomies, name="api_taxonomies"),
    path("<slug:prefix>/api/taxonomies/<uuid:key>", api.taxonomy, name="api_taxonomy"),
    path("<slug:prefix>/api/taxonomy_terms", api.terms, name="api_terms"),
    path("<slug:prefix>/api/taxonomy_terms/<uuid:key>", api.term, name="api_term"),
]

from django.urls import path

from mash.partnership.views import absence, looking_through, rota

app_name = "rota"
urlpatterns = [
    path("", rota.now, name="now"),
    path("week/", rota.week, name="week"),
    path("week/fill/", rota.fill, name="fill"),
    path("week/copy/", rota.copy, name="copy"),
    path("gaps/", rota.gaps, name="gaps"),
    path("away/", absence.away, name="away"),
    path("away/back/", absence.back, name="back"),
    path("posts/", looking_through.look_through, name="look_through"),
]

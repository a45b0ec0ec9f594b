"""Every address of the product."""

from django.urls import include, path

from config import sign_in
from mash.common.health import health
from mash.partnership import views as partnership

handler400 = "mash.partnership.errors.unreadable"
handler403 = "mash.partnership.errors.refused"
handler404 = "mash.partnership.errors.absent"
handler500 = "mash.partnership.errors.broken"

urlpatterns = [
    path("health", health, name="health"),
    *sign_in.urlpatterns,
    path("", include("mash.common.urls")),
    path("post/", partnership.post, name="post"),
    path("rota/", include("mash.partnership.urls")),
    path("notifications/", include("mash.notifications.urls")),
    path("drafts/", include("mash.drafts.urls")),
    path("people/", include("mash.people.urls")),
    path("directory/", include("mash.directory.urls")),
    path("sealed/", include("mash.sealed.urls")),
    path("contacts/", include("mash.contact.urls")),
    path("e-mail/", include("mash.mail.urls")),
    path("bad-day/", include("mash.outage.urls")),
    path("refer/", include("mash.referral.urls")),
    path("triage/", include("mash.triage.urls")),
    path("checks/", include("mash.check.urls")),
    path("decisions/", include("mash.decision.urls")),
    path("other-hubs/", include("mash.boroughs.urls")),
    path("region/", include("mash.region.urls")),
    path("handed-over/", include("mash.handover.urls")),
    path("alongside/", include("mash.alongside.urls")),
    path("harm/network/", include("mash.harm.network.urls")),
    path("quality/", include("mash.quality.urls")),
    path("harm/", include("mash.harm.urls")),
    path("panel/", include("mash.panel.urls")),
    path("plans/", include("mash.plans.urls")),
    path("training/", include("mash.training.urls")),
    path("exercises/", include("mash.exercise.urls")),
    path("set-up/", include("mash.setup.urls")),
    path("records/", include("mash.retention.urls")),
    path("api/", include("mash.systems.api.urls")),
    path("systems/", include("mash.systems.urls")),
    path("returns/", include("mash.returns.urls")),
    path("performance/", include("mash.insight.urls")),
    path("own-records/", include("mash.subject_access.urls")),
    path("", include("mash.desk.urls")),
]

"""Oscar's own addresses, and whether the shop is up."""

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.static import serve


def health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("up")


urlpatterns = [
    path("health", health),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]

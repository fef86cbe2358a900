"""The addresses of the baselines."""

from django.urls import path

from bench.baselines import drf, plain

urlpatterns = [
    path("plain/ready", plain.ready),
    path("plain/create/<str:table>/<str:field>", plain.create),
    path("plain/rows/<str:table>", plain.rows),
    path("plain/rows/<str:table>/<str:pk>", plain.row),
    path("drf/create/<str:table>/<str:field>", drf.Create.as_view()),
    path("drf/rows/<str:table>", drf.List.as_view()),
    path("drf/rows/<str:table>/<str:pk>", drf.Detail.as_view()),
]
